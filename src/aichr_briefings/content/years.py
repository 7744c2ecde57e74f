"""What a year's record amounts to, against the note's own list for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aichr_briefings.content.care import CareItem
from aichr_briefings.content.dates import when_of
from aichr_briefings.content.fragments import NOTHING, Fragment, element
from aichr_briefings.content.page import KeyFigure
from aichr_briefings.content.phrases import dated_since
from aichr_briefings.content.rows import Row, records
from aichr_briefings.content.sections import lower_first
from aichr_briefings.content.words import by_count, capital, counted, listed, number, share

FEW = 3

if TYPE_CHECKING:
    import pandas as pd

    from aichr_briefings.dataset import Dataset


def year_title(year: int, mine: pd.DataFrame, planned: pd.DataFrame, meeting: Row, ds: Dataset) -> str:
    """Return the title of a year: its count and the one thing that matters most."""
    count = f"{year}: {counted(len(mine), 'recorded activity')}"
    if year not in ds.coverage:
        return f"{count}, in a year outside the note's list"
    if planned.empty:
        after, _, _ = dated_since(ds, mine, meeting)
        if after and meeting["year"] == year:
            return f"{count}, {number(after)} of them after the {meeting['title']}"
        return f"{count}, {_exact(mine)}"
    return f"{count}, and the {records(planned)[0]['title']} ahead"


def _exact(mine: pd.DataFrame) -> str:
    days = int((mine["precision"] == "day").sum())
    return by_count(
        days, none="none dated to the day", one="one dated to the day", many="{n} dated to the day"
    )


def placed_around(ds: Dataset, mine: pd.DataFrame, meeting: Row, year: int) -> str:
    """Return how the year's activities lie around the first Meeting, as a sentence; empty in another year."""
    if meeting["year"] != year:
        return ""
    _, before, unsure = dated_since(ds, mine, meeting)
    day = when_of(meeting, year=False)
    first = by_count(before, none="None is dated before", one="One came before", many="{n} came before")
    rest = by_count(
        unsure, none="", one="one, dated to the year, cannot be placed", many="{n} cannot be placed"
    )
    return f"{capital(first)} the Meeting of {day}{'; ' + rest if rest else ''}."


def agencies_by_year(ds: Dataset, year: int) -> str:
    """Return how many agencies are named in each covered year, the given year first, as a sentence."""
    counts = {other: _named(ds, other) for other in ds.coverage}
    own = counts.pop(year, _named(ds, year))
    said = f"{counted(own, 'UN agency')} {'is' if own == 1 else 'are'} named in {year}"
    if not counts or year not in ds.coverage:
        return said
    if len(set(counts.values())) == 1:
        each = " each" if len(counts) > 1 else ""
        return f"{said}, {number(next(iter(counts.values())))}{each} in {listed(map(str, counts))}"
    return f"{said}, {listed(f'{number(n)} in {other}' for other, n in counts.items())}"


def _named(ds: Dataset, year: int) -> int:
    return int(ds.activities(year=year, status=("held", "ongoing"))["agencies"].explode().nunique())


def agencies_figure(ds: Dataset, mine: pd.DataFrame) -> KeyFigure:
    """Return how many agencies the year names as a key figure."""
    everyone = ds.codes("agencies")
    named = set(mine["agencies"].explode().dropna())
    names = {code: str(ds.organisation(code)["short_name"]) for code in everyone}
    missing = [names[code] for code in everyone if code not in named]
    if len(named) <= FEW:
        words = listed(names[code] for code in sorted(named)) or "no UN agency is named"
    else:
        rest = f"; {listed(missing)} {'does' if len(missing) == 1 else 'do'} not"
        words = f"appear in at least one{rest if 0 < len(missing) <= FEW else ''}"
    return KeyFigure(str(len(named)), f"of {len(everyone)} agencies", words)


def precision_figure(mine: pd.DataFrame) -> KeyFigure | None:
    """Return how many activities are dated to the day as a key figure; None where there is no choice."""
    if len(mine) < 2:
        return None
    counts = mine["precision"].value_counts()
    rest = [f"{number(int(counts[kind]))} to the {kind}" for kind in ("month", "year") if counts.get(kind, 0)]
    return KeyFigure(str(int(counts.get("day", 0))), "to the day", listed(rest) or "all of them")


