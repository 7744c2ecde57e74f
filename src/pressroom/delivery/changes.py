"""What changed between two releases: records and briefings, in a reader's words; and as lines of text.

A briefing has changed if something that it reads differs, or how it is made (its notebook, the code, its
parameters), and its documents with it. What it says of earlier releases changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from pressroom.data.commentary import name_commentary, read_commentary
from pressroom.data.comparison import RowChange, compare_rows, fold_parts
from pressroom.data.package import Package
from pressroom.data.previous import CHANGED, LOOKING_BACK
from pressroom.data.reads import DESCRIBE, SELECT, name_read
from pressroom.data.wording import Part, Wording, read_wordings
from pressroom.delivery.releases import Release, ReleaseError
from pressroom.edition.links import HOMEPAGE, LINK, NEIGHBOURS
from pressroom.edition.manifest import Record
from pressroom.edition.phrases import read_kit_phrases
from pressroom.edition.today import ELSEWHERE
from pressroom.pages.differences import say_row_change
from pressroom.pages.phrases import say

if TYPE_CHECKING:
    from pressroom.data.select import Tables
    from pressroom.data.tables import Rows


Kind = Literal["new", "data", "method", "removed"]
Read = Mapping[str, Any]

KINDS: tuple[Kind, ...] = ("new", "data", "method", "removed")

_METHOD = ("notebook", "code", "lock")
_AROUND = ".screen, .imprint"
"""What stands on a page of its edition: the press's links, and the colophon with the dataset's version."""

_IMPRINT = ("version", "created", "licenses", "contributors", "keywords", HOMEPAGE)

_SAID = {
    "as_of": "The day that the information is as of",
    "coverage": "The years that the source covers",
    "sources": "What is said of the sources",
    "title": "The dataset's title",
    "project": "The project's name",
    "lists": "A code list",
}


@dataclass(frozen=True)
class BriefingChange:
    """One briefing that changed.

    Attributes
    ----------
    kind
        ``"data"`` if what it reads changed; ``"method"`` if only how it is made did.
    is_correction
        Whether a reader of the earlier one read something that is stated otherwise now.
    lines
        What changed, a line each.
    """

    id: str
    kind: Kind
    is_correction: bool = False
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What changed from one release to another.

    Attributes
    ----------
    records
        The table that the briefings are about, by its title.
    main, others
        Its rows that were added, changed or withdrawn, and those of other tables.
    briefings
        By id, in the order of the newer release's index, what was removed last.
    """

    old: Release
    new: Release
    records: str
    main: tuple[RowChange, ...]
    others: tuple[RowChange, ...]
    briefings: Mapping[str, BriefingChange]

    @property
    def rows(self) -> tuple[RowChange, ...]:
        """Return all rows that were added, changed or withdrawn."""
        return (*self.main, *self.others)


def compare(old: Release, new: Release) -> Changes:
    """Return what changed from an earlier release to a later one; a DatasetError if one cannot be read."""
    both = _Pair(old, new)
    there = {record.id: record for record in new.records()}
    before = {record.id: record for record in old.records()}
    found = (both.compare_briefing(before.get(id), there.get(id)) for id in {**there, **before})
    changes = {change.id: change for change in found if change}
    table = new.package.records
    main, others = (
        tuple(row for row in both.rows if (row.table == table.name) is is_main) for is_main in (True, False)
    )
    return Changes(old, new, table.title, main, others, changes)


def say_changes(changes: Changes, stale: Sequence[str] = ()) -> list[str]:
    """Return the changes as lines: what is still stale, the records, then the briefings."""
    names = f"{changes.old.name} to {changes.new.name}"
    lines = _say_stale(stale) if stale else []
    if not changes.rows and not changes.briefings:
        return [*lines, f"Nothing changed from {names}."]
    lines += [f"From {names}: {changes.records.lower()}: {_count_rows(changes.main)}.", ""]
    lines += [f"  {say_row_change(row)}" for row in changes.main]
    if changes.others:
        lines += ["", "Other records", *(f"  {say_row_change(row)}" for row in changes.others)]
    for kind in KINDS:
        heading = say(f"changed_{kind}")
        found = [change for change in changes.briefings.values() if change.kind == kind]
        if found:
            lines += ["", f"{heading} ({len(found)})", *_say_briefings(found)]
    return lines


