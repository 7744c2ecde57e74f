"""The preview as an analyst has it: the command started, the page in a browser, files saved on disk."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe

from pressroom.desk.preview.server import Pass
from pressroom.desk.preview.watch import TOKEN

pytestmark = pytest.mark.slow

PATIENCE = 60_000

Picture = Callable[[Any, str], None]
RULES = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}


class Running:
    """A preview that was started as a user does, and its address."""

    def __init__(self, root: Path, *options: str, log: Any = None) -> None:
        command = [Path(sys.executable).with_name("briefings"), "preview", "--no-browser", *options]
        self.process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        self.address, port, token = re.findall(r"(http://127\.0\.0\.1:(\d+)/\?token=(\S{32}))", self.line)[0]
        self.port, self.cookie = int(port), f"pressroom-preview-{port}={token}"

    def end(self, how: signal.Signals) -> None:
        self.process.send_signal(how)
        assert self.process.wait(60) == 0
        self.process.stdout.close()

    def ask(self, path: str, **headers: str) -> tuple[int, str]:
        answer, told = self.get(path, **headers)
        return answer.status, told

    def get(self, path: str, **headers: str) -> tuple[http.client.HTTPResponse, str]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.putrequest("GET", path, skip_host=True)
            for name, value in {"Host": f"127.0.0.1:{self.port}", "Cookie": self.cookie, **headers}.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer, answer.read().decode(errors="replace")


@pytest.fixture(scope="module")
def running(shared_project: Path) -> Iterator[Running]:
    preview = Running(shared_project, "agency=UNDP")
    yield preview
    preview.end(signal.SIGINT)


@pytest.fixture(scope="module")
def rendered(running: Running) -> Running:
    assert await_rendering(running, "agency/undp")["version"]
    return running


def await_rendering(preview: Running, id: str) -> dict[str, Any]:
    """Return what the page is told of a briefing."""
    with closing(http.client.HTTPConnection("127.0.0.1", preview.port, timeout=60)) as connection:
        connection.request("GET", f"/events?briefing={id}", headers={"Cookie": preview.cookie})
        with connection.getresponse() as answer:
            lines = iter(answer.readline, b"")
            return next(json.loads(line[6:]) for line in lines if line.startswith(b"data: {"))


@pytest.fixture
def full_tab(browser: Any, running: Running) -> Iterator[Any]:
    with browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True) as context:
        tab = context.new_page()
        tab.goto(running.address)
        wait(tab, "#state", "Rendered in")
        yield tab


@pytest.fixture
def tab(browser: Any, running: Running) -> Iterator[Any]:
    """Yield a page whose PDF is not drawn, which takes longest: `full_tab`'s is."""
    with browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True) as context:
        tab = context.new_page()
        tab.route("**/*.pdf*", lambda route: route.fulfill(body="", content_type="text/plain"))
        tab.goto(running.address)
        wait(tab, "#state", "Rendered in")
        yield tab


def wait(tab: Any, selector: str, text: str) -> None:
    tab.locator(selector).filter(has_text=text).wait_for(timeout=PATIENCE)


def page_of(tab: Any) -> Any:
    return tab.frame_locator("#pane-html iframe:not(.next)")


@contextmanager
def edited(path: Path, old: str, new: str) -> Iterator[None]:
    """Save a file with other text, as an editor does, and as it was at the end."""
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new), "utf-8")
    try:
        yield
    finally:
        path.write_text(before, "utf-8")


def test_it_shows_the_briefing_beside_its_pdf(
    full_tab: Any, running: Running, shared_project: Path, picture: Picture
) -> None:
    assert running.line.startswith("agency/undp: ")
    assert page_of(full_tab).locator("h1").inner_text().startswith("UNDP: business")
    assert full_tab.locator("#pane-pdf iframe").get_attribute("src").startswith("/briefing/agency/undp.pdf")
    assert running.ask("/briefing/agency/undp.pdf")[1].startswith("%PDF-")
    assert running.ask("/briefing/agency/undp.csv")[1].startswith("id,")
    assert not (shared_project / "reports").exists()
    full_tab.wait_for_timeout(1000)  # the browser draws PDFs when it pleases
    picture(full_tab, "preview")


