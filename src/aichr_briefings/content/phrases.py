"""Phrases that say what a set of activities amounts to, right for one, none, many and undated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aichr_briefings.content.dates import at, when, when_of
from aichr_briefings.content.rows import Row, records
from aichr_briefings.content.words import article, by_count, capital, counted, listed, number, plural, share

if TYPE_CHECKING:
    import pandas as pd

    from aichr_briefings.dataset import Dataset

MEETINGS = "aichr-un-meetings"


class EmptyRecordError(ValueError):
    """A briefing that would say nothing, of a family for which that is a failure."""


def recorded(activities: pd.DataFrame, *, of: str, if_empty: str) -> pd.DataFrame:
    """Return the activities that are on record, that is held or ongoing; planned and cancelled ones are not.

    Parameters
    ----------
    of
        Whose record this is, for the message.
    if_empty
        ``"failure"`` where a briefing without any activity is a mistake, ``"finding"`` where it is none.

    Raises
    ------
    EmptyRecordError
        If there is none, and that is a failure.
    """
    if if_empty not in ("failure", "finding"):
        raise ValueError(f"if_empty is {if_empty!r}; it is one of 'failure', 'finding'")
    kept: pd.DataFrame = activities[activities["status"].isin(["held", "ongoing"])].reset_index(drop=True)
    if kept.empty and if_empty == "failure":
        raise EmptyRecordError(f"no activity is recorded for {of}, so there is nothing to brief on")
    return kept


def first_meeting(ds: Dataset) -> Row:
    """Return the first AICHR-UN Meeting that was held."""
    held = ds.activities(status="held")
    return records(held[held["series"] == MEETINGS])[0]


def together(*frames: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of several frames of activities as one."""
    import pandas as pd

    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]


def without(activities: pd.DataFrame, activity: Row) -> pd.DataFrame:
    """Return the activities but one."""
    kept: pd.DataFrame = activities[activities["id"] != activity["id"]].reset_index(drop=True)
    return kept


def theme_names(ds: Dataset) -> dict[str, str]:
    """Return the themes' names by their codes, in their order."""
    return {row["code"]: row["name"] for row in records(ds.table("themes"))}


def leading_theme(ds: Dataset, activities: pd.DataFrame) -> tuple[str, int]:
    """Return the theme of most activities, by name, and their number; no name when none has two of them."""
    counts = activities["themes"].explode().value_counts()
    order = {code: place for place, code in enumerate(theme_names(ds))}
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], order[str(pair[0])]))
    if not ranked or ranked[0][1] < 2:
        return "", 0
    return theme_names(ds)[str(ranked[0][0])], int(ranked[0][1])


def named_once(row: Row) -> str:
    """Return an activity with its date: ``a workshop in June 2018``, ``undated dialogues``."""
    kind = row["type"]
    if row["stands_for"] == "several":
        return f"undated {plural(kind, 2)}" if not row["start"] else f"{plural(kind, 2)} {at(row)}"
    if row["status"] == "ongoing":
        return f"an ongoing {kind}"
    return f"an undated {kind}" if not row["start"] else f"{article(kind)} {at(_to_month(row))}"


def named_together(activities: pd.DataFrame) -> str:
    """Return the activities as a phrase, those of one type together, with their years.

    ``a training in November 2017, dialogues in June 2018 and June 2019, and an ongoing study``
    """
    groups: dict[tuple[str, bool], list[Row]] = {}
    for row in records(activities):
        plain = row["status"] == "held" and row["stands_for"] == "one" and bool(row["start"])
        groups.setdefault((row["type"], plain), []).append(row)
    phrases = []
    for (kind, plain), rows in groups.items():
        if plain and len(rows) > 1:
            times = list(dict.fromkeys(when_of(_to_month(row)) for row in rows))
            many = number(len(rows)) + " " if len(times) == 1 and len(rows) > 2 else ""
            phrases.append(f"{many}{plural(kind, 2)} in {listed(times)}")
        else:
            phrases.extend(named_once(row) for row in rows)
    return listed(phrases)


def _to_month(row: Row) -> Row:
    """Return the row with its date cut to the month, as running text tells it."""
    return {**row, "start": row["start"][:7], "end": None}


def gist(ds: Dataset, activities: pd.DataFrame) -> str:
    """Return the one thing that matters most about an agency's activities, to end its title."""
    rows = records(activities)
    if len(rows) == 1:
        return _title_of(rows[0])
    theme, most = leading_theme(ds, activities)
    if most:
        return f"{'all' if most == len(rows) else f'{number(most)} of them'} on {theme.lower()}"
    meeting = [row for row in rows if row["series"] == MEETINGS]
    others = [row for row in rows if row["series"] != MEETINGS]
    if len(meeting) == len(others) == 1:
        return f"the {meeting[0]['title']} and {article(others[0]['type'])} {at(_to_year(others[0]))}"
    years = sorted(activities["year"].dropna().unique())
    if len(years) == 1 and not activities["year"].isna().any():
        return f"{'both' if len(rows) == 2 else 'all'} in {years[0]}"
    return f"from {years[0]} to {years[-1]}" if years else "all undated"


