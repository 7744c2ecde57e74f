"""What leaves the public site: only what somebody withdrew, never what a folder has lost."""

from __future__ import annotations

import json
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
