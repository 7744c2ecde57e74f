"""Releases: frozen whole or not at all, never changed, approved by someone, or not shown."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pressroom.data import check_dataset
from pressroom.data.package import read_package
from pressroom.delivery.releases import ReleaseError, Releases, require_name

if TYPE_CHECKING:
    from house import House

NOW = datetime(2026, 11, 26, 6, tzinfo=UTC)


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_release_holds_documents_manifest_and_data(house: House) -> None:
    one, two = Releases(house.root / "releases").list()
    assert [(r.name, r.number) for r in (one, two)] == [("one", 1), ("two", 2)]
    for release in (one, two):
        release.require_intact()
        assert (release.edition / "index.html").is_file()
        assert read_package(release.data).digest == release.manifest.dataset["digest"]
        assert not [finding for finding in check_dataset(release.data) if finding.severity == "error"]
    assert digests(two.edition) == digests(house.root / "reports" / "current")


@pytest.mark.slow
def test_a_clean_of_the_reports_touches_no_release(house: House) -> None:
    before = digests(house.root / "releases")
    shutil.rmtree(house.root / "reports")
    house.run("build")
    assert digests(house.root / "releases") == before


def test_what_did_not_change_takes_no_room(house: House) -> None:
    house.run("release", "three")
    two, three = (r.edition / "year" / "2018.html" for r in Releases(house.root / "releases").list()[1:])
    assert two.stat().st_ino == three.stat().st_ino


def test_the_name_is_the_version_and_is_taken_once(house: House) -> None:
    house.run("release")
    house.run("release")
    assert [r.name for r in Releases(house.root / "releases").list()][2:] == ["1.0.0", "1.0.0-2"]
    assert "there is a release one already" in house.run("release", "one", code=2).stderr


@pytest.mark.parametrize("name", ["", ".hidden", "../up", "a/b", "a b", "x" * 65, "-x", "é"])
def test_a_name_that_no_folder_should_have_is_refused(name: str) -> None:
    with pytest.raises(ReleaseError, match="letters, digits, dots"):
        require_name(name)


@pytest.mark.parametrize("name", ["one\nBcc: spy@example.org", "=?utf-8?q?one?=", "o\u202ene"])
def test_a_folder_with_such_a_name_is_no_release(name: str, house: House) -> None:
    folder = house.root / "releases" / "one"
    told = json.loads((folder / "release.json").read_text("utf-8"))
    (folder / "release.json").write_text(json.dumps(told | {"name": name}), "utf-8")
    folder.rename(folder.with_name(name))
    with pytest.raises(ReleaseError, match="cannot be named"):
        Releases(house.root / "releases").list()


def test_an_edition_that_is_not_up_to_date_is_not_frozen(house: House) -> None:
    house.correct("2017-11-14,2017-11-16", "2017-11-15,2017-11-16")
    told = house.run("release", "three", code=2).stderr
    assert "not up to date" in told
    assert "briefings build" in told
    assert [r.name for r in Releases(house.root / "releases").list()] == ["one", "two"]


def test_nothing_is_frozen_where_nothing_was_built(house: House) -> None:
    shutil.rmtree(house.root / "reports")
    assert "there is no edition" in house.run("release", code=2).stderr


def test_a_damaged_edition_is_not_frozen(house: House) -> None:
    (house.root / "reports" / "current" / "year" / "2018.pdf").write_bytes(b"")
    assert "not up to date" in house.run("release", "three", code=2).stderr


@pytest.mark.slow
def test_a_failure_goes_out_as_the_last_good_copy(house: House) -> None:
    notebook = house.root / "notebooks" / "year.ipynb"
    told = json.loads(notebook.read_text("utf-8"))
    code = [cell for cell in told["cells"] if cell["cell_type"] == "code"]
    code[1]["source"] = ["assert year != 2018\n", *code[1]["source"]]
    notebook.write_text(json.dumps(told), "utf-8")
    house.run("build", code=1)
    house.run("release", "three")
    three = Releases(house.root / "releases").open("three")
    assert three.manifest.records["year/2018"].status == "kept"
    assert not list(three.edition.rglob("*failed*"))
    assert "1 failed" not in (three.edition / "index.html").read_text("utf-8")


@pytest.mark.slow
def test_a_killed_release_leaves_none(house: House) -> None:
    """Killed after ever longer times, it is there whole or not at all; the next one clears up."""
    seen, patience = set(), 0.02
    for number in range(40):
        command = house.command("release", f"try-{number}")
        environment = house.full_environment
        running = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            running.wait(patience)
        except subprocess.TimeoutExpired:
            os.kill(running.pid, signal.SIGKILL)
            running.wait()
        patience *= 1.3  # until one is done, however long the machine takes
        for release in (releases := Releases(house.root / "releases").list()):
            release.require_intact()
            assert read_package(release.data).digest == release.manifest.dataset["digest"]
        seen.add(f"try-{number}" in [release.name for release in releases])
        if seen == {True, False}:
            break
    assert seen == {True, False}
    house.run("release", "last")
    folders = {p.name for p in (house.root / "releases").iterdir()}
    assert not [name for name in folders if name.startswith(".half")]


def test_approval_is_of_just_this_release(house: House) -> None:
    releases = Releases(house.root / "releases")
    assert [r.name for r in releases.shown()] == ["one"]
    releases.approve("two", by="Bea", now=NOW)
    one, two = releases.shown()
    approval = releases.approval(two)
    assert approval is not None
    assert (approval.by, approval.at) == ("Bea", NOW)
    assert releases.superseded_by(one) == two
    assert releases.superseded_by(two) is None
    manifest = two.edition / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_bytes(manifest.read_bytes().replace(b'"message": ""', b'"message": "x"', 1))
    assert releases.approval(two) is None


def test_a_withdrawn_approval_is_no_open_question(house: House) -> None:
    releases = Releases(house.root / "releases")
    one, two = releases.list()
    assert [releases.is_open(release) for release in (one, two)] == [False, True]
    releases.withdraw("one", by="Ann", now=NOW)
    assert releases.shown() == []
    assert not releases.is_open(one)
    releases.approve("one", by="Ann", now=NOW)
    assert releases.shown() == [one]


def test_a_damaged_release_is_not_approved(house: House) -> None:
    file = house.root / "releases" / "two" / "edition" / "year" / "2018.pdf"
    file.unlink()
    file.write_bytes(b"other")
    for command in (
        ("approve", "two"),
        ("pack", "--title", "x", "--release", "two", "--unapproved"),
        ("site", "--unapproved"),
    ):
        assert "year/2018" in house.run(*command, code=2).stderr


def test_an_unknown_release_is_refused_with_the_nearest(house: House) -> None:
    assert "nearest: two" in house.run("approve", "tow", code=2).stderr


@pytest.mark.slow
def test_releases_can_lie_anywhere(house: House, tmp_path: Path) -> None:
    house.environment["PRESSROOM_RELEASES"] = str(tmp_path / "elsewhere")
    house.run("build")
    house.run("release", "there")
    assert [r.name for r in Releases(tmp_path / "elsewhere").list()] == ["there"]
    assert json.loads(house.run("releases", "--json").stdout)[0]["name"] == "there"


@pytest.mark.parametrize("name", ["deliveries.jsonl", "_state", "..", "a/b"])
def test_what_a_release_cannot_be_called(name: str) -> None:
    with pytest.raises(ReleaseError, match="cannot be named"):
        require_name(name)
