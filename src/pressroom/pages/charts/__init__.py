"""Charts as drawings of plain values: points in lanes, a year by months, a matrix and counts.

What is drawn is chosen by whoever has it drawn, and put in words by them, or by the press as they say.
"""

from pressroom.pages.charts.alternative_text import Description
from pressroom.pages.charts.counts import Count, are_bars, counts_chart
from pressroom.pages.charts.figure import ChartWords, Plotted, chart
from pressroom.pages.charts.label_positions import Point
from pressroom.pages.charts.matrix import Column, matrix_chart, year_columns
from pressroom.pages.charts.months import Divider, Entry, months_chart
from pressroom.pages.charts.scale import Dated
from pressroom.pages.charts.timeline import Since, Years, lanes_chart

__all__ = [
    "ChartWords",
    "Column",
    "Count",
    "Dated",
    "Description",
    "Divider",
    "Entry",
    "Plotted",
    "Point",
    "Since",
    "Years",
    "are_bars",
    "chart",
    "counts_chart",
    "lanes_chart",
    "matrix_chart",
    "months_chart",
    "year_columns",
]


def warm_up() -> None:
    """Draw a chart that nobody sees, so that widths, patterns and imports are there before a fork.

    It starts no thread and changes nothing that a notebook could see.
    """
    import markdown_it  # noqa: F401

    counts = [Count("Few", ("day", "ongoing"), "two", highlighted=True), Count("None", (), "none")]
    data = Plotted(["Row", "Count"], [("Few", 2), ("None", 0)])
    counts_chart(counts, name="warm", caption="Nothing.", alt="Nothing.", source="none.", data=data)
