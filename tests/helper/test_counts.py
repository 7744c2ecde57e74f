"""One count, one meaning: what an agency, a theme, a year and a line have in common, all count alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import permutations
from typing import Any, NamedTuple

import pytest

from aichr_briefings.record import Record, open_dataset
from aichr_briefings.subjects import serving
from kits import NOTE
from kits.cells import list_briefings, run_cells, say
from kits.grown import copy_grown
from pressroom.data.locate import VARIABLE

FAMILIES = ("agency", "theme", "year", "provision")
TOTAL = re.compile(
    r'class="val">(\d+)</span>\s*<span class="unit">(?:<[^>]+>)?(?:activities|activity|assigned)<'
)


class Page(NamedTuple):
    """A briefing: what it is about, the activities that it counts, by id, and the total that it shows."""

    family: str
    value: Any
    counted: Mapping[str, Any]
    total: int | None


class Pages(NamedTuple):
    """All briefings of a record that are about activities."""

    ds: Record
    all: list[Page]


@pytest.fixture(scope="module", params=["note", pytest.param("grown", marks=pytest.mark.slow)])
def pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    root = NOTE if request.param == "note" else copy_grown(tmp_path_factory.mktemp("grown") / "kit")
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(root / "data"))
        for _, path, parameters in list_briefings(root / "data"):
            if path.stem in FAMILIES and not parameters.get("since"):
                names: dict[str, Any] = {}
                html = "".join(say(shown) for _, shown in run_cells(path, names, **parameters))
                totals = [int(n) for n in TOTAL.findall(html)]
                counted = {row["id"]: row for row in names["mine"]}
                found.append(Page(path.stem, parameters[path.stem], counted, next(iter(totals), None)))
        return Pages(open_dataset(root / "data"), found)


def belonging(ds: Record, page: Page, other: Page) -> set[str]:
    """Return which of the activities that a page counts belong to what another is about, as it tells them."""
    rows = list(page.counted.values())
    if other.family == "provision":
        served = {line["id"]: own for line, own in serving(ds, rows)}
        return {row["id"] for row in served.get(other.value, ())}
    column = {"agency": "agencies", "theme": "themes", "year": "years"}[other.family]
    value = int(other.value) if other.family == "year" else other.value
    return {row["id"] for row in rows if value in row[column]}


def test_each_pair_of_pages_counts_the_same_activities(pages: Pages) -> None:
    for one, other in permutations(pages.all, 2):
        if one.family != other.family:
            here, there = belonging(pages.ds, one, other), belonging(pages.ds, other, one)
            assert here == there, (one[:2], other[:2])


def test_the_total_that_is_shown_is_what_is_counted(pages: Pages) -> None:
    shown = [page for page in pages.all if page.total is not None]
    assert {page.family for page in shown} == {*FAMILIES}
    for page in shown:
        assert page.total == len(page.counted), page[:2]
