"""What earlier versions of this desk's tables held otherwise: for `briefings tidy`, and for old releases.

What their descriptors lacked stands in ``upgrades.json``; here is what follows from cells that they had.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

from pressroom.data.upgrade import Cells, Draft, read_steps

MEETINGS = "aichr-un-meetings"
"""The series of which an earlier version knew that its first meeting is the reference."""

_YEARS = re.compile(r"(\d{4})-(\d{4})")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)\b")


def list_plans(draft: Draft) -> Iterator[Cells]:
    """Yield the plans: each was two years in the cells of its lines."""
    title, first = {"title": "ASEAN-UN Plan of Action", "short_title": "Plan of Action"}, dict[str, Cells]()
    for line in draft.rows("provisions"):
        first.setdefault(line["plan"], line)
    for line in first.values():
        if years := _YEARS.fullmatch(line["plan"]):
            yield {
                "code": line["plan"],
                **title,
                "from": years[1],
                "to": years[2],
                "sources": line["sources"],
            }


def find_reference(series: Cells) -> str:
    """Return which meeting of a series is the reference."""
    return "last held" if series["id"] == MEETINGS else ""


def find_number(activity: Cells) -> str:
    """Return which of its series an activity is, as its title says it."""
    found = _ORDINAL.match(activity["title"]) if activity["series"] else None
    return found[1] if found else ""


def find_place(activity: Cells) -> str:
    """Return country and city as one place."""
    return f"{activity['country']}/{activity['city']}" if activity["city"] else activity["country"]


UPGRADES = read_steps(
    files("aichr_briefings").joinpath("upgrades.json").read_text("utf-8"),
    rows={"plans": list_plans},
    cells={
        "series.reference": find_reference,
        "activities.number": find_number,
        "activities.places": find_place,
    },
)
"""All of them, in order; the entry point that the descriptor's helper names under ``pressroom.upgrades``."""
