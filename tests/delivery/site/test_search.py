"""The site in a browser, from files: searched and filtered with script, plain lists without."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pressroom.delivery.releases import Release
from pressroom.delivery.site.site import write_site

pytestmark = pytest.mark.slow

PAGES = (
    "index.html",
    "agency/index.html",
    "releases/2026-10/index.html",
    "releases/2026-10/agency/undp.html",
    "releases/2026-11/changes.html",
)


@pytest.fixture(scope="module")
def site(unharmed: Sequence[Release], tmp_path_factory: pytest.TempPathFactory) -> Path:
    # The older release is the newest here, for it has all four.
    return write_site([unharmed[0]], tmp_path_factory.mktemp("site") / "site").index.parent


@pytest.fixture(scope="module")
def both(unharmed: Sequence[Release], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(unharmed, tmp_path_factory.mktemp("both") / "site").index.parent


@pytest.fixture
def visit(browser: Any, requests: list[str]) -> Iterator[Any]:
    """Open a file in a context of its own; what is said in the console and asked for is kept."""
    opened: list[Any] = []

    def open_file(file: Path, width: int = 1280, **given: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, **given)
        opened.append(context)
        tab = context.new_page()
        tab.on("request", lambda request: requests.append(request.url))
        tab.on("console", lambda message: requests.append(f"console: {message.text}"))
        tab.on("pageerror", lambda error: requests.append(f"error: {error}"))
        tab.goto(file.as_uri())
        return tab

    yield open_file
    for context in opened:
        context.close()


def list_shown(tab: Any) -> list[str]:
    return [link.inner_text() for link in tab.locator("section:not(#releases) tbody th a:visible").all()]


ALL = ["UNDP", "UNICEF", "2019", "Disability rights"]


@pytest.mark.parametrize(
    ("words", "chosen", "expected"),
    [
        ("", {}, ALL),
        ("bangkok", {}, ["UNDP", "2019"]),
        ("BANGKOK undp business", {}, ["UNDP", "2019"]),
        ("Disability", {}, ["UNICEF", "Disability rights"]),
        ("", {"agency": "UNICEF"}, ["UNICEF", "2019", "Disability rights"]),
        ("", {"agency": "UNDP", "theme": "disability"}, []),
        ("", {"year": "2019"}, ["UNDP", "UNICEF", "2019"]),
        ("zebra", {}, []),
    ],
)
def test_search_and_filters(
    words: str, chosen: dict[str, str], expected: list[str], site: Path, visit: Any, requests: list[str]
) -> None:
    tab = visit(site / "index.html")
    tab.get_by_role("searchbox").fill(words)
    for name, value in chosen.items():
        tab.locator(f"#by-{name}").select_option(value)
    assert list_shown(tab) == expected
    said = tab.get_by_role("status").inner_text()
    if not expected:
        assert "No briefing fits" in said
    elif expected != ALL:
        assert said == f"{len(expected)} of 4 briefings"
    if expected != ALL:
        tab.get_by_role("button", name="Clear").click()
        tab.wait_for_function("document.activeElement.id === 'words'")
        assert list_shown(tab) == ALL
    assert [url for url in requests if not url.startswith("data:")] == [(site / "index.html").as_uri()]


def test_without_script_there_are_plain_lists(site: Path, visit: Any) -> None:
    tab = visit(site / "index.html", java_script_enabled=False)
    assert list_shown(tab) == ALL
    assert tab.get_by_role("searchbox").count() == 0
    assert tab.get_by_role("button").count() == 0


def test_every_link_leads_to_a_file_of_the_site(both: Path) -> None:
    from selectolax.lexbor import LexborHTMLParser

    for page in both.rglob("*.html"):
        for link in LexborHTMLParser(page.read_text("utf-8")).css("a[href]"):
            href = str(link.attributes["href"])
            if not href.startswith(("#", "mailto:")):
                assert (page.parent / href.partition("#")[0]).is_file(), f"{page}: {href}"


@pytest.mark.parametrize("name", PAGES)
def test_no_violations(
    name: str, both: Path, visit: Any, require_accessible: Callable[..., None], requests: list[str]
) -> None:
    tab = visit(both / name, bypass_csp=True)
    for width in (1280, 390):
        tab.set_viewport_size({"width": width, "height": 900})
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
    if name == "index.html":
        tab.get_by_role("searchbox").fill("undp")
    for width in (1280, 390):
        tab.set_viewport_size({"width": width, "height": 900})
        require_accessible(tab)
    assert [url for url in requests if not url.startswith("data:")] == [(both / name).as_uri()]