def told_in_list(mine: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the activities that the note's own list for a year tells as of that year."""
    told = [any(f"#B.III.{year}/" in source for source in sources) for sources in mine["sources"]]
    kept: pd.DataFrame = mine[told].reset_index(drop=True)
    return kept


def list_figure(ds: Dataset, mine: pd.DataFrame, year: int) -> KeyFigure | None:
    """Return how many activities stand in the note\'s list for the year; None where it has no list."""
    if year not in ds.coverage:
        return None
    inside = len(told_in_list(mine, year))
    outside = len(mine) - inside
    rest = by_count(
        outside, none="none stands elsewhere", one="one stands elsewhere", many="{n} stand elsewhere"
    )
    return KeyFigure(str(inside), "in the note's list", f"for {year}; {rest} in the note")


def list_finding(ds: Dataset, mine: pd.DataFrame, year: int) -> str:
    """Return how the record compares with the note's own list for the year, as a heading."""
    if year not in ds.coverage:
        return f"Told outside the note's list, which does not cover {year}"
    inside = len(told_in_list(mine, year))
    if inside == len(mine):
        return f"{capital(share(inside, len(mine)))} stand in the note's list for {year}"
    return (
        f"{capital(number(inside, none='none'))} {'stands' if inside == 1 else 'stand'} in the note's list "
        f"for {year}, {number(len(mine) - inside)} elsewhere"
    )


def coverage_words(ds: Dataset, year: int) -> str:
    """Return that a year lies outside the note's list, as a sentence; empty for a covered year."""
    if year in ds.coverage:
        return ""
    span = f"{ds.coverage[0]} to {ds.coverage[-1]}"
    return f"The note lists activities for {span} and tells of {year} in passing"


def care(ds: Dataset, year: int) -> list[CareItem]:
    """Return what to say with care of a year outside the note's list; nothing of a covered one."""
    if year in ds.coverage:
        return []
    span = f"{ds.coverage[0]} to {ds.coverage[-1]}"
    words = f"The list covers {span}. What is told of {year} is no count of the year."
    return [CareItem(f"{year} is not covered", words)]


def caption(mine: pd.DataFrame, planned: pd.DataFrame, year: int) -> str:
    """Return what the table of a year shows."""
    ahead = f", and the {number(len(planned))} planned" if len(planned) else ""
    return f"The {counted(len(mine), 'recorded activity')} of {year}{ahead}, in order of date"


def list_note(ds: Dataset, mine: pd.DataFrame, year: int) -> Fragment:
    """Return what the note's list for the year tells of another year; nothing when it tells none."""
    others = [
        row
        for row in records(told_in_list(ds.activities(), year))
        if row["id"] not in set(mine["id"]) and row["year"] != year
    ]
    names = listed(f"{lower_first(row['short_title'])} ({row['year']})" for row in others)
    words = f"The list for {year} also tells of another year: {names}."
    return element("p", words, class_="source") if others else NOTHING


def precision_finding(mine: pd.DataFrame) -> str:
    """Return how exactly the year's activities are dated, as a heading."""
    days = int((mine["precision"] == "day").sum())
    verb = "is" if days == 1 else "are"
    if days == 0:
        return "None of the activities is dated to the day"
    if days == len(mine) == 1:
        return "The one activity is dated to the day"
    return f"{capital(share(days, len(mine)))} {verb} dated to the day"


def naming_an_agency(mine: pd.DataFrame) -> str:
    """Return in how many of the activities a UN agency is named, for a definition."""
    named, whole = int(mine["agencies"].map(bool).sum()), len(mine)
    if named == whole:
        return "recorded, with a UN agency named" if whole == 1 else "recorded, each with a UN agency named"
    return f"recorded, {number(named, none='none')} of them with a UN agency named"


def index_line(mine: pd.DataFrame, planned: pd.DataFrame, year: int, ds: Dataset) -> str:
    """Return a year's record in one short line."""
    held, ongoing = (mine["status"] == "held").sum(), (mine["status"] == "ongoing").sum()
    parts = [counted(int(held), "activity") + " held"]
    if ongoing:
        kinds = mine.loc[mine["status"] == "ongoing", "type"].unique()
        noun = kinds[0] if len(kinds) == 1 else "activity"
        parts.append(f"{counted(int(ongoing), noun)} ongoing".replace("one ", "a ", 1))
    parts += [f"the {row['title']} planned" for row in records(planned)]
    outside = "" if year in ds.coverage else "; the year is not covered by the source"
    return capital(listed(parts)) + outside
