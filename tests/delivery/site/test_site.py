"""The site as files: complete or not at all, equal for equal releases, what is superseded marked."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from pressroom.data.package import read_package
from pressroom.delivery.releases import Release, ReleaseError, Releases
from pressroom.delivery.site.recalled import put_notes
from pressroom.delivery.site.site import write_site
from pressroom.edition.generation import stage_generation

pytestmark = pytest.mark.slow


def read_all(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_each_briefing_is_there_with_its_documents_and_data(shown: Sequence[Release], tmp_path: Path) -> None:
    made = write_site(shown, tmp_path / "site")
    files = read_all(tmp_path / "site" / "current")
    assert (made.releases, made.briefings) == (2, 3)
    for id in ("agency/undp", "theme/disability", "year/2019"):
        for base in ("", "releases/2026-11/", "releases/2026-10/"):
            for name in (".html", ".pdf", ".csv", "/datapackage.json", "/activities.csv"):
                assert f"{base}{id}{name}" in files
    for name in ("index.html", "agency/index.html", "year/index.html", "releases/2026-10/index.html"):
        assert name in files
    assert "agency/unicef.html" not in files
    assert "releases/2026-10/agency/unicef.html" in files


def without_head(page: bytes) -> bytes:
    """Return a page without what the site says in its head."""
    start, end, rest = page.partition(b"</title>")
    start = re.sub(rb" \(release [^)]*\)$", b"", start)
    return start + end + re.sub(rb'\A(\n<(?:meta name="(?:description|robots)"|link) [^\n]*>)+', b"", rest)


def test_the_nu_html_checker_finds_nothing(
    shown: Sequence[Release], tmp_path: Path, find_markup_faults: Callable[[Path], str]
) -> None:
    write_site(shown, tmp_path / "site")
    assert find_markup_faults(tmp_path / "site" / "current") == ""


def test_documents_are_the_release_s_own_but_for_a_note_and_links_to_what_it_lacks(
    shown: Sequence[Release], tmp_path: Path
) -> None:
    def read_linked(release: Release) -> bytes:
        """Return the year's page, its links to what these releases lack as words: they have no other year."""
        page = (release.edition / "year/2019.html").read_bytes()
        cut = re.sub(rb'<nav class="turn screen".*?</nav>', b"", page, flags=re.DOTALL)
        assert cut != page
        there = {b"index", *(record.id.encode() for record in release.records())}
        link = rb'<a\b[^>]*href="\.\./([^"]*)\.html"[^>]*>(.*?)</a>'
        return re.sub(link, lambda m: m[0] if m[1] in there else b"<span>%s</span>" % m[2], cut)

    write_site(shown, tmp_path / "site")
    site = tmp_path / "site" / "current"
    for name in ("year/2019.pdf", "agency/undp.pdf", "year/2019.csv", "agency/undp.csv"):
        assert (site / name).read_bytes() == (shown[1].edition / name).read_bytes()
    assert without_head((site / "year/2019.html").read_bytes()) == read_linked(shown[1])
    old = (site / "releases/2026-10/year/2019.html").read_text("utf-8")
    assert '<a href="../../2026-11/year/2019.html">read it in 2026-11</a>' in old
    gone = (site / "releases/2026-10/agency/unicef.html").read_text("utf-8")
    assert 'the briefing is not in <a href="../../2026-11/index.html">2026-11</a>' in gone
    kept = (site / "agency/undp.html").read_text("utf-8")
    assert "An earlier copy." in kept
    assert "made for release 2026-10 of 1 Nov 2026" in kept
    assert "Superseded" not in kept
    page = (site / "releases/2026-10/index.html").read_text("utf-8")
    assert 'Superseded by <a href="../2026-11/index.html">release 2026-11</a>' in page
    start, _, rest = without_head(old.encode()).partition(b'<aside aria-label="About this copy"')
    assert start + rest.partition(b"</aside>\n")[2] == read_linked(shown[0])


@pytest.mark.parametrize(("city", "mark"), [("Da Nang", b""), ("Đà Nẵng", codecs.BOM_UTF8)])
def test_rows_beside_a_page_are_the_release_s_own_but_for_a_mark_of_their_encoding(
    city: str, mark: bytes, shown: Sequence[Release], tmp_path: Path
) -> None:
    made = f"id,city\n1,{city}\n".encode()
    file = shown[1].edition / "year" / "2019.csv"
    file.unlink()
    file.write_bytes(made)
    shown[1].manifest.records["year/2019"].outputs["year/2019.csv"] = sha256(made).hexdigest()
    site = write_site(shown, tmp_path / "site").index.parent
    assert (site / "year/2019.csv").read_bytes() == mark + made
    assert (site / "releases/2026-11/year/2019.csv").read_bytes() == mark + made
    assert file.read_bytes() == made


