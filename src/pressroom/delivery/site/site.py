"""The site written whole: staged aside, and swapped in by one rename, like an edition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pressroom.delivery.changes import compare
from pressroom.delivery.links import keep_links
from pressroom.delivery.releases import Release, ReleaseError
from pressroom.delivery.site.changes import CHANGES
from pressroom.delivery.site.notes import put_notes, say_kept, say_superseded
from pressroom.delivery.site.pages import (
    RELEASES,
    render_changes,
    render_family,
    render_front,
    render_release,
)
from pressroom.delivery.site.search import SCRIPT, Words, read_words, script, write_index
from pressroom.delivery.site.tables import mark_encoding, write_tables
from pressroom.edition.folders import Purpose
from pressroom.edition.generation import (
    CURRENT,
    GENERATIONS,
    Generation,
    clear_generations,
    is_left_by_us,
    lock_output,
    stage_generation,
)
from pressroom.edition.index import label_of, say_day
from pressroom.edition.manifest import INDEX, MANIFEST, ROWS, Record
from pressroom.edition.rows import Behind, Source


def _is_site(folder: Path) -> bool:
    is_edition = (folder / MANIFEST).exists()
    return (folder / "index.html").is_file() and (folder / RELEASES).is_dir() and not is_edition


def _is_left_site(output: Path) -> bool:
    return is_left_by_us(output, _is_site)


SITE = Purpose("site", _is_left_site, (GENERATIONS,))
UNAPPROVED = Purpose("unapproved site", _is_left_site, (GENERATIONS,))
"""What nobody approved never goes into the folder that readers have, so it has a mark of its own."""


@dataclass(frozen=True)
class Site:
    """Where a site is, and how much it holds."""

    index: Path
    releases: int
    briefings: int


def write_site(
    releases: Sequence[Release],
    output: Path,
    *,
    purpose: Purpose = SITE,
    on_wait: Callable[[], None] = lambda: None,
) -> Site:
    """Write the site of some releases, the oldest first, into ``current`` of a folder; return where it is.

    The newest release is also at the site's top, so that its addresses stay from release to release. A site
    that would be the same, byte for byte, is left as it is: web servers and browsers tell by the files' times
    what is new.

    Raises
    ------
    ReleaseError
        If there is no release to show: then the site stays as it is.
    FolderError, EditionError
        If the folder is not ours for a site, or cannot hold one.
    """
    if not releases:
        raise ReleaseError(
            "there is no approved release to show: `briefings release`, then `briefings approve NAME`"
        )
    with lock_output(output, on_wait, purpose), stage_generation(output) as generation:
        _Writer(generation, releases).write()
        if not generation.is_unchanged():
            generation.publish()
    return Site(output / CURRENT / "index.html", len(releases), len(releases[-1].records()))


def take_down(output: Path, purpose: Purpose = SITE) -> bool:
    """Take a site away, since nothing on it is approved any more; return whether there was one."""
    if not (output / CURRENT).is_symlink():
        return False
    with lock_output(output, purpose=purpose):
        (output / CURRENT).unlink()
        clear_generations(output)
    return True


class _Writer:
    """Writes the files of a site that is being staged."""

    def __init__(self, site: Generation, releases: Sequence[Release]) -> None:
        self.site, self.releases, self.newest = site, releases, releases[-1]

    def write(self) -> None:
        """Write all releases, and the newest one's families and index."""
        for before, release in zip((None, *self.releases), self.releases, strict=False):
            shown = self._write_release(release, before)
        self._write_top(shown)

    def _write_release(self, release: Release, before: Release | None) -> _Shown:
        """Write a release's folder; of the newest, its documents and data at the site's top, too."""
        release.require_intact()
        base = f"{RELEASES}/{release.name}/"
        bases = [base, ""] if release is self.newest else [base]
        shown = _Shown(Source(release.package))
        for record in release.records():
            self._write_documents(release, record, bases)
            shown.words[record.id] = read_words((release.edition / f"{record.id}.html").read_bytes())
            for name, content in shown.find_tables(record).items():
                self.site.write(base + name, content)
                for place in bases[1:]:
                    self.site.take(place + name, self.site.folder / (base + name))
        package = shown.source.package
        page = render_release(release, self.newest, package, shown.tables, before)
        self.site.write(f"{base}index.html", page.encode())
        if before:
            self.site.write(base + CHANGES, render_changes(compare(before, release), package).encode())
        return shown

    def _write_top(self, shown: _Shown) -> None:
        package, records = shown.source.package, self.newest.records()
        for shelf, entries in self.newest.shelves():
            page = render_family(self.newest, package, shelf, entries, shown.tables)
            self.site.write(f"{shelf.family}/index.html", page.encode())
        data = write_index(shown.source, records, shown.behind, shown.words)
        self.site.write("index.html", render_front(self.releases, package, data, shown.tables).encode())
        self.site.write(SCRIPT, script().encode())

    def _write_documents(self, release: Release, record: Record, bases: Sequence[str]) -> None:
        page, notes = release.edition / f"{record.id}.html", self._find_notes(release, record)
        made = page.read_bytes()
        shown = put_notes(keep_links(made, f"{record.id}.html", _list_files(release)), notes)
        for base in bases:
            if shown != made:
                self.site.write(f"{base}{record.id}.html", shown)
            else:
                self.site.take(f"{base}{record.id}.html", page)
            for name in _list_beside(record):
                self._write_beside(base + name, release.edition / name)

    def _write_beside(self, name: str, file: Path) -> None:
        """Write what a page leads to beside it: the release's own file, but for the mark on a CSV."""
        made = file.read_bytes() if file.suffix == ROWS else b""
        marked = mark_encoding(made)
        if marked == made:
            self.site.take(name, file)
        else:
            self.site.write(name, marked)

    def _find_notes(self, release: Release, record: Record) -> list[str]:
        notes = [say_kept(self._find_origin(release, record))] if record.status == "kept" else []
        if release is not self.newest:
            there = self.newest.manifest.records.get(record.id)
            is_there = there is not None and bool(there.documents)
            target = f"../../{self.newest.name}/{record.id if is_there else 'index'}.html"
            notes.insert(0, say_superseded(release.name, self.newest.name, target, is_there=is_there))
        return notes

    def _find_origin(self, release: Release, record: Record) -> str:
        """Return the release that an earlier copy was made for, in words; ``""`` if it is not on the site."""
        for before in self.releases:
            there = before.manifest.records.get(record.id)
            if before.number < release.number and there and there.documents == record.documents:
                return f"release {before.name} of {say_day(before.day)}"
        return ""


