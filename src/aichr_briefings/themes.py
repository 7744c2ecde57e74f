"""What a theme's record amounts to: who carries it, what follows what, who led."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aichr_briefings.charts import counts_chart, explain_counts
from aichr_briefings.citations import name_sources, teller
from aichr_briefings.phrases import carried_by, carriers, named_together
from aichr_briefings.phrases import carrier_finding as carrier_finding
from aichr_briefings.rows import (
    ON_RECORD,
    count_agencies,
    count_mark,
    country_names,
    look_up,
    theme_names,
    when_of,
)
from pressroom.pages import (
    Count,
    Fragment,
    KeyFigure,
    Line,
    capital,
    counted,
    join,
    line_list,
    listed,
    lower_first,
    number,
    plural,
    records,
)
from pressroom.pages.tables import Row
from pressroom.pages.words import FEW

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.pages.tables import Rows


NEAREST = 12


def theme_title(ds: Record, theme: Row, activities: Rows) -> str:
    """Return the title of a theme: its count and who carries it; no activity is a finding."""
    rows = records(activities)
    if not rows:
        return f"{theme['name']}: named by {teller(ds)}, with no activity on record"
    return f"{theme['name']}: {counted(len(rows), 'recorded activity')}, {carried_by(ds, rows)}"


def carriers_figure(ds: Record, theme: str, activities: Rows) -> KeyFigure:
    """Return who is named as a key figure; for a theme without activity, how many near it have some."""
    rows = records(activities)
    if not rows:
        near = themes_near(ds, theme)
        others = sum(ds.count(theme=code, status=ON_RECORD) > 0 for code in near)
        return KeyFigure(str(others), f"of {len(near)} themes", "have at least one activity on record")
    names = list(carriers(ds, rows).values())
    words = listed(names) if len(names) <= FEW else "named in its activities"
    return KeyFigure(str(len(names)), plural("UN agency", len(names)), words or "none named")


def described(theme: Row) -> str:
    """Return what belongs to a theme, as a sentence."""
    return str(theme["description"])


def spread(ds: Record, activities: Rows) -> str:
    """Return what the theme's record holds, as a sentence."""
    rows = records(activities)
    if not rows:
        told = teller(ds)
        return f"{capital(told)} {'records' if told == 'the note' else 'holds'} no activity under it"
    return f"The record holds {named_together(rows)}"


def index_line(ds: Record, activities: Rows) -> str:
    """Return a theme's record in one short line."""
    rows = records(activities)
    if not rows:
        return "Named in the introduction; no activity recorded"
    return f"{capital(counted(len(rows), 'activity'))}, {carried_by(ds, rows)}"


def origin_figure(ds: Record, activities: Rows) -> KeyFigure | None:
    """Return of how many activities the note states the theme as a key figure; None without activities."""
    rows = records(activities)
    if not rows:
        return None
    assigned = sum(row["themes_origin"] == "assigned" for row in rows)
    stated = len(rows) - assigned
    told = teller(ds)
    words = f"{told} states the theme" if stated else f"no theme is stated by {told}"
    rest = f"; the editors assigned it to {number(assigned)}" if assigned else ""
    return KeyFigure(str(stated), f"of {len(rows)} stated", f"{words}{rest}")


def time_finding(activities: Rows) -> str:
    """Return when the theme's activities took place, as a heading."""
    rows = records(activities)
    years = sorted({row["year"] for row in rows if row["year"]})
    undated = sum(not row["year"] for row in rows)
    rest = f", {number(undated)} undated" if undated else ""
    if not years:
        return "No date is recorded"
    if len(rows) == 1:
        return f"The one activity falls in {years[0]}"
    return f"On record in {listed(map(str, years))}{rest}"


def statements(ds: Record, theme: Row, activities: Rows) -> list[Row]:
    """Return what the note says of a theme: of its activities, and of agencies in the theme's own section."""
    rows = records(activities)
    said = ds.statements(subject=[theme["code"], *(row["id"] for row in rows)])
    return [*_statements_within(ds, set(theme["sources"]), sorted(count_agencies(rows))), *said]


def _statements_within(ds: Record, section: set[str], agencies: Sequence[str]) -> list[Row]:
    """Return what a section of the note, and no other place, says of agencies."""
    if not (section and agencies):
        return []
    rows = ds.statements(subject=agencies)
    within = [row["id"] for row in rows if set(row["sources"]) <= section]
    return list(look_up(ds, "statements", within).values())


def follow_up_chains(ds: Record, activities: Rows) -> Fragment:
    """Return which activity follows which, one chain per line; nothing when the note states none."""
    following = [row for row in records(activities) if row["follows"]]
    followed = look_up(ds, "activities", (row["follows"] for row in following))
    return line_list(
        Line("Follow-up", f"{_dated(followed[row['follows']])}, then {lower_first(_dated(row))}.")
        for row in following
    )


def _dated(row: Row) -> str:
    return f"{row['short_title']} ({when_of(row, short=True)})"


def led_by(ds: Record, activities: Rows) -> str:
    """Return which AICHR representatives the note names with the activities, as a sentence, or nothing."""
    led = [row for row in records(activities) if row["aichr_lead"]]
    names = country_names(ds, (code for row in led for code in row["aichr_lead"]))
    parts = [f"{_name_leads(row, names)} for the {lower_first(_dated(row))}" for row in led]
    return f"{capital(teller(ds))} names {listed(parts)}; that it led the work is inferred." if parts else ""


def _name_leads(row: Row, names: Mapping[str, str]) -> str:
    return listed(f"AICHR {names[code]}" for code in row["aichr_lead"])


def themes_near(ds: Record, theme: str) -> list[str]:
    """Return a theme and those that stand nearest to it in the order of themes, twelve at most."""
    return nearest(ds.codes("themes"), theme, NEAREST)


def nearest(items: Sequence[str], item: str, most: int) -> list[str]:
    """Return an item and those that stand nearest to it, in their order, at most so many in all.

    >>> nearest(["a", "b", "c", "d", "e"], "d", 3)
    ['c', 'd', 'e']
    """
    start = min(max(items.index(item) - most // 2, 0), max(len(items) - most, 0))
    return list(items[start : start + most])


def themes_compared(ds: Record, *, highlighted: str) -> Fragment:
    """Return the themes nearest to one by their number of recorded activities, it highlighted."""
    near = themes_near(ds, highlighted)
    names = theme_names(ds, near)
    counts, shown = [], [*look_up(ds, "themes", near).values()]
    for code in near:
        rows = ds.activities(theme=code, status=ON_RECORD)
        shown += rows
        marks = tuple(map(count_mark, rows))
        words = counted(len(rows), "activity", none="none") if rows else "none recorded"
        counts.append(Count(names[code], marks, words, highlighted=code == highlighted))
    caption = join(["Themes by recorded activities. ", explain_counts(counts), "."])
    source = f"{name_sources(ds, shown, sections='first and last')}."
    return counts_chart(counts, name="themes", caption=caption, source=source, of="Theme")
