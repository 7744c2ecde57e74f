"""Places that commands write: which overlap, however they are named; a refused command writes nothing."""

from __future__ import annotations

import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pressroom.delivery.output_folders import Place, require_apart
from pressroom.delivery.settings import SettingsError, read_settings
from pressroom.run.inputs import Project, find_project
from warm_commands import run_warm

if TYPE_CHECKING:
    from house import House

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project that was never built."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / "data", root / "data")
    (root / "notebooks").mkdir()
    return find_project(root)


def require(project: Project, *more: Place, **settings: str) -> None:
    """Require that the places of a project with these settings are apart."""
    environment = {f"PRESSROOM_{name.upper()}": text for name, text in settings.items()}
    require_apart(project, read_settings(project.root, environment), *more)


def read_all(folder: Path) -> dict[str, str]:
    """Return what is in a folder: each path, with a link's target or a file's digest."""
    return {str(path.relative_to(folder)): _tell(path) for path in sorted(folder.rglob("*"))}


def _tell(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"site": "reports/web"},
        {"site": "/somewhere/else", "releases": "/somewhere/releases"},
        {"site": "public", "subscribers": "reports/subscribers.csv"},
        {"releases": "reports/releases"},
        {"releases": "releases-of-2026", "subscribers": "releases-of-2026/subscribers.csv"},
        {"site": "reports/current-site", "releases": "reports/sites"},
    ],
)
def test_places_of_their_own_are_allowed(project: Project, settings: dict[str, str]) -> None:
    require(project, **settings)


def test_other_places_of_the_same_purpose_are_allowed(project: Project, tmp_path: Path) -> None:
    for output in (project.root / "reports", project.root / "reports" / "draft", tmp_path / "edition"):
        require(replace(project, output=output))
    site = read_settings(project.root, {}).site
    require(project, Place("--output", "site", site), Place("--dry-run", "mails", project.output / "mails"))
    require(project, Place("the pack", "packs", project.output / "packs" / "x.zip"))


def test_the_dataset_of_a_release_is_read_where_it_lies(project: Project) -> None:
    require(replace(project, data=project.root / "releases" / "1.0.0" / "data"))


@pytest.mark.parametrize(
    "settings",
    [
        {"site": "reports"},
        {"site": "reports/current"},
        {"site": "reports/.generations"},
        {"site": "reports/.generations/000001/web"},
        {"site": "reports/.datasets"},
        {"site": "reports/packs"},
        {"site": "x/../reports"},
        {"site": "Reports"},
        {"site": "REPORTS/Current"},
        {"site": "data"},
        {"site": "data/web"},
        {"site": "notebooks"},
        {"site": "src"},
        {"site": ".git"},
        {"site": "releases"},
        {"site": "releases/web"},
        {"site": "RELEASES/web"},
        {"site": "."},
        {"site": ".."},
        {"site": "/"},
        {"site": "~"},
        {"site": "settings.toml"},
        {"site": "subscribers.csv"},
        {"releases": "reports"},
        {"releases": "reports/current"},
        {"releases": "reports/site"},
        {"releases": "reports/site/old"},
        {"releases": "reports/site-unapproved"},
        {"releases": "data/releases"},
        {"releases": "."},
        {"releases": "~"},
        {"subscribers": "reports/site/subscribers.csv"},
        {"subscribers": "reports/site-unapproved/subscribers.csv"},
        {"subscribers": "reports/current/subscribers.csv"},
        {"subscribers": "reports/Site/subscribers.csv"},
        {"smtp_ca_file": "reports/.generations/ca.pem"},
        {"smtp_password_file": "reports/site/password"},
    ],
    ids=str,
)
def test_places_that_overlap_are_refused(project: Project, settings: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"overlap; each has to be|a folder above it; name a folder"):
        require(project, **settings)


@pytest.mark.parametrize(
    ("target", "site"),
    [
        ("reports", "link"),
        ("reports", "link/current"),
        ("reports/.generations/000001", "link/web"),
        ("releases", "link"),
        ("releases", "link/web"),
        ("data", "link/../data"),
        (".", "link"),
        (".", "link/reports"),
    ],
)
def test_links_are_seen_through(project: Project, tmp_path: Path, target: str, site: str) -> None:
    (project.root / target).mkdir(parents=True, exist_ok=True)
    (tmp_path / "link").symlink_to(project.root / target)
    with pytest.raises(SettingsError):
        require(project, site=str(tmp_path / site))


def test_a_linked_current_edition_is_seen_through(project: Project) -> None:
    (project.output / ".generations" / "000001").mkdir(parents=True)
    project.current.symlink_to(".generations/000001")
    for name in ("reports/current", "reports/current/web"):
        with pytest.raises(SettingsError, match="the folder of editions"):
            require(project, site=name)


