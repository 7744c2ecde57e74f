"""Partial dates as a reader writes them: as exactly as they are recorded, nothing invented."""

from __future__ import annotations

import re
from collections.abc import Mapping

UNDATED = "undated"

ENGLISH: Mapping[str, str] = {
    "months": "January, February, March, April, May, June, "
    "July, August, September, October, November, December",
    "months_short": "Jan, Feb, March, April, May, June, July, Aug, Sep, Oct, Nov, Dec",
    "date_day": "{day} {month} {year}",
    "date_day_bare": "{day} {month}",
    "date_month": "{month} {year}",
    "date_days": "{first}–{last} {month} {year}",
    "date_days_bare": "{first}–{last} {month}",
    "date_span": "{first} – {last}",
    "undated": UNDATED,
}
"""The names of months, with commas between, and how a date is put together; bare is without the year."""

PLACEHOLDER = re.compile(r"\{(\w*)\}")


def fill(pattern: str, **values: str) -> str:
    """Return a pattern with its placeholders filled; what stands in a value is no placeholder.

    >>> fill("{day} {month}", day="4", month="{year}")
    '4 {year}'
    """
    return PLACEHOLDER.sub(lambda found: values[found[1]], pattern)


def split_words(words: str) -> list[str]:
    """Return words that have commas between."""
    return [word.strip() for word in words.split(",")]


def when(
    start: str,
    end: str = "",
    *,
    short: bool = False,
    year: bool = True,
    words: Mapping[str, str] = ENGLISH,
) -> str:
    """Return a date or a span in words.

    Parameters
    ----------
    start, end
        Partial dates as in the dataset: ``2018``, ``2018-06``, ``2018-06-04`` or empty.
    short
        Month names as in tables and charts: ``13–16 Nov 2017``.
    year
        Whether to name the year; a date of the year alone always does.
    words
        The words and patterns of the language, by the keys of `ENGLISH`.

    Examples
    --------
    >>> when("2017-11-13", "2017-11-16"), when("2018-06"), when("2018"), when("")
    ('13–16 November 2017', 'June 2018', '2018', 'undated')
    >>> when("2018-12-30", "2019-01-02", short=True)
    '30 Dec 2018 – 2 Jan 2019'
    """
    if not start:
        return words["undated"]
    if not end or end == start:
        return _single(start, short, year, words)
    first, last = start.split("-"), end.split("-")
    if len(first) == len(last) == 3 and first[:2] == last[:2]:
        key = "date_days" if year else "date_days_bare"
        days = {"first": str(int(first[2])), "last": str(int(last[2]))}
        return fill(words[key], **days, month=_name_month(last, short, words), year=last[0])
    beginning = _single(start, short, year and first[0] != last[0], words)
    return fill(words["date_span"], first=beginning, last=_single(end, short, year, words))


def _single(date: str, short: bool, year: bool, words: Mapping[str, str]) -> str:
    parts = date.split("-")
    if len(parts) == 1:
        return date
    month = _name_month(parts, short, words)
    if len(parts) == 2:
        return fill(words["date_month"], month=month, year=parts[0]) if year else month
    key = "date_day" if year else "date_day_bare"
    return fill(words[key], day=str(int(parts[2])), month=month, year=parts[0])


def _name_month(parts: list[str], short: bool, words: Mapping[str, str]) -> str:
    # A month that stands alone is written in full.
    names = words["months_short" if short and len(parts) == 3 else "months"]
    return split_words(names)[int(parts[1]) - 1]