def test_a_saved_notebook_shows_and_the_place_on_the_page_stays(tab: Any, shared_project: Path) -> None:
    scroll = "frame => frame.contentWindow.scrollTo(0, 700)"
    tab.locator("#pane-html iframe").evaluate(scroll)
    with edited(shared_project / "notebooks" / "agency.ipynb", '\\"Agency briefing\\"', '\\"Desk note\\"'):
        page_of(tab).locator(".family", has_text="Desk note").or_(
            page_of(tab).locator("header b", has_text="Desk note")
        ).first.wait_for(timeout=PATIENCE)
        place = tab.locator("#pane-html iframe:not(.next)").evaluate("frame => frame.contentWindow.scrollY")
        assert place == 700
    page_of(tab).locator("header b", has_text="Agency briefing").wait_for(timeout=PATIENCE)


def test_a_broken_cell_is_told_over_the_last_good_rendering(
    full_tab: Any, shared_project: Path, picture: Picture
) -> None:
    with edited(
        shared_project / "notebooks" / "agency.ipynb", "KeyFigure(str(len(mine))", "KeyFigure(str(len(yours))"
    ):
        wait(full_tab, "#faults li", "agency.ipynb, cell [8]: NameError: name 'yours' is not defined")
        wait(full_tab, "#faults p", "Below is the last good rendering.")
        assert page_of(full_tab).locator("h1").inner_text().startswith("UNDP: business")
        assert Axe().run(full_tab, options=RULES).violations_count == 0
        picture(full_tab, "preview-error")
    full_tab.locator("#faults").wait_for(state="hidden", timeout=PATIENCE)
    wait(full_tab, "#state", "Rendered in")


WRONG = [
    (
        "data/activities.csv",
        ",held,,2017-11-13,",
        ",held,,2017-13-13,",
        "activities.csv, row 3, column start",
    ),
    ("data/activities.csv", "id,title", "id;title", "activities.csv"),
    ("data/datapackage.json", '"resources"', '"resource"', "describes no tables"),
    ("notebooks/agency.ipynb", '"cells": [', '"cells": ', "agency.ipynb: is not a notebook"),
    ("notebooks/agency.ipynb", "# one of agencies;", "# one of agences;", "nearest: agencies"),
]


def test_what_is_wrong_is_told_in_place_and_goes_away(tab: Any, shared_project: Path) -> None:
    for file, old, new, told in WRONG:
        with edited(shared_project / file, old, new):
            wait(tab, "#faults li >> nth=0", told)
        tab.locator("#faults").wait_for(state="hidden", timeout=PATIENCE)


def test_a_save_does_not_wait_for_a_cell_without_end(tab: Any, shared_project: Path) -> None:
    notebook = shared_project / "notebooks" / "agency.ipynb"
    with edited(notebook, "KeyFigure(str(len(mine))", "KeyFigure(str([1 for _ in iter(int, 1)])"):
        wait(tab, "#state", "Rendering")
        tab.wait_for_timeout(500)
    tab.locator("#state", has_text="Rendered in").wait_for(timeout=PATIENCE)
    assert tab.locator("#faults").is_hidden()


def test_the_picker_names_what_is_shown_also_when_its_notebook_is_broken(
    tab: Any, shared_project: Path
) -> None:
    with edited(shared_project / "notebooks" / "agency.ipynb", '"cells": [', '"cells": '):
        wait(tab, "#faults li", "is not a notebook")
        assert tab.locator("#picker").input_value() == "agency/undp"
    tab.locator("#faults").wait_for(state="hidden", timeout=PATIENCE)


def test_a_killed_worker_is_replaced(tab: Any, running: Running, shared_project: Path) -> None:
    servers = [
        child
        for child in psutil.Process(running.process.pid).children(recursive=True)
        if "forkserver" in " ".join(child.cmdline())
    ]
    [worker] = [child for child in servers if child.parent() in servers]  # the other forks workers
    worker.kill()
    notebook = shared_project / "notebooks" / "agency.ipynb"
    with edited(notebook, '\\"Agency briefing\\"', '\\"Desk note\\"'):
        wait(tab, "#faults li", "died")
        notebook.touch()
        page_of(tab).locator("header b", has_text="Desk note").wait_for(timeout=PATIENCE)
    page_of(tab).locator("header b", has_text="Agency briefing").wait_for(timeout=PATIENCE)


def test_data_and_commentary_show_as_they_are_saved(tab: Any, shared_project: Path) -> None:
    with edited(
        shared_project / "data" / "organisations.csv",
        "Nations Development Programme,UNDP",
        "Nations Dev. Programme,UNDP",
    ):
        page_of(tab).locator(".subject", has_text="Dev. Programme").wait_for(timeout=PATIENCE)
    note = shared_project / "data" / "commentary" / "agency" / "undp.md"
    note.parent.mkdir(parents=True)
    note.write_text("---\nauthor: A\ndate: 2019-11-18\n---\nAsk about <b>training</b>.\n", "utf-8")
    page_of(tab).locator(".commentary", has_text="Ask about <b>training</b>.").wait_for(timeout=PATIENCE)
    note.unlink()
    page_of(tab).locator(".commentary").wait_for(state="detached", timeout=PATIENCE)


