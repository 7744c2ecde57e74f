"""The rows behind a briefing: what it read of the release's dataset, asked once more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from aichr_briefings.dataset.package import Package
from aichr_briefings.dataset.queries import Queries, digest_of
from aichr_briefings.press.manifest import Record


@dataclass
class Extract:
    """Some rows of a table, and the columns that a briefing read of them."""

    table: str
    places: set[int] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Behind:
    """What stands behind one briefing.

    Attributes
    ----------
    extracts
        By table, those without rows left out.
    activities
        Where the activities that the briefing is about stand in their table.
    """

    extracts: tuple[Extract, ...]
    activities: tuple[int, ...]


class Source:
    """A release's dataset, opened once, and asked again what its briefings asked."""

    def __init__(self, package: Package) -> None:
        self.package = package

    @cached_property
    def queries(self) -> Queries:
        """Return what answers the questions; nothing is recorded."""
        return Queries.of(self.package)

    def find(self, record: Record) -> Behind | None:
        """Return the rows that a briefing read; None if this dataset no longer gives what it got.

        So it is for a copy of an earlier state: no data is better than data of another day.
        """
        is_same = record.inputs.get("dataset") == self.package.digest
        extracts: dict[str, Extract] = {}
        about: set[int] = set()
        for read in record.reads:
            if not self._can_ask(read):
                continue
            answer = self._ask(read)
            if not is_same and (answer is None or digest_of(answer) != read["digest"]):
                return None
            for table, places, columns in self._locate(read, answer):
                extract = extracts.setdefault(table, Extract(table))
                extract.places.update(places)
                extract.columns.update(columns)
                if read["query"] == "activities" and _is_about(read["arguments"], record.parameters):
                    about.update(places)
        order = [resource.name for resource in self.package.resources]
        found = sorted((e for e in extracts.values() if e.places), key=lambda e: order.index(e.table))
        return Behind(tuple(found), tuple(sorted(about)))

    def cells(self, table: str, column: str) -> Sequence[Any]:
        """Return the cells of a column of a table."""
        return self.queries.tables[table].values[column]

    def _can_ask(self, read: Mapping[str, Any]) -> bool:
        return hasattr(self.queries, f"_ask_{read['query']}")

    def _ask(self, read: Mapping[str, Any]) -> Any:
        try:
            return self.queries.ask(read["query"], read["arguments"])
        except Exception:  # refused then and now, or a query of another version
            return None

    def _locate(
        self, read: Mapping[str, Any], answer: Any
    ) -> Iterator[tuple[str, Sequence[int], Sequence[str]]]:
        """Yield the table, the rows and the columns that an answer shows; nothing for plain values."""
        from aichr_briefings.dataset.rows import Rows

        if read["query"] == "row" and answer is not None:
            asked = read["arguments"]
            answer = self.queries.ask("table", {"name": asked["table"], "keys": [asked["key"]]})
        if isinstance(answer, Rows):
            yield answer.table.name, answer.positions, (*answer.table.key, *answer.labels)


def _is_about(arguments: Mapping[str, Any], parameters: Mapping[str, Any]) -> bool:
    """Return whether a question was asked for the briefing's own agency, theme, year or line."""
    return all(str(arguments.get(name, "")) == str(value) for name, value in parameters.items())