def _to_year(row: Row) -> Row:
    return {**row, "start": (row["start"] or "")[:4], "end": None}


def _title_of(row: Row) -> str:
    if row["series"] == MEETINGS:
        return f"the {row['title']} of {when(row['start'][:7])}"
    named = row["short_title"]
    kind = named if not named.lower().startswith(row["type"]) else named[:1].lower() + named[1:]
    article_of = article(kind) if kind[:1].islower() else f"the {kind}"
    return f"{article_of} {at(_to_month(row))}" if row["start"] else f"{article_of}, undated"


def attendance(ds: Dataset, agency: str, meeting: Row) -> str:
    """Return whether and how an agency was at a meeting, as a sentence."""
    name = ds.organisation(agency)["short_name"]
    parts = ds.participations(activity=meeting["id"], agency=agency)
    if parts.empty:
        return f"The note does not name {name} at the {meeting['title']} of {when_of(meeting)}."
    if "delegation-lead" in set(parts["role"]):
        others = ds.participations(activity=meeting["id"], role="delegation-lead")
        names = [ds.row("organisations", code)["name"] for code in others["organisation"]]
        leads = [n for n in names if n != ds.organisation(agency)["name"]]
        beside = f", together with the {listed(leads)}," if leads else ""
        offices = [ds.organisation(via)["short_name"] for via in parts["via"].dropna().unique()]
        by = f", through its {listed(offices)}" if offices else ""
        whom = f"{name}{by}{beside or (',' if by else '')}"
        return f"{whom} led the UN delegation at the {meeting['title']} {at(meeting)}."
    return f"{name} was in the UN delegation at the {meeting['title']} {at(meeting)}."


def alone_or_with(ds: Dataset, activities: pd.DataFrame, agency: str, *, apart: str = "") -> str:
    """Return who else is named in the activities, as a heading; `apart` names what was left out of them."""
    name = ds.organisation(agency)["short_name"]
    codes = sorted(set(activities["agencies"].explode().dropna()) - {agency})
    others = [ds.organisation(code)["short_name"] for code in codes]
    if not others:
        said = f"no other agency is named with {name}"
    elif len(others) == 1:
        said = f"{others[0]} is the only other agency named with {name}"
    else:
        said = f"{listed(others)} are named with {name}"
    return f"Apart from {apart}, {said}" if apart else capital(said)


def timeline_finding(ds: Dataset, activities: pd.DataFrame) -> str:
    """Return what a timeline of the activities shows, as a heading."""
    theme, most = leading_theme(ds, activities)
    years = {int(row["year"]) for row in records(activities) if row["year"] and _has_theme(ds, row, theme)}
    if most and set(ds.coverage) <= years:
        return f"{theme}: on record in each of the {number(len(ds.coverage))} covered years"
    if most:
        return f"{capital(share(most, len(activities)))} are on {theme.lower()}"
    dated = activities["year"].dropna()
    if dated.empty:
        return "None of the activities is dated"
    if dated.nunique() == 1:
        return f"{capital(share(len(dated), len(activities)))} fall in {dated.iloc[0]}"
    return f"On record in {listed(str(year) for year in sorted(dated.unique()))}"


def _has_theme(ds: Dataset, row: Row, theme: str) -> bool:
    return theme in [theme_names(ds)[code] for code in row["themes"]]


def dated_since(ds: Dataset, activities: pd.DataFrame, meeting: Row) -> tuple[int, int, int]:
    """Return how many activities certainly follow a meeting, come before it, and cannot be placed."""
    after = set(ds.activities(since=when_iso(meeting))["id"])
    vague = set(ds.unplaced(since=when_iso(meeting))["id"])
    ids = [activity for activity in activities["id"] if activity != meeting["id"]]
    following, unsure = sum(i in after for i in ids), sum(i in vague for i in ids)
    return following, len(ids) - following - unsure, unsure


def when_iso(row: Row) -> str:
    """Return the day after which something follows an activity, as a partial date."""
    return str(row["end"] or row["start"])


def cancelled_words(cancelled: pd.DataFrame) -> str:
    """Return how many activities were cancelled, as a sentence; empty when none was."""
    return by_count(len(cancelled), none="", one="one more was cancelled", many="{n} more were cancelled")


def count_of(n: int) -> str:
    """Return ``five recorded activities``."""
    return counted(n, "recorded activity")
