"""Pictures computed from the dataset: timelines, a year by months, matrices and counts."""

from aichr_briefings.content.charts.counts import counts_chart
from aichr_briefings.content.charts.matrix import matrix_chart
from aichr_briefings.content.charts.months import months_chart
from aichr_briefings.content.charts.timeline import timeline_chart

__all__ = ["counts_chart", "matrix_chart", "months_chart", "timeline_chart"]
