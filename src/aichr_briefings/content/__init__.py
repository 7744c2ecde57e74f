"""What a notebook shows of the activities: facts in words, tables, charts, care items, commentary.

A notebook takes all of it with ``from aichr_briefings.content import *``; the names listed below are its
vocabulary. What belongs to one family stands in a module of its own: ``agencies``, ``themes``, ``years``,
``provisions`` and ``note``. What any desk could use is taken from ``pages``.
"""

from aichr_briefings.content import agencies, note, provisions, themes, years
from aichr_briefings.content.care import care_items
from aichr_briefings.content.changes import what_changed
from aichr_briefings.content.charts import counts_chart, matrix_chart, months_chart, timeline_chart
from aichr_briefings.content.page import (
    ahead,
    commentary,
    last_figure,
    masthead,
    method,
    planned_figure,
    since_figure,
)
from aichr_briefings.content.phrases import (
    alone_or_with,
    attendance,
    cancelled_words,
    count_of,
    timeline_finding,
)
from aichr_briefings.content.record import (
    at,
    first_meeting,
    in_order,
    recorded,
    together,
    when_of,
    without,
)
from aichr_briefings.content.record import warm_up as warm_up
from aichr_briefings.content.tables import (
    STATED,
    activities_table,
    difference_list,
    lines_served,
    not_placed,
    statement_list,
)
from aichr_briefings.pages import (
    NOTHING,
    Count,
    IndexEntry,
    KeyFigure,
    by_count,
    capital,
    care_box,
    columns,
    counted,
    element,
    key_figures,
    letters,
    listed,
    number,
    plural,
    records,
    section,
    text,
    when,
)

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