def test_the_picker_switches_to_another_briefing(tab: Any) -> None:
    picker = tab.locator("#picker")
    assert picker.locator("optgroup").evaluate_all("all => all.map(one => one.label)") == [
        "Agency briefings",
        "Year briefings",
    ]
    picker.select_option("year/2018")
    page_of(tab).locator("h1", has_text="2018: the 1st").wait_for(timeout=PATIENCE)
    assert tab.url.endswith("/?briefing=year%2F2018")


def test_a_family_that_is_gone_is_told(tab: Any, shared_project: Path) -> None:
    path = shared_project / "notebooks" / "agency.ipynb"
    aside = path.rename(shared_project / "aside")
    wait(tab, "#faults li", 'there is no briefing "agency/undp" any more')
    aside.rename(path)
    tab.locator("#faults").wait_for(state="hidden", timeout=PATIENCE)


def test_the_style_renders_again(tab: Any) -> None:
    """The package is the project's own in development: a save of a style sheet counts, changed or not.

    That of the desk alone, since builds that other tests run meanwhile see a page's as changed.
    """
    from pressroom.desk import preview

    with tab.expect_response(re.compile("/events"), timeout=PATIENCE):
        tab.reload()
    wait(tab, "#state", "Rendered in")
    tab.evaluate("document.getElementById('state').textContent = 'before'")
    Path(preview.__file__).with_name("preview.css").touch()
    wait(tab, "#state", "Rendered in")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_is_accessible(browser: Any, running: Running, width: int) -> None:
    size = {"width": width, "height": 900}
    with browser.new_context(viewport=size, bypass_csp=True) as context:
        tab = context.new_page()
        tab.goto(f"{running.address}&briefing=year/2018")
        wait(tab, "#state", "Rendered in")
        tab.locator("#pane-html iframe:not(.next)").wait_for()
        for scheme in ("light", "dark"):
            tab.emulate_media(color_scheme=scheme)
            found = Axe().run(tab, options=RULES)
            assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"
            assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:{port}"}, 200),
        ({"Origin": "http://127.0.0.1:{port}", "Sec_Fetch_Site": "same-origin"}, 200),
        ({"Host": "127.0.0.1"}, 403),
        ({"Host": "briefings.example:{port}"}, 403),
        ({"Origin": "https://briefings.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
    ],
)
@pytest.mark.parametrize(
    "path", ["/", "/preview.js", "/events?briefing=x", "/briefing/agency/undp.html", "/none"]
)
def test_who_comes_from_elsewhere_is_refused(
    rendered: Running, headers: dict[str, str], status: int, path: str
) -> None:
    if status == 200 and path.startswith("/events"):
        return  # they never end
    given = {name: value.format(port=rendered.port) for name, value in headers.items()}
    expected = 404 if (status, path) == (200, "/none") else status
    assert rendered.ask(path, **given)[0] == expected


@pytest.mark.parametrize("cookie", ["", "pressroom-preview-{port}=", "pressroom-preview-{port}=x", "other=x"])
@pytest.mark.parametrize(
    "path", ["/", "/?token=", "/?token=x", "/preview.js", "/events?briefing=x", "/briefing/agency/undp.pdf"]
)
def test_who_has_no_token_is_refused(rendered: Running, cookie: str, path: str) -> None:
    status, told = rendered.ask(path, Cookie=cookie.format(port=rendered.port))
    assert (status, told) == (
        403,
        "Not from here. Open the address that `briefings preview` has printed.\n",
    )


def test_the_token_goes_from_the_address_into_a_cookie(rendered: Running) -> None:
    path = "/" + rendered.address.rpartition("/")[2]
    answer, _ = rendered.get(path + "&briefing=year/2018", Cookie="")
    assert (answer.status, answer.headers["Location"]) == (303, "/?briefing=year%2F2018")
    told = answer.headers["Set-Cookie"].split("; ")
    assert told[0] == rendered.cookie
    assert {"HttpOnly", "SameSite=Strict"} <= {*told}


def test_a_ticket_is_good_for_one_visit() -> None:
    one, other = Pass(), Pass("given")
    ticket = one.ticket
    assert [one.admits(text) for text in (ticket, ticket, "", other.ticket, one.token)] == [
        True,
        False,
        False,
        False,
        True,
    ]
    assert other.token == "given"


