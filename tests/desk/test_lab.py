"""JupyterLab as an analyst has it, driven in a browser; and what else runs the notebooks."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError

import nbformat
import pytest
from playwright.sync_api import TimeoutError
from tests.desk.conftest import copy_project

from pressroom.data.findings import Refusal
from pressroom.desk.lab.launch import find_notebook
from pressroom.edition.briefing import Task, press_briefing
from pressroom.run.catalogue import Briefing
from pressroom.run.inputs import Project

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60_000
BIN = Path(sys.executable).parent

Picture = Callable[[Any, str], None]


class Lab:
    """A running JupyterLab and its address."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "HOME")
        environment = os.environ | {name: str(home / name) for name in folders}
        command = [BIN / "briefings", "lab", "--no-browser", "--port", "0", "--allow-root"]
        self.log = (home / "log").open("w+")
        self.process = subprocess.Popen(command, cwd=root, stdout=self.log, stderr=self.log, env=environment)
        self.address, self.path, self.token = self._await_address()
        self._await_answer()

    def _await_answer(self) -> None:
        """Wait until it answers: it tells its address before it listens there."""
        until = time.monotonic() + 60
        while True:
            try:
                self.ask("/api/status")
                return
            except URLError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def _await_address(self) -> tuple[str, str, str]:
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            text = Path(self.log.name).read_text("utf-8")
            if found := re.search(r"(http://127\.0\.0\.1:\d+)(/lab\S*)\?token=(\w+)", text):
                return found[1], found[2], found[3]
            time.sleep(0.1)
        raise AssertionError(Path(self.log.name).read_text("utf-8"))

    def ask(self, path: str, told: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"token {self.token}", "Content-Type": "application/json"}
        data = None if told is None else json.dumps(told).encode()
        with urllib.request.urlopen(urllib.request.Request(self.address + path, data, headers)) as answer:
            return json.loads(answer.read())

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.log.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    home = tmp_path_factory.mktemp("home")
    running = Lab(copy_project(tmp_path_factory.mktemp("lab")), home)
    yield running
    running.close()


@pytest.fixture(scope="module")
def context(browser: Any) -> Iterator[Any]:
    """What keeps JupyterLab's scripts, compiled, from one page to the next."""
    with browser.new_context(viewport={"width": 1500, "height": 1000}, accept_downloads=True) as context:
        yield context


@pytest.fixture
def tab(context: Any, lab: Lab) -> Iterator[Any]:
    tab = context.new_page()
    tab.goto(f"{lab.address}{lab.path}?token={lab.token}")
    tab.locator(".jp-NotebookPanel .jp-Cell").first.wait_for(timeout=PATIENCE)
    yield tab
    tab.close()


def choose(tab: Any, *labels: str) -> None:
    """Choose from the menu, level by level; an open one does not show what comes to be in it."""
    for _ in range(10):
        tab.locator(".lm-MenuBar-itemLabel").get_by_text(labels[0], exact=True).click()
        for label in labels[1:-1]:
            tab.locator(".lm-Menu-itemLabel").get_by_text(label, exact=True).hover()
        last = tab.locator(".lm-Menu-itemLabel").get_by_text(labels[-1], exact=True)
        with suppress(TimeoutError):
            last.click(timeout=3000)
            return
        tab.keyboard.press("Escape")
        tab.keyboard.press("Escape")
    raise AssertionError(f"there is no {labels}")


def style(found: Any, *names: str) -> list[str]:
    return [found.evaluate(f"one => getComputedStyle(one)['{name}']") for name in names]


EXPORT = ("File", "Save and Export Notebook As")


@pytest.mark.slow
def test_a_changed_parameter_shows_as_in_the_briefing_and_exports(
    tab: Any, lab: Lab, picture: Picture
) -> None:
    assert lab.path == "/lab/tree/notebooks/agency.ipynb"
    _see_that_an_unrun_notebook_says_what_to_do(tab)
    _change_parameter(tab, "UNICEF")
    choose(tab, "Run", "Run All Cells")
    shown = tab.locator(".jp-OutputArea-output")
    shown.locator(".method").wait_for(timeout=PATIENCE)
    title = shown.locator("h1")
    assert title.inner_text().startswith("UNICEF: ")
    assert tab.locator(".jp-OutputArea-output:visible").filter(has_text="vnd.aichr").count() == 0
    _see_the_look(shown, paper="rgb(255, 255, 255)", ink="rgb(22, 33, 43)")
    title.scroll_into_view_if_needed()
    picture(tab, "lab-light")
    choose(tab, "Settings", "Theme", "JupyterLab Dark")
    tab.locator("body[data-jp-theme-light=false]").wait_for(state="attached", timeout=PATIENCE)
    _see_the_look(shown, paper="rgb(16, 24, 31)", ink="rgb(233, 238, 242)")
    title.scroll_into_view_if_needed()
    picture(tab, "lab-dark")
    choose(tab, "Settings", "Theme", "JupyterLab Light")
    tab.locator("body[data-jp-theme-light=true]").wait_for(state="attached", timeout=PATIENCE)
    _see_the_exports(tab, lab, picture)


