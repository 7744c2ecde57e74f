"""Names behind codes: of organisations, countries, themes and series.

Only the rows and columns that are needed are asked for, all at once, so that a briefing depends on no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from aichr_briefings.content.rows import Row

if TYPE_CHECKING:
    from aichr_briefings.dataset import Dataset

_KEYS = {"activities": "id", "provisions": "id", "series": "id", "statements": "id"}


def look_up(ds: Dataset, table: str, keys: Iterable[str | None], *columns: str) -> dict[str, Row]:
    """Return some columns of the rows that have these keys, by key and in the table's order.

    Keys that are None are left out; without any, nothing is asked.
    """
    wanted = sorted({key for key in keys if key})
    if not wanted:
        return {}
    key = _KEYS.get(table, "code")
    return {row[key]: row for row in ds.rows("table", name=table, keys=wanted, columns=(key, *columns))}


def short_names(ds: Dataset, codes: Iterable[str | None]) -> dict[str, str]:
    """Return the short names of organisations by their codes."""
    return _cells(look_up(ds, "organisations", codes, "short_name"), "short_name")


def short_name(ds: Dataset, code: str) -> str:
    """Return the short name of an organisation."""
    return short_names(ds, [code])[code]


def country_names(ds: Dataset, codes: Iterable[str | None]) -> dict[str, str]:
    """Return the short names of countries by their codes."""
    return _cells(look_up(ds, "countries", codes, "short_name"), "short_name")


def theme_names(ds: Dataset, codes: Iterable[str | None]) -> dict[str, str]:
    """Return the names of themes by their codes, in the order of the themes' table."""
    return _cells(look_up(ds, "themes", codes, "name"), "name")


def series_titles(ds: Dataset, ids: Iterable[str | None]) -> dict[str, str]:
    """Return the titles of series by their ids."""
    return _cells(look_up(ds, "series", ids, "title"), "title")


def _cells(rows: dict[str, Row], column: str) -> dict[str, str]:
    return {key: str(row[column]) for key, row in rows.items()}
