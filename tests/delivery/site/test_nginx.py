"""The site behind Debian's nginx, set up as the how-to says it."""

from __future__ import annotations

import gzip
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from pressroom.delivery.releases import Release
from pressroom.delivery.site.site import write_site

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
TYPES = Path("/etc/nginx/mime.types")
HOW_TO = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "publish-the-site.md"

NEEDED = "needs nginx; Debian's package is nginx-light"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not (NGINX and TYPES.is_file()), reason=NEEDED)]

# What Debian's own nginx.conf says around a site, but for folders that only root may write.
AROUND = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ }}
http {{
    include {types};
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{snippet}
}}
"""
PLACES = {"listen 80;": "listen 127.0.0.1:{port};", "root /var/www/briefings/current;": "root {root};"}


@dataclass(frozen=True)
class Answer:
    """What the server answers."""

    status: int
    headers: Message
    body: bytes


@dataclass(frozen=True)
class Server:
    """The site as the server has it."""

    port: int
    site: Path
    folder: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a path; in names of headers, underscores are hyphens."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers={n.replace("_", "-"): v for n, v in headers.items()})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


def read_snippet() -> str:
    [snippet] = re.findall(r"^```nginx\n(.*?)^```", HOW_TO.read_text("utf-8"), re.M | re.S)
    return str(snippet)


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_settings(folder: Path, root: Path, port: int) -> Path:
    snippet = read_snippet()
    for written, meant in PLACES.items():
        assert snippet.count(written) == 1
        snippet = snippet.replace(written, meant.format(port=port, root=root))
    file = folder / "nginx.conf"
    file.write_text(AROUND.format(folder=folder, types=TYPES, snippet=snippet), "utf-8")
    return file


@contextmanager
def run_nginx(folder: Path, root: Path, port: int) -> Iterator[None]:
    """Run nginx in the foreground, as who runs the tests; wait until it answers, and end it by its own id."""
    log = folder / "error.log"
    command = [str(NGINX), "-p", str(folder), "-c", str(write_settings(folder, root, port)), "-e", str(log)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while not is_listening(port):
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < until, log.read_text("utf-8")
            time.sleep(0.05)
        yield
        assert process.poll() is None, log.read_text("utf-8")
    finally:
        process.terminate()
        process.wait(timeout=60)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def server(unharmed: Sequence[Release], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder, port = tmp_path_factory.mktemp("nginx"), find_port()
    site = write_site(unharmed, folder / "site", site_url=f"http://127.0.0.1:{port}").index.parent
    with run_nginx(folder, folder / "site" / "current", port):
        yield Server(port, site, folder)


def test_texts_go_compressed_and_pdfs_as_they_are(server: Server) -> None:
    for name in ("index.html", "search.js", "feed.xml", "agency/undp/activities.csv", "sitemap.xml"):
        answer = server.get(f"/{name}", Accept_Encoding="gzip")
        assert answer.headers["Content-Encoding"] == "gzip", name
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(answer.body) == (server.site / name).read_bytes()
    pdf = server.get("/agency/undp.pdf", Accept_Encoding="gzip")
    assert pdf.headers["Content-Encoding"] is None
    assert pdf.body == (server.site / "agency/undp.pdf").read_bytes()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/search.js", "application/javascript; charset=utf-8"),
        ("/feed.xml", "application/atom+xml"),
        ("/agency/feed.xml", "application/atom+xml"),
        ("/agency/undp.csv", "text/csv; charset=utf-8"),
        ("/agency/undp.pdf", "application/pdf"),
        ("/agency/undp/datapackage.json", "application/json"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/sitemap.xml", "text/xml"),
        ("/icon.svg", "image/svg+xml"),
    ],
)
def test_each_file_is_what_it_is_called(path: str, kind: str, server: Server) -> None:
    answer = server.get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert (answer.headers["Content-Security-Policy"] is not None) == kind.startswith("text/html")


def test_browsers_ask_whether_a_page_is_new_and_keep_what_never_changes(server: Server) -> None:
    page = server.get("/agency/undp.html")
    assert page.headers["Cache-Control"] == "no-cache"
    again = server.get("/agency/undp.html", If_None_Match=page.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    assert server.get("/agency/undp.pdf").headers["Cache-Control"] == "no-cache"
    kept = server.get("/releases/2026-10/agency/undp.pdf")
    assert kept.headers["Cache-Control"] == "max-age=3600"


@pytest.mark.parametrize("path", ["/nothing", "/releases/", "/releases/2026-11/x.pdf", "/a/b/c.html"])
def test_where_there_is_nothing_a_page_says_so(path: str, server: Server) -> None:
    answer = server.get(path)
    assert answer.status == 404
    assert answer.body == (server.site / "404.html").read_bytes()
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_all_that_the_sitemap_lists_is_there(server: Server) -> None:
    listed = [str(e.text) for e in ElementTree.fromstring(server.get("/sitemap.xml").body).iter() if e.text]
    paths = [text.removeprefix(server.address) for text in listed if text.startswith(server.address)]
    assert "/agency/undp.html" in paths
    assert {path: server.get(path).status for path in paths} == dict.fromkeys(paths, 200)


def test_the_search_works_and_the_browser_finds_nothing_to_refuse(server: Server, browser: Any) -> None:
    said: list[str] = []
    tab = browser.new_page()
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("requestfailed", lambda request: said.append(request.url))
    tab.goto(f"{server.address}/?words=bangkok")
    shown = tab.locator("section:not(#releases) tbody th a:visible")
    assert shown.all_inner_texts() == ["UNDP", "2019"]
    tab.get_by_role("searchbox").fill("disability")
    expect(tab.get_by_role("status")).to_have_text("1 of 3 briefings")
    assert shown.all_inner_texts() == ["Disability rights"]
    shown.click()
    tab.wait_for_url("**/theme/disability.html")
    tab.goto(f"{server.address}/theme/no-such-page.html?words=x")
    tab.get_by_role("link", name="All briefings").click()
    tab.wait_for_url(f"{server.address}/")
    assert [one for one in said if "404" not in one] == []
    assert len(said) == 1, "of the page that is not there"
    tab.close()


def test_a_new_site_is_there_at_once(server: Server, unharmed: Sequence[Release]) -> None:
    assert b"Release 2026-11" in server.get("/").body
    try:
        write_site(unharmed[:1], server.folder / "site", site_url=server.address)
        assert b"Release 2026-11" not in server.get("/").body
        assert server.get("/agency/unicef.html").status == 200
    finally:
        write_site(unharmed, server.folder / "site", site_url=server.address)
    assert server.get("/agency/unicef.html").status == 404
