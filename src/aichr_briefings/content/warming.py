"""What a process does once before it forks a child for each briefing: fill whatever content keeps."""

from __future__ import annotations

from aichr_briefings.content.charts.counts import Count, counts_chart
from aichr_briefings.content.dates import when_of
from aichr_briefings.content.phrases import recorded, together
from aichr_briefings.content.rows import in_order, records
from aichr_briefings.content.tables import cell, header_cell, table


def warm_up() -> None:
    """Draw a chart and write a table that nobody sees, so that widths, patterns and imports are there.

    It starts no thread and changes nothing that a notebook could see.
    """
    import markdown_it  # noqa: F401
    import pandas as pd

    counts = [Count("Few", ("day", "ongoing"), "two", highlighted=True), Count("None", (), "none")]
    counts_chart(counts, name="warm", caption="Nothing.", source="none.", of="Row")
    day = pd.Timestamp("2018-05-15").as_unit("s")
    row = {"status": "held", "start": "2018-05-15", "end": None, "precision": "day", "year": 2018}
    typed = {"start": "string", "year": "Int64"}
    frame = pd.DataFrame([{**row, "earliest": day, "latest": day}]).astype(typed)
    rows = records(in_order(together(frame, recorded(frame, of="nobody", if_empty="finding"))))
    table("Nothing", ["Date"], [[header_cell(when_of(row, short=True)), cell("1")] for row in rows])
