"""What a year's record amounts to, against the note's own list for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aichr_briefings.citations import find_lists, lister, teller, told_in_passing
from aichr_briefings.phrases import FEW
from aichr_briefings.rows import (
    ON_RECORD,
    count_agencies,
    dated_since,
    look_up,
    short_names,
    when_of,
)
from pressroom.pages import (
    NOTHING,
    CareItem,
    Fragment,
    KeyFigure,
    by_count,
    capital,
    counted,
    element,
    few_or_counted,
    listed,
    lower_first,
    number,
    records,
    share,
    year_spans,
)
from pressroom.pages.tables import Row

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.pages.tables import Rows


def year_title(year: int, mine: Rows, planned: Rows, meeting: Row, ds: Record) -> str:
    """Return the title of a year: its count and the one thing that matters most."""
    rows, ahead = records(mine), records(planned)
    count = f"{year}: {counted(len(rows), 'recorded activity')}"
    if year not in ds.coverage:
        return f"{count}, in a year outside {_every_list(ds)}"
    if ahead:
        return f"{count}, and the {_titles(ds, ahead[:1])[0]} ahead"
    after, _, _ = dated_since(rows, meeting)
    if after and meeting["year"] == year:
        return f"{count}, {number(after)} of them after the {meeting['title']}"
    return f"{count}, {_exact(rows)}"


def _titles(ds: Record, rows: Sequence[Row]) -> list[str]:
    titles = look_up(ds, "activities", (row["id"] for row in rows))
    return [str(titles[row["id"]]["title"]) for row in rows]


def _exact(rows: Sequence[Row]) -> str:
    days = _count_days(rows)
    return by_count(
        days, none="none dated to the day", one="one dated to the day", many="{n} dated to the day"
    )


def _count_days(rows: Sequence[Row]) -> int:
    return sum(row["precision"] == "day" for row in rows)


def placed_around(mine: Rows, meeting: Row, year: int) -> str:
    """Return how the year's activities lie around the first Meeting, as a sentence; empty in another year."""
    if meeting["year"] != year:
        return ""
    _, before, unsure = dated_since(mine, meeting)
    day = when_of(meeting, year=False)
    first = by_count(before, none="None is dated before", one="One came before", many="{n} came before")
    rest = by_count(
        unsure, none="", one="one, dated to the year, cannot be placed", many="{n} cannot be placed"
    )
    return f"{capital(first)} the Meeting of {day}{'; ' + rest if rest else ''}."


def compared(ds: Record) -> Rows:
    """Return the activities that the page of a year compares it with: those of all years, and the undated."""
    return ds.activities(status=(*ON_RECORD, "planned"))


def agencies_by_year(ds: Record, year: int) -> str:
    """Return how many agencies are named in each covered year, the given year first, as a sentence."""
    covered = ds.coverage
    counts = {other: _named(ds, other) for other in covered}
    own = counts.pop(year, _named(ds, year))
    if not ds.count(year=year, status=ON_RECORD):
        return ""
    said = f"{counted(own, 'UN agency')} {'is' if own == 1 else 'are'} named in {year}"
    if not counts or year not in covered:
        return said
    if len(set(counts.values())) == 1:
        each = " each" if len(counts) > 1 else ""
        return f"{said}, {number(next(iter(counts.values())))}{each} in {listed(map(str, counts))}"
    rest = (f"{number(n, none='none')} in {other}" for other, n in counts.items())
    return f"{said}, {listed(rest)}"


def _named(ds: Record, year: int) -> int:
    return len(count_agencies(ds.activities(year=year, status=ON_RECORD)))


def agencies_figure(ds: Record, mine: Rows) -> KeyFigure | None:
    """Return how many agencies the year names as a key figure; None where nothing is on record."""
    if not len(mine):
        return None
    everyone, named = ds.codes("agencies"), sorted(count_agencies(mine))
    missing = [code for code in everyone if code not in named]
    words = "appear in at least one"
    if len(named) <= FEW:
        names = short_names(ds, named)
        words = listed(names[code] for code in named) or "no UN agency is named"
    elif 0 < len(missing) <= FEW:
        names = short_names(ds, missing)
        verb = "does" if len(missing) == 1 else "do"
        words += f"; {listed(names[code] for code in missing)} {verb} not"
    return KeyFigure(str(len(named)), f"of {len(everyone)} agencies", words)


def precision_figure(mine: Rows) -> KeyFigure | None:
    """Return how many activities are dated to the day as a key figure; None where there is no choice."""
    rows = records(mine)
    if len(rows) < 2:
        return None
    counts = Counter(row["precision"] for row in rows)
    rest = [f"{number(counts[kind])} to the {kind}" for kind in ("month", "year") if counts[kind]]
    return KeyFigure(str(counts["day"]), "to the day", listed(rest) or "all of them")


