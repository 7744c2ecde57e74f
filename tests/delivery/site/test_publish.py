"""What leaves the public site: only what somebody withdrew, never what a folder has lost."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from house import House

pytestmark = pytest.mark.slow

LOST: dict[str, Callable[[Path], object]] = {
    "the whole folder": shutil.rmtree,
    "all but what stars name": lambda releases: shutil.rmtree(releases / "_state"),
    "the approvals": lambda releases: shutil.rmtree(releases / "_state" / "approvals"),
    "the release": lambda releases: shutil.rmtree(releases / "one"),
    "what was approved": lambda releases: _change(releases / "_state" / "approvals" / "one.json"),
    "half of an approval": lambda releases: (releases / "_state" / "approvals" / "one.json").write_text("{"),
}


def _change(file: Path) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | {"of": "another"}))


def list_site(house: House) -> list[str]:
    site = house.root / "reports" / "site" / "current"
    return sorted(str(path.relative_to(site)) for path in site.rglob("*")) if site.exists() else []


@pytest.mark.parametrize("lost", LOST)
def test_what_was_lost_is_a_fault_and_takes_no_page_away(house: House, lost: str) -> None:
    house.run("site")
    before = list_site(house)
    LOST[lost](house.root / "releases")
    for command in ("site", "run"):
        done = house.run(command, code=2 if command == "site" else 1)
        assert "release one" in done.stderr or '"one"' in done.stderr or "one.json" in done.stderr
        assert list_site(house) == before


def test_another_folder_of_releases_is_a_fault_too(house: House, tmp_path: Path) -> None:
    house.run("site")
    before = list_site(house)
    shutil.copytree(house.root / "releases" / "two", tmp_path / "others" / "two")
    house.environment["PRESSROOM_RELEASES"] = str(tmp_path / "others")
    house.run("approve", "two")
    assert f"neither approved nor withdrawn in {tmp_path / 'others'}" in house.run("site", code=2).stderr
    assert list_site(house) == before


def test_what_was_withdrawn_leaves_even_if_its_folder_is_gone(house: House) -> None:
    house.run("approve", "two")
    house.run("site")
    house.run("approve", "two", "--withdraw")
    house.run("site")
    assert "releases/one/index.html" in list_site(house)
    assert "releases/two/index.html" not in list_site(house)
    shutil.rmtree(house.root / "releases" / "one")
    house.run("approve", "one", "--withdraw", "--by", "Ann")
    assert "was taken down" in house.run("site").stderr
    assert list_site(house) == []
    told = json.loads((house.root / "releases" / "_state" / "approvals" / "one.json").read_text())
    assert (told["withdrawn"], told["by"]) == (True, "Ann")
    assert "nothing" not in house.run("run").stderr


def test_a_withdrawal_of_an_earlier_version_still_counts(house: House) -> None:
    house.run("site")
    (house.root / "releases" / "_state" / "approvals" / "one.json").write_text('{"withdrawn": true}')
    assert "was taken down" in house.run("site").stderr


def read(house: House, name: str) -> str:
    text = (house.root / "reports" / "site" / "current" / name).read_text("utf-8")
    return " ".join(re.sub(r"<[^>]+>", " ", text[max(0, text.find("<body")) :]).split())


WHY = "Its <first> day of the training is wrong."


def test_a_recalled_release_keeps_its_addresses_with_a_notice(house: House) -> None:
    house.subscribe()
    house.environment["PRESSROOM_SMTP_SENDER"] = "desk@example.org"
    house.run("approve", "two")
    house.run("site")
    pages = [name for name in list_site(house) if name.startswith("releases/two/") and name.endswith("l")]
    house.run("recall", "two", "--reason", WHY)
    assert {name for name in pages if "changes" not in name and "feed" not in name} <= set(list_site(house))
    assert not [name for name in list_site(house) if re.fullmatch(r"releases/two/.*pdf", name)]
    told = read(house, "releases/two/year/2017.html")
    assert "2017: release two was recalled Its &lt;first&gt; day of the training is wrong." in told
    assert "What holds instead: this briefing in release one" in told
    assert "Superseded" not in read(house, "releases/one/year/2017.html")
    assert "recalled on" in read(house, "index.html").partition("Releases")[2]
    feed = (house.root / "reports" / "site" / "current" / "feed.xml").read_text("utf-8")
    assert "Release two was recalled" in feed
    before = list_site(house)
    house.run("site")
    assert list_site(house) == before


def test_a_site_whose_only_release_is_recalled_says_so_at_its_top(house: House) -> None:
    house.subscribe()
    house.environment["PRESSROOM_SMTP_SENDER"] = "desk@example.org"
    house.run("site")
    house.run("recall", "one", "--reason", WHY)
    for name in ("index.html", "year/2017.html", "releases/one/year/2017.html", "releases/one/index.html"):
        assert "Nothing takes its place yet." in read(house, name), name
    assert {"404.html", "icon.svg"} <= set(list_site(house))
    assert "Release one was recalled" in read(house, "feed.xml")
    house.run("run")
    assert "Nothing takes its place yet." in read(house, "index.html")
    house.run("approve", "two")
    house.run("site")
    assert "Nothing takes its place" not in read(house, "index.html")
