"""The documents that facts come from: how each is cited, what it is as of, and which years it lists.

A descriptor says of one table that it ``holds`` the ``sources``, of another that it holds their ``coverage``,
and of a third that it holds ``revisions``, what cells held before a later source. A source with a ``mark`` is
cited on pages; without one it is common knowledge, such as the full names of bodies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pressroom.data.sheets import read_cells

if TYPE_CHECKING:
    from pressroom.data.package import Package

SOURCES: Final = "sources"
"""What the table of the sources ``holds``; also the column, of any table, that holds locators."""

COVERAGE: Final = "coverage"
"""What the table of the years that sources list ``holds``."""

REVISIONS: Final = "revisions"
"""What the table of the cells that a later source corrected or said more exactly ``holds``."""

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    SOURCES: ("code", "mark", "title", "short_title"),
    COVERAGE: ("source", "from", "to"),
    REVISIONS: ("table", "row", "column", "value"),
}
"""The columns that such a table must have.

Sources may also have ``url``, ``published``, ``as_of_start``, ``as_of_end``, ``as_of_origin``,
``as_of_reason`` and ``locator_hint``; their coverage ``scope``, ``listed_at`` and ``reason``.
"""

LONGEST_COVERAGE = 500
"""How many years a source may list: each of them is looked at, and stands in tables and charts."""


@dataclass(frozen=True)
class AsOf:
    """The days between which information was true, how this is known, and why."""

    start: date
    end: date
    origin: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Source:
    """A document that facts come from.

    Attributes
    ----------
    mark
        What stands before its locators where several sources are cited; empty for common knowledge.
    title, short_title
        In full, and as a sentence or the line below a chart names it.
    as_of
        The days between which it was true; None if it does not say.
    locator_hint
        How its locators are to be read, as a sentence.
    """

    code: str
    mark: str
    title: str
    short_title: str
    url: str = ""
    published: str = ""
    as_of: AsOf | None = None
    locator_hint: str = ""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Source:
        """Return the source that a row of the sources' table describes."""
        start, end = (row.get(f"as_of_{side}") for side in ("start", "end"))
        text = {column: str(row.get(column) or "") for column in row if not column.startswith("as_of_")}
        known_by = [str(row.get(f"as_of_{key}") or "") for key in ("origin", "reason")]
        days = [day for day in (start, end) if day]
        as_of = AsOf(days[0], days[-1], *known_by) if days else None
        known = {field.name for field in fields(cls)}
        return cls(**{column: cell for column, cell in text.items() if column in known}, as_of=as_of)


def read_sources(package: Package) -> dict[str, Source]:
    """Return the sources of a dataset by their codes; none if no table holds them with all it needs.

    Raises
    ------
    DatasetError
        If the table cannot be read.
    """
    return {str(row["code"]): Source.of(row) for row in _read_rows(package, SOURCES)}


def find_as_of(sources: Iterable[Source]) -> Sequence[AsOf]:
    """Return what the newest source is as of and, where it differs, the oldest; the undated do not count."""
    days = sorted(
        {source.as_of for source in sources if source.as_of}, key=lambda days: (days.end, days.start)
    )
    return [days[-1], days[0]] if len(days) > 1 else days


def has_undated(sources: Iterable[Source]) -> bool:
    """Return whether a source that pages cite does not say what it is as of, and so counts as the oldest."""
    return any(source.mark and not source.as_of for source in sources)


def list_years(rows: Iterable[Mapping[str, Any]]) -> tuple[int, ...]:
    """Return the years that rows of the coverage's table cover, each once, in order."""
    spans = [range(int(row["from"]), int(row["to"]) + 1) for row in rows]
    return tuple(sorted({year for span in spans for year in span}))


def _read_rows(package: Package, held: str) -> Iterator[Mapping[str, Any]]:
    resource = package.holding(held)
    if resource is not None and set(NEEDED[held]) <= set(resource.labels):
        _, cells = read_cells(resource)
        yield from (dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True))
