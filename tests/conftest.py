"""Projects small enough to build in a test, notebooks made on the spot, and a real browser."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from kits import NOTE, copy_kit
from warm_kernels import use_warm_kernels

ROOT = Path(__file__).resolve().parents[1]
VNU = ROOT / ".vnu" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
ODD = Path(__file__).parent / "notebooks"

# How long an example takes says how busy the machine is, and nothing of the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# A shell starts what it puts into the background deaf to SIGINT, and so would be all that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Files whose tests share what takes long to make: each goes to one of xdist's workers. The mark for this,
# xdist_group, does nothing under pytest 9.2: https://github.com/pytest-dev/pytest-xdist/issues/1386
TOGETHER = (
    "tests/desk/preview/test_preview.py",
    "tests/desk/test_lab.py",
    "tests/docs/test_docs.py",
    "tests/edition/test_cluster.py",
    "tests/helper/test_counts.py",
    "tests/test_edition.py",
    "tests/test_foreign_kit.py",
    "tests/test_grown.py",
    "tests/test_odd_records.py",
    "tests/test_record_grows.py",
    "tests/test_refusals.py",
    "tests/test_translated_kits.py",
)

# Tests that take or wait longest, each by itself: none of them may be the last.
FIRST = (
    "tests/delivery/run/test_cron.py",
    "tests/delivery/run/test_kill.py",
    "tests/test_incremental.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    assert all((ROOT / file).is_file() for file in FIRST)
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Return what hands out tests: a file of `TOGETHER` as one, each other test alone; the largest first."""
    from xdist.scheduler import LoadScopeScheduling

    assert all((ROOT / file).is_file() for file in TOGETHER)

    class ByFile(LoadScopeScheduling):  # type: ignore[misc, unused-ignore]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if file in TOGETHER else nodeid

    return ByFile(config, log) if config.getoption("dist") == "loadgroup" else None


HOSTILE = ("<script>alert('1')</script>", "#set page(width: 1pt) \\\\ {{x}} %s", "$x$ @ref `code` &lt; <b>")

# A folder whose tests are of the start of kernels has a fixture that undoes this.
use_warm_kernels()

MakeProject = Callable[..., Path]
MakeOnce = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> MakeOnce:
    """Return a function that has a folder made, by name, once for all of xdist's workers; it is to be copied.

    Who comes meanwhile waits, and leaves the cores to the one that makes it.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def make(name: str, fill: Callable[[Path], object]) -> Path:
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (shared / f"{name}.made").exists():
                shutil.rmtree(shared / name, ignore_errors=True)  # of one that failed
                fill(shared / name)
                (shared / f"{name}.made").touch()
        return shared / name

    return make


@pytest.fixture(scope="session")
def pressed_kit(make_once: MakeOnce) -> Path:
    """Return the note's project with its whole edition in ``reports``, to be copied, or read."""

    def press(root: Path) -> None:
        copy_kit(root)
        shutil.copy(ROOT / "requirements.lock", root)
        command = [Path(sys.executable).with_name("briefings"), "build"]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "warning" not in done.stdout + done.stderr

    return make_once("pressed-kit", press)


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Return a function that makes a project with some of the odd notebooks and the real dataset."""

    def make(*notebooks: str, name: str = "project") -> Path:
        root = tmp_path / name
        shutil.copytree(NOTE / "data", root / "data")
        (root / "notebooks").mkdir()
        for notebook in notebooks:
            shutil.copy(ODD / f"{notebook}.ipynb", root / "notebooks")
        if "hostile" in notebooks:
            _add_table(root / "data", "hostile", ["value", "x", *HOSTILE])
        return root

    return make


def write_notebook(path: Path, *cells: str, first: str = "# Title\n\nWhich question?") -> Path:
    """Write a notebook of a Markdown cell and code cells; one that starts with ``#parameters`` is tagged."""
    nb = {"cells": [_cell("markdown", "m", first)], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    for number, source in enumerate(cells):
        tagged = source.startswith("#parameters\n")
        cell = _cell("code", f"c{number}", source.removeprefix("#parameters\n"))
        cell |= {
            "metadata": {"tags": ["parameters"]} if tagged else {},
            "outputs": [],
            "execution_count": None,
        }
        nb["cells"].append(cell)  # type: ignore[attr-defined]
    path.write_text(json.dumps(nb), "utf-8")
    return path


def _add_table(data: Path, name: str, cells: list[str]) -> None:
    """Add a table of one column to a copy of the dataset."""
    path = data / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    like = next(resource for resource in package["resources"] if resource["name"] == "themes")
    field = {"name": cells[0], "type": "string", "description": "Text that means something elsewhere."}
    like = {key: told for key, told in like.items() if key != "wording"}
    resource = {**like, "name": name, "path": f"{name}.csv", "schema": {"fields": [field]}}
    package["resources"].append(resource)
    path.write_text(json.dumps(package, ensure_ascii=False), "utf-8")
    quoted = ('"' + cell.replace('"', '""') + '"' for cell in cells)
    (data / f"{name}.csv").write_text("\n".join(quoted) + "\n", "utf-8")


def _cell(kind: str, name: str, source: str) -> dict[str, object]:
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source}


