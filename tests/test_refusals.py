"""What `briefings check` calls an error is not pressed: each error once; the code is searched for more."""

from __future__ import annotations

import ast
import csv
import io
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kits import NOTE
from pressroom.data.findings import DatasetError, Finding, Refusal
from pressroom.desk.checks.project import check_project
from pressroom.edition.faults import BadDataError, check_data
from pressroom.edition.plan import make_plan
from pressroom.edition.today import Today
from pressroom.run.inputs import find_project, read_inputs
from pressroom.run.notebook import NotebookError

ROOT = Path(__file__).parents[1]
CODE = ROOT / "src"

SIGNED = "---\nauthor: A. Analyst\ndate: 2019-11-01\n---\nWords.\n"
CONFLICT = "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n"


class Kit:
    """A copy of the data with one notebook, to be spoiled."""

    def __init__(self, root: Path) -> None:
        self.root, self.data = root, root / "data"
        shutil.copytree(NOTE / "data", self.data)
        self.write_notebook("note", "x = 1")

    def write_notebook(self, name: str, *cells: str, **more: Any) -> None:
        """Write a notebook; a cell that declares something is the parameters cell."""
        made = [{"cell_type": "markdown", "id": "m", "metadata": {}, "source": "# Title\n\nWhat?"}]
        for number, source in enumerate(cells):
            tags = ["parameters"] if ": " in source else []
            code = {"cell_type": "code", "id": f"c{number}", "metadata": {"tags": tags}, "source": source}
            made.append(code | {"outputs": [], "execution_count": None} | more.get("cell", {}))
        nb = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | more.get("nb", {})
        (self.root / "notebooks").mkdir(exist_ok=True)
        (self.root / "notebooks" / f"{name}.ipynb").write_text(json.dumps(nb), "utf-8")

    def comment(self, text: str | bytes, name: str = "note/note") -> Path:
        path = self.data / "commentary" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def rows(self, table: str) -> list[list[str]]:
        text = (self.data / f"{table}.csv").read_text("utf-8")
        return list(csv.reader(io.StringIO(text, newline="")))

    def save(self, table: str, rows: list[list[str]], **dialect: Any) -> None:
        with (self.data / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n", **dialect).writerows(rows)

    def first(self, table: str, column: str) -> str:
        rows = self.rows(table)
        return rows[1][rows[0].index(column)]

    def put(self, table: str, **cells: str) -> None:
        """Set cells of a table's first row."""
        rows = self.rows(table)
        for column, value in cells.items():
            rows[1][rows[0].index(column)] = value
        self.save(table, rows)

    def describe(self, change: Callable[[dict[str, Any]], object]) -> None:
        path = self.data / "datapackage.json"
        descriptor = json.loads(path.read_text("utf-8"))
        change(descriptor)
        path.write_text(json.dumps(descriptor, ensure_ascii=False), "utf-8")


def table(descriptor: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(entry for entry in descriptor["resources"] if entry["name"] == name)
    return found


def halve(path: Path) -> None:
    text = path.read_text("utf-8")
    path.write_text(text.replace('"title": "', '"title": "\\ud800', 1), "utf-8")


def conflict(path: Path, line: int) -> None:
    """Put both versions of a line into a file, as git does."""
    lines = path.read_text("utf-8").splitlines()
    both = ["<<<<<<< HEAD", lines[line - 1], "=======", lines[line - 1].upper(), ">>>>>>> theirs"]
    path.write_text("\n".join([*lines[: line - 1], *both, *lines[line:]]) + "\n", "utf-8")


def field(descriptor: dict[str, Any], name: str) -> dict[str, Any]:
    place, _, column = name.partition(".")
    fields = table(descriptor, place)["schema"]["fields"]
    found: dict[str, Any] = next(entry for entry in fields if entry["name"] == column)
    return found


def twice(kit: Kit, name: str) -> None:
    rows = kit.rows(name)
    kit.save(name, [*rows, rows[1]])


def without_key(kit: Kit) -> None:
    kit.describe(lambda d: field(d, "milestones.id")["constraints"].pop("required"))
    kit.put("milestones", id="")


def twin_plan(kit: Kit) -> None:
    rows = kit.rows("plans")
    kit.save("plans", [*rows, ["twin", *rows[1][1:]]])


def ambiguous(kit: Kit) -> None:
    code = kit.first("themes", "code")
    kit.put("series", id=code)
    kit.put("statements", subject=code)


def outside_its_plan(kit: Kit) -> None:
    kit.put("activities", start="1950", end="", provisions=kit.first("provisions", "id"))


def link(path: Path, target: Path | str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def pipe(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)


Spoil = Callable[[Kit], object]


def swap(kit: Any, table: str, old: str, new: str) -> None:
    path = kit.data / f"{table}.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def add_revision(kit: Any, cells: str) -> None:
    path = kit.data / "revisions.csv"
    path.write_text(f"{path.read_text('utf-8')}{cells},refined,background-note#A/1\n", "utf-8")


def add_line(kit: Any, text: str, place: str) -> None:
    path = kit.data / "lines.csv"
    path.write_text(f"{path.read_text('utf-8')}UNDP,1,{text},background-note#{place},,\n", "utf-8")


def add_term(kit: Any, cells: str) -> None:
    path = kit.data / "terms.csv"
    path.write_text(f"{path.read_text('utf-8')}{cells},reference#terms\n", "utf-8")


DATA: dict[str, Spoil] = {
    "no descriptor": lambda k: (k.data / "datapackage.json").write_text("{"),
    "a table without a schema": lambda k: k.describe(lambda d: d["resources"][0].pop("schema")),
    "a field without a name": lambda k: k.describe(
        lambda d: d["resources"][0]["schema"]["fields"].append({})
    ),
    "an unknown type": lambda k: k.describe(
        lambda d: table(d, "themes")["schema"]["fields"][0].update(type="txt")
    ),
    "no sources": lambda k: k.describe(lambda d: d["resources"].remove(table(d, "sources"))),
    "an earlier version": lambda k: k.describe(lambda d: d.update(as_of={"start": "2019-10-03"})),
    "it holds nothing": lambda k: k.describe(lambda d: table(d, "sources").update(holds="nothing")),
    "it holds what another does": lambda k: k.describe(lambda d: table(d, "series").update(holds="sources")),
    "two locators in one": lambda k: k.put("activities", sources="background-note#A/1, background-note#A/2"),
    "a source that ends before it begins": lambda k: k.put("sources", as_of_start="2020-01-01"),
    "a mark of two sources": lambda k: k.save(
        "sources", [*k.rows("sources"), ["other", *k.rows("sources")[1][1:]]]
    ),
    "common knowledge alone": lambda k: k.put("activities", sources="reference#countries"),
    "no year is listed": lambda k: k.save("coverage", k.rows("coverage")[:1]),
    "a year of five digits": lambda k: k.put("coverage", to="20190"),
    "a needed table is missing": lambda k: k.describe(
        lambda d: d["resources"].remove(table(d, "statements"))
    ),
    "a helper that nobody installed": lambda k: k.describe(lambda d: d.update(helper="ours")),
    "a derived column of no form": lambda k: k.describe(
        lambda d: table(d, "organisations")["derived"]["agency"].pop("where")
    ),
    "a derived column of no column": lambda k: k.describe(
        lambda d: table(d, "activities")["derived"]["agencies"].update(by="activty")
    ),
    "derived columns that look at each other": lambda k: k.describe(
        lambda d: table(d, "participations")["derived"]["agency"].update(lookUp="participations.agency")
    ),
    "a cell that a derived column needs is empty": lambda k: (
        k.describe(lambda d: field(d, "organisations.is_agency")["constraints"].pop("required")),
        k.put("organisations", is_agency=""),
    ),
    "a key to no table": lambda k: k.describe(
        lambda d: d["resources"][0]["schema"]["foreignKeys"][0]["reference"].update(resource="land")
    ),
    "a list that is no object": lambda k: k.describe(lambda d: d["lists"].update(years="activities.year")),
    "a list of no column": lambda k: k.describe(lambda d: d["lists"]["years"].update({"from": "themes.yr"})),
    "a list that nobody declared": lambda k: k.describe(lambda d: d["lists"].pop("subjects")),
    "no such records": lambda k: k.describe(lambda d: d.update(records="activity")),
    "dates in no column": lambda k: k.describe(lambda d: table(d, "activities").update(interval=["start"])),
    "an unknown phrase": lambda k: k.describe(lambda d: d.update(phrases={"methd": "How"})),
    "a phrase without its placeholder": lambda k: k.describe(lambda d: d.update(phrases={"page": "Page"})),
    "a phrase with a placeholder too many": lambda k: k.describe(lambda d: d.update(phrases={"care": "{n}"})),
    "a phrase that is no text": lambda k: k.describe(lambda d: d.update(phrases={"care": 1})),
    "a phrase that no font shows": lambda k: k.describe(
        lambda d: d.update(phrases={"care": "\N{GRINNING FACE}"})
    ),
    "phrases that are no object": lambda k: k.describe(lambda d: d.update(phrases="care")),
    "a year of eleven months": lambda k: k.describe(
        lambda d: d.update(phrases={"months": "a, b, c, d, e, f, g, h, i, j, k"})
    ),
    "phrases in no column": lambda k: k.describe(lambda d: d.update(phrases={"from": "wording.txt"})),
    "a row that is no phrase": lambda k: k.put("wording", key="press.methd"),
    "a row without its placeholder": lambda k: k.put("wording", key="press.page", text="Page"),
    "a language that is none": lambda k: k.describe(lambda d: d.update(language="English")),
    "a wording that is no object": lambda k: k.describe(lambda d: table(d, "themes").update(wording="theme")),
    "a wording of no column": lambda k: k.describe(
        lambda d: table(d, "themes").update(wording={"name": "t"})
    ),
    "a title that no font shows": lambda k: k.describe(lambda d: d.update(title="\N{GRINNING FACE}")),
    "a table is missing": lambda k: (k.data / "countries.csv").unlink(),
    "another separator": lambda k: k.save("themes", k.rows("themes"), delimiter=";"),
    "an unknown column": lambda k: k.save("themes", [[*row, "x"] for row in k.rows("themes")]),
    "an open quotation": lambda k: (k.data / "themes.csv").write_text('code\n"open'),
    "a cell too many": lambda k: k.save("series", [*k.rows("series"), [*k.rows("series")[1], "x"]]),
    "a cell too few": lambda k: k.save("series", [*k.rows("series"), ["x"]]),
    "a key twice": lambda k: twice(k, "themes"),
    "a row without its key": without_key,
    "a plan with a twin": twin_plan,
    "a limit that is no number": lambda k: k.describe(
        lambda d: field(d, "themes.order")["constraints"].update(minimum="one")
    ),
    "no such code": lambda k: k.put("activities", series="none"),
    "no such place": lambda k: k.put("activities", places="XXX/Nowhere"),
    "moved, but held": lambda k: k.put("activities", moved_to="2031"),
    "a plan that ends before it begins": lambda k: k.put("plans", **{"from": "2020", "to": "2016"}),
    "no such reference": lambda k: k.put("series", reference="none"),
    "a place without a city": lambda k: k.put("activities", places="THA/"),
    "a number of no series": lambda k: k.put("activities", number="3"),
    "a number twice": lambda k: swap(k, "activities", ",aichr-un-meetings,2,", ",aichr-un-meetings,1,"),
    "no reference": lambda k: swap(k, "series", ",last held,", ",,"),
    "two references": lambda k: swap(k, "series", ",2011,,", ",2011,last held,"),
    "a reference of nothing held": lambda k: swap(
        k, "activities", "1st AICHR-UN Meeting,meeting,held", "1st AICHR-UN Meeting,meeting,cancelled"
    ),
    "a revision of no table": lambda k: add_revision(k, "nothing,none,start,2018"),
    "a revision of no column": lambda k: add_revision(k, "activities,bhr-training-2017,begin,2018"),
    "a revision of nothing": lambda k: add_revision(k, "activities,none,start,2018"),
    "a revision to no date": lambda k: add_revision(k, "activities,bhr-training-2017,start,13.11.2017"),
    "a line without its mark": lambda k: add_line(k, "We co-hosted it in 2017.", "B.II.1/1"),
    "a line on nothing": lambda k: add_line(k, "We did.", "Z/9"),
    "a word that a column refuses": lambda k: add_line(k, "It led to more.", "A/2"),
    "more words than a column takes": lambda k: add_line(k, "so " * 50 + "on", "A/2"),
    "words refused by no list": lambda k: k.describe(lambda d: field(d, "lines.text").update(refused="x")),
    "too few reasons": lambda k: swap(
        k, "activities", ",2016-2020:1.2.4;2016-2020:1.2.9,,", ",2016-2020:1.2.4;2016-2020:1.2.9,one,"
    ),
    "a term whose name is elsewhere": lambda k: add_term(k, "UNDP,Programme,,abbreviation"),
    "an abbreviation of nothing": lambda k: add_term(k, "XYZ,,It is.,abbreviation"),
    "a term that explains nothing": lambda k: add_term(k, "treaty bodies,,,term"),
    "not one of the list": lambda k: k.put("activities", status="hold"),
    "an item twice": lambda k: k.put("activities", themes="x;x"),
    "no locator": lambda k: k.put("activities", sources="page 3"),
    "no such source": lambda k: k.put("activities", sources="nowhere#A/1"),
    "no partial date": lambda k: k.put("activities", start="Sept 2016"),
    "an end before its start": lambda k: k.put("activities", start="2018-06-02", end="2018-06-01"),
    "a subject not on record": lambda k: k.put("statements", subject="nowhere"),
    "a subject of two kinds": ambiguous,
    "a circle": lambda k: k.put("organisations", parent=k.first("organisations", "code")),
    "themes without origin": lambda k: k.put("activities", themes="bhr", themes_origin=""),
    "an origin without themes": lambda k: k.put("activities", themes="", themes_origin="stated"),
    "a plan that is no years": lambda k: k.put("provisions", plan="soon"),
    "outside its plan": outside_its_plan,
    "a control character": lambda k: k.put("activities", title="a\x00b"),
    "a blank that is needed": lambda k: k.put("activities", title="\u200b"),
    "no whole number": lambda k: k.put("activities", participants_target="sixty"),
    "commentary that is a folder": lambda k: (k.data / "commentary" / "note" / "note.md").mkdir(parents=True),
    "commentary that is a link": lambda k: link(k.comment(SIGNED), "../../../settings.toml"),
    "commentary that is a pipe": lambda k: pipe(k.comment(SIGNED)),
    "a family's commentary elsewhere": lambda k: link(k.data / "commentary" / "note", "/etc"),
    "all commentary elsewhere": lambda k: link(k.data / "commentary", "/etc"),
    "commentary that is the settings": lambda k: (
        k.comment(SIGNED).rename(k.root / "settings.toml"),
        (k.data / "commentary" / "note" / "note.md").hardlink_to(k.root / "settings.toml"),
    ),
    "a table that is a link": lambda k: link((k.data / "themes.csv"), ROOT / "data" / "themes.csv"),
    "a table that is a pipe": lambda k: pipe(k.data / "themes.csv"),
    "a descriptor that is a link": lambda k: link(
        k.data / "datapackage.json", ROOT / "data" / "datapackage.json"
    ),
    "a descriptor that is a pipe": lambda k: pipe(k.data / "datapackage.json"),
    "all data elsewhere": lambda k: (k.data.rename(k.root.parent / "data"), link(k.data, "../data")),
    "a part of no column": lambda k: k.describe(
        lambda d: field(d, "provisions.plan").update(equals={"of": "x", "before": ":"})
    ),
    "a cell that another disproves": lambda k: (
        k.describe(lambda d: field(d, "provisions.plan").update(equals={"of": "id", "before": ":"})),
        k.put("provisions", plan="2000-2001"),
    ),
    "half a character": lambda k: (k.data / "datapackage.json").write_text(
        (k.data / "datapackage.json").read_text("utf-8").replace('"title": "', '"title": "\\ud800', 1),
        "utf-8",
    ),
    "a character for nobody in the descriptor": lambda k: k.describe(lambda d: d.update(title="a\0b")),
    "a key that is there twice": lambda k: (k.data / "datapackage.json").write_text(
        (k.data / "datapackage.json").read_text("utf-8").replace("{", '{"title": "x",', 1), "utf-8"
    ),
    "an order by no column": lambda k: k.describe(lambda d: d["resources"][0].update(orderBy="strat")),
    "a coverage without end": lambda k: k.put("coverage", to="9999", **{"from": "1000"}),
    "a code without a word": lambda k: k.describe(
        lambda d: field(d, "statements.kind")["constraints"]["enum"].append("rumour")
    ),
    "a cell without a word": lambda k: (
        k.describe(lambda d: field(d, "statements.kind")["constraints"].pop("enum")),
        k.put("statements", kind="rumour"),
    ),
    "what no PDF takes": lambda k: k.put("activities", title="a\ufeffb"),
    "a table in conflict": lambda k: conflict(k.data / "themes.csv", 2),
    "a descriptor in conflict": lambda k: conflict(k.data / "datapackage.json", 3),
    "a module in conflict": lambda k: (k.root / "notebooks" / "helper.py").write_text(CONFLICT),
    "a module of a package in conflict": lambda k: (
        (k.root / "notebooks" / "ours").mkdir(),
        (k.root / "notebooks" / "ours" / "words.py").write_text(f"import os\n{CONFLICT}"),
    ),
    "settings of charts in conflict": lambda k: (k.root / "notebooks" / "matplotlibrc").write_text(CONFLICT),
    "a lock in conflict": lambda k: (k.root / "requirements.lock").write_text(CONFLICT),
    "a module that is a link": lambda k: link(k.root / "notebooks" / "helper.py", "/etc/hostname"),
}
"""What stops a build."""

NOTEBOOKS: dict[str, Spoil] = {
    "no notebook": lambda k: (k.root / "notebooks" / "note.ipynb").write_text("x"),
    "a notebook of another format": lambda k: k.write_notebook("note", nb={"nbformat": 3}),
    "variables that are no list": lambda k: k.write_notebook(
        "note", nb={"metadata": {"pressroom": {"environment": "HOME"}}}
    ),
    "a notebook in conflict": lambda k: (
        k.write_notebook("note", "x = 1", nb={"metadata": {}}),
        conflict(k.root / "notebooks" / "note.ipynb", 1),
    ),
    "a cell in conflict": lambda k: k.write_notebook("note", CONFLICT),
    "metadata without names": lambda k: k.write_notebook("note", nb={"metadata": []}),
    "a format of no number": lambda k: k.write_notebook("note", nb={"nbformat_minor": "x"}),
    "no cell": lambda k: k.write_notebook("note", nb={"cells": [7]}),
    "a notebook that is a link": lambda k: link(k.root / "notebooks" / "note.ipynb", ROOT / "README.md"),
    "a notebook that is a pipe": lambda k: pipe(k.root / "notebooks" / "note.ipynb"),
    "a notebook that is not UTF-8": lambda k: (k.root / "notebooks" / "note.ipynb").write_bytes(b"\xff"),
    "two cells of one id": lambda k: k.write_notebook("note", "x = 1", cell={"id": "m"}),
    "two cells of parameters": lambda k: k.write_notebook("note", 'x: str = "a"', 'y: str = "b"'),
    "parameters in Markdown": lambda k: k.write_notebook(
        "note", 'x: str = "a"', cell={"cell_type": "markdown"}
    ),
    "no declaration": lambda k: k.write_notebook("note", "x: list = []"),
    "no such list": lambda k: k.write_notebook("note", 'x: str = "a"  # one of nothing'),
    "names that collide": lambda k: k.write_notebook("note_", "x = 1"),
    "no name": lambda k: k.write_notebook("\u6f22", "x = 1"),
    "an order that is none": lambda k: k.write_notebook(
        "note", nb={"metadata": {"pressroom": {"order": "first"}}}
    ),
}
"""What stops a family."""

COMMENTARY: dict[str, Spoil] = {
    "nobody signed": lambda k: k.comment("Words."),
    "no author": lambda k: k.comment(SIGNED.replace("A. Analyst", "\u200b")),
    "no date": lambda k: k.comment(SIGNED.replace("date:", "day:")),
    "no day": lambda k: k.comment(SIGNED.replace("2019-11-01", "November")),
    "not UTF-8": lambda k: k.comment(b"Caf\xe9"),
    "in conflict": lambda k: k.comment(SIGNED + CONFLICT),
    "what no font shows": lambda k: k.comment(SIGNED + "\N{GRINNING FACE}"),
}
"""What stops a briefing."""

ELSEWHERE = {
    "pressroom/data/locate.py": {"locate_package"},  # there is no kit
    "pressroom/data/sheets.py": {
        "_parse_column"
    },  # the check says it first, in `check_integers` or by frictionless
    "pressroom/data/derive.py": {"_read_dates"},  # the same, in `check_intervals`
    "pressroom/data/commentary.py": {"list_commentary"},  # a folder that may not be read, but to root
    # Codes that differ by nothing that a file name shows; one too long for a file name, in test_catalogue.
    "pressroom/run/catalogue.py": {"_find_fault"},
    "pressroom/desk/checks/project.py": {"_describe"},  # the briefing is pressed: it fails
    "pressroom/desk/checks/notebooks.py": {"_check_code"},  # the same: a cell that is no Python raises
    "pressroom/run/notebook.py": set(),
}
"""The functions whose errors have no row above, and why."""

SEARCHED = (
    *(
        f"pressroom/data/{name}.py"
        for name in (
            "commentary",
            "files",
            "lines",
            "lists",
            "locate",
            "needs",
            "derivations",
            "derive",
            "package",
            "phrase_rows",
            "resource",
            "reviews",
            "row_rules",
            "rules",
            "schema",
            "shapes",
            "select",
            "sheets",
            "wording",
        )
    ),
    *(path.relative_to(CODE).as_posix() for path in (CODE / "pressroom" / "desk" / "checks").glob("*.py")),
    "pressroom/pages/phrases.py",
    *(f"pressroom/run/{name}.py" for name in ("catalogue", "notebook", "parameters")),
    "aichr_briefings/rules.py",
)
_MAKERS = ("Finding", "find", "_find", "NotebookError")

_met: dict[str, set[tuple[str, int]]] = {}
"""By row, the lines that were at work when its errors were made."""


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(tmp_path / "kit")


@contextmanager
def watched(name: str) -> Iterator[None]:
    """Note the lines that are at work whenever a finding or a notebook's error is made."""
    met = _met.setdefault(name, set())

    def watch(patch: pytest.MonkeyPatch, made: type) -> None:
        original = made.__init__  # type: ignore[misc]

        def note(self: object, *arguments: Any, **named: Any) -> None:
            frame = sys._getframe(1)
            while frame is not None:
                met.add((frame.f_code.co_filename, frame.f_lineno))
                frame = frame.f_back  # type: ignore[assignment]
            original(self, *arguments, **named)

        patch.setattr(made, "__init__", note)

    with pytest.MonkeyPatch.context() as patch:
        watch(patch, Finding)
        watch(patch, NotebookError)
        yield


def find_errors(kit: Kit) -> list[Finding]:
    findings, _ = check_project(find_project(kit.root), run=False)
    return [finding for finding in findings if finding.severity == "error"]


def list_sites() -> Iterator[tuple[str, str, range]]:
    """Yield module, function and lines of each call in the code that makes an error."""
    for name in SEARCHED:
        for function in ast.walk(ast.parse((CODE / name).read_text("utf-8"))):
            for call in ast.walk(function) if isinstance(function, ast.FunctionDef) else ():
                if isinstance(call, ast.Call) and _is_error(call):
                    yield name, function.name, range(call.lineno, (call.end_lineno or 0) + 1)


def _is_error(call: ast.Call) -> bool:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    severity = [getattr(k.value, "value", "") for k in call.keywords if k.arg == "severity"]
    return name in _MAKERS and severity != ["warning"]


def refuse(kit: Kit) -> str:
    """Return what is stopped, as `build`, `run`, `release` and `preview` are told; ``""`` if nothing is."""
    project = find_project(kit.root)
    try:
        inputs = read_inputs(project)
        check_data(inputs)
    except (BadDataError, DatasetError, Refusal):
        return "build"
    plan, _ = make_plan(Today(inputs), None)
    stopped = ["family"] * bool(plan.catalogue.faults) + ["briefing"] * (list(plan.refused) == ["note/note"])
    return " and ".join(stopped)


ROWS = [
    *((name, spoil, "build") for name, spoil in DATA.items()),
    *((name, spoil, "family") for name, spoil in NOTEBOOKS.items()),
    *((name, spoil, "briefing") for name, spoil in COMMENTARY.items()),
]


def test_nothing_stops_a_good_kit(kit: Kit) -> None:
    kit.comment(SIGNED)
    assert find_errors(kit) == []
    assert refuse(kit) == ""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "spoil", "stopped"), ROWS, ids=[row[0] for row in ROWS])
def test_an_error_of_the_check_stops_a_build_a_family_or_a_briefing(
    kit: Kit, name: str, spoil: Spoil, stopped: str
) -> None:
    spoil(kit)
    with watched(name):
        assert find_errors(kit), "it is no error of the check"
    assert refuse(kit) == stopped


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (DATA["a table in conflict"], "themes.csv: merge conflict, line 2"),
        (lambda k: conflict(k.data / "activities.csv", 5), "activities.csv: merge conflict, line 5"),
        (lambda k: conflict(k.data / "series.csv", 1), "series.csv: merge conflict, line 1"),
        (DATA["a descriptor in conflict"], "datapackage.json: merge conflict, line 3"),
        (NOTEBOOKS["a notebook in conflict"], "note.ipynb: merge conflict, line 1"),
        (NOTEBOOKS["a cell in conflict"], "note.ipynb, cell [1]: merge conflict, line 1"),
        (COMMENTARY["in conflict"], "commentary/note/note.md: merge conflict, line 6"),
        (lambda k: k.comment(CONFLICT.replace("\n", "\r\n")), "note.md: merge conflict, line 1"),
    ],
)
def test_a_merge_conflict_is_one_finding(kit: Kit, spoil: Spoil, where: str) -> None:
    spoil(kit)
    (finding,) = check_project(find_project(kit.root), run=False)[0]
    assert where in str(finding)


@pytest.mark.slow
def test_every_error_that_the_code_knows_is_among_these(tmp_path: Path) -> None:
    for number, (name, spoil, _) in enumerate(ROWS):
        if name not in _met:  # the test above has met the others already
            kit = Kit(tmp_path / str(number) / "kit")
            spoil(kit)
            with watched(name):
                find_errors(kit)
    met = {
        (Path(file).relative_to(CODE).as_posix(), n)
        for file, n in set().union(*_met.values())
        if file.startswith(str(CODE))
    }
    missed = {
        (name, function)
        for name, function, lines in list_sites()
        if function not in ELSEWHERE.get(name, ()) and not met & {(name, line) for line in lines}
    }
    assert missed == set(), "give each a row above"
