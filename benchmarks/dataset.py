"""A dataset of any size with the real one's shape: the real rows, repeated in blocks under fresh codes.

The first block is the real dataset, word for word. Each block after it repeats the real rows with codes of
its own. In the first of them agencies, themes and the lines of a plan are new codes to brief on; in all the
others who took part is no agency, and what was done has neither theme nor line. So dataset and code lists
grow, and a briefing's rows stay as many as the real ones.

What lies ahead, is under way, or came after the 1st AICHR-UN Meeting is told to every agency. For this to
stay as long as it is, all that is repeated lies certainly before it, on days and in places of its own.
"""

from __future__ import annotations

import csv
import random
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[1] / "tests" / "kits" / "note" / "data"

FAMILIES = ("agency", "theme", "provision")
"""Those whose briefings can be made as many as one likes; a year's and the note's grow with the data."""

_FIRST, _LAST = date(2017, 1, 2), date(2018, 4, 20)
_BODIES = 48

Row = dict[str, str]
Tables = Mapping[str, list[Row]]


def generate(
    folder: Path, *, activities: int = 100_000, briefings: int = 1_000, seed: int = 1, source: Path = DATA
) -> dict[str, int]:
    """Write a dataset into `folder`, and return its rows by table; equal arguments give equal bytes.

    Parameters
    ----------
    folder
        Is made; what it holds is written over.
    activities
        Rows of the table of activities.
    briefings
        Briefings of `FAMILIES`, all together.
    source
        The real dataset.

    Raises
    ------
    ValueError
        If there are fewer than the real dataset has, or more briefings than so many activities make.
    """
    real = _read_tables(source)
    blocks = _Blocks(real, random.Random(seed))
    plan = _plan_blocks(blocks.choices, len(real["activities"]), activities, briefings)
    shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.md", "LICENSE"))
    rows = Counter({name: len(table) for name, table in real.items()})
    with ExitStack() as stack:
        writers = {name: _append_to(folder / f"{name}.csv", stack) for name in real}
        for part in (_make_bodies(), *blocks.repeat(plan)):
            for name, table in part.items():
                writers[name].writerows(table)
                rows[name] += len(table)
    return dict(rows)