def told_in_list(ds: Record, activities: Rows, year: int) -> list[Row]:
    """Return the activities that a source's own list for a year tells as of that year."""
    lists = tuple(find_lists(ds, year))
    return [row for row in records(activities) if any(source.startswith(lists) for source in row["sources"])]


def list_figure(ds: Record, mine: Rows, year: int) -> KeyFigure | None:
    """Return how many activities stand in the note's list for the year; None where it has no list."""
    if not find_lists(ds, year):
        return None
    rows = records(mine)
    inside, whose = len(told_in_list(ds, rows, year)), lister(ds, year)
    outside = len(rows) - inside
    rest = by_count(
        outside, none="none stands elsewhere", one="one stands elsewhere", many="{n} stand elsewhere"
    )
    return KeyFigure(str(inside), f"in {whose}'s list", f"for {year}; {rest} in {teller(ds)}")


def _every_list(ds: Record) -> str:
    return "the note's list" if teller(ds) == "the note" else "the sources' lists"


def list_finding(ds: Record, mine: Rows, year: int) -> str:
    """Return how the record compares with the note's own list for the year, as a heading."""
    if year not in ds.coverage:
        verb = "does" if teller(ds) == "the note" else "do"
        return f"Told outside {_every_list(ds)}, which {verb} not cover {year}"
    rows = records(mine)
    if not find_lists(ds, year):
        return f"{capital(counted(len(rows), 'activity'))} on record"
    inside = len(told_in_list(ds, rows, year))
    if inside == len(rows):
        return f"{capital(share(inside, len(rows)))} stand in {lister(ds, year)}'s list for {year}"
    stand, rest = "stands" if inside == 1 else "stand", number(len(rows) - inside)
    return (
        f"{capital(number(inside, none='none'))} {stand} in {lister(ds, year)}'s list for {year}, "
        f"{rest} elsewhere"
    )


def coverage_words(ds: Record, year: int) -> str:
    """Return that a year lies outside the note's list, as a sentence; empty for a covered year."""
    return "" if year in ds.coverage else told_in_passing(ds, [year])


def care(ds: Record, year: int) -> list[CareItem]:
    """Return what to say with care of a year outside the note's list; nothing of a covered one."""
    covered = ds.coverage
    if year in covered:
        return []
    words = f"The list covers {year_spans(covered)}. What is told of {year} is no count of the year."
    return [CareItem(f"{year} is not covered", words)]


def caption(mine: Rows, planned: Rows, year: int) -> str:
    """Return what the table of a year shows."""
    ahead = f", and the {number(len(planned))} planned" if len(planned) else ""
    return f"The {counted(len(mine), 'recorded activity')} of {year}{ahead}, in order of date"


def list_note(ds: Record, mine: Rows, year: int) -> Fragment:
    """Return what the note's list for the year tells of another year; nothing when it tells none."""
    own = {row["id"] for row in records(mine)}
    inside = told_in_list(ds, ds.activities(), year)
    others = [row for row in inside if row["id"] not in own and row["year"] != year]
    titles = look_up(ds, "activities", (row["id"] for row in others))
    told = [f"{lower_first(titles[row['id']]['short_title'])} ({row['year']})" for row in others]
    names = few_or_counted(told, "activity")
    words = f"The list for {year} also tells of another year: {names}."
    return element("p", words, class_="source") if others else NOTHING


def precision_finding(mine: Rows) -> str:
    """Return how exactly the year's activities are dated, as a heading."""
    rows = records(mine)
    days = _count_days(rows)
    verb = "is" if days == 1 else "are"
    if days == 0:
        return "None of the activities is dated to the day"
    if days == len(rows) == 1:
        return "The one activity is dated to the day"
    return f"{capital(share(days, len(rows)))} {verb} dated to the day"


def naming_an_agency(mine: Rows) -> str:
    """Return in how many of the activities a UN agency is named, for a definition."""
    rows = records(mine)
    named, whole = sum(bool(row["agencies"]) for row in rows), len(rows)
    if named == whole:
        return "recorded, with a UN agency named" if whole == 1 else "recorded, each with a UN agency named"
    return f"recorded, {number(named, none='none')} of them with a UN agency named"


def index_line(mine: Rows, planned: Rows, year: int, ds: Record) -> str:
    """Return a year's record in one short line."""
    rows = records(mine)
    held, ongoing = ([row for row in rows if row["status"] == status] for status in ON_RECORD)
    parts = [counted(len(held), "activity") + " held"]
    if ongoing:
        kinds = {row["type"] for row in ongoing}
        noun = kinds.pop() if len(kinds) == 1 else "activity"
        parts.append(f"{counted(len(ongoing), noun)} ongoing".replace("one ", "a ", 1))
    parts += [f"the {title} planned" for title in _titles(ds, records(planned))]
    outside = "" if year in ds.coverage else "; the year is not covered by the source"
    return capital(listed(parts)) + outside