def _list_files(release: Release) -> set[str]:
    """Return the files of a release that its pages may lead to: a briefing that failed has none."""
    pages = {f"{record.id}.html" for record in release.records()}
    return {INDEX, *pages, *(name for record in release.records() for name in _list_beside(record))}


def _list_beside(record: Record) -> list[str]:
    """Return what a briefing's page leads to beside it: its PDF, and its rows if it has some."""
    return [f"{record.id}.pdf", *([record.rows] if record.rows in record.documents else [])]


@dataclass(frozen=True)
class _Shown:
    """What was found of a release's briefings, by their ids, and the files of data by their names."""

    source: Source
    words: dict[str, Words] = field(default_factory=dict)
    behind: dict[str, Behind | None] = field(default_factory=dict)
    tables: list[str] = field(default_factory=list)

    def find_tables(self, record: Record) -> dict[str, bytes]:
        """Return the files of the data behind a briefing; none if it is a copy from other data."""
        found = self.behind[record.id] = self.source.find(record)
        if found is None:
            return {}
        title = f"{label_of(record)}: {self.words[record.id].title}"
        files = write_tables(self.source, found.extracts, name=record.id.replace("/", "-"), title=title)
        named = {f"{record.id}/{file}": content for file, content in files.items()}
        self.tables.extend(named)
        return named
