"""Partial dates as a reader writes them: as exactly as they are recorded, nothing invented."""

from __future__ import annotations

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
UNDATED = "undated"


def month_name(month: int, *, short: bool) -> str:
    """Return the month's name; the short form leaves names of five letters or fewer whole."""
    name = MONTHS[month - 1]
    return name if not short or len(name) <= 5 else name[:3]


def when(start: str, end: str = "", *, short: bool = False, year: bool = True) -> str:
    """Return a date or a span in words.

    Parameters
    ----------
    start, end
        Partial dates as in the dataset: ``2018``, ``2018-06``, ``2018-06-04`` or empty.
    short
        Month names as in tables and charts: ``13–16 Nov 2017``.
    year
        Whether to name the year; a date of the year alone always does.

    Examples
    --------
    >>> when("2017-11-13", "2017-11-16"), when("2018-06"), when("2018"), when("")
    ('13–16 November 2017', 'June 2018', '2018', 'undated')
    >>> when("2018-12-30", "2019-01-02", short=True)
    '30 Dec 2018 – 2 Jan 2019'
    """
    if not start:
        return UNDATED
    if not end or end == start:
        return _single(start, short=short, year=year)
    first, last = start.split("-"), end.split("-")
    if len(first) == len(last) == 3 and first[:2] == last[:2]:
        return f"{int(first[2])}–{_single(end, short=short, year=year)}"
    same_year = first[0] == last[0]
    beginning = _single(start, short=short, year=year and not same_year)
    return f"{beginning} – {_single(end, short=short, year=year)}"


def _single(date: str, *, short: bool, year: bool) -> str:
    parts = date.split("-")
    if len(parts) == 1:
        return parts[0]
    # A month that stands alone is written in full.
    words = [month_name(int(parts[1]), short=short and len(parts) == 3)]
    if len(parts) == 3:
        words.insert(0, str(int(parts[2])))
    return " ".join([*words, parts[0]] if year else words)
