"""Whatever is edited: what a build leaves alone is what a build from nothing would make, byte for byte."""

from __future__ import annotations

import csv
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pressroom.edition.build import build_edition
from pressroom.edition.faults import BadDataError
from pressroom.run.inputs import Project, find_project


@pytest.fixture
def project(pressed_kit: Path, tmp_path: Path) -> Project:
    return find_project(shutil.copytree(pressed_kit, tmp_path / "kit", symlinks=True))


def copy_a_cell(project: Project, chance: random.Random) -> None:
    """Put into a cell what stands in another row of its column: a plausible correction, or a mistake."""
    path = chance.choice([path for path in sorted(project.data.glob("*.csv")) if len(read(path)) > 2])
    rows = read(path)
    column = chance.randrange(1, len(rows[0]))
    one, other = chance.sample(range(1, len(rows)), 2)
    rows[one][column] = rows[other][column]
    write(path, rows)


def reword(project: Project, chance: random.Random) -> None:
    """Add a word to a text."""
    path = project.data / chance.choice(["activities.csv", "statements.csv", "organisations.csv"])
    rows = read(path)
    column = chance.choice([i for i, name in enumerate(rows[0]) if name in ("title", "text", "name")])
    rows[chance.randrange(1, len(rows))][column] += " anew"
    write(path, rows)


def withdraw(project: Project, chance: random.Random) -> None:
    """Take out who took part in something."""
    path = project.data / chance.choice(["participations.csv", "statements.csv", "discrepancies.csv"])
    rows = read(path)
    del rows[chance.randrange(1, len(rows))]
    write(path, rows)


def comment(project: Project, chance: random.Random) -> None:
    """Write, or take out, a commentary."""
    name = chance.choice(["agency/undp", "theme/disability", "year/2018", "note/other"])
    path = project.data / "commentary" / f"{name}.md"
    if path.exists():
        path.unlink()
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        head = "---\nauthor: A. Analyst\ndate: 2019-11-01\n---\n"
        path.write_text(f"{head}A word, {chance.randrange(100)}.\n", "utf-8")


def touch_a_notebook(project: Project, chance: random.Random) -> None:
    """Add a line to the last cell of a notebook."""
    path = project.notebooks / f"{chance.choice(['theme', 'provision'])}.ipynb"
    nb = json.loads(path.read_text("utf-8"))
    nb["cells"].append(
        {"cell_type": "markdown", "id": f"n{len(nb['cells'])}", "metadata": {}, "source": "So."}
    )
    path.write_text(json.dumps(nb), "utf-8")


Kind = Callable[[Project, random.Random], None]

KINDS: list[Kind] = [copy_a_cell, copy_a_cell, reword, withdraw, comment, touch_a_notebook]


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def list_bytes(project: Project) -> dict[str, bytes]:
    """Return all files of an edition."""
    files = (path for path in project.current.rglob("*") if path.is_file())
    return {path.relative_to(project.current).as_posix(): path.read_bytes() for path in files}


def edit_and_build(project: Project, kind: Kind, chance: random.Random) -> tuple[str, ...]:
    """Make an edit that harms nothing, and return what was built; one that does harm is taken back."""
    while True:
        save(project.root, project.root / "saved")
        kind(project, chance)
        try:
            result = build_edition(project)
        except BadDataError:
            result = None
        if result and result.is_good:
            return result.succeeded
        save(project.root / "saved", project.root)
        assert build_edition(project).is_good


def save(source: Path, target: Path) -> None:
    for name in ("data", "notebooks"):
        shutil.rmtree(target / name, ignore_errors=True)
        shutil.copytree(source / name, target / name)


@pytest.mark.slow
def test_an_incremental_build_gives_what_a_build_from_nothing_gives(project: Project) -> None:
    """What an edit leaves wrong stays so until its briefing is pressed again: two looks are enough."""
    chance = random.Random(0)
    kinds = chance.sample(KINDS, len(KINDS))
    assert build_edition(project).succeeded == ()
    rebuilt = []
    for some in (kinds[: len(kinds) // 2], kinds[len(kinds) // 2 :]):
        rebuilt += [len(edit_and_build(project, kind, chance)) for kind in some]
        clean = find_project(project.root, project.root / "clean")
        assert build_edition(clean).is_good
        assert list_bytes(project) == list_bytes(clean)
        shutil.rmtree(clean.output)
    assert min(rebuilt) < 10, "were all stale each time, nothing would have been shown"
