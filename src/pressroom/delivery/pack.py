"""Packs: a briefing book for an occasion, in an archive with its briefings, a manifest and checksums."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from pressroom.data.characters import is_blank
from pressroom.data.findings import Refusal
from pressroom.data.names import make_slug
from pressroom.delivery.links import keep_links
from pressroom.delivery.releases import Release
from pressroom.delivery.selection import find_linked, list_catalogue
from pressroom.delivery.storage import pack_files, write_whole
from pressroom.edition.index import label_of, render_index, say_day
from pressroom.edition.links import HOMEPAGE, Recorded
from pressroom.edition.manifest import INDEX, Manifest, Record
from pressroom.pages.words import capital, counted, listed
from pressroom.run.catalogue import select

if TYPE_CHECKING:
    from pressroom.pages.markup.document import Document

BOOK, MANIFEST, SUMS = "book.pdf", "manifest.json", "SHA256SUMS"
_FOLDER = "briefings"
_NAMED = 12
"""Briefings above which a cover counts them by family instead of naming each."""


class PackError(Refusal):
    """There is no such pack to make; the message says why."""


@dataclass(frozen=True)
class Pack:
    """A briefing book, the archive that holds it, and what was noticed on the way."""

    book: bytes
    archive: bytes
    briefings: tuple[str, ...]
    warnings: tuple[str, ...]


def make_pack(
    release: Release, selectors: Iterable[str], *, title: str, subject: Record | None = None
) -> Pack:
    """Return the pack of some briefings of a release, the same bytes for the same release, title and choice.

    Parameters
    ----------
    selectors
        As `press.catalogue.select` has them; without any, all briefings.
    title
        What stands on the cover, such as the name of a conference.
    subject
        The briefing that the pack is for: it comes first, and after it those that its page links to, in the
        order of its links. The selectors then choose among these. Without it, the order is the index's.

    Raises
    ------
    PackError
        If the title is empty.
    SelectorError
        If a selector names nothing, or nothing that the subject links to.
    DocumentError
        If the book cannot become an accessible PDF.
    """
    selectors, title = list(selectors), " ".join(title.split())
    if is_blank(title):
        raise PackError("a pack needs a title, such as the name of the conference")
    release.require_intact()
    records, missing = _choose(release, selectors, subject)
    book, warnings = _make_book(release, records, title)
    files = {BOOK: book, **_collect_files(release, records)}
    files[MANIFEST] = _write_manifest(release, records, title, selectors, subject, files)
    files[SUMS] = "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()
    ids = tuple(record.id for record in records)
    return Pack(book, pack_files(files), ids, (*missing, *warnings))


def name_pack(title: str, subject: Record | None = None) -> str:
    """Return what a pack's files are called, without suffix: after the briefing it is for, else its title."""
    if subject is None:
        return make_slug(title) or "pack"
    alone = subject.slug == subject.family
    return subject.slug if alone else f"{subject.family}-{subject.slug}"


def write_pack(pack: Pack, archive: Path, book: Path) -> None:
    """Write the archive and the book; a PackError, and nothing written, if another file is in their place."""
    before = _read_book(archive)
    if archive.exists() and before is None:
        raise PackError(f"{archive} is no pack of ours, so it is not replaced; name another file")
    if book.exists() and not (book.is_file() and book.read_bytes() in (before, pack.book)):
        raise PackError(f"{book} is not the book of {archive}, so it is not replaced; name another file")
    # The book first: of a command killed between the two, the next one finds the book that it makes itself.
    write_whole(book, pack.book)
    write_whole(archive, pack.archive)


def _read_book(archive: Path) -> bytes | None:
    """Return the book that a pack of ours holds; None if it is not one."""
    if not archive.is_file():
        return None
    try:
        with ZipFile(archive) as held:
            manifest = json.loads(held.read(MANIFEST))
            book = held.read(BOOK)
            return book if manifest["files"][BOOK] == sha256(book).hexdigest() else None
    except (OSError, BadZipFile, LookupError, ValueError, TypeError):
        return None


