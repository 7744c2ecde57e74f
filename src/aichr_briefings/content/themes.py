"""What a theme's record amounts to: who carries it, what follows what, who led."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aichr_briefings.content.charts.counts import Count, counts_chart
from aichr_briefings.content.dates import when_of
from aichr_briefings.content.fragments import NOTHING, Fragment, element, join, keyed, span
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
    """Return who is named in the activities, to end a title."""
    names = carriers(ds, activities)
    named, whole = int(activities["agencies"].map(bool).sum()), len(activities)
    if not names:
        return "naming no UN agency"
    shared = set.intersection(*(set(codes) for codes in activities["agencies"]))
    if named < whole:
        return f"{number(named)} of them with {listed(names)}"
    if len(shared) == 1 or len(shared) == len(names):
        everywhere = listed(name for name in names if name in _short_names(ds, shared))
        return f"{_all(whole)}with {everywhere}"
    return f"with {listed(names)}" if len(names) < 4 else f"with {number(len(names))} agencies"


def _all(whole: int) -> str:
    return {1: "", 2: "both "}.get(whole, "all ")


def _short_names(ds: Dataset, codes: set[str]) -> set[str]:
    return {str(ds.organisation(code)["short_name"]) for code in codes}


def carrier_finding(ds: Dataset, activities: pd.DataFrame) -> str:
    """Return in how many of the activities each agency is named, as a heading."""
    names, whole = carriers(ds, activities), len(activities)
    if not names:
        return "No UN agency is named"
    if whole == 1:
        return f"{listed(names)} {'is' if len(names) == 1 else 'are'} named, in the one activity"
    counts = activities["agencies"].explode().dropna().map(lambda code: ds.organisation(code)["short_name"])
    first, *others = names
    most = int((counts == first).sum())
    lead = f"{first} is named in {share(most, whole)}"
    if not others:
        return f"{lead}, no other agency is"
    rest = {int((counts == name).sum()) for name in others}
    if len(rest) == 1 and len(others) < 4:
        return f"{lead}, {listed(others)} in {number(rest.pop())}{' each' if len(others) > 1 else ''}"
    return f"{lead}, {number(len(others))} others in fewer"


def described(theme: Row) -> str:
    """Return what belongs to a theme, as a sentence."""
    return str(theme["description"])


def spread(activities: pd.DataFrame) -> str:
    """Return what the theme's record holds, as a sentence."""
    if activities.empty:
        return "The note records no activity under it"
    return f"The record holds {named_together(activities)}"


def index_line(ds: Dataset, activities: pd.DataFrame) -> str:
    """Return a theme's record in one short line."""
    if activities.empty:
        return "Named in the introduction; no activity recorded"
    return f"{capital(counted(len(activities), 'activity'))}, {carried_by(ds, activities)}"


def origin_figure(activities: pd.DataFrame) -> KeyFigure | None:
    """Return of how many activities the note states the theme as a key figure; None without activities."""
    if activities.empty:
        return None
    assigned = int((activities["themes_origin"] == "assigned").sum())
    stated = len(activities) - assigned
    words = "the note states the theme" if stated else "no theme is stated by the note"
    rest = f"; the editors assigned it to {number(assigned)}" if assigned else ""
    return KeyFigure(str(stated), f"of {len(activities)} stated", f"{words}{rest}")


def time_finding(activities: pd.DataFrame) -> str:
    """Return when the theme's activities took place, as a heading."""
    years = sorted(activities["year"].dropna().unique())
    undated = int(activities["year"].isna().sum())
    rest = f", {number(undated)} undated" if undated else ""
    if not years:
        return "No date is recorded"
    if len(activities) == 1:
        return f"The one activity falls in {years[0]}"
    return f"On record in {listed(map(str, years))}{rest}"


def statements(ds: Dataset, theme: str, activities: pd.DataFrame) -> pd.DataFrame:
    """Return what the note says of a theme: of its activities, and of agencies in the theme's own section."""
    import pandas as pd

    said = ds.statements(subject=[theme, *activities["id"]])
    codes = sorted(set(activities["agencies"].explode().dropna()))
    section = {source for source in ds.row("themes", theme)["sources"] if "#B.II." in source}
    others = ds.statements(subject=codes) if codes else said.head(0)
    within = [bool(section) and set(sources) <= section for sources in others["sources"]]
    return pd.concat([others[within], said], ignore_index=True)


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
    """Return which AICHR representatives the note names with the activities, as a sentence, or nothing."""
    parts = [
        f"AICHR {ds.row('countries', row['aichr_lead'])['short_name']} for the {lower_first(_dated(row))}"
        for row in records(activities)
        if row["aichr_lead"]
    ]
    return f"The note names {listed(parts)}; that it led the work is inferred." if parts else ""


def themes_compared(ds: Dataset, *, highlighted: str) -> Fragment:
    """Return all themes by their number of recorded activities, one of them highlighted."""
    counts = []
    for theme in records(ds.table("themes")):
        rows = records(ds.activities(theme=theme["code"], status=("held", "ongoing")))
        marks = tuple("ongoing" if row["status"] == "ongoing" else "day" for row in rows)
        words = counted(len(rows), "activity", none="none") if rows else "none recorded"
        counts.append(Count(theme["name"], marks, words, highlighted=theme["code"] == highlighted))
    used = {mark for count in counts for mark in count.marks}
    keys = [keyed(kind, words) for kind, words in (("day", "held"), ("ongoing", "ongoing")) if kind in used]
    caption = join(["Themes by recorded activities. ", join(keys, ", "), "."])
    return counts_chart(
        counts, name="themes", caption=caption, source="background note, A to B.III.", of="Theme"
    )
