"""The small helper package that this desk's notebooks import: the record, facts in words, tables and charts.

A notebook takes all of it with ``from aichr_briefings import *``; the names listed below are its vocabulary.
What belongs to one family stands in a module of its own: ``agencies``, ``themes``, ``years``, ``provisions``
and ``note``. What any desk could use is taken from ``pressroom.pages``.
"""

from aichr_briefings import agencies, note, provisions, themes, years
from aichr_briefings.care import care_items
from aichr_briefings.changes import what_changed
from aichr_briefings.charts import counts_chart, matrix_chart, months_chart, timeline_chart
from aichr_briefings.citations import teller
from aichr_briefings.page import (
    ahead,
    commentary,
    last_figure,
    masthead,
    method,
    planned_figure,
    since_figure,
)
from aichr_briefings.phrases import (
    alone_or_with,
    attendance,
    called_off_words,
    count_of,
    timeline_finding,
)
from aichr_briefings.record import name_line, open_dataset, span_plan
from aichr_briefings.rows import (
    at,
    ids,
    in_order,
    recorded,
    reference_meeting,
    together,
    when_of,
    with_status,
    without,
)
from aichr_briefings.rows import warm_up as warm_up
from aichr_briefings.tables import (
    STATED,
    activities_table,
    difference_list,
    lines_served,
    not_placed,
    statement_list,
)
from pressroom.pages import (
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
    "called_off_words",
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
    "ids",
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
    "name_line",
    "not_placed",
    "note",
    "number",
    "open_dataset",
    "planned_figure",
    "plural",
    "provisions",
    "recorded",
    "records",
    "reference_meeting",
    "section",
    "since_figure",
    "span_plan",
    "statement_list",
    "teller",
    "text",
    "themes",
    "timeline_chart",
    "timeline_finding",
    "together",
    "what_changed",
    "when",
    "when_of",
    "with_status",
    "without",
    "years",
]