class _Pair:
    """Two releases side by side; their datasets are read when something is asked of them, once."""

    def __init__(self, old: Release, new: Release) -> None:
        self.releases = (old, new)
        self._answers: dict[str, tuple[Rows | None, Rows | None]] = {}

    @cached_property
    def data(self) -> tuple[Tables, Tables]:
        from pressroom.data.select import Tables

        old, new = (_open_data(release) for release in self.releases)
        return Tables.of(old), Tables.of(new)

    @cached_property
    def is_same_data(self) -> bool:
        old, new = (release.manifest.dataset["digest"] for release in self.releases)
        return bool(old == new)

    @cached_property
    def rows(self) -> list[RowChange]:
        """Return all records that differ."""
        if self.is_same_data:
            return []
        old, new = self.data
        tables = dict.fromkeys([*new.tables, *old.tables])
        changes = {table: self._compare_table(table) for table in tables}
        for table, part in self.parts.items():
            before, now = (_rows(tables, table).values() for tables in (old, new))
            changes[part.table] = fold_parts(
                changes[part.table],
                self.wordings,
                part,
                before,
                now,
                _rows(new, part.table),
                self.name,
            )
            changes.pop(table)
        return [change for found in changes.values() for change in found]

    @cached_property
    def wordings(self) -> Mapping[str, Wording]:
        """Return how each table's rows are described to readers: as the newer release has it, if it does."""
        old, new = self.data
        dates = read_kit_phrases(new.package).date_words
        return {**read_wordings(old.package, dates=dates), **read_wordings(new.package, dates=dates)}

    @property
    def parts(self) -> dict[str, Part]:
        """Return the tables whose rows are described with those of another one."""
        return {table: wording.part for table, wording in self.wordings.items() if wording.part}

    def name(self, table: str, code: str) -> str:
        """Return what a reader knows a code of a table by."""
        if table not in self.wordings:
            return code
        for tables in reversed(self.data):
            row = _rows(tables, table).get(code)
            if row and row.get(self.wordings[table].name):
                return str(row[self.wordings[table].name])
        return code

    def compare_briefing(self, old: Record | None, new: Record | None) -> BriefingChange | None:
        if new is None:
            return BriefingChange(old.id, "removed") if old else None
        if old is None:
            return BriefingChange(new.id, "new")
        if _list_pages(old) == _list_pages(new):
            return None
        how = [name for name in _METHOD if old.inputs.get(name) != new.inputs.get(name)]
        # What another program, or one of other versions, made of the same may differ in its layout alone.
        is_laid_out_anew = bool({"code", "lock"}.intersection(how))
        if not is_laid_out_anew and self._read_text(0, old) == self._read_text(1, new):
            return None
        changed = list(self._list_changed_reads(old, new))
        if changed:
            rows = list(self._find_rows(changed))
            lines = [*map(say_row_change, rows), *self._say_others(changed, rows)]
            is_correction = any(row.is_correction for row in rows)
            return BriefingChange(new.id, "data", is_correction, tuple(dict.fromkeys(lines)))
        if how or old.parameters != new.parameters:
            return BriefingChange(new.id, "method", lines=(_say_method(how),))
        return None

    def _read_text(self, which: int, record: Record) -> str:
        """Return what a page says, but for what it says of earlier releases and of its edition."""
        from selectolax.lexbor import LexborHTMLParser

        page = (self.releases[which].edition / f"{record.id}.html").read_text("utf-8")
        body = LexborHTMLParser(page).body
        for node in body.css(f".{CHANGED}, {_AROUND}") if body else ():
            node.decompose()
        return (body.html if body else page) or ""

    def _list_changed_reads(self, old: Record, new: Record) -> Iterator[Read]:
        """Yield the reads of either that got, or would have got, something else.

        What is asked often follows from an earlier answer, or from the notebook, so that one alone asked for
        what has changed.
        """
        before, now = _by_question(old), _by_question(new)
        yield from (
            read for key, read in now.items() if key in before and before[key]["digest"] != read["digest"]
        )
        if self.is_same_data:
            return
        for key in before.keys() ^ now.keys():
            read = now.get(key) or before[key]
            if read["query"] in ELSEWHERE or len(set(map(_identify, self._ask(read)))) > 1:
                yield read

    def _find_rows(self, reads: Iterable[Read]) -> Iterator[RowChange]:
        """Yield the records that differ in what the reads got, in either release."""
        touched: dict[tuple[str, str], set[str]] = {}
        for read in reads:
            before, now = (_index_rows(rows, self.parts) for rows in self._ask(read))
            for row in before.keys() | now.keys():
                if before.get(row) != now.get(row):
                    touched.setdefault(row, set()).update(_list_labels(before.get(row) or now[row]))
        for change in self.rows:
            columns = touched.get((change.table, change.key), set())
            seen = tuple(field for field in change.fields if not columns.isdisjoint(field.columns))
            if columns and (seen or not change.fields):
                yield replace(change, fields=seen)

    def _say_others(self, reads: Iterable[Read], rows: Iterable[RowChange]) -> Iterator[str]:
        """Yield what changed that is no record."""
        has_lines = bool(list(rows))
        for read in reads:
            if read["query"] == "commentary":
                yield self._say_commentary(read["arguments"])
            elif read["query"] == DESCRIBE:
                key = read["arguments"]["path"][0]
                yield f"{_SAID.get(key, f'What the descriptor says under {key}')} changed."
            elif read["query"] in ("file", "folder", "dataset"):
                yield f"The file {read['arguments']['path']}, which it reads, changed."
            elif not has_lines:
                has_lines = True
                yield "The data that it reads changed."

    def _say_commentary(self, asked: Mapping[str, str]) -> str:
        file = name_commentary(f"{asked['family']}/{asked['slug']}")
        old, new = (read_commentary(release.data, file) for release in self.releases)
        done = "was added" if not old else "changed" if new else "was taken away"
        return f"The analyst's commentary {done}."

    def _ask(self, read: Read) -> tuple[Rows | None, Rows | None]:
        key = name_read(read)
        if key not in self._answers:
            has_rows, asked = read["query"] == SELECT, read["arguments"]
            old, new = (tables.ask_again(asked) if has_rows else None for tables in self.data)
            self._answers[key] = old, new
        return self._answers[key]

    def _compare_table(self, table: str) -> list[RowChange]:
        old, new = (_rows(tables, table) for tables in self.data)
        return compare_rows(self.wordings[table], old, new, self.name)


