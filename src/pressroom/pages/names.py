"""What bodies were called at the time of a record, and what they are called now; and places in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pressroom.data.partial_dates import PartialDate
from pressroom.pages.phrases import say
from pressroom.pages.tables import Row
from pressroom.pages.words import listed


class NamesThen:
    """Names, each as it was when something took place.

    Parameters
    ----------
    now
        Today's names, by code.
    earlier
        Rows of other names, which held ``from`` one partial date ``to`` another; either may be empty.
    of, name
        Their columns that hold the code and the name.
    """

    def __init__(self, now: Mapping[str, str], earlier: Iterable[Row], *, of: str, name: str) -> None:
        self._now, self._name = now, name
        self._earlier: dict[str, list[Row]] = {}
        for row in earlier:
            self._earlier.setdefault(row[of], []).append(row)

    def at(self, code: str, record: Row) -> str:
        """Return the name of the time of a record, with today's behind it: ``Siam (now Thailand)``."""
        now = self._now[code]
        then = [str(r[self._name]) for r in self._earlier.get(code, ()) if _was_named(r, record)]
        return say("name_then", then=then[0], now=now) if then and then[0] != now else now


def _was_named(row: Row, record: Row) -> bool:
    """Return whether a name certainly held throughout the time of a record."""
    begun, over = PartialDate(row["from"] or ""), PartialDate(row["to"] or "")
    first, last = record["earliest"], record["latest"]
    if not (first and last):
        return False
    after = not over or bool(over.latest and last <= over.latest)
    return after and (not begun or bool(begun.earliest and begun.earliest <= first))


def name_places(places: Iterable[tuple[str, str]], countries: Mapping[str, str]) -> str:
    """Return countries with their cities: ``Ghent, Belgium``; several countries stand side by side.

    Parameters
    ----------
    places
        Each a country's code and a city; either may be empty.
    countries
        Names by code.
    """
    cities: dict[str, list[str]] = {}
    for country, city in places:
        cities.setdefault(country, []).extend([city] if city else [])
    named = ((listed(own), countries.get(country, country)) for country, own in cities.items())
    return "; ".join(", ".join(filter(None, pair)) for pair in named)
