"""The small helper package that this desk's notebooks import: the record, facts in words, tables and charts.

A notebook takes all of it with ``from aichr_briefings import *``; what is imported here is its vocabulary.
What belongs to one family stands in a module of its own: ``agencies``, ``meetings``, ``subjects`` (themes and
lines of plans) and ``note``. What any desk could use is taken from ``pressroom.pages``.
"""

from types import ModuleType as _Module

from pressroom.pages import *
from pressroom.pages import warm_up as warm_up

# Some parts of a page this desk fills from its record, under the same name.
# isort: split
from aichr_briefings import agencies, meetings, note, subjects
from aichr_briefings.charts import counts_chart, matrix_chart, months_chart, timeline_chart  # type: ignore[assignment]
from aichr_briefings.differences import doubts, what_changed
from aichr_briefings.naming import (
    call,
    call_meeting,
    count_kinds,
    few_or_none,
    kinds_of,
    named_together,
    pick,
    tell,
    tell_each,
    title_of,
    titles_of,
    to_month,
    what_else,
)
from aichr_briefings.record import (  # type: ignore[assignment]
    find_lists,
    list_abbreviations,
    list_sources,
    lists,
    method,
    name_line,
    name_plan,
    open_dataset,
    row_figure,
    span_plan,
    teller,
)
from aichr_briefings.rows import (
    around,
    at,
    ids,
    in_city,
    in_order,
    last_day,
    recorded,
    reference_meeting,
    sources_of,
    themes_of,
    together,
    unstated_of,
    when_of,
    where_of,
    with_status,
    without,
)
from aichr_briefings.statements import (
    aims_told,
    deeds_told,
    difference_list,
    lines_for_all,
    plans_told,
    statement_list,
)
from aichr_briefings.subjects import serving, serving_together
from aichr_briefings.tables import activities_table
from pressroom.pages.sourced import cited, commentary, masthead, name_sources, part_care, written_lines  # type: ignore[assignment]

_FAMILIES = (agencies, meetings, note, subjects)

__all__ = [
    name
    for name, value in globals().items()
    if name[0] != "_" and value is not warm_up and (value in _FAMILIES or not isinstance(value, _Module))
]
