"""Activities by lane (a theme, a series) along the years, each mark as exact as its date."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aichr_briefings.content.charts.canvas import Canvas
from aichr_briefings.content.charts.figure import Plotted, chart
from aichr_briefings.content.charts.lanes import Note, draw_lanes
from aichr_briefings.content.dates import mark_of, when_of
from aichr_briefings.content.fragments import Fragment, join, keyed, sections_of
from aichr_briefings.content.names import series_titles, theme_names
from aichr_briefings.content.rows import Row, records
from aichr_briefings.content.words import capital, listed

if TYPE_CHECKING:
    from aichr_briefings.content.rows import Rows
    from aichr_briefings.dataset import Dataset

_NUMBERED = re.compile(r"^(\d+(?:st|nd|rd|th)) ")


def timeline_chart(
    ds: Dataset,
    activities: Rows,
    *,
    name: str,
    subject: str,
    since: Mapping[str, int] | None = None,
) -> Fragment:
    """Return a timeline with one lane per first theme, or per series where there is no theme.

    Parameters
    ----------
    activities
        Rows as `Dataset.activities` returns them; planned ones may be among them.
    name
        Short name, unique in the briefing.
    subject
        Whose activities these are, as in "UNDP's recorded activities".
    since
        First year stated for a lane by name, drawn dotted where no activity is listed.
    """
    rows, covered, end = records(activities), ds.coverage, ds.as_of.end
    lanes = _lanes(ds, rows)
    stated = {lane: year for lane, year in (since or {}).items() if lane in lanes}
    told = min([covered[0], *(row["year"] for row in rows if row["year"])])
    first = min([told, *stated.values()])

    def draw(width: float, narrow: bool) -> Canvas:
        # A phone has no room for years about which there is a statement alone.
        start = told if narrow else first
        return draw_lanes(lanes, stated, first=start, stop=end, covered=covered, width=width, narrow=narrow)

    return chart(
        name,
        draw,
        caption=_caption(subject, rows, first < covered[0]),
        alt=_alt(subject, lanes, stated, covered, first),
        source=_source(rows),
        data=_data(lanes),
    )


def _lanes(ds: Dataset, rows: Sequence[Row]) -> dict[str, list[Note]]:
    themes = theme_names(ds, (row["themes"][0] for row in rows if row["themes"]))
    series = series_titles(ds, (row["series"] for row in rows if not row["themes"]))
    lanes: dict[str, list[Note]] = {}
    for row in rows:
        lane = themes[row["themes"][0]] if row["themes"] else series.get(row["series"], "No theme assigned")
        lanes.setdefault(lane, []).append(Note(row, _kind(row), when_of(row, short=True, year=False)))
    order = {theme: place for place, theme in enumerate(themes.values())}
    return dict(sorted(lanes.items(), key=lambda lane: order.get(lane[0], 99)))


def _kind(row: Row) -> str:
    found = _NUMBERED.match(row["title"])
    kind = f"{row['type']}s" if row["stands_for"] == "several" else row["type"]
    return f"{found[1]} {capital(kind)}" if found else capital(kind)


def _caption(subject: str, rows: Sequence[Row], hatched: bool) -> Fragment:
    words = {
        "day": "dated to the day",
        "month": "to the month",
        "year": "to the year",
        "ongoing": "ongoing",
        "planned": "planned, after the line",
    }
    used = {mark_of(row) for row in rows}
    keys = [keyed(kind, said) for kind, said in words.items() if kind in used]
    if hatched:
        keys.append(keyed("hatch", "not covered by the source"))
    several = any(len(row["themes"]) > 1 for row in rows)
    lanes = "each under its first theme" if several else "by theme"
    return join([f"{subject}, {lanes}. ", join(keys, ", "), "."])


def _alt(
    subject: str, lanes: Mapping[str, Sequence[Note]], stated: Mapping[str, int], covered: range, first: int
) -> str:
    told = []
    for lane, notes in lanes.items():
        since = f"since {stated[lane]}, as stated; " if lane in stated else ""
        told.append(f"{lane}: {since}{listed(_said(note.row) for note in notes)}.")
    hatched = first < covered[0]
    outside = f" Years before {covered[0]} are not covered by the source." if hatched else ""
    return f"Timeline. {subject}, by theme. {' '.join(told)}{outside}"


def _said(row: Row) -> str:
    status = "" if row["status"] == "held" else f", {row['status']}"
    return f"{_kind(row).lower()} {when_of(row)}{status}"


def _source(rows: Sequence[Row]) -> str:
    assigned = any(row["themes_origin"] == "assigned" for row in rows)
    remark = " Some themes are assigned by the editors." if assigned else ""
    return f"background note, {', '.join(sections_of(rows))}.{remark}"


def _data(lanes: Mapping[str, Sequence[Note]]) -> Plotted:
    rows = [
        (note.row["short_title"], lane, when_of(note.row), note.row["status"])
        for lane, notes in lanes.items()
        for note in notes
    ]
    return Plotted(["Activity", "Theme or series", "Date", "Status"], rows)
