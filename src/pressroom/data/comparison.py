"""What differs between two states of the dataset, row by row, in a reader's words.

An addition, a correction and a withdrawal are told apart. Filling in what was not stated is no correction,
nor is a more exact date, nor a new status: what was planned has been held meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Literal

from pressroom.data.date_words import ENGLISH, when
from pressroom.data.derivations import DATES
from pressroom.data.sources import SOURCES
from pressroom.data.wording import Part, Wording, read_wordings

if TYPE_CHECKING:
    from pressroom.data.dataset import Dataset

Row = Mapping[str, Any]
Rows = Mapping[str, Row]
NameOf = Callable[[str, str], str]
"""Returns the name of a code of a table."""

_DATE = "date"
_LONG = 90

Kind = Literal["added", "changed", "withdrawn"]


@dataclass(frozen=True)
class FieldChange:
    """One value of a row that differs, in words; ``""`` where there was or is none.

    Attributes
    ----------
    label
        What the value is, such as ``"date"`` or ``"role of North Ltd"``.
    columns
        Those of the dataset that show it.
    is_update
        Whether the new value corrects nothing: a later state, or the same more exactly, as a day in what was
        a month.
    """

    label: str
    old: str
    new: str
    columns: tuple[str, ...] = ()
    is_update: bool = False

    @property
    def is_correction(self) -> bool:
        """Return whether what was stated is stated otherwise now, or no more."""
        return bool(self.old) and not self.is_update


@dataclass(frozen=True)
class RowChange:
    """One row that was added, changed or withdrawn.

    Attributes
    ----------
    key
        Its key in words, as `dataset.rows.Rows.by_key` has it.
    name
        What a reader knows it by.
    fields
        Of a changed row.
    by
        The sources, by name, that it cites now and did not before; of a changed row.
    """

    table: str
    key: str
    kind: Kind
    name: str
    fields: tuple[FieldChange, ...] = ()
    by: tuple[str, ...] = ()

    @property
    def is_correction(self) -> bool:
        """Return whether a reader read something else before."""
        return self.kind == "withdrawn" or any(field.is_correction for field in self.fields)

    @property
    def verb(self) -> str:
        """Return what happened to the row: Added, Corrected, Updated or Withdrawn."""
        if self.kind != "changed":
            return self.kind.capitalize()
        return "Corrected" if self.is_correction else "Updated"


def compare_rows(wording: Wording, old: Rows, new: Rows, name_of: NameOf) -> list[RowChange]:
    """Return what differs between rows by key, in the new order, what was withdrawn last.

    Parameters
    ----------
    wording
        How the table's rows are described to readers.
    old, new
        The rows with the columns that matter; some or all of a table.
    name_of
        Of codes in old and new rows alike.
    """
    found = (_compare_row(wording, key, old.get(key), new.get(key), name_of) for key in {**new, **old})
    return [change for change in found if change]


def fold_parts(
    changes: Iterable[RowChange],
    wordings: Mapping[str, Wording],
    part: Part,
    old: Iterable[Row],
    new: Iterable[Row],
    wholes: Rows,
    name_of: NameOf,
) -> list[RowChange]:
    """Return the changes of a table with those of the rows that belong to its rows, as fields.

    Parameters
    ----------
    part
        What the rows of `old` and `new` belong to.
    wholes
        Today's rows of that table by key, for those that changed in nothing else.
    """
    by_key = {change.key: change for change in changes}
    for key, fields in _compare_parts(part, old, new, name_of).items():
        change = by_key.get(key)
        if change is None and key in wholes:
            name = _name_row(wordings[part.table], wholes[key])
            by_key[key] = RowChange(part.table, key, "changed", name, fields)
        elif change and change.kind == "changed":
            by_key[key] = replace(change, fields=(*change.fields, *fields))
    return list(by_key.values())


class TwoStates:
    """Two states of a dataset, of which somebody asks about some rows.

    Parameters
    ----------
    dates
        The words and patterns of dates in the readers' language.
    """

    def __init__(self, old: Dataset, new: Dataset, *, dates: Mapping[str, str] = ENGLISH) -> None:
        self._states = (old, new)
        self._wordings = read_wordings(new.package, dates=dates)

    def compare(
        self, table: str, keys: Sequence[str], columns: Iterable[str], *, by: str | None = None
    ) -> list[RowChange]:
        """Return what differs between rows of a table, and in what belongs to them.

        Parameters
        ----------
        columns
            What is compared of a row.
        by
            Another column than the key, in which `keys` may stand.
        """
        old, new = (_pick(state, table, keys, columns, by) for state in self._states)
        changes = compare_rows(self._wordings[table], old, new, self.name)
        for wording in self._wordings.values():
            part = wording.part
            if part and part.table == table and keys:
                rows = [state.select(wording.table, {part.by: keys}, strict=False) for state in self._states]
                changes = fold_parts(changes, self._wordings, part, rows[0], rows[1], new, self.name)
        return changes

    def name(self, table: str, code: str) -> str:
        """Return what texts call a row of a table, in the newer state if it is there; else its code."""
        if table not in self._wordings:
            return code
        label = self._wordings[table].name
        found = (_pick(state, table, [code], (label,), None) for state in reversed(self._states))
        return str(next((row[code][label] for row in found if row), code))


def _pick(
    state: Dataset, table: str, keys: Sequence[str], columns: Iterable[str], by: str | None
) -> dict[str, Row]:
    """Return the rows of a table that have one of the keys, by their own: what they have of the columns."""
    key = state.package.resource(table).key[0]
    shown = tuple(dict.fromkeys((key, *columns)))
    # What is only in the other state is not unknown here.
    found = state.select(table, {by or key: keys}, strict=False) if keys else ()
    return {row[key]: {label: row[label] for label in shown if label in row} for row in found}


def _compare_row(
    wording: Wording, key: str, old: Row | None, new: Row | None, name_of: NameOf
) -> RowChange | None:
    if new is None:
        return RowChange(wording.table, key, "withdrawn", _name_row(wording, old)) if old else None
    if old is None:
        return RowChange(wording.table, key, "added", _name_row(wording, new))
    fields = tuple(_compare_fields(wording, old, new, name_of))
    # A date that changed stands with the change.
    is_moved = any(field.label == _DATE for field in fields)
    name = wording.find_heading(new) if is_moved else _name_row(wording, new)
    by = tuple(name_of(SOURCES, code) for code in _cite(new) if code not in _cite(old))
    return RowChange(wording.table, key, "changed", name, fields, by) if fields else None


def _cite(row: Row) -> list[str]:
    """Return the codes of the sources that a row cites, each once."""
    return list(dict.fromkeys(locator.partition("#")[0] for locator in row.get(SOURCES) or ()))


def _compare_fields(wording: Wording, old: Row, new: Row, name_of: NameOf) -> Iterator[FieldChange]:
    dates = wording.interval or ()
    if dates and dates[0] in new and (before := _say_date(wording, old)) != (now := _say_date(wording, new)):
        is_refined = _is_refined(*(tuple(row.get(label) or "" for label in dates) for row in (old, new)))
        yield FieldChange(_DATE, before, now, (*dates, *DATES), is_refined)
    for label in (label for label in wording.columns if label in new):
        if label in (*wording.silent, *dates) or old.get(label) == new[label]:
            continue
        both = (say_whole(wording, label, row.get(label), name_of) for row in (old, new))
        before, now = _cut_alike(*both)
        after = wording.free_after.get(label, "")
        is_update = label in wording.updates or _is_more_exact(old.get(label), new[label], after)
        yield FieldChange(wording.label(label), before, now, (label,), is_update)


def _is_refined(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """Return whether a first and a last day fall into a vaguer date that has no end of its own."""
    vague, end = old
    return bool(vague) and not end and all(day.startswith(f"{vague}-") for day in (new[0], new[1] or new[0]))


def _is_more_exact(old: Any, new: Any, after: str) -> bool:
    """Return whether each item of a list is there still, or with more behind its code, as a city."""
    if not (isinstance(old, tuple) and isinstance(new, tuple) and after and after in "".join(map(str, new))):
        return False
    return all(any(str(now).startswith(f"{item}{after}") or now == item for now in new) for item in old)


def _compare_parts(
    part: Part, old: Iterable[Row], new: Iterable[Row], name_of: NameOf
) -> dict[str, tuple[FieldChange, ...]]:
    before, now = _gather_parts(part, old), _gather_parts(part, new)
    fields: dict[str, tuple[FieldChange, ...]] = {}
    for whole, who in {**now, **before}:
        said = [" and ".join(found.get((whole, who), ())) for found in (before, now)]
        if said[0] != said[1]:
            label = f"{part.what} of {name_of(part.who_table, who)}"
            field = FieldChange(label, said[0], said[1], (part.who, part.what, *part.shown_in))
            fields[whole] = (*fields.get(whole, ()), field)
    return fields


def _gather_parts(part: Part, rows: Iterable[Row]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        found.setdefault((row[part.by], row[part.who]), []).append(row[part.what])
    return {key: sorted(said) for key, said in found.items()}


def _name_row(wording: Wording, row: Row) -> str:
    """Return what a reader knows a row by; of one with dates, with its date."""
    heading = wording.find_heading(row)
    if wording.interval:
        return f"{heading} ({_say_date(wording, row) or wording.dates['undated']})"
    return f"{wording.noun} “{shorten(heading)}”"


def _say_date(wording: Wording, row: Row) -> str:
    start, end = (row.get(label) or "" for label in wording.interval or ("", ""))
    return when(start, end, words=wording.dates) if start else ""


def say_whole(wording: Wording, label: str, value: Any, name_of: NameOf) -> str:
    """Return what a column of a table holds, in words; ``""`` of nothing."""
    if value is None:
        return ""
    after = wording.free_after.get(label, "")
    if isinstance(value, tuple):
        return ("; " if after else ", ").join(say_whole(wording, label, item, name_of) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    table = wording.references.get(label)
    if not table:
        return str(value)
    code, _, more = str(value).partition(after) if after else (str(value), "", "")
    # What is said more exactly comes first, as in "Ghent, Belgium".
    return ", ".join(filter(None, (more, name_of(table, code) if code else "")))


def _cut_alike(old: str, new: str) -> tuple[str, str]:
    """Return two texts, of long ones what stands from the word before their first difference on."""
    if max(len(old), len(new)) <= _LONG or not (old and new):
        return shorten(old), shorten(new)
    words = old.split(" "), new.split(" ")
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*words, strict=False)))
    dots, first = ("… ", same - 1) if same > 1 else ("", 0)
    return shorten(dots + " ".join(words[0][first:])), shorten(dots + " ".join(words[1][first:]))


def shorten(text: str) -> str:
    """Return a text, of a long one its beginning."""
    return text if len(text) <= _LONG else f"{text[:_LONG].rsplit(' ', 1)[0]} …"
