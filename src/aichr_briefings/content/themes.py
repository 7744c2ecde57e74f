"""What a theme's record amounts to: who carries it, what follows what, who led."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aichr_briefings.content.charts.counts import Count, counts_chart
from aichr_briefings.content.dates import when_of
from aichr_briefings.content.fragments import NOTHING, Fragment, element, glyph, join, span
from aichr_briefings.content.page import KeyFigure
from aichr_briefings.content.phrases import named_together
from aichr_briefings.content.rows import Row, records
from aichr_briefings.content.sections import lower_first
from aichr_briefings.content.words import capital, counted, listed, number, plural, share

if TYPE_CHECKING:
    import pandas as pd

    from aichr_briefings.dataset import Dataset


def theme_title(ds: Dataset, theme: Row, activities: pd.DataFrame) -> str:
    """Return the title of a theme: its count and who carries it; no activity is a finding."""
    if activities.empty:
        return f"{theme['name']}: named by the note, with no activity on record"
    return f"{theme['name']}: {counted(len(activities), 'recorded activity')}, {carried_by(ds, activities)}"


def carriers_figure(ds: Dataset, activities: pd.DataFrame) -> KeyFigure:
    """Return who is named as a key figure; for a theme without activity, how many others have some."""
    names = carriers(ds, activities)
    if activities.empty:
        codes = ds.codes("themes")
        others = sum(ds.count(theme=code, status=("held", "ongoing")) > 0 for code in codes)
        return KeyFigure(str(others), f"of {len(codes)} themes", "have at least one activity on record")
    return KeyFigure(str(len(names)), plural("UN agency", len(names)), listed(names) or "none named")


def carriers(ds: Dataset, activities: pd.DataFrame) -> list[str]:
    """Return the agencies that the activities name, by short name, those with most first."""
    counts = activities["agencies"].explode().dropna().value_counts()
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return [str(ds.organisation(str(code))["short_name"]) for code, _ in ranked]


def carried_by(ds: Dataset, activities: pd.DataFrame) -> str:
    """Return who carries a theme, to end its title."""
    names = carriers(ds, activities)
    if not names:
        return "naming no UN agency"
    shared = set.intersection(*(set(codes) for codes in activities["agencies"]))
    if len(names) == 1:
        return f"{_all(len(activities))}with {names[0]}" if shared else f"with {names[0]} alone"
    if len(shared) == 1:
        return f"{_all(len(activities))}with {ds.organisation(shared.pop())['short_name']}"
    return f"with {listed(names)}" if len(names) < 4 else f"with {number(len(names))} agencies"


def _all(n: int) -> str:
    return {1: "", 2: "both "}.get(n, "all ")


def carrier_finding(ds: Dataset, activities: pd.DataFrame) -> str:
    """Return who carries a theme, as a heading."""
    names = carriers(ds, activities)
    if not names:
        return "No UN agency is named"
    if len(names) == 1:
        return f"{names[0]} carries it alone, as far as the note names agencies"
    lead = activities["agencies"].explode().value_counts()
    most = int(lead.iloc[0])
    if most == len(activities) and most > 1:
        return f"{names[0]} is named in every activity, {listed(names[1:])} beside it"
    return (
        f"{capital(listed(names))} carry it"
        if len(names) < 4
        else f"{capital(number(len(names)))} agencies carry it"
    )


def described(theme: Row) -> str:
    """Return what belongs to a theme, as a sentence."""
    return str(theme["description"])


def spread(activities: pd.DataFrame) -> str:
    """Return what the theme's record holds, as a sentence."""
    if activities.empty:
        return "It tells of no activity on it"
    return f"The record holds {named_together(activities)}"


def index_line(ds: Dataset, activities: pd.DataFrame) -> str:
    """Return a theme's record in one short line."""
    if activities.empty:
        return "Named in the introduction; no activity recorded"
    return f"{capital(counted(len(activities), 'activity'))}, {carried_by(ds, activities)}"