def _choose(release: Release, selectors: list[str], subject: Record | None) -> tuple[list[Record], list[str]]:
    """Return the briefings of a pack in the order of its book, and what is said of those it lacks."""
    if subject is None:
        chosen = {briefing.id for briefing in select(list_catalogue(release), selectors)}
        return [record for record in release.records() if record.id in chosen], []
    linked, missing = find_linked(release, subject, selectors)
    notice = f"{subject.id} links to {listed(missing)}, of which release {release.name} has no document"
    return [subject, *linked], [notice] if missing else []


def _make_book(release: Release, records: Sequence[Record], title: str) -> tuple[bytes, list[str]]:
    from pressroom.pages.pdf.printer import print_book

    documents = [_read_document(release, record) for record in records]
    return print_book(_make_cover(release, records, title, documents), documents)


def _read_document(release: Release, record: Record) -> Document:
    """Return a briefing as it was pressed; its links lead to the edition's pages on the web, if to any."""
    import nbformat

    from pressroom.pages.markup.document import read_document

    nb = nbformat.read(release.edition / f"{record.id}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    homepage = release.package.descriptor.get(HOMEPAGE)
    return read_document(nb, links=Recorded(record.reads, homepage))


def _make_cover(
    release: Release, records: Sequence[Record], title: str, documents: Sequence[Document]
) -> Any:
    from pressroom.pages.pdf.tree import Cover, Part

    facts = [
        ("Release", f"{release.name}, made on {say_day(release.day)}"),
        ("Dataset", f"{release.package.title}, version {release.manifest.dataset['version']}"),
    ]
    kept = [label_of(record) for record in records if record.status == "kept"]
    if kept:
        facts.append(("Earlier copies", f"{listed(kept)}: the last good copy, as of the date on its pages"))
    titles = _list_titles(release)
    parts = [(titles[family], len(list(run))) for family, run in groupby(records, lambda r: r.family)]
    return Cover(
        masthead=replace(documents[0].masthead, family="Briefing book"),
        subject="Briefing book",
        title=title,
        lede=_say_contents(records, titles),
        facts=facts,
        parts=[Part(*part) for part in parts],
    )


def _list_titles(release: Release) -> dict[str, str]:
    return {shelf.family: shelf.title for shelf in release.manifest.shelves}


def _say_contents(records: Sequence[Record], titles: Mapping[str, str]) -> str:
    labels = [label_of(record) for record in records]
    number = counted(len(labels), "briefing")
    if len(labels) > _NAMED:
        sizes = Counter(record.family for record in records)
        labels = [f"{size} under “{titles[family]}”" for family, size in sizes.items()]
    return f"{capital(number)}: {listed(labels)}."


def _collect_files(release: Release, records: Sequence[Record]) -> dict[str, bytes]:
    names = [n for r in records for n in (f"{r.id}.html", f"{r.id}.pdf", r.rows) if n in r.documents]
    there = {*names, INDEX}
    files = {
        f"{_FOLDER}/{name}": keep_links(content, name, there) if name.endswith(".html") else content
        for name, content in ((name, (release.edition / name).read_bytes()) for name in names)
    }
    index = render_index(_narrow(release.manifest, {record.id for record in records}), release.package)
    files[f"{_FOLDER}/{INDEX}"] = index.encode()
    return files


def _narrow(manifest: Manifest, ids: Collection[str]) -> Manifest:
    """Return the manifest of an edition with these briefings alone."""
    shelves = [(shelf, [r for r in records if r.id in ids]) for shelf, records in manifest.list_shelves()]
    kept = [replace(shelf, slugs=[r.slug for r in records]) for shelf, records in shelves if records]
    return replace(manifest, shelves=kept, records={id: manifest.records[id] for id in ids})


def _write_manifest(
    release: Release,
    records: Sequence[Record],
    title: str,
    selectors: Sequence[str],
    subject: Record | None,
    files: Mapping[str, bytes],
) -> bytes:
    manifest = {
        "schema": 1,
        "title": title,
        "selectors": selectors,
        **({"for": subject.id} if subject else {}),
        "release": {"name": release.name, "number": release.number, "dataset": release.manifest.dataset},
        "briefings": [
            {"id": r.id, "parameters": r.parameters, "label": label_of(r), "status": r.status}
            for r in records
        ],
        "files": {name: sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    return (json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
