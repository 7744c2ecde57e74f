"""The site written whole: staged aside, and swapped in by one rename, like an edition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pressroom.data.dataset import Dataset
from pressroom.delivery.changes import Changes, compare
from pressroom.delivery.links import keep_links, list_beside, list_files
from pressroom.delivery.releases import Release, ReleaseError
from pressroom.delivery.site.addresses import FEED, MISSING, RELEASES, Addresses
from pressroom.delivery.site.changes import CHANGES, say_changes
from pressroom.delivery.site.feeds import Feed
from pressroom.delivery.site.head import (
    ICON,
    ICON_LINK,
    ROBOTS,
    SITEMAP,
    Heads,
    draw_icon,
    fill_head,
    write_robots,
    write_sitemap,
)
from pressroom.delivery.site.pages import (
    describe_family,
    describe_front,
    describe_release,
    find_title,
    render_changes,
    render_family,
    render_front,
    render_missing,
    render_release,
)
from pressroom.delivery.site.recalled import Recalled, put_notes, say_kept, say_superseded, write_notices
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
    return (folder / INDEX).is_file() and (folder / RELEASES).is_dir() and not is_edition


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
    recalled: Sequence[Recalled] = (),
    purpose: Purpose = SITE,
    site_url: str = "",
    on_wait: Callable[[], None] = lambda: None,
) -> Site:
    """Write the site of some releases, the oldest first, into ``current`` of a folder; return where it is.

    The newest release is also at the site's top, so that its addresses stay from release to release. A site
    that would be the same, byte for byte, is left as it is: web servers and browsers tell by the files' times
    what is new.

    Parameters
    ----------
    recalled
        Releases at whose addresses readers find why they were recalled.
    site_url
        Where readers find it; without that, nothing in the site says a whole address.

    Raises
    ------
    ReleaseError
        If there is no release to show: then the site stays as it is.
    FolderError, EditionError
        If the folder is not ours for a site, or cannot hold one.
    """
    if not releases and not recalled:
        raise ReleaseError(
            "there is no approved release to show: `briefings release`, then `briefings approve NAME`"
        )
    with lock_output(output, on_wait, purpose), stage_generation(output) as generation:
        addresses = Addresses(site_url)
        if releases:
            _Writer(generation, releases, recalled, addresses).write()
        else:
            _write_frame(generation, recalled, addresses)
        if recalled:
            write_notices(generation, recalled, releases[-1] if releases else None, addresses)
        if not generation.is_unchanged():
            generation.publish()
    return Site(output / CURRENT / INDEX, len(releases), len(releases[-1].records()) if releases else 0)


def _write_frame(site: Generation, recalled: Sequence[Recalled], addresses: Addresses) -> None:
    """Write what browsers and feed readers ask for on a site that has nothing but notices."""
    last = recalled[-1].release
    title = find_title(last, last.package)
    feed = Feed((), recalled, last.package.project or title, {}, addresses)
    site.write(FEED, feed.write(title))
    site.write(ICON, draw_icon().encode())
    missing = render_missing(last, last.package, addresses)
    site.write(MISSING, fill_head(missing.encode(), [ICON_LINK]))


def take_down(output: Path) -> bool:
    """Take a site away, since nothing on it is approved any more; return whether there was one."""
    if not (output / CURRENT).is_symlink():
        return False
    with lock_output(output, purpose=SITE):
        (output / CURRENT).unlink()
        clear_generations(output)
    return True


class _Writer:
    """Writes the files of a site that is being staged."""

    def __init__(
        self,
        site: Generation,
        releases: Sequence[Release],
        recalled: Sequence[Recalled],
        addresses: Addresses,
    ) -> None:
        self.site, self.releases, self.newest, self.addresses = site, releases, releases[-1], addresses
        self.recalled = recalled
        self.heads = Heads(addresses, {shelf.family: shelf.title for shelf, _ in self.newest.shelves()})
        self.changes: dict[str, Changes] = {}
        self.sitemap: dict[str, date | None] = {}

    def write(self) -> None:
        """Write all releases, the newest one's families and index, and what browsers and crawlers ask for."""
        for before, release in zip((None, *self.releases), self.releases, strict=False):
            shown = self._write_release(release, before)
        self._write_top(shown)
        self._write_feeds(shown)
        self.site.write(SCRIPT, script().encode())
        self.site.write(ICON, draw_icon().encode())
        missing = render_missing(self.newest, shown.source.package, self.addresses)
        self.site.write(MISSING, fill_head(missing.encode(), [ICON_LINK]))
        if self.addresses.site_url:
            self.site.write(SITEMAP, write_sitemap(self.sitemap, self.addresses))
            self.site.write(ROBOTS, write_robots(self.addresses))

    def _write_release(self, release: Release, before: Release | None) -> _Shown:
        """Write a release's folder; of the newest, its documents and data at the site's top, too."""
        release.require_intact()
        base = f"{RELEASES}/{release.name}/"
        bases = [base, ""] if release is self.newest else [base]
        shown = _Shown(Source(release.package))
        for record in release.records():
            words = read_words((release.edition / f"{record.id}.html").read_bytes())
            shown.words[record.id] = words
            self._write_documents(release, record, words, bases)
            for name, content in shown.find_tables(record).items():
                self.site.write(base + name, content)
                for place in bases[1:]:
                    self.site.take(place + name, self.site.folder / (base + name))
        package = shown.source.package
        page = render_release(release, self.newest, package, shown.tables, before)
        self._write_page(base + INDEX, page, describe_release(release, package))
        if before:
            changes = self.changes[release.name] = compare(before, release)
            page = render_changes(changes, package)
            self._write_page(base + CHANGES, page, say_changes(changes), release=release.name)
        return shown

    def _write_top(self, shown: _Shown) -> None:
        package, records = shown.source.package, self.newest.records()
        for shelf, entries in self.newest.shelves():
            page = render_family(self.newest, package, shelf, entries, shown.tables)
            description = describe_family(shelf, package)
            self._write_page(f"{shelf.family}/{INDEX}", page, description, family=shelf.family)
        data = write_index(shown.source, records, shown.behind, shown.words)
        front = render_front(self.releases, self.recalled, package, data, shown.tables)
        self._write_page(INDEX, front, describe_front(self.newest, package))

    def _write_page(
        self, name: str, page: str, description: str, *, family: str = "", release: str = ""
    ) -> None:
        """Write a page of the site's own."""
        content = self.heads.put(page.encode(), name, description, family=family, release=release)
        self.site.write(name, content)
        self.sitemap[name] = None if name.startswith(f"{RELEASES}/") else self.newest.day

    def _write_feeds(self, shown: _Shown) -> None:
        package, title = shown.source.package, find_title(self.newest, shown.source.package)
        author = Dataset(shown.source.tables, recorded=False).publisher or package.project or title
        feed = Feed(self.releases, self.recalled, author, self.changes, self.addresses)
        self.site.write(FEED, feed.write(title))
        for shelf, _ in self.newest.shelves():
            self.site.write(f"{shelf.family}/{FEED}", feed.write(title, shelf))

    def _write_documents(self, release: Release, record: Record, words: Words, bases: Sequence[str]) -> None:
        file, is_newest = f"{record.id}.html", release is self.newest
        linked = keep_links((release.edition / file).read_bytes(), file, list_files(release))
        page = put_notes(linked, self._find_notes(release, record))
        for base in bases:
            content = self.heads.put(
                page,
                base + file,
                words.lede or str(record.entry.get("line", "")),
                family=record.family,
                # The newest pages are at the top, too, where their addresses stay. A superseded page differs,
                # and is cited by its own address; search engines leave it out.
                canonical=file if is_newest else "",
                release=release.name if base else "",
                is_superseded=not is_newest,
            )
            self.site.write(base + file, content)
            for name in list_beside(record):
                self._write_beside(base + name, release.edition / name)
        if is_newest:
            self.sitemap[file] = release.day

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