@pytest.mark.parametrize(
    "output",
    [
        *(".", "..", "/", "~", "data", "data/new", "src", "tests", "notebooks", ".git", "releases"),
        *("releases/x", "reports/site", "reports/site/x", "reports/site-unapproved", "reports/current"),
        *("reports/.generations/x", "reports/.verify", "reports/packs", "reports/../data"),
    ],
)
def test_a_build_goes_into_no_folder_of_another(project: Project, output: str) -> None:
    """As a user does it: nothing is built, and nothing is made."""
    for name in ("site", "packs", "current"):
        (project.output / name).mkdir(parents=True)
        (project.output / name / "mine.txt").write_text("mine")
    before = read_all(project.root)
    given = str(Path(output).expanduser())
    done = run_warm(project.root, "build", "--output", given)
    assert done.returncode == 2
    assert "--output" in done.stderr
    assert read_all(project.root) == before


def test_a_build_into_a_folder_of_somebody_leaves_it(project: Project, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    done = run_warm(project.root, "build", "--output", tmp_path / "mine")
    assert (done.returncode, list((tmp_path / "mine").iterdir())) == (2, [tmp_path / "mine" / "thesis.txt"])
    assert "bears no mark that it is for the edition" in done.stderr


@pytest.mark.slow
def test_no_command_writes_into_the_place_of_another(house: House, tmp_path: Path) -> None:
    house.run("site")
    (house.root / "notes.pdf").write_text("mine")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    root, before = house.root, read_all(house.root)
    refused: list[tuple[str, ...]] = [
        *(("site", "--output", str(root / name)) for name in ("reports", "data", "releases", ".")),
        *(("site", "--output", str(tmp_path / "mine")), ("site", "--output", str(root / "reports/site/x"))),
        ("site", "--unapproved", "--output", str(root / "reports/site")),
        ("build", "--output", str(root / "reports/site")),
        *(("release", "x", "--output", str(root / name)) for name in ("reports/site", "releases")),
        *(("deliver", "--dry-run", str(root / name)) for name in ("data/m", "reports/site/m", ".")),
        ("deliver", "--dry-run", str(tmp_path / "mine")),
    ]
    files = ("data/x.zip", "data/activities.csv", "reports/site/x.zip", "settings.toml", "notes.pdf")
    refused += [("pack", "--title", "x", "--output", str(root / name)) for name in files]
    house.subscribe("a@example.org,A,*,pdf")
    for command in refused:
        house.run(*command, code=2)
    (root / "subscribers.csv").unlink()
    assert read_all(root) == before
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


@pytest.mark.slow
def test_a_site_in_the_place_of_the_edition_is_refused_by_every_command(house: House) -> None:
    (house.root / "settings.toml").write_text('site = "reports"\n', "utf-8")
    before = read_all(house.root)
    for command in ("site", "run", "build", "status", "check", "releases"):
        assert "overlap" in house.run(command, code=2).stderr
    assert read_all(house.root) == before


@pytest.mark.slow
def test_an_installation_without_marks_goes_on(house: House) -> None:
    house.run("site")
    site = read_all(house.root / "reports" / "site" / "current")
    for mark in house.root.rglob(".briefings"):
        mark.unlink()
    assert "up to date" in house.run("build").stdout
    house.run("site")
    house.run("release", "three")
    house.run("run")
    assert read_all(house.root / "reports" / "site" / "current") == site
    marked = {mark.parent.name: mark.read_text().split()[0] for mark in house.root.rglob(".briefings")}
    assert marked == {"reports": "edition", "site": "site", "releases": "releases"}


@pytest.mark.slow
def test_a_pack_replaces_packs_alone(house: House, tmp_path: Path) -> None:
    command = ("pack", "--title", "x", "year=2019", "--output", str(tmp_path / "x.zip"))
    house.run(*command)
    house.run("approve", "two")
    house.run(*command)
    (tmp_path / "x.zip").unlink()  # as a command killed after the book leaves it
    house.run(*command)
    (tmp_path / "x.pdf").write_text("mine")
    assert "is not the book of" in house.run(*command, code=2).stderr
    (tmp_path / "x.pdf").unlink()
    (tmp_path / "x.zip").write_text("mine")
    assert "is no pack of ours" in house.run(*command, code=2).stderr
    assert (tmp_path / "x.zip").read_text() == "mine"
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.parametrize(
    "heartbeat",
    [
        "data/activities.csv",
        "notebooks/x",
        "settings.toml",
        "subscribers.csv",
        "releases/beat",
        "reports/site/b",
    ],
)
def test_a_heartbeat_writes_over_nothing(project: Project, heartbeat: str) -> None:
    with pytest.raises(SettingsError, match="heartbeat"):
        require(project, heartbeat=heartbeat)
    for place in ("beats/last", "/var/tmp/beat", "https://monitor.example.org/x"):
        require(project, heartbeat=place)