@pytest.mark.slow
def test_a_notebook_that_is_only_opened_is_not_changed(context: Any, lab: Lab) -> None:
    paths = [lab.root / "notebooks" / f"{name}.ipynb" for name in ("agency", "year", "theme")]
    before = [path.read_bytes() for path in paths]
    tab = open_notebook(context, lab, paths[0].stem)
    for number, path in enumerate(paths[1:], start=2):
        tab.locator(".jp-DirListing-item").filter(has_text=path.name).dblclick()
        tab.locator(f":nth-match({IDLE}, {number})").wait_for(state="attached", timeout=PATIENCE)
    assert tab.locator(".lm-TabBar-tab.jp-mod-current").count()
    tab.wait_for_timeout(3000)  # for what changes it of its own accord
    changed = tab.locator(".lm-TabBar-tab.jp-mod-dirty")
    assert changed.count() == 0
    tab.locator(".jp-NotebookPanel:visible .jp-CodeCell .cm-content").first.click()
    tab.keyboard.insert_text(" ")
    changed.first.wait_for(timeout=PATIENCE)
    tab.close()
    assert [path.read_bytes() for path in paths] == before


@pytest.mark.slow
def test_what_the_press_refuses_shows_its_message_first(context: Any, lab: Lab) -> None:
    tab = open_notebook(context, lab, "year")
    source = "from aichr_briefings import *\nopen_dataset().activities(agency='UNPD')"
    tab.locator(".jp-NotebookPanel .jp-CodeCell .cm-content").first.click()
    tab.keyboard.press("Control+a")
    tab.keyboard.insert_text(source)
    tab.keyboard.press("Control+Enter")
    told = tab.locator(".jp-OutputArea-output").filter(has_text="UNPD")
    told.wait_for(state="attached", timeout=PATIENCE)
    lines = (told.text_content() or "").splitlines()
    assert lines[0].startswith('UnknownCode: "UNPD" is not one of agencies')
    assert lines[1:] == ["  line 2 of the cell: open_dataset().activities(agency='UNPD')"]
    tab.close()


IDLE = ".jp-Notebook-ExecutionIndicator[data-status=idle]"


def open_notebook(context: Any, lab: Lab, name: str) -> Any:
    """Return a page with a notebook alone, once its kernel has told of itself."""
    tab = context.new_page()
    tab.goto(f"{lab.address}/lab/tree/notebooks/{name}.ipynb?token={lab.token}&reset")
    tab.locator(".jp-NotebookPanel .jp-Cell").first.wait_for(timeout=PATIENCE)
    tab.locator(IDLE).first.wait_for(timeout=PATIENCE)
    tab.wait_for_timeout(3000)  # what is typed before the notebook has settled goes astray
    return tab


def _see_that_an_unrun_notebook_says_what_to_do(tab: Any) -> None:
    choose(tab, *EXPORT, "Briefing as HTML")
    told = tab.locator(".Toastify__toast")
    told.wait_for(timeout=PATIENCE)
    assert "This notebook has not been run." in told.inner_text()
    assert told.get_by_role("button", name="Run all cells").is_visible()
    told.get_by_role("button", name="Run all cells").click()
    tab.locator(".jp-OutputArea-output .method").wait_for(timeout=PATIENCE)
    assert tab.locator(".jp-OutputArea-output h1").inner_text().startswith("UNDP: ")
    choose(tab, "Kernel", "Restart Kernel and Clear Outputs of All Cells…")
    tab.locator(".jp-Dialog-button.jp-mod-accept").click()
    tab.locator(".jp-OutputArea-output .method").wait_for(state="detached", timeout=PATIENCE)


def _change_parameter(tab: Any, value: str) -> None:
    cell = tab.locator(".jp-CodeCell .cm-content").first
    cell.click()
    tab.keyboard.press("Control+A")
    agency = f'agency: str = "{value}"  # one of agencies; the UN agency briefed'
    tab.keyboard.insert_text(f'{agency}\nsince: str = ""  # one of meetings; the meeting since which')


def _see_the_look(shown: Any, *, paper: str, ink: str) -> None:
    family, colour = style(shown.locator("h1"), "fontFamily", "color")
    assert family.startswith('"Source Serif 4"')
    assert colour == ink
    figure = shown.locator(".figures li").first
    assert style(figure, "borderTopWidth", "borderTopColor") == ["2px", ink]
    table = shown.locator("table.rec").first
    assert style(table.locator("td").first, "textAlign", "fontSize", "verticalAlign") == [
        "left",
        "14px",
        "top",
    ]
    assert style(table.locator("tbody tr").first, "backgroundColor") == ["rgba(0, 0, 0, 0)"]
    output = shown.filter(has=table.page.locator("h1"))
    assert style(output, "backgroundColor") == [paper]
    chart = shown.locator("svg.wide").first
    assert chart.is_visible()
    texts = chart.locator("text").evaluate_all("all => all.map(one => getComputedStyle(one).fill)")
    assert ink in texts


