"""The measures by name, in the order of the table. Each runs both sides in turns and compares medians."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.builds import measure_change, measure_nothing
from benchmarks.cluster import measure_dask
from benchmarks.delivery import measure_delivery
from benchmarks.edition import measure_floor, measure_shell, measure_stock
from benchmarks.options import Options
from benchmarks.preview import measure_preview
from benchmarks.results import Result
from benchmarks.scale import measure_scale
from benchmarks.site import measure_site

MEASURES: Mapping[str, Callable[[Path, Options], Result]] = {
    "shell": measure_shell,
    "stock": measure_stock,
    "floor": measure_floor,
    "nothing": measure_nothing,
    "change": measure_change,
    "preview": measure_preview,
    "scale": measure_scale,
    "dask": measure_dask,
    "delivery": measure_delivery,
    "site": measure_site,
}
