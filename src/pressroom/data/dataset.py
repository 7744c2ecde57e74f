"""The dataset as a notebook has it: whatever is asked of it is recorded as a read."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from pressroom.data.commentary import name_commentary, read_commentary, require_commentary
from pressroom.data.findings import DatasetError, Finding, UnknownCode
from pressroom.data.locate import locate_package
from pressroom.data.opened_files import find_project, name_in_project, unrecorded, watch_notebook
from pressroom.data.package import DESCRIPTOR, Package, read_package
from pressroom.data.partial_dates import PartialDate
from pressroom.data.phrase_rows import PREFIX, PhraseColumn, find_phrase_column
from pressroom.data.previous import PREVIOUS, RELEASE, find_previous
from pressroom.data.reads import (
    DESCRIBE,
    SELECT,
    Question,
    digest_answer,
    recall_answer,
    record_answer,
    record_read,
)
from pressroom.data.select import Tables, digest_descriptor, digest_refusal, list_codes
from pressroom.data.sources import COVERAGE, SOURCES, AsOf, Source, find_as_of, list_years
from pressroom.data.tables import Row, Rows
from pressroom.data.upgrade import upgrade

When = str | PartialDate | None
Codes = str | Iterable[str] | None

_PLACE = re.compile(r"\{(\w+)\}")
"""A place in a wording that a value takes, such as ``{n}``."""

_opened: dict[tuple[Path, Path | None], Tables] = {}


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """An immutable dataset. Use `open_dataset`.

    Parameters
    ----------
    tables
        What it holds, for the press: it records nothing, so no notebook may use it.
    recorded
        Whether each question is a read; if not, the opening was.
    """

    tables: Tables
    recorded: bool = True

    @property
    def package(self) -> Package:
        """Return what was read, for the press; what is asked of it is no read, so it is not for notebooks."""
        return self.tables.package

    def __repr__(self) -> str:
        return f"<Dataset {self.package.title!r} at {self.path}>"

    @property
    def path(self) -> Path:
        """Return the dataset's folder."""
        return self.package.path

    @property
    def title(self) -> str:
        """Return the dataset's title."""
        return str(self._describe("title") or "")

    @property
    def project(self) -> str:
        """Return the short name that is printed in mastheads; without one, the title."""
        named = self._describe("project")
        return self.title if named is None else str(named)

    @property
    def language(self) -> Any:
        """Return the language that the descriptor says its briefings are in, as it stands there, or None."""
        return self._describe("language")

    @property
    def phrases(self) -> Any:
        """Return the descriptor's wordings for the page's own words, as they stand there, or None."""
        return self._describe("phrases")

    def phrase_rows(self, wanted: Callable[[str], bool]) -> dict[str, str]:
        """Return the wordings for the page's own words that stand in a table, as far as they are wanted.

        Parameters
        ----------
        wanted
            Is asked for each key, without the ``press.`` before it, whether its row is read.
        """
        place = self._phrase_column
        if place is None:
            return {}
        names = [str(row[place.key]) for row in self.select(place.table.name)]
        keys = {name: name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)}
        asked = [name for name, key in keys.items() if wanted(key)]
        found = self.select(place.table.name, {place.key: asked}) if asked else ()
        return {keys[row[place.key]]: row[place.words] for row in found}

    @property
    def version(self) -> str:
        """Return the dataset's version."""
        return str(self._describe("version") or "")

    @property
    def created(self) -> str:
        """Return the day of its version in ISO form, as the descriptor says it; ``""`` if it does not."""
        return str(self._describe("created") or "")[:10]

    @property
    def licences(self) -> list[str]:
        """Return its licences by their short names, else their titles."""
        entries = self._list_entries("licenses")
        named = (str(one.get("name") or one.get("title") or "") for one in entries)
        return [name for name in named if name]

    @property
    def publisher(self) -> str:
        """Return who publishes it, the contributors of that role; ``""`` if the descriptor names none."""
        return ", ".join(str(one.get("title") or "") for one in self._list_contributors("publisher"))

    @property
    def contact(self) -> tuple[str, str, str]:
        """Return name, email address and web address of the first contributor with the role ``contact``."""
        one: Mapping[str, Any] = next(iter(self._list_contributors("contact")), {})
        return str(one.get("title") or ""), str(one.get("email") or ""), str(one.get("path") or "")

    @property
    def keywords(self) -> list[str]:
        """Return its keywords."""
        words = self._describe("keywords")
        return [word for word in words if isinstance(word, str)] if isinstance(words, list) else []

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the descriptor and all tables."""
        if self.recorded:
            record_read("dataset", {"path": name_in_project(self.path)}, self.package.digest)
        return self.package.digest

    @property
    def sources(self) -> dict[str, Source]:
        """Return the sources by their codes, in the table's order; none if no table holds them."""
        return {str(row["code"]): Source.of(row) for row in self._list_held(SOURCES)}

    @property
    def as_of(self) -> AsOf | None:
        """Return the days that the newest source is as of; None if no source says."""
        return next(iter(find_as_of(self.sources.values())), None)

    @property
    def coverage(self) -> tuple[int, ...]:
        """Return the years that some source lists systematically, in order; there may be gaps."""
        return self.coverage_of()

    def coverage_of(self, *codes: str) -> tuple[int, ...]:
        """Return the years that the sources with these codes list, or all sources."""
        return list_years(self._list_held(COVERAGE, {"source": codes} if codes else None))

    @property
    def previous(self) -> Previous | None:
        """Return the last release whose dataset differs from this one; None if there is none.

        It is the last that was approved, if any was: that is what readers have. It counts as read whole.
        """
        with unrecorded():
            found = find_previous(self.path, self.package.digest)
            tables = _open(found.data, self.path) if found else None
        if found and tables and tables.package.digest != found.digest:
            message = "it is not the dataset that was frozen; restore the release from a copy"
            raise DatasetError(Finding(message=message, file=f"{found.name}/{DESCRIPTOR}"))
        if self.recorded:
            record_read(PREVIOUS, {}, found.identity if found else "")
        return Previous(found.name, found.day, type(self)(tables, False)) if found and tables else None

    def codes(self, name: str) -> tuple[str, ...]:
        """Return the codes of a list that the descriptor declares, or of ``"table.column"``, each once.

        Raises
        ------
        UnknownCode
            If there is no such list, nor such a column.
        """
        self._describe("lists", name)
        return list_codes(self.package, name, self._ask)

    def select(
        self,
        table: str,
        where: Mapping[str, Any] | None = None,
        *,
        after: When = None,
        before: When = None,
        touching: When = None,
        placed: bool = True,
        strict: bool = True,
    ) -> Rows:
        """Return the rows of a table that certainly fit what is asked, in the table's order.

        A briefing then depends on which columns it looks at, in these rows alone; on how many there are, in
        any case. A table with an ``interval`` is in the order of its dates, the undated last.

        Parameters
        ----------
        where
            By column, derived ones too: a value, or several of which any will do; None asks nothing. A list
            column holds what is one of its items.
        after
            A partial date, such as ``"2018-05-15"``: only what began after it was over.
        before
            Only what was over before it began.
        touching
            Only what was on a day of it, such as ``"2016/2020"``.
        placed
            Whether to give what certainly fits; if not, what fits but for a date too vague to tell.
        strict
            Whether a value that the descriptor allows no row to have is refused; if not, it finds no row.

        Raises
        ------
        UnknownCode
            If there is no such table or column, or no row may have such a value.
        ValueError
            If a date is none, or the table has no dates.

        Examples
        --------
        >>> open_dataset().select("visits", {"status": "held"}, after="2018-05-15")  # doctest: +SKIP
        <12 rows of visits>
        """
        asked = {c: _list_values(v) for c, v in (where or {}).items() if v is not None}
        dates = {"after": after, "before": before, "touching": touching}
        known = {name: PartialDate.parse(d) if isinstance(d, str) else d for name, d in dates.items()}
        return self._ask(Question.of(table, asked, known, is_placed=placed, is_strict=strict))

    def row(self, table: str, key: str) -> Row:
        """Return the row of `table` whose key is `key`; what is empty is None."""
        return self.select(table, {self.tables[table].key[0]: key})[0]

    def table(self, name: str, *, keys: Codes = None, by: str | None = None) -> Rows:
        """Return a table's rows, all or those with some keys.

        Parameters
        ----------
        by
            Another column than the key, in which `keys` may stand; one that is nowhere there finds no row.
        """
        return self.select(name, {by or self.tables[name].key[0]: keys}, strict=by is None)

    def look_up(self, table: str, keys: Iterable[str | None]) -> dict[str, Row]:
        """Return the rows that have these keys, by key and in the table's order.

        Keys that are None are left out; without any, nothing is asked.
        """
        wanted = sorted({key for key in keys if key})
        return (
            {row[self.tables[table].key[0]]: row for row in self.table(table, keys=wanted)} if wanted else {}
        )

    def names(self, table: str, keys: Iterable[str | None]) -> dict[str, str]:
        """Return what texts call rows of a table, by key and in the table's order.

        That is what stands in the column which the descriptor's wording of the table says under ``name``.
        """
        rows = self.look_up(table, keys)
        label = self._describe("resources", table, "wording", "name") if rows else None
        return {key: str(row[label or self.tables[table].key[0]]) for key, row in rows.items()}

    def say(self, key: str, **values: object) -> str:
        """Return a wording of the table in which the page's own phrases may stand, with its places filled.

        Raises
        ------
        UnknownCode
            If there is no such wording; it names the nearest.
        KeyError
            If the descriptor names no such table, or a place in braces has no value.
        """
        place = self._phrase_column
        if place is None:
            raise KeyError(f"the descriptor names no table of wordings, so there is no {key!r}")
        text = str(self.row(place.table.name, key)[place.words])
        return _PLACE.sub(lambda found: str(values[found[1]]), text)

    def label(self, table: str, column: str) -> str:
        """Return what a column is called: its title in the descriptor, the wording's label, or its name."""
        title = self._describe("resources", table, "schema", "fields", column, "title")
        title = title or self._describe("resources", table, "wording", "columns", column)
        return str(title or column.replace("_", " "))

    def commentary(self, family: str, slug: str) -> str | None:
        """Return what an analyst wrote about one briefing, in Markdown; None if nothing.

        Raises
        ------
        DatasetError
            If its file cannot be read as UTF-8, or `briefings check` calls it an error, such as one that is
            not signed.
        """
        for part in (family, slug):
            if not part or part.startswith(".") or "/" in part or "\\" in part:
                raise ValueError(f"{part!r} is no name of a family or a briefing")
        file = name_commentary(f"{family}/{slug}")
        with (
            unrecorded() if self.recorded else nullcontext()
        ):  # of another dataset it is a file like any other
            text = read_commentary(self.path, file)
        if self.recorded:
            record_read("commentary", {"family": family, "slug": slug}, digest_answer(text))
        if text is not None:
            require_commentary(text, file)
        return text

    def _list_held(self, held: str, where: Mapping[str, Any] | None = None) -> Iterable[Row]:
        """Return the rows of the table that holds this; none if there is no such table."""
        table = self.package.holding(held)
        return self.select(table.name, where, strict=False) if table else ()

    def _list_contributors(self, role: str) -> list[Mapping[str, Any]]:
        entries = self._list_entries("contributors")
        return [one for one in entries if role in (one.get("role"), *_list_values(one.get("roles") or ()))]

    @cached_property
    def _phrase_column(self) -> PhraseColumn | None:
        return find_phrase_column(self.package)

    def _list_entries(self, key: str) -> list[Mapping[str, Any]]:
        """Return the objects that stand in the descriptor under a key."""
        entries = self._describe(key)
        return [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []

    def _describe(self, *path: str) -> Any:
        """Return what stands in the descriptor under these keys, and record that it was asked."""
        digest, answer = digest_descriptor(self.package, path)
        if self.recorded:
            record_read(DESCRIBE, {"path": list(path)}, digest)
        return answer

    def _ask(self, question: Question) -> Rows:
        """Return the answer to a question, the same rows each time; a refusal is recorded, too.

        A notebook may go on without what was refused, and must not once it is there.
        """
        if not self.recorded:
            return self.tables.select(question)
        asked = question.to_json()
        key = json.dumps([SELECT, asked], sort_keys=True)
        known = recall_answer(key)
        if not isinstance(known, Rows) or known.table is not self.tables.tables.get(question.table):
            known = self._find(question, asked)
            known.on_use = partial(record_answer, key)
        record_answer(key, known)
        return known

    def _find(self, question: Question, asked: Mapping[str, Any]) -> Rows:
        try:
            return self.tables.select(question)
        except UnknownCode as refusal:
            record_read(SELECT, asked, digest_refusal(refusal))
            raise


@dataclass(frozen=True)
class Previous:
    """An earlier release: its name, the day it was made, and its dataset."""

    name: str
    day: date
    dataset: Dataset


D = TypeVar("D", bound=Dataset)


def open_dataset(path: str | os.PathLike[str] | None = None, kind: type[D] = Dataset) -> D:  # type: ignore[assignment]
    """Return the dataset at `path`; in a notebook, what is asked of it is recorded from now on.

    Parameters
    ----------
    path
        A folder with a ``datapackage.json``, a release's too, which counts as read whole. Without it, what
        the environment variable PRESSROOM_DATA names, else the nearest ``data/`` at or above the
        working directory, else that of the project which this package is installed from.
    kind
        The class of what is returned, for a desk with questions of its own.

    Raises
    ------
    DatasetError
        If something cannot be read; it names the file, the row and the column.
    """
    with unrecorded():
        folder = locate_package(path)
        own = folder if path is None else _find_own(folder)
        is_own = own.resolve() == folder.resolve()
        tables = _open(folder, own if (folder.parent / RELEASE).is_file() else None)
    watch_notebook(find_project(Path.cwd(), folder.parent))
    if not is_own:
        record_read("dataset", {"path": name_in_project(folder)}, tables.package.digest)
    return kind(tables, is_own)


def _open(folder: Path, newer: Path | None = None) -> Tables:
    """Return the tables in a folder, read through the descriptor of a newer dataset if there is one."""
    known = _opened.get((folder, newer))
    if known is None or not known.package.is_current():
        package = read_package(folder)
        if known is None or known.package.digest != package.digest:
            described = upgrade(package).described_by(read_package(newer)) if newer else package
            known = _opened[folder, newer] = Tables.of(described)
    return known


def _find_own(default: Path) -> Path:
    """Return the folder of the dataset that is opened without a path."""
    try:
        return locate_package()
    except DatasetError:
        return default


def _list_values(value: Any) -> tuple[Any, ...]:
    values = (value,) if isinstance(value, str) or not isinstance(value, Iterable) else value
    return tuple(map(_to_json, values))


def _to_json(value: Any) -> Any:
    """Return a value as JSON has it: a number out of a frame as one of Python's, a day as text."""
    value = value.item() if hasattr(value, "item") else value
    return value.isoformat()[:10] if isinstance(value, date) else value
