"""The note's kit as it may look years later: facts from after the note, odd cases, and made-up rows."""

from __future__ import annotations

import json
import shutil
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from kits import NOTE, ROOT
from kits.sheets import Cells, read_rows, write_rows

GROWN = Path(__file__).parent / "grown"
"""Rows to add to the note's tables; a row whose key is there already changes the cells that it fills."""

AGENCIES = ("UNDP", "UNICEF", "OHCHR", "UNEP", "UN-WOMEN", "UNFPA", "IOM", "ILO", "UNHCR", "UNESCO")
KINDS = ("training", "workshop", "dialogue", "seminar", "consultation")
THEMES = ("bhr", "environment", "women-children", "disability", "migration", "trafficking")
PLACES = ("IDN/Jakarta", "THA/Bangkok", "VNM", "MYS/Kuala Lumpur;PHL/Manila", "")
LINES = ("2021-2025:1.2.1", "2021-2025:1.2.2", "work-plan:3.1", "2021-2025:1.2.1;work-plan:3.1", "")


def copy_grown(root: Path, *, activities: int = 100) -> Path:
    """Lay out the grown kit with the live notebooks in a folder, as a project; return the folder.

    Parameters
    ----------
    activities
        How many there are in all; those that `GROWN` leaves open are made up, and say so.
    """
    shutil.copytree(NOTE / "data", root / "data")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    descriptor: dict[str, Any] = json.loads((root / "data" / "datapackage.json").read_text("utf-8"))
    keys = {resource["name"]: resource["schema"]["primaryKey"] for resource in descriptor["resources"]}
    for path in sorted(GROWN.glob("*.csv")):
        merge_rows(root / "data" / path.name, read_rows(path), keys[path.stem])
    there = len(read_rows(root / "data" / "activities.csv"))
    made = [make_up(number) for number in range(activities - there)]
    merge_rows(root / "data" / "activities.csv", [row for row, _ in made], ["id"])
    parts = [part for _, own in made for part in own]
    merge_rows(root / "data" / "participations.csv", parts, keys["participations"])
    return root


def make_up(number: int) -> tuple[Cells, list[Cells]]:
    """Return a made-up activity with who took part; all depends on the number alone."""
    year, month, day = 2020 + number % 5, 1 + number * 7 % 12, 1 + number * 11 % 27
    kind, theme = KINDS[number % 5], THEMES[number % 6]
    start = (f"{year}-{month:02}-{day:02}", f"{year}-{month:02}", f"{year}")[number % 7 // 3]
    source = f"test-report#p{20 + number}/para-{1 + number % 9}"
    row = {
        "id": f"made-up-{number}", "title": f"{kind.capitalize()} {number} (test data)",
        "short_title": f"{kind.capitalize()} {number}", "type": kind, "status": "held", "start": start,
        "places": PLACES[number % 5], "stands_for": "one", "themes": theme, "themes_origin": "assigned",
        "provisions": LINES[number % 4] if year > 2020 else "", "summary": f"Test data: a {kind}.",
        "sources": source,
    }  # fmt: skip
    agencies = list(islice(cycle(AGENCIES), number % 10, number % 10 + number % 4))
    parts = [
        {"activity": row["id"], "organisation": code, "role": "supporter", "sources": source}
        for code in agencies
    ]
    return row, parts


def merge_rows(path: Path, rows: list[Cells], key: str | list[str]) -> None:
    """Add rows to a table; of a row that is there already, change the cells that the new one fills."""
    there = read_rows(path)
    keys = [key] if isinstance(key, str) else key
    known = {tuple(row[label] for label in keys): row for row in there}
    for row in rows:
        own = known.get(tuple(row[label] for label in keys))
        if own is None:
            there.append(row)
        else:
            own |= {label: cell for label, cell in row.items() if cell}
    write_rows(path, there)
