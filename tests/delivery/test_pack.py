"""Packs: the book read back with pikepdf, the archive with other people's tools."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from posixpath import dirname, normpath
from typing import Any
from zipfile import ZipFile

import pikepdf
import pytest
from selectolax.lexbor import LexborHTMLParser

from pressroom.delivery.pack import Pack, PackError, make_pack, name_pack
from pressroom.delivery.releases import Release
from pressroom.delivery.selection import find_one
from pressroom.edition.manifest import Record
from pressroom.run.catalogue import SelectorError

TITLE = "2nd AICHR-UN Meeting & <friends>"
CHOSEN = ("theme=disability", "agency=UNDP", "year=2019", "agency=UNICEF")


@pytest.fixture
def pack(shown: Sequence[Release]) -> Pack:
    return make_pack(shown[0], CHOSEN, title=TITLE)


@pytest.mark.slow
def test_the_book_is_one_accessible_document(pack: Pack) -> None:
    with pikepdf.open(io.BytesIO(pack.book)) as book:
        assert bool(book.Root.MarkInfo.Marked)
        assert str(book.Root.Lang) == "en-GB"
        with book.open_metadata() as told:
            assert told["dc:title"] == TITLE
            assert told["pdfuaid:part"] == "1"
        with book.open_outline() as outline:
            top = [item.title for item in outline.root]
        assert top[0] == "Contents"
        assert [title.split(":")[0] for title in top[1:]] == ["UNDP", "UNICEF", "2019", "Disability rights"]
        kinds = list_kinds(book.Root.StructTreeRoot)
        assert kinds.count("/H1") == 1
        assert kinds.count("/H2") == 5
        assert "/TOC" in kinds
        assert "/TH" in kinds
        labels = list(book.Root.PageLabels.Nums)
        told = [(int(n), str(label.S), int(label.get("/St", 1))) for n, label in batched(labels)]
        assert told == [(n, "/D", n + 1) for n, _, _ in told], "numbered throughout"


@pytest.mark.slow
def test_contents_name_the_page_on_which_each_briefing_begins(pack: Pack, tmp_path: Path) -> None:
    pages = read_text(pack.book, tmp_path)
    total = len(pages)
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {total}" in page
    begun = [n for n, page in enumerate(pages, start=1) if "Information as of 3 Oct" in page.split("\n\n")[0]]
    listed = [int(line.split()[-1]) for line in pages[1].splitlines() if line[-1:].isdigit() and ":" in line]
    assert [1, *listed] == begun
    assert "Four briefings: UNDP, UNICEF, 2019 and Disability rights." in " ".join(pages[0].split())


@pytest.mark.slow
def test_the_archive_holds_what_its_sums_say(pack: Pack, tmp_path: Path) -> None:
    archive = tmp_path / "pack.zip"
    archive.write_bytes(pack.archive)
    if shutil.which("unzip"):
        subprocess.run(["unzip", "-tq", archive], check=True, capture_output=True)
    with ZipFile(archive) as opened:
        assert opened.testzip() is None
        opened.extractall(tmp_path / "out")
    subprocess.run(["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"], cwd=tmp_path / "out", check=True)
    told = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert told["title"] == TITLE
    assert told["release"]["name"] == "2026-10"
    assert [one["id"] for one in told["briefings"]] == list(pack.briefings)
    files = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")}
    assert files == {*told["files"], "manifest.json"}
    assert (tmp_path / "out" / "book.pdf").read_bytes() == pack.book


@pytest.mark.slow
def test_every_link_of_the_archive_leads_to_a_file_of_it(pack: Pack) -> None:
    with ZipFile(io.BytesIO(pack.archive)) as opened:
        pages = {name: opened.read(name).decode() for name in opened.namelist() if name.endswith(".html")}
        names = set(opened.namelist())
    followed = 0
    for name, page in pages.items():
        for link in LexborHTMLParser(page).css("a[href]"):
            href = str(link.attributes["href"]).partition("#")[0]
            if href and not href.startswith("mailto:"):
                assert normpath(f"{dirname(name)}/{href}") in names, f"{name}: {href}"
                followed += 1
    assert followed > 2 * len(pages)
    assert "This page as PDF" in pages["briefings/agency/undp.html"]
    assert 'rel="prev"' not in pages["briefings/agency/undp.html"], "the one before is not in the pack"


@pytest.mark.slow
def test_equal_inputs_give_equal_bytes(pack: Pack, shown: Sequence[Release]) -> None:
    again = make_pack(shown[0], CHOSEN, title=TITLE)
    assert (again.book, again.archive) == (pack.book, pack.archive)
    assert make_pack(shown[0], CHOSEN, title="Another").book != pack.book


@pytest.mark.slow
def test_what_is_not_there_is_refused_with_the_nearest_and_an_earlier_copy_is_named(
    shown: Sequence[Release], tmp_path: Path
) -> None:
    with pytest.raises(SelectorError, match="nearest: UNDP"):
        make_pack(shown[0], ["agency=UNPD"], title="x")
    with pytest.raises(SelectorError, match="UNICEF"):
        make_pack(shown[1], ["agency=UNICEF"], title="x")
    made = make_pack(shown[1], ["agency=UNDP"], title="x")
    with pikepdf.open(io.BytesIO(made.book)) as book:
        assert len(book.pages) > 2
    cover = read_text(made.book, tmp_path)[0]
    assert "UNDP: the last good copy, as of the date on its pages" in " ".join(cover.split())
    assert (
        json.loads(ZipFile(io.BytesIO(made.archive)).read("manifest.json"))["briefings"][0]["status"]
        == "kept"
    )


@pytest.mark.slow
def test_a_title_is_one_line_that_is_not_empty_and_told_of_where_no_font_shows_it(
    shown: Sequence[Release],
) -> None:
    for title in (" \n", "\u200b"):
        with pytest.raises(PackError, match="needs a title"):
            make_pack(shown[0], ["year=2019"], title=title)
    made = make_pack(shown[0], ["year=2019"], title="Two\nlines \N{CJK UNIFIED IDEOGRAPH-4F1A}")
    assert [warning.partition(" (")[0] for warning in made.warnings] == ["no bundled font shows U+4F1A"]
    with pikepdf.open(io.BytesIO(made.book)) as book, book.open_metadata() as told:
        assert told["dc:title"] == "Two lines \N{CJK UNIFIED IDEOGRAPH-4F1A}"


@pytest.mark.slow
def test_a_family_may_have_a_title_that_no_font_shows(shown: Sequence[Release], tmp_path: Path) -> None:
    manifest = shown[0].manifest
    shelves = [replace(shelf, title="Years 🎉") for shelf in manifest.shelves]
    made = make_pack(replace(shown[0], manifest=replace(manifest, shelves=shelves)), ["year=2019"], title="x")
    assert "Years [party popper]" in read_text(made.book, tmp_path)[1]
    assert [warning.partition(" (")[0] for warning in made.warnings] == ["no bundled font shows U+1F389"]


@pytest.mark.slow
def test_a_pack_for_a_briefing_has_it_first_then_what_its_page_links_to(
    shown: Sequence[Release], tmp_path: Path
) -> None:
    reads = shown[0].manifest.records["year/2019"].reads
    release = change_reads(shown[0], "year/2019", reads[::-1])  # another order than that of the index
    made = make_pack(release, [], title=TITLE, subject=find_one(release, "year=2019"))
    assert made.briefings == ("year/2019", "agency/unicef", "agency/undp")
    [lacking] = made.warnings
    assert lacking.startswith("year/2019 links to about/about, agency/unep, ")
    assert lacking.endswith(", of which release 2026-10 has no document")
    with pikepdf.open(io.BytesIO(made.book)) as book, book.open_outline() as outline:
        top = [item.title.split(":")[0] for item in outline.root]
    assert top == ["Contents", "2019", "UNICEF", "UNDP"]
    cover, contents = (" ".join(page.split()) for page in read_text(made.book, tmp_path)[:2])
    assert "Three briefings: 2019, UNICEF and UNDP." in cover
    assert contents.index("Year briefings") < contents.index("Agency briefings")
    told = json.loads(ZipFile(io.BytesIO(made.archive)).read("manifest.json"))
    assert (told["for"], [one["id"] for one in told["briefings"]]) == ("year/2019", list(made.briefings))


@pytest.mark.slow
def test_selectors_choose_among_what_the_briefing_links_to(shown: Sequence[Release]) -> None:
    subject = find_one(shown[0], "year/2019")
    made = make_pack(shown[0], ["agency=UNICEF"], title=TITLE, subject=subject)
    assert (made.briefings, made.warnings) == (("year/2019", "agency/unicef"), ())
    with pytest.raises(SelectorError, match=r'2019 links to no briefing that "theme" names; allowed: .*undp'):
        make_pack(shown[0], ["agency", "theme"], title=TITLE, subject=subject)
    with pytest.raises(SelectorError, match="no family"):
        make_pack(shown[0], ["agencies"], title=TITLE, subject=subject)


@pytest.mark.slow
def test_a_briefing_without_links_is_a_pack_by_itself(shown: Sequence[Release]) -> None:
    release = change_reads(shown[0], "year/2019", [])
    made = make_pack(release, [], title=TITLE, subject=find_one(release, "year/2019"))
    assert (made.briefings, made.warnings) == (("year/2019",), ())


@pytest.mark.slow
def test_a_pack_is_for_one_briefing_that_there_is_a_document_of(shown: Sequence[Release]) -> None:
    several = 'agency" names 2 briefings: name one; allowed: agency/undp, agency/unicef'
    for asked, told in {
        "agency": several,
        "agency=UNPD": "nearest: UNDP",
        "meeting=one": 'no family has a briefing for each "meeting"',
    }.items():
        with pytest.raises(SelectorError, match=told):
            find_one(shown[0], asked)
    with pytest.raises(SelectorError, match="agency/unicef could not be made for 2026-11, and there is no"):
        find_one(shown[1], "agency=UNICEF")


@pytest.mark.parametrize(
    ("title", "id", "name"),
    [
        ("2nd Meeting", None, "2nd-meeting"),
        ("\N{CJK UNIFIED IDEOGRAPH-4F1A}", None, "pack"),
        ("2nd Meeting", "agency/undp", "agency-undp"),
        ("2nd Meeting", "about/about", "about"),
    ],
)
def test_a_pack_is_named_after_its_briefing_or_else_its_title(title: str, id: str | None, name: str) -> None:
    subject = Record(*id.split("/"), parameters={}, status="built") if id else None
    assert name_pack(title, subject) == name


def change_reads(release: Release, id: str, reads: list[dict[str, Any]]) -> Release:
    """Return a release of which one briefing read something else."""
    manifest = release.manifest
    records = manifest.records | {id: replace(manifest.records[id], reads=reads)}
    return replace(release, manifest=replace(manifest, records=records))


def read_text(book: bytes, folder: Path) -> list[str]:
    """Return what each page of a PDF says."""
    (folder / "book.pdf").write_bytes(book)
    told = subprocess.run(
        ["pdftotext", "-layout", folder / "book.pdf", "-"], check=True, capture_output=True, text=True
    )
    return told.stdout.split("\f")[:-1]


def batched(nums: list[Any]) -> list[tuple[Any, Any]]:
    """Return the pairs of a PDF's number tree."""
    return list(zip(nums[::2], nums[1::2], strict=True))


def list_kinds(root: Any) -> list[str]:
    """Return the kinds of a PDF's structure elements."""
    kinds, waiting = [], [root]
    while waiting:
        part = waiting.pop()
        if "/S" in part:
            kinds.append(str(part.S))
        below = part.get("/K")
        children = list(below) if isinstance(below, pikepdf.Array) else [below]
        waiting += [child for child in children if isinstance(child, pikepdf.Dictionary)]
    return kinds
