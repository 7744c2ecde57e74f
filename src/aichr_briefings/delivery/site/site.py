"""The site written whole: staged aside, and swapped in by one rename, like an edition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from aichr_briefings.dataset.package import Package
from aichr_briefings.delivery.releases import Release, ReleaseError
from aichr_briefings.delivery.site.notes import put_notes, say_kept, say_superseded
from aichr_briefings.delivery.site.pages import RELEASES, render_family, render_front, render_release
from aichr_briefings.delivery.site.rows import Behind, Source
from aichr_briefings.delivery.site.search import Words, read_words, write_index
from aichr_briefings.delivery.site.tables import write_tables
from aichr_briefings.press.edition import CURRENT, Generation, lock_output, stage_generation
from aichr_briefings.press.index import label_of
from aichr_briefings.press.manifest import Record


@dataclass(frozen=True)
class Site:
    """Where a site is, and how much it holds."""

    index: Path
    releases: int
    briefings: int


def write_site(
    releases: Sequence[Release], output: Path, *, on_wait: Callable[[], None] = lambda: None
) -> Site:
    """Write the site of some releases, the oldest first, into ``current`` of a folder; return where it is.

    The newest release is also at the site's top, so that its addresses stay from release to release.

    Raises
    ------
    ReleaseError
        If there is no release to show: then the site stays as it is.
    EditionError
        If the folder cannot hold a site.
    """
    if not releases:
        raise ReleaseError(
            "there is no approved release to show: `briefings release`, then `briefings approve`"
        )
    newest = releases[-1]
    with lock_output(output, on_wait), stage_generation(output) as generation:
        for release in releases:
            top = _write_release(generation, release, newest)
        # The index needs all releases, and the newest one's rows, which came last.
        generation.write("index.html", render_front(releases, *top).encode())
        generation.publish()
    return Site(output / CURRENT / "index.html", len(releases), len(newest.records()))


def _write_release(site: Generation, release: Release, newest: Release) -> tuple[Package, str, list[str]]:
    """Write a release's folder, and of the newest the families; return what the index is made from."""
    source, base = Source(release.data), f"{RELEASES}/{release.name}/"
    behind: dict[str, Behind | None] = {}
    words: dict[str, Words] = {}
    tables: list[str] = []
    bases = [base, ""] if release is newest else [base]
    for record in release.records():
        page = (release.edition / f"{record.id}.html").read_bytes()
        words[record.id] = read_words(page)
        _write_documents(site, release, newest, record, bases)
        behind[record.id] = found = source.find(record)
        if found is not None:
            name = record.id.replace("/", "-")
            title = f"{label_of(record)}: {words[record.id].title}"
            files = write_tables(source, found.extracts, name=name, title=title)
            for file, content in files.items():
                for place in bases:
                    site.write(f"{place}{record.id}/{file}", content)
            tables += [f"{record.id}/{file}" for file in files]
    site.write(f"{base}index.html", render_release(release, newest, source.package, tables).encode())
    if release is not newest:
        return source.package, "", tables
    for shelf, records in release.shelves():
        family = render_family(release, source.package, shelf, records, tables)
        site.write(f"{shelf.family}/index.html", family.encode())
    return source.package, write_index(source, release.records(), behind, words), tables


def _write_documents(
    site: Generation, release: Release, newest: Release, record: Record, bases: Sequence[str]
) -> None:
    page = release.edition / f"{record.id}.html"
    notes = _find_notes(release, newest, record)
    for base in bases:
        if notes:
            site.write(f"{base}{record.id}.html", put_notes(page.read_bytes(), notes))
        else:
            site.take(f"{base}{record.id}.html", page)
        site.take(f"{base}{record.id}.pdf", release.edition / f"{record.id}.pdf")


def _find_notes(release: Release, newest: Release, record: Record) -> list[str]:
    notes = [say_kept()] if record.status == "kept" else []
    if release is not newest:
        there = newest.manifest.records.get(record.id)
        is_there = there is not None and bool(there.documents)
        target = f"../../{newest.name}/{record.id if is_there else 'index'}.html"
        notes.insert(0, say_superseded(release.name, newest.name, target, is_there=is_there))
    return notes