def _list_pages(record: Record) -> dict[str, str]:
    """Return the digests of what readers get of a briefing."""
    return {name: digest for name, digest in record.documents.items() if name.endswith((".html", ".pdf"))}


def _open_data(release: Release) -> Package:
    """Return a release's dataset; a ReleaseError if it is not the one that its edition was built from."""
    package = release.package
    if package.digest != release.manifest.dataset["digest"]:
        raise ReleaseError(
            f"release {release.name} is damaged: its data are not those that were frozen; restore a copy"
        )
    return package


def _by_question(record: Record) -> dict[str, Read]:
    """Return the reads of a briefing by what was asked, those left out that look back."""
    return {name_read(read): read for read in record.reads if not _is_around(read)}


def _is_around(read: Read) -> bool:
    """Return whether a read is for what a page says of earlier releases or its edition."""
    if read["query"] == DESCRIBE:
        return read["arguments"]["path"][0] in _IMPRINT
    return read["query"] in (*LOOKING_BACK, LINK, NEIGHBOURS)


def _identify(rows: Rows | None) -> str:
    return rows.digest() if rows is not None else ""


def _index_rows(rows: Rows | None, parts: Mapping[str, Part]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the cells that a read looked at, by table and key; a part of another row stands with that."""
    if rows is None:
        return {}
    part = parts.get(rows.table.name)
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for place, (key, row) in zip(rows.positions, rows.by_key().items(), strict=True):
        whole = (part.table, str(rows.table.values[part.by][place])) if part else (rows.table.name, key)
        found.setdefault(whole, []).append({label: row[label] for label in rows.used})
    return found


def _list_labels(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    return {label for row in rows for label in row}


def _rows(tables: Tables, table: str) -> dict[str, dict[str, Any]]:
    return tables.all_rows(table).by_key() if table in tables.tables else {}


def _say_method(how: Iterable[str]) -> str:
    what = "its notebook" if "notebook" in how else "the program that makes it"
    return f"Its wording or layout changed ({what}); the data did not."


def _say_stale(stale: Sequence[str]) -> list[str]:
    which = "1 briefing is" if len(stale) == 1 else f"{len(stale)} briefings are"
    sentence = f"The current edition is partly stale: {which} still to be built, and may change then, too."
    return [f"{sentence} `briefings build` builds:", *(f"  {id}" for id in stale), ""]


def _say_briefings(found: list[BriefingChange]) -> list[str]:
    return [f"  {change.id}{', a correction' if change.is_correction else ''}" for change in found]


def _count_rows(rows: Sequence[RowChange]) -> str:
    """Return how many were added, corrected and so on."""
    verbs = [row.verb.lower() for row in rows]
    counts = ", ".join(f"{verbs.count(verb)} {verb}" for verb in dict.fromkeys(verbs))
    return counts or "none changed"