def _see_the_exports(tab: Any, lab: Lab, picture: Picture) -> None:
    tab.locator(".lm-MenuBar-itemLabel").get_by_text("File", exact=True).click()
    tab.locator(".lm-Menu-itemLabel").get_by_text(EXPORT[1], exact=True).hover()
    labels = tab.locator("#jp-mainmenu-file-notebookexport .lm-Menu-itemLabel")
    labels.first.wait_for(timeout=PATIENCE)
    told = labels.all_inner_texts()
    assert told[:2] == ["Briefing as HTML", "Briefing as PDF"]
    assert not [label for label in told if "riefing_" in label]
    picture(tab, "export-menu")
    tab.keyboard.press("Escape")
    tab.keyboard.press("Escape")
    made = {suffix: _export(tab, f"Briefing as {suffix.upper()}") for suffix in ("html", "pdf")}
    family = Briefing("agency", "unicef", {"agency": "UNICEF"})
    pressed = press_briefing(Task(family, ROOT / "notebooks" / "agency.ipynb", lab.root / "data", lab.root))
    assert pressed.error is None
    assert _main(made["html"]) == _main(pressed.documents[".html"])
    assert made["pdf"] == pressed.documents[".pdf"]


def _export(tab: Any, label: str) -> bytes:
    """Export, and return what was asked for: the page that JupyterLab opens is gone as it begins."""
    with tab.context.expect_event("request", lambda one: "/nbconvert/" in one.url, timeout=PATIENCE) as asked:
        choose(tab, *EXPORT, label)
    answer = tab.context.request.get(asked.value.url, headers={"Referer": tab.url})
    assert answer.ok, answer.text()
    assert "attachment" in answer.headers["content-disposition"]
    return answer.body()


def _main(page: bytes) -> str:
    return page.decode().partition("<main")[2].partition("</main>")[0]


@pytest.mark.slow
def test_the_style_is_for_outputs_alone_and_for_who_may_see_them(lab: Lab) -> None:
    with urllib.request.urlopen(
        urllib.request.Request(
            f"{lab.address}/pressroom/outputs.css", headers={"Authorization": f"token {lab.token}"}
        )
    ) as answer:
        sheet = answer.read().decode()
    assert answer.headers["Content-Type"].startswith("text/css")
    block = r"\{[^{}]*\}"
    for _ in range(3):  # rules inside rules, four deep at most
        block = rf"\{{(?:[^{{}}]|{block})*\}}"
    top = re.sub(block, "{}", re.sub(r"@font-face\{.*?\}", "", sheet))
    selectors = {selector.strip() for selector in top.replace("\n", " ").split("{}") if selector.strip()}
    assert selectors
    output = "#main .jp-OutputArea-output.jp-RenderedHTML"
    assert {
        s for s in selectors if not s.removeprefix("[data-jp-theme-light=false] ").startswith(output)
    } == {".jp-OutputArea-child"}


@pytest.mark.slow
def test_a_notebook_runs_unchanged_as_a_scheduled_job(lab: Lab) -> None:
    job = lab.ask(
        "/scheduler/jobs",
        {
            "name": "agency",
            "input_uri": "notebooks/agency.ipynb",
            "runtime_environment_name": lab.ask("/scheduler/runtime_environments")[0]["name"],
            "parameters": {"agency": '"ILO"'},
            "output_formats": ["ipynb", "html"],
        },
    )["job_id"]
    until, told = time.monotonic() + 300, {}
    while time.monotonic() < until and told.get("status") not in ("COMPLETED", "FAILED"):
        time.sleep(0.3)
        told = lab.ask(f"/scheduler/jobs/{job}")
    assert told["status"] == "COMPLETED", told
    [staged] = Path(lab.log.name).parent.rglob(f"{job}/agency-*.ipynb")
    nb = nbformat.read(staged, 4)
    shown = [output.data.get("text/html", "") for cell in nb.cells for output in cell.get("outputs", ())]
    assert any("<h1>ILO: " in html for html in shown)


@pytest.mark.slow
def test_a_notebook_runs_through_papermill_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import papermill

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PRESSROOM_DATA", raising=False)
    papermill.execute_notebook(
        str(ROOT / "notebooks" / "agency.ipynb"), "out.ipynb", {"agency": "ILO"}, progress_bar=False
    )
    nb = nbformat.read(tmp_path / "out.ipynb", 4)
    shown = [output.data.get("text/html", "") for cell in nb.cells for output in cell.get("outputs", ())]
    assert any("<h1>ILO: " in html for html in shown)


@pytest.mark.slow
def test_papermill_prints_the_contract(tmp_path: Path) -> None:
    command = [BIN / "papermill", "--help-notebook", ROOT / "notebooks" / "agency.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    line = " ".join(done.stdout.split())
    assert 'agency: str (default "UNDP") one of agencies; the UN agency briefed' in line


def test_the_notebook_to_open_is_named_by_its_family(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    project = Project(root, root / "data", root / "reports")
    assert find_notebook(project, "year") == Path("notebooks/year.ipynb")
    assert find_notebook(project, "notebooks/year.ipynb") == Path("notebooks/year.ipynb")
    assert find_notebook(project, None) == Path("notebooks/agency.ipynb")
    with pytest.raises(Refusal, match="nearest: theme"):
        find_notebook(project, "themes")