def statements_figure(statements: pd.DataFrame) -> KeyFigure | None:
    """Return how many statements the note makes on a theme as a key figure; None when it makes none."""
    if statements.empty:
        return None
    kinds = statements["kind"].value_counts()
    told = [
        counted(int(kinds[kind]), noun)
        for kind, noun in (("aim", "aim"), ("finding", "finding"), ("outcome", "outcome"))
        if kind in kinds
    ]
    words = f"among them {listed(told)}" if told else "on topics and audiences"
    return KeyFigure(
        str(len(statements)), plural("statement", len(statements)), f"of the note, in our words; {words}"
    )


def time_finding(activities: pd.DataFrame) -> str:
    """Return when the theme's activities took place, as a heading."""
    years = sorted(activities["year"].dropna().unique())
    undated = int(activities["year"].isna().sum())
    rest = f", {number(undated)} undated" if undated else ""
    if not years:
        return "No date is recorded"
    if len(years) == 1:
        dated = len(activities) - undated
        whole = "The one activity" if len(activities) == 1 else capital(share(dated, len(activities)))
        return f"{whole} {'falls' if dated == 1 else 'fall'} in {years[0]}{rest}"
    return f"The record runs from {years[0]} to {years[-1]}{rest}"


def origin_words(activities: pd.DataFrame) -> str:
    """Return how many of the activities have the theme from the editors, as a clause; empty when none."""
    assigned = int((activities["themes_origin"] == "assigned").sum())
    if activities.empty:
        return ""
    if not assigned:
        return "the note states the theme" if len(activities) == 1 else "the note states the theme of each"
    if assigned == len(activities):
        return "the theme is assigned by the editors"
    stated = number(len(activities) - assigned)
    return f"the note states the theme of {stated}, the editors assigned {number(assigned)}"


def follow_up_chains(ds: Dataset, activities: pd.DataFrame) -> Fragment:
    """Return which activity follows which, one chain per line; nothing when the note states none."""
    rows = {row["id"]: row for row in records(ds.activities())}
    items = []
    for row in records(activities):
        if row["follows"]:
            before = rows[row["follows"]]
            words = f"{_dated(before)}, then {lower_first(_dated(row))}."
            items.append(element("li", span("k", "Follow-up"), " ", words))
    return element("ul", *items, class_="says") if items else NOTHING


def _dated(row: Row) -> str:
    return f"{row['short_title']} ({when_of(row, short=True)})"


def led_by(ds: Dataset, activities: pd.DataFrame) -> str:
    """Return which AICHR representatives are named with the activities, as a sentence, or nothing."""
    parts = [
        f"{ds.row('countries', row['aichr_lead'])['short_name']} for the {lower_first(_dated(row))}"
        for row in records(activities)
        if row["aichr_lead"]
    ]
    return f"The AICHR representative named is that of {listed(parts, last='and of')}." if parts else ""


def themes_compared(ds: Dataset, *, highlighted: str) -> Fragment:
    """Return all themes by their number of recorded activities, one of them highlighted."""
    counts = []
    for theme in records(ds.table("themes")):
        rows = records(ds.activities(theme=theme["code"], status=("held", "ongoing")))
        marks = tuple("ongoing" if row["status"] == "ongoing" else "day" for row in rows)
        words = counted(len(rows), "activity", none="none") if rows else "none recorded"
        counts.append(Count(theme["name"], marks, words, highlighted=theme["code"] == highlighted))
    used = {mark for count in counts for mark in count.marks}
    keys = [
        join([glyph(kind), f" {words}"])
        for kind, words in (("day", "held"), ("ongoing", "ongoing"))
        if kind in used
    ]
    caption = join(["Themes by recorded activities. ", join(keys, ", "), "."])
    return counts_chart(
        counts, name="themes", caption=caption, source="background note, A to B.III.", of="Theme"
    )
