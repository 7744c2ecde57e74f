"""What a notebook shows: prose, key figures, charts, tables, care items, commentary.

A notebook takes all of it with ``from aichr_briefings.content import *``; the names listed below are its
vocabulary. What belongs to one family stands in a module of its own: ``agencies``, ``themes``, ``years``,
``provisions`` and ``note``.
"""

from aichr_briefings.content import agencies, note, provisions, themes, years
from aichr_briefings.content.activities import activities_table
from aichr_briefings.content.care import care_box, care_items, letters
from aichr_briefings.content.changes import what_changed
from aichr_briefings.content.charts import counts_chart, matrix_chart, months_chart, timeline_chart
from aichr_briefings.content.charts.counts import Count
from aichr_briefings.content.commentary import commentary
from aichr_briefings.content.dates import at, when, when_of
from aichr_briefings.content.entry import IndexEntry
from aichr_briefings.content.fragments import NOTHING, element, text
from aichr_briefings.content.page import (
    STATED,
    KeyFigure,
    columns,
    difference_list,
    key_figures,
    masthead,
    method,
    section,
    statement_list,
)
from aichr_briefings.content.phrases import (
    alone_or_with,
    attendance,
    cancelled_words,
    count_of,
    first_meeting,
    recorded,
    timeline_finding,
    together,
    without,
)
from aichr_briefings.content.rows import in_order, records
from aichr_briefings.content.sections import (
    ahead,
    last_figure,
    lines_served,
    not_placed,
    planned_figure,
    since_figure,
)
from aichr_briefings.content.warming import warm_up as warm_up
from aichr_briefings.content.words import by_count, capital, counted, listed, number, plural

__all__ = [
    "NOTHING",
    "STATED",
    "Count",
    "IndexEntry",
    "KeyFigure",
    "activities_table",
    "agencies",
    "ahead",
    "alone_or_with",
    "at",
    "attendance",
    "by_count",
    "cancelled_words",
    "capital",
    "care_box",
    "care_items",
    "columns",
    "commentary",
    "count_of",
    "counted",
    "counts_chart",
    "difference_list",
    "element",
    "first_meeting",
    "in_order",
    "key_figures",
    "last_figure",
    "letters",
    "lines_served",
    "listed",
    "masthead",
    "matrix_chart",
    "method",
    "months_chart",
    "not_placed",
    "note",
    "number",
    "planned_figure",
    "plural",
    "provisions",
    "recorded",
    "records",
    "section",
    "since_figure",
    "statement_list",
    "text",
    "themes",
    "timeline_chart",
    "timeline_finding",
    "together",
    "what_changed",
    "when",
    "when_of",
    "without",
    "years",
]