@pytest.fixture(name="write_notebook", scope="session")
def give_writer() -> Callable[..., Path]:
    """Return `write_notebook`, for what is made once: ``write_notebook(path, "x + 1")``."""
    return write_notebook


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Return a folder whose name is short enough for temporary files to have sockets among them."""
    with TemporaryDirectory(prefix="t-", dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture
def make_notebook(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a notebook: ``make_notebook("#parameters\\nx: int = 1", "x + 1")``."""

    def make(
        *cells: str, path: Path = tmp_path / "made.ipynb", first: str = "# Title\n\nWhich question?"
    ) -> Path:
        return write_notebook(path, *cells, first=first)

    return make


# Chromium finds no work of its own to do; without these it asks hosts of its maker at every start.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium")
    assert chromium, "the slow tests need Chromium; Debian's package is chromium"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


# axe-core tells every element that passes, too, which takes it longer than the rules; nobody asks for those.
FAULTS = {"resultTypes": ["violations"]}
# The rules whose answer a dark scheme may change: it has other colours, and nothing else.
OF_COLOURS = ("color-contrast", "link-in-text-block")
COLOURS = FAULTS | {"runOnly": {"type": "rule", "values": OF_COLOURS}}
BUT_COLOURS = FAULTS | {"rules": {rule: {"enabled": False} for rule in OF_COLOURS}}


@pytest.fixture(scope="session")
def require_accessible() -> Callable[..., None]:
    """Return a function that has axe-core look at a page as it is shown, in light colours and in dark.

    Colours take it longest. They are the same at another width, where it need not look at them once more.
    """

    def look(tab: Any, *, colours: bool = True) -> None:
        from axe_playwright_python.sync_playwright import Axe

        all_rules = (("light", FAULTS), ("dark", COLOURS))
        for scheme, options in all_rules if colours else (("light", BUT_COLOURS),):
            tab.emulate_media(color_scheme=scheme)
            found = Axe().run(tab, options=options)
            assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"

    return look


@pytest.fixture(scope="session")
def find_markup_faults() -> Callable[[Path], str]:
    """Return a function that says what the Nu HTML checker finds in a page or in all of a folder."""
    java = shutil.which("java")
    if not (java and VNU.is_file()):
        pytest.skip("needs Java and the Nu HTML checker: npm install --prefix .vnu --ignore-scripts vnu-jar")

    # It takes JSON for a script, and knows no address of a page; that the search runs, a browser tests.
    told = ["--skip-non-html", "--filterpattern", ".*violates Content Security Policy.*"]

    def find(where: Path) -> str:
        command = [java, "-jar", str(VNU), *told, str(where)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        return done.stderr.replace(where.absolute().as_uri(), "")

    return find


@pytest.fixture
def requests() -> list[str]:
    """What the shown pages asked for."""
    return []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", type=Path, help="keep the documentation's pictures in this folder")


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Any, str], None]:
    """Return a function that keeps a picture of a page for the documentation, if pictures are asked for."""
    folder: Path | None = request.config.getoption("--pictures")

    def keep(shown: Any, name: str) -> None:
        if folder:
            shown.screenshot(path=folder / f"{name}.png")

    return keep


@pytest.fixture(scope="session")
def kept_tab(browser: Any) -> Iterator[Any]:
    """A tab for many tests: a new one has the browser compile what it is shown, and axe, anew."""
    # axe is injected as a script, which the page's own policy forbids.
    with browser.new_context(bypass_csp=True) as context:
        yield context.new_page()


@pytest.fixture
def show(kept_tab: Any, requests: list[str]) -> Iterator[Any]:
    """Show a page of a given width in a given scheme; whatever it asks for is refused and counted.

    A test has one tab: what it shows is gone when it shows another.
    """

    def refuse(route: Any) -> None:
        requests.append(route.request.url)
        route.abort()

    def open_page(html: str, width: int = 1280, scheme: str = "light") -> Any:
        kept_tab.goto("about:blank")  # nothing is left of the page before
        kept_tab.set_viewport_size({"width": width, "height": 900})
        kept_tab.emulate_media(media="screen", color_scheme=scheme)
        kept_tab.set_content(html)
        return kept_tab

    kept_tab.route("**/*", refuse)
    yield open_page
    kept_tab.unroute_all()
