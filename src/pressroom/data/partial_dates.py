"""Dates that say no more than the source does: a day, a month, a year, or nothing.

``2018-06-04``, ``2018-06``, ``2018`` and the empty text are all honest; nothing here invents a day.
Two such dates compare with three answers, because "is 2018 after 15 May 2018?" has no other honest one.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, TypeVar

Precision = Literal["day", "month", "year", "undated"]
Order = Literal["before", "after", "cannot be placed"]

PRECISIONS: tuple[Precision, ...] = ("day", "month", "year", "undated")

_Day = TypeVar("_Day")
_TEXT = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True)
class PartialDate:
    """A partial date, or the time from one to another, its two ends included.

    Parameters
    ----------
    start
        ``YYYY-MM-DD``, ``YYYY-MM``, ``YYYY`` or empty (undated).
    end
        The same for the last day, or empty if there is no other end.

    Raises
    ------
    ValueError
        If a text is no partial date, the end is certainly before the start, or stands alone.

    Examples
    --------
    >>> PartialDate("2018-06").latest
    datetime.date(2018, 6, 30)
    >>> PartialDate("2018").compare(PartialDate("2018-05-15"))
    'cannot be placed'
    >>> PartialDate("2018-06-04", "2018-06-06").compare(PartialDate("2018-05-15"))
    'after'
    """

    start: str = ""
    end: str = ""

    def __post_init__(self) -> None:
        first, last = _read(self.start), _read(self.end)
        if last and not first:
            raise ValueError(f'an end, "{self.end}", without a start')
        if first and last and last[1] < first[0]:
            raise ValueError(f'the end, "{self.end}", is before the start, "{self.start}"')

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Return the date that `text` writes, such as ``"2018-06"``, ``""`` or ``"2018-06-04/2018-06-06"``.

        Raises
        ------
        ValueError
            If it is none. Blanks around it, other separators and days that no month has are refused.
        """
        if not isinstance(text, str):
            raise ValueError(f"a partial date is a text, not {text!r}")
        start, slash, end = text.partition("/")
        if slash and start and end and not (_TEXT.fullmatch(start) and _TEXT.fullmatch(end)):
            raise ValueError(_refuse(text))
        if slash and not (start and end):
            raise ValueError(f'"{text}" is half an interval; write both ends: YYYY-MM-DD/YYYY-MM-DD')
        return cls(start, end)

    def __str__(self) -> str:
        return f"{self.start}/{self.end}" if self.end else self.start

    def __bool__(self) -> bool:
        return bool(self.start)

    @property
    def precision(self) -> Precision:
        """Return how exactly the date is known; of two ends, the less exact decides."""
        known = {0: "undated", 4: "year", 7: "month", 10: "day"}
        least = min(len(text) for text in (self.start, self.end or self.start))
        return known[least]  # type: ignore[return-value]

    @property
    def earliest(self) -> date | None:
        """Return the first day that it may have begun; None if undated."""
        first = _read(self.start)
        return first[0] if first else None

    @property
    def latest(self) -> date | None:
        """Return the last day that it may have ended; None if undated."""
        last = _read(self.end or self.start)
        return last[1] if last else None

    @property
    def year(self) -> int | None:
        """Return the year in which it began; None if undated."""
        return int(self.start[:4]) if self.start else None

    @property
    def years(self) -> tuple[int, ...]:
        """Return the years that it certainly touches, in order; none if undated."""
        if not self.start:
            return ()
        return tuple(range(int(self.start[:4]), int((self.end or self.start)[:4]) + 1))

    def compare(self, other: PartialDate) -> Order:
        """Return whether the whole of this is certainly ``"before"`` or ``"after"`` the whole of `other`.

        Whatever overlaps, or may, ``"cannot be placed"``; so does the undated.
        """
        if not (self and other):
            return "cannot be placed"
        if self._last < other._first:
            return "before"
        return "after" if self._first > other._last else "cannot be placed"

    def begins_after(self, other: PartialDate) -> bool | None:
        """Return whether this began after `other` was over: True, False, or None if it cannot be said.

        What began on a day of `other` did not begin after it, which `compare` does not tell from the unknown.

        Examples
        --------
        >>> day = PartialDate("2018-05-15")
        >>> [PartialDate(text).begins_after(day) for text in ("2018-06", "2018-05-15", "2018")]
        [True, False, None]

        An end says something of the beginning, too: what ended by May began by May.

        >>> PartialDate("2018", "2018-05").begins_after(PartialDate("2018-12"))
        False
        """
        if not (self and other):
            return None
        if self._first > other._last:
            return True
        return False if self._begun_by <= other._over_from else None

    def touches(self, period: PartialDate) -> bool | None:
        """Return whether some day of this lies in `period`: certainly: True, certainly not: False, or None.

        Examples
        --------
        >>> plan = PartialDate("2016", "2020")
        >>> [PartialDate(text).touches(plan) for text in ("2018-06", "2011", "")]
        [True, False, None]

        What goes on for years touches all of them; a day that may lie in it or not cannot be placed.

        >>> PartialDate("2015", "2021").touches(plan)
        True
        >>> print(PartialDate("2018").touches(PartialDate("2018-06")))
        None
        """
        if not (self and period):
            return None
        if self._begun_by <= period._last and self._over_from >= period._first:
            return True
        return False if self.compare(period) != "cannot be placed" else None

    @property
    def _first(self) -> date:
        return _require_day(self.earliest)

    @property
    def _last(self) -> date:
        return _require_day(self.latest)

    @property
    def _begun_by(self) -> date:
        """Return the last day on which it may have begun: no later than it ended."""
        return min(_require_day(_read(self.start))[1], self._last)

    @property
    def _over_from(self) -> date:
        """Return the first day that may have been its last: no earlier than it began."""
        return max(_require_day(_read(self.end or self.start))[0], self._first)


def _require_day(day: _Day | None) -> _Day:
    if day is None:
        raise ValueError("only what is dated has a place in time")
    return day


def find_fault(start: str, end: str) -> tuple[Literal["start", "end"], str] | None:
    """Return which of the two cells of an interval is at fault, and why; None if neither is."""
    cells: tuple[tuple[Literal["start", "end"], str], ...] = (("start", start), ("end", end))
    for column, text in cells:
        try:
            when = PartialDate.parse(text)
        except ValueError as error:
            return column, str(error)
        if when.end:
            return column, f'"{text}" is two dates; write the first under start and the last under end'
    try:
        PartialDate(start, end)
    except ValueError as error:
        return "end", str(error)
    return None


def _refuse(text: str) -> str:
    return f'"{text}" is no partial date; write YYYY-MM-DD, YYYY-MM, YYYY or nothing'


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[date, date] | None:
    """Return the first and the last day that `text` may mean; None for the empty text."""
    if not text:
        return None
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError(_refuse(text))
    year, month, day = (int(part or 0) for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
    except ValueError as error:
        raise ValueError(f'"{text}" is no day of the calendar: {error}') from None
    last_month = month or 12
    return first, date(year, last_month, day or monthrange(year, last_month)[1])
