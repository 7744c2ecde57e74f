"""Two releases of a small edition, built for real: four briefings, which `briefings release` would refuse.

And a project with two releases that the commands made, for mails; what these tests share can be imported.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kits import NOTE, copy_kit
from pressroom.data.previous import RELEASE
from pressroom.delivery.releases import SCHEMA, Release, Releases
from pressroom.edition.build import build_edition
from pressroom.run.inputs import Project, find_project

if TYPE_CHECKING:
    from house import House

sys.path.insert(0, str(Path(__file__).parent))

MakeOnce = Callable[[str, Callable[[Path], object]], Path]

ROOT = Path(__file__).resolve().parents[2]
CHOSEN = ("agency=UNDP", "agency=UNICEF", "theme=disability", "year=2019")


@pytest.fixture(scope="session")
def frozen(make_once: MakeOnce) -> Releases:
    """Return two approved releases of four briefings: in the newer one, UNDP is an earlier copy."""
    return Releases(make_once("small-project", release_twice) / "releases")


def release_twice(root: Path) -> None:
    copy_kit(root)
    project, releases = find_project(root), Releases(root / "releases")
    for number, name in enumerate(("2026-10", "2026-11"), start=1):
        result = build_edition(project, CHOSEN)
        assert result.is_good == (number == 1)
        day = datetime(2026, 11, number, 6, tzinfo=UTC)
        lay_out(project, releases.folder / name, number, day)
        releases.approve(name, by="the editor", now=day)
        break_notebook(root / "notebooks" / "agency.ipynb", agency="UNDP")


@pytest.fixture
def releases(frozen: Releases, tmp_path: Path) -> Releases:
    """Return a copy of the two releases; the newer one is without UNICEF."""
    return copy_releases(frozen, tmp_path / "releases")


@pytest.fixture(scope="session")
def unharmed(frozen: Releases, tmp_path_factory: pytest.TempPathFactory) -> Sequence[Release]:
    """Return what `shown` does, for tests that only read."""
    return copy_releases(frozen, tmp_path_factory.mktemp("unharmed") / "releases").shown()


def copy_releases(frozen: Releases, folder: Path) -> Releases:
    shutil.copytree(frozen.folder, folder)
    releases = Releases(folder)
    change_manifest(releases.open("2026-11"), "agency/unicef", outputs={})
    releases.approve("2026-11", by="the editor", now=datetime(2026, 11, 2, 6, tzinfo=UTC))
    return releases


@pytest.fixture
def shown(releases: Releases) -> Sequence[Release]:
    return releases.shown()


def lay_out(project: Project, folder: Path, number: int, day: datetime) -> None:
    """Make a release of what was built of an edition."""
    shutil.copytree(project.current, folder / "edition")
    shutil.copytree(project.data, folder / "data")
    dataset = json.loads((folder / "edition" / "manifest.json").read_text("utf-8"))["dataset"]
    told = {"schema": SCHEMA, "name": folder.name, "number": number, "created": day.isoformat()}
    told["dataset"] = {key: dataset[key] for key in ("version", "digest", "commentary")}
    (folder / RELEASE).write_text(json.dumps(told), "utf-8")


def break_notebook(file: Path, *, agency: str) -> None:
    """Have a notebook fail for one agency."""
    told = json.loads(file.read_text("utf-8"))
    code = [cell for cell in told["cells"] if cell["cell_type"] == "code"]
    code[1]["source"] = [f'assert agency != "{agency}"\n', *code[1]["source"]]
    file.write_text(json.dumps(told), "utf-8")


def change_manifest(release: Release, id: str, **changed: object) -> None:
    """Change what a release's manifest says of one briefing."""
    file = release.edition / "manifest.json"
    told = json.loads(file.read_text("utf-8"))
    told["briefings"][id].update(changed)
    file.write_text(json.dumps(told), "utf-8")


@pytest.fixture(scope="session")
def first_house(make_once: MakeOnce) -> House:
    """Return the project that is copied."""
    from house import House

    return House(make_once("house", furnish))


def furnish(root: Path) -> None:
    """Make the project with its two releases."""
    from house import House

    house = House(root)
    shutil.copytree(NOTE / "data", house.root / "data")
    (house.root / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "year.ipynb", house.root / "notebooks")
    for name in ("one", "two"):
        assert build_edition(find_project(root)).is_good
        house.run("release", name)
        if name == "one":
            house.correct("2017-11-13,2017-11-16", "2017-11-14,2017-11-16")
    house.run("approve", "one", "--by", "Ann")


@pytest.fixture
def house(first_house: House, tmp_path: Path) -> House:
    """Return a project with release ``one``, approved, and ``two``, not yet."""
    from house import House

    root = tmp_path / "project"
    shutil.copytree(first_house.root, root, symlinks=True)
    return House(root)


KEEPER = """#!/bin/sh
if [ "$1" = -l ]; then cat {file} 2>/dev/null || {{ echo "no crontab for you" >&2; exit 1; }}
elif [ "$1" = -r ]; then rm -f {file}
else cat > {file}; fi
"""


@pytest.fixture
def crontab(house: House, tmp_path: Path) -> Path:
    """Return the file that keeps the table, for commands which find a program `crontab` of ours."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "crontab").write_text(KEEPER.format(file=tmp_path / "table"), "utf-8")
    (folder / "crontab").chmod(0o755)
    house.environment["PATH"] = f"{folder}:{house.full_environment['PATH']}"
    return tmp_path / "table"