def need_activities(briefings: int, source: Path = DATA) -> int:
    """Return the fewest activities that make so many briefings."""
    real = _read_tables(source)
    choices = _Blocks(real, random.Random()).choices
    return len(real["activities"]) * -(-briefings // len(choices))


def _plan_blocks(
    choices: list[str], block: int, activities: int, briefings: int
) -> list[tuple[frozenset[str], int]]:
    """Return for each block after the first what it keeps of the choices, and how many activities it has."""
    most = activities // block * len(choices)
    if activities < block or not len(choices) <= briefings <= most:
        raise ValueError(
            f"{activities} activities, of at least {block}, make {len(choices)} to {most} briefings, "
            f"not {briefings}"
        )
    rest, wanted, plan = activities - block, briefings - len(choices), []
    while rest > 0:
        plan.append((frozenset(choices[:wanted]), min(block, rest)))
        rest, wanted = rest - block, max(0, wanted - len(choices))
    return plan


class _Blocks:
    """Repeats the real rows; `choices` are the codes that have a briefing each, agencies first."""

    def __init__(self, real: Tables, chance: random.Random) -> None:
        self.real, self.chance = real, chance
        self.agencies = [row["code"] for row in real["organisations"] if row["is_agency"] == "true"]
        lines = [row["id"] for row in real["provisions"] if row["status"] == "given"]
        self.lines = frozenset(lines)
        self.choices = [*self.agencies, *(row["code"] for row in real["themes"]), *lines]
        found = real["activities"]
        self.places = [(row["venue"], row["places"]) for row in found if "/" in row["places"]]
        self.leads = sorted({row["aichr_lead"] for row in found} - {""})

    def repeat(self, plan: list[tuple[frozenset[str], int]]) -> Iterator[Tables]:
        """Yield the rows of one block after the other."""
        for number, (kept, many) in enumerate(plan, start=1):
            yield self._repeat_block(_Names(number, kept, self.agencies), self.real["activities"][:many])

    def _repeat_block(self, names: _Names, activities: list[Row]) -> Tables:
        real, there = self.real, {row["id"] for row in activities}
        series = real["series"] if names.kept else []
        subjects = there | names.kept | {row["id"] for row in series}
        return {
            "activities": [self._repeat_activity(row, names) for row in activities],
            "participations": [
                _repeat_part(row, names) for row in real["participations"] if row["activity"] in there
            ],
            "organisations": [
                _repeat_organisation(row, names)
                for row in real["organisations"]
                if row["code"] in names.kept or row["parent"] in names.kept
            ],
            "themes": [
                _repeat_theme(row, names, len(real["themes"]))
                for row in real["themes"]
                if row["code"] in names.kept
            ],
            "provisions": [_repeat_line(row, names) for row in real["provisions"] if row["id"] in names.kept],
            "plans": [_repeat_plan(row, names) for row in real["plans"] if names.kept & self.lines],
            "series": [{**row, "id": names.new(row["id"]), "reference": ""} for row in series],
            "statements": [
                _repeat_statement(row, names, real["themes"])
                for row in real["statements"]
                if row["subject"] in subjects
            ],
            "discrepancies": [
                {**row, "id": names.new(row["id"]), "subject": names.new(row["subject"])}
                for row in real["discrepancies"]
                if row["subject"] in subjects
            ],
        }

    def _repeat_activity(self, row: Row, names: _Names) -> Row:
        themes = [names.new(code) for code in row["themes"].split(";") if code in names.kept]
        lines = [names.line(code) for code in row["provisions"].split(";") if code in names.kept]
        start, end = self._move(row["start"], row["end"])
        there = row["venue"], row["places"]
        venue, places = self.chance.choice(self.places) if "/" in row["places"] else there
        series = names.new(row["series"]) if row["series"] and names.kept else ""
        return {
            **row,
            "id": names.new(row["id"]),
            "status": self._settle(row["status"]),
            "start": start,
            "end": end,
            "venue": venue,
            "places": places,
            "participants_target": row["participants_target"] and str(self.chance.randrange(20, 205, 5)),
            "aichr_lead": row["aichr_lead"] and self.chance.choice(self.leads),
            "series": series,
            "number": row["number"] if series else "",
            "follows": names.new(row["follows"]) if row["follows"] else "",
            "themes": ";".join(themes),
            "themes_origin": row["themes_origin"] if themes else "",
            "provisions": ";".join(lines),
        }

    def _settle(self, status: str) -> str:
        """Return a status of what is over: nothing that is repeated is planned or under way."""
        return status if status == "held" else self.chance.choice(("held", "cancelled"))

    def _move(self, start: str, end: str) -> tuple[str, str]:
        """Return dates as exact as those given, and as long, before the Meeting; no date becomes a year."""
        if start < "2017" and start:
            return start, end
        if len(start) < 7:
            return "2017", ""
        first = _FIRST + timedelta(days=self.chance.randrange((_LAST - _FIRST).days))
        if len(start) == 7:
            return f"{first:%Y-%m}", ""
        length = date.fromisoformat(end) - date.fromisoformat(start) if end else None
        return first.isoformat(), (first + length).isoformat() if length is not None else ""


class _Names:
    """The codes of one block; those not in `kept` are dropped, agencies made into bodies that are none."""

    def __init__(self, number: int, kept: frozenset[str], agencies: list[str]) -> None:
        self.number, self.kept = number, kept
        self._bodies = {code: _body(number + place) for place, code in enumerate(agencies)}
        # Each block has a plan of its own: the years of no two are the same, and all hold 2017 and 2018.
        self.plan = f"{2016 - number % 27}-{2020 + number // 27}"

    def new(self, code: str) -> str:
        return f"{code}-{self.number}"

    def line(self, code: str) -> str:
        return f"{self.plan}:{code.partition(':')[2]}"

    def organisation(self, code: str) -> str:
        return self.new(code) if code in self.kept else self._bodies.get(code, code)


def _repeat_part(row: Row, names: _Names) -> Row:
    via = names.new(row["via"]) if row["via"] and row["organisation"] in names.kept else ""
    organisation = names.organisation(row["organisation"])
    return {**row, "activity": names.new(row["activity"]), "organisation": organisation, "via": via}


def _repeat_organisation(row: Row, names: _Names) -> Row:
    return {
        **row,
        "code": names.new(row["code"]),
        "name": f"{row['name']}, {names.number}",
        "short_name": names.new(row["short_name"]),
        "parent": names.new(row["parent"]) if row["parent"] else "",
    }


def _repeat_theme(row: Row, names: _Names, step: int) -> Row:
    order = str(int(row["order"]) + step * names.number)
    return {**row, "code": names.new(row["code"]), "name": f"{row['name']} {names.number}", "order": order}


def _repeat_plan(row: Row, names: _Names) -> Row:
    start, end = names.plan.split("-")
    return {**row, "code": names.plan, "from": start, "to": end}


def _repeat_line(row: Row, names: _Names) -> Row:
    return {**row, "id": names.line(row["id"]), "plan": names.plan}


def _repeat_statement(row: Row, names: _Names, themes: list[Row]) -> Row:
    """Return a statement of the block, which calls its themes by their names there."""
    text = row["text"]
    for theme in themes:
        if theme["code"] in names.kept:
            name = theme["name"].lower()
            text = text.replace(name, f"{name} {names.number}")
    return {**row, "id": names.new(row["id"]), "subject": names.new(row["subject"]), "text": text}


def _make_bodies() -> Tables:
    """Return the organisations that take the agencies' places where there are none."""
    bodies = [
        {
            "code": _body(number),
            "name": f"Body number {number}",
            "short_name": f"Body {number}",
            "group": "partner",
            "is_agency": "false",
            "parent": "",
            "sources": "reference#organisations",
        }
        for number in range(_BODIES)
    ]
    return {"organisations": bodies}


def _body(number: int) -> str:
    return f"BODY-{number % _BODIES}"


def _read_tables(source: Path) -> dict[str, list[Row]]:
    tables = {}
    for path in sorted(source.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            tables[path.stem] = list(csv.DictReader(file))
    return tables


def _append_to(path: Path, stack: ExitStack) -> csv.DictWriter[Any]:
    labels = next(csv.reader(path.read_text("utf-8").splitlines()[:1]))
    file = stack.enter_context(path.open("a", encoding="utf-8", newline=""))
    return csv.DictWriter(file, labels, lineterminator="\n")