def test_pages_are_at_home_after_the_preview_started_again(
    shared_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "t" * 32
    monkeypatch.setenv(TOKEN, token)
    preview = Running(shared_project, "agency=UNDP")
    try:
        assert preview.cookie.endswith(f"={token}")
        assert preview.ask("/")[0] == 200
    finally:
        preview.end(signal.SIGINT)


def test_an_address_of_an_earlier_preview_says_where_the_new_one_is(rendered: Running) -> None:
    status, told = rendered.ask("/", Cookie=f"pressroom-preview-{rendered.port}={'x' * 32}")
    assert status == 403
    assert "Open the address that `briefings preview` has printed." in told


def test_the_log_holds_nothing_that_a_terminal_obeys_and_no_token(
    shared_project: Path, tmp_path: Path
) -> None:
    with (tmp_path / "log").open("w") as log:
        preview = Running(shared_project, "year=2018", log=log)
        rest = f"HTTP/1.1\r\nHost: 127.0.0.1:{preview.port}\r\nCookie: {preview.cookie}\r\n\r\n"
        for path in ("/\x9b31m", "/\xe2\x80\xae", "/%1b[31m", "/none?token=secret"):
            with closing(socket.create_connection(("127.0.0.1", preview.port))) as line:
                line.sendall(f"GET {path} {rest}".encode("latin-1"))
                assert line.recv(99).split()[1] in (b"400", b"404"), path
        preview.end(signal.SIGINT)
    told = (tmp_path / "log").read_text("utf-8")
    assert told.replace("\n", "").isprintable()
    assert "secret" not in told
    assert preview.cookie.partition("=")[2] not in told


@pytest.mark.parametrize(
    "path",
    [
        "/data/activities.csv",
        "/../data/activities.csv",
        "/briefing/../../data/activities.csv",
        "/briefing/agency/undp.ipynb",
        "/briefing/agency/none.html",
        "/preview.html",
        "/static/preview.js",
    ],
)
def test_no_other_file_is_served(rendered: Running, path: str) -> None:
    assert rendered.ask(path) == (404, "There is nothing here.\n")


def test_it_listens_on_this_machine_only(running: Running) -> None:
    [listening] = [
        c.laddr for c in psutil.Process(running.process.pid).net_connections() if c.status == "LISTEN"
    ]
    assert listening.ip == "127.0.0.1"


def test_nothing_is_left_when_it_ends(shared_project: Path) -> None:
    preview = Running(shared_project)
    assert preview.line.startswith("agency/dpa: ")
    started = psutil.Process(preview.process.pid).children(recursive=True)
    assert started
    preview.end(signal.SIGTERM)
    assert psutil.wait_procs(started, timeout=60)[1] == []


def test_it_ends_at_once_in_the_midst_of_a_cell(shared_project: Path) -> None:
    preview = Running(shared_project, "year=2018")
    await_rendering(preview, "year/2018")
    process = psutil.Process(preview.process.pid)
    idle = process.children(recursive=True)
    endless = (
        '"from aichr_briefings',
        '"[1 for _ in iter(int, 1)]\\n", "from aichr_briefings',
    )
    with closing(http.client.HTTPConnection("127.0.0.1", preview.port, timeout=60)) as connection:
        connection.request("GET", "/events?briefing=year/2018", headers={"Cookie": preview.cookie})
        with (
            connection.getresponse() as answer,
            edited(shared_project / "notebooks" / "year.ipynb", *endless),
        ):
            while b"event: rendering" not in answer.readline():
                pass
            while len(at_work := process.children(recursive=True)) <= len(idle):
                time.sleep(0.05)
            preview.end(signal.SIGINT)
    assert psutil.wait_procs(at_work, timeout=60)[1] == []


def test_a_taken_port_and_an_unknown_briefing_are_refused(shared_project: Path) -> None:
    command = [Path(sys.executable).with_name("briefings"), "preview", "--no-browser"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run([*command, "--port", port], cwd=shared_project, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        2,
        f"port {port} cannot be listened on: Address already in use; leave --port out\n",
    )
    done = subprocess.run([*command, "agency=UNPD"], cwd=shared_project, capture_output=True, text=True)
    assert done.returncode == 2
    assert "nearest: UNDP" in done.stderr


def test_a_kernel_each_does_the_same(shared_project: Path) -> None:
    preview = Running(shared_project, "--engine", "stock", "year=2018")
    told = await_rendering(preview, "year/2018")
    assert told["version"]
    assert told["faults"] == []
    preview.end(signal.SIGINT)