def test_equal_releases_give_equal_bytes(shown: Sequence[Release], tmp_path: Path) -> None:
    write_site(shown, tmp_path / "one")
    write_site(shown, tmp_path / "two")
    first = read_all(tmp_path / "one" / "current")
    assert first == read_all(tmp_path / "two" / "current")
    write_site(shown, tmp_path / "one")
    assert first == read_all(tmp_path / "one" / "current")


def read_times(site: Path) -> dict[str, int]:
    """Return where the current generation is, and when each file and folder in it was last written."""
    current = (site / "current").resolve()
    return {str(path): path.stat().st_mtime_ns for path in (current, *current.rglob("*"))}


def test_an_unchanged_site_is_not_written_again(shown: Sequence[Release], tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(shown, site)
    before = read_times(site)
    write_site(shown, site)
    assert read_times(site) == before
    assert len(list((site / ".generations").iterdir())) == 1
    write_site(shown[:1], site)
    assert not read_times(site).keys() & before.keys()


@pytest.mark.parametrize("name", ["year/2019.html", "index.html", "one-more.html"])
def test_what_somebody_changed_in_the_site_is_put_right(
    name: str, shown: Sequence[Release], tmp_path: Path
) -> None:
    site = tmp_path / "site"
    write_site(shown, site)
    before = read_all(site / "current")
    (site / "current" / name).unlink(missing_ok=True)
    (site / "current" / name).write_bytes(b"something else")
    write_site(shown, site)
    assert read_all(site / "current") == before


def test_what_fails_leaves_the_site_as_it_was(shown: Sequence[Release], tmp_path: Path) -> None:
    write_site(shown[:1], tmp_path / "site")
    before = read_all(tmp_path / "site" / "current")
    (shown[1].edition / "year" / "2019.pdf").unlink()
    with pytest.raises(ReleaseError, match=r"year/2019"):
        write_site(shown, tmp_path / "site")
    assert read_all(tmp_path / "site" / "current") == before
    assert len(list((tmp_path / "site" / ".generations").iterdir())) == 1


def test_without_an_approved_release_the_site_stays_as_it_is(releases: Releases, tmp_path: Path) -> None:
    for release in releases.list():
        releases.withdraw(release.name, by="Ann", now=datetime.now(UTC))
    with pytest.raises(ReleaseError, match="no approved release"):
        write_site(releases.shown(), tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_what_nobody_approved_supersedes_nothing(releases: Releases, tmp_path: Path) -> None:
    releases.withdraw("2026-11", by="Ann", now=datetime.now(UTC))
    write_site(releases.shown(), tmp_path / "site")
    files = read_all(tmp_path / "site" / "current")
    assert not [name for name in files if "2026-11" in name]
    pages = {name: content for name, content in files.items() if name.endswith(".html")}
    assert not [name for name, page in pages.items() if b"uperseded" in page.partition(b"<body")[2]]
    assert not [name for name, page in pages.items() if b"2026-11" in page]


def test_a_note_is_never_lost() -> None:
    assert put_notes(b"as it is", []) == b"as it is"
    with pytest.raises(ValueError, match="no main part"):
        put_notes(b"<main>", ["note"])


def test_what_changed_since_the_release_before_is_told_in_words(releases: Releases, tmp_path: Path) -> None:
    newer = releases.open("2026-11")
    file = newer.data / "activities.csv"
    file.write_text(
        file.read_text("utf-8").replace(",2017-11-13,2017-11-16,", ",2017-11-14,2017-11-16,"), "utf-8"
    )
    digest = read_package(newer.data).digest
    told = json.loads((newer.edition / "manifest.json").read_text("utf-8"))
    told["dataset"]["digest"] = digest
    (newer.edition / "manifest.json").write_text(json.dumps(told), "utf-8")
    site = write_site(releases.list(), tmp_path / "site").index.parent
    assert not (site / "releases/2026-10/changes.html").exists()
    assert '<a href="changes.html">What changed since release 2026-10</a>' in (
        site / "releases/2026-11/index.html"
    ).read_text("utf-8")
    page = (site / "releases/2026-11/changes.html").read_text("utf-8")
    assert "Training on business and human rights – date 14–16 November 2017, was 13–16 November 2017" in page
    assert '<li>Agency briefings: <a href="../2026-10/agency/unicef.html">UNICEF</a></li>' in page


def test_a_file_of_a_release_is_never_written_over(shown: Sequence[Release], tmp_path: Path) -> None:
    page = shown[0].edition / "year" / "2019.html"
    before = page.read_bytes()
    with stage_generation(tmp_path) as generation:
        generation.take("year/2019.html", page)
        with pytest.raises(FileExistsError):
            generation.write("year/2019.html", b"a family's page of the same name")
    assert page.read_bytes() == before
