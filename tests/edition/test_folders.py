"""Marks: a folder is cleared or replaced only if it was made for that, and a refused one stays as it was."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pressroom.data.package import read_package
from pressroom.data.tidy import write_files
from pressroom.delivery.releases import RELEASES
from pressroom.delivery.site.site import SITE, UNAPPROVED
from pressroom.delivery.storage import write_whole
from pressroom.edition.folders import MARK, FolderError, Purpose, claim_folder, read_mark
from pressroom.edition.generation import (
    EDITION,
    EditionError,
    clear_datasets,
    keep_dataset,
    lock_output,
    stage_generation,
)

ROOT = Path(__file__).resolve().parents[2]
PURPOSES = (EDITION, SITE, UNAPPROVED, RELEASES)
MANIFEST = '{"schema": 1, "dataset": {}, "briefings": {}}'


def list_all(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def lay_out(folder: Path, files: Mapping[str, str]) -> Path:
    """Make a folder with files in its current generation, as the version without marks left it."""
    (folder / ".generations" / "000003").mkdir(parents=True)
    (folder / ".lock").touch()
    (folder / "current").symlink_to(".generations/000003")
    for name, text in files.items():
        path = folder / "current" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.mark.parametrize("purpose", PURPOSES, ids=lambda purpose: purpose.word)
@pytest.mark.parametrize("content", [None, (), ("README.md", ".gitignore"), (f"{MARK}-17",), (MARK,)])
def test_a_new_or_empty_folder_is_marked(
    tmp_path: Path, purpose: Purpose, content: tuple[str, ...] | None
) -> None:
    """Also one whose making was killed: before its mark, while it was written, or with none of it on disk."""
    folder = tmp_path / "a" / "b"
    if content is not None:
        folder.mkdir(parents=True)
        for name in content:
            (folder / name).touch()
    for _ in range(2):
        claim_folder(folder, purpose)
        assert read_mark(folder) == purpose.word
        (folder / "later.txt").touch()


@pytest.mark.parametrize("purpose", PURPOSES, ids=lambda purpose: purpose.word)
@pytest.mark.parametrize(
    "name", ["thesis.txt", "current/thesis.txt", ".generations/mine/thesis.txt", ".hidden"]
)
def test_what_is_not_ours_is_refused_and_stays(tmp_path: Path, purpose: Purpose, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("mine")
    before = list_all(tmp_path)
    with pytest.raises(FolderError, match=f"new or an empty folder.*{purpose.word}"):
        claim_folder(tmp_path, purpose)
    assert list_all(tmp_path) == before


@pytest.mark.parametrize("other", PURPOSES, ids=lambda purpose: purpose.word)
@pytest.mark.parametrize("purpose", PURPOSES, ids=lambda purpose: purpose.word)
def test_a_mark_is_good_for_one_purpose(tmp_path: Path, purpose: Purpose, other: Purpose) -> None:
    claim_folder(tmp_path, purpose)
    if purpose == other:
        claim_folder(tmp_path, other)
        return
    with pytest.raises(FolderError, match=f'marked as the folder of the "{purpose.word}"'):
        claim_folder(tmp_path, other)


def test_a_mark_is_a_file_and_no_link_to_one(tmp_path: Path) -> None:
    claim_folder(tmp_path / "edition", EDITION)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / MARK).symlink_to(tmp_path / "edition" / MARK)
    (tmp_path / "mine" / "thesis.txt").touch()
    with pytest.raises(FolderError):
        claim_folder(tmp_path / "mine", EDITION)


@pytest.mark.parametrize(
    ("purpose", "files"),
    [
        (EDITION, {"manifest.json": MANIFEST, "index.html": ""}),
        (SITE, {"index.html": "", "releases/one/index.html": ""}),
        (UNAPPROVED, {"index.html": "", "releases/one/index.html": ""}),
    ],
)
def test_what_the_version_without_marks_made_goes_on(
    tmp_path: Path, purpose: Purpose, files: dict[str, str]
) -> None:
    lay_out(tmp_path, files)
    (tmp_path / "README.txt").touch()
    before = list_all(tmp_path)
    others = [other for other in (EDITION, SITE) if other.is_known != purpose.is_known]
    for other in others:
        with pytest.raises(FolderError):
            claim_folder(tmp_path, other)
    assert list_all(tmp_path) == before
    claim_folder(tmp_path, purpose)
    assert list_all(tmp_path) == sorted([*before, MARK])


@pytest.mark.parametrize("purpose", [EDITION, SITE])
def test_generations_without_a_current_one_are_nobodys(tmp_path: Path, purpose: Purpose) -> None:
    lay_out(tmp_path, {"precious.txt": "x"})
    (tmp_path / "current").unlink()
    (tmp_path / ".datasets").mkdir()
    before = list_all(tmp_path)
    with pytest.raises(FolderError):
        claim_folder(tmp_path, purpose)
    (tmp_path / ".generations" / "000003").rename(tmp_path / "elsewhere")
    with pytest.raises(FolderError):
        claim_folder(tmp_path, purpose)
    (tmp_path / "elsewhere").rename(tmp_path / ".generations" / "000003")
    assert list_all(tmp_path) == before


def test_a_generation_that_is_ours_makes_nothing_beside_it_ours(tmp_path: Path) -> None:
    lay_out(tmp_path, {"manifest.json": MANIFEST})
    (tmp_path / ".generations" / "mine").mkdir()
    with pytest.raises(FolderError):
        claim_folder(tmp_path, EDITION)
    elsewhere = lay_out(tmp_path / "other", {"manifest.json": MANIFEST})
    (elsewhere / "current").unlink()
    (elsewhere / "current").symlink_to(tmp_path / ".generations" / "000003")
    with pytest.raises(FolderError):
        claim_folder(elsewhere, EDITION)


def test_a_site_and_packs_may_be_there_before_the_edition(tmp_path: Path) -> None:
    claim_folder(tmp_path / "reports" / "site", SITE)
    (tmp_path / "reports" / "packs").mkdir()
    claim_folder(tmp_path / "reports", EDITION)
    assert read_mark(tmp_path / "reports" / "site") == "site"


@pytest.mark.parametrize(
    ("purpose", "name"), [(purpose, name) for purpose in PURPOSES for name in purpose.inner]
)
def test_a_link_in_the_place_of_what_is_written_is_not_followed(
    tmp_path: Path, purpose: Purpose, name: str
) -> None:
    claim_folder(tmp_path / "ours", purpose)
    (tmp_path / "mine").mkdir()
    (tmp_path / "ours" / name).parent.mkdir(exist_ok=True)
    (tmp_path / "ours" / name).symlink_to(tmp_path / "mine")
    with pytest.raises(FolderError, match="is a link"):
        claim_folder(tmp_path / "ours", purpose)


@pytest.mark.parametrize("write", [write_whole, lambda path, new: write_files(path.parent, {path.name: new})])
def test_a_link_in_the_place_of_a_half_written_file_is_not_followed(
    tmp_path: Path, write: Callable[[Path, bytes], None]
) -> None:
    (tmp_path / "keys").write_text("mine")
    (tmp_path / ".table.csv.half").symlink_to(tmp_path / "keys")
    write(tmp_path / "table.csv", b"new")
    assert ((tmp_path / "keys").read_text(), (tmp_path / "table.csv").read_text()) == ("mine", "new")


def test_a_link_in_the_place_of_the_lock_empties_no_file(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("mine")
    claim_folder(tmp_path / "reports", EDITION)
    (tmp_path / "reports" / ".lock").symlink_to(tmp_path / "keys")
    with pytest.raises(EditionError), lock_output(tmp_path / "reports"):
        pass
    assert (tmp_path / "keys").read_text() == "mine"


def test_many_may_make_a_folder_at_once(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from pressroom.edition.generation import lock_output\n"
        "sys.stdin.read()\n"
        f"for n in range(200):\n    with lock_output(Path({str(tmp_path)!r}, str(n))): pass\n"
    )
    # They begin together, when their input ends.
    jobs = [subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE) for _ in range(3)]
    for job in jobs:
        assert job.stdin
        job.stdin.close()
    assert [job.wait(timeout=120) for job in jobs] == [0, 0, 0]
    assert {read_mark(folder) for folder in tmp_path.iterdir()} == {"edition"}


def test_other_folders_among_the_editions_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    claim_folder_by_hand(tmp_path)
    keep_dataset(tmp_path, read_package(ROOT / "data"))
    with lock_output(tmp_path), stage_generation(tmp_path) as generation:
        generation.publish()
        clear_datasets(tmp_path, ())
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *(MARK, ".datasets", ".generations", ".lock", "current", "photos")
    ]


def claim_folder_by_hand(folder: Path) -> None:
    """Do what the refusal says."""
    with pytest.raises(FolderError) as refused:
        claim_folder(folder, EDITION)
    assert str(refused.value).endswith(f'write the word "edition" into {folder / MARK}')
    (folder / MARK).write_text("edition")


def test_releases_without_a_mark_go_on(tmp_path: Path) -> None:
    told = {"schema": 1, "name": "1.0.0", "dataset": {"digest": "0"}}
    for name in ("one", "two"):
        (tmp_path / name / "1.0.0").mkdir(parents=True)
        (tmp_path / name / "1.0.0" / "release.json").write_text(json.dumps(told))
    (tmp_path / "two" / ".state").mkdir()  # a copy may have left out hidden folders
    for name in ("one", "two"):
        claim_folder(tmp_path / name, RELEASES)
        assert read_mark(tmp_path / name) == "releases"


@pytest.mark.parametrize("told", ['{"name": "npm"}', "", '{"schema": 1, "name": "other", "dataset": {}}'])
def test_what_is_named_like_a_release_makes_no_releases(tmp_path: Path, told: str) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / ".state").mkdir()
    (tmp_path / "project" / "release.json").write_text(told)
    with pytest.raises(FolderError):
        claim_folder(tmp_path, RELEASES)
