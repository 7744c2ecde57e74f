"""The site in a browser, from files: searched and filtered with script, plain lists without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from web_server import serve_folder

from pressroom.delivery.releases import Release
from pressroom.delivery.site.site import write_site

pytestmark = pytest.mark.slow

PAGES = (
    "index.html",
    "agency/index.html",
    "releases/2026-10/index.html",
    "releases/2026-10/agency/undp.html",
    "releases/2026-11/changes.html",
    "404.html",
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
    """Open a page in a context of its own; what is said in the console and asked for is kept."""
    opened: list[Any] = []

    def open_page(page: Path | str, width: int = 1280, **given: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, **given)
        opened.append(context)
        tab = context.new_page()
        tab.on("request", lambda request: requests.append(request.url))
        tab.on("console", lambda message: requests.append(f"console: {message.text}"))
        tab.on("pageerror", lambda error: requests.append(f"error: {error}"))
        tab.goto(page.as_uri() if isinstance(page, Path) else page)
        return tab

    yield open_page
    for context in opened:
        context.close()


def list_shown(tab: Any) -> list[str]:
    return [link.inner_text() for link in tab.locator("section:not(#releases) tbody th a:visible").all()]


def list_asked(requests: list[str]) -> list[str]:
    return [url for url in requests if not url.startswith("data:")]


def list_needed(site: Path, name: str) -> list[str]:
    """Return what a page asks for: itself, and the index its script."""
    return [(site / each).as_uri() for each in (name, *(["search.js"] if name == "index.html" else []))]


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
        expect(tab.get_by_role("searchbox")).to_be_focused()
        assert list_shown(tab) == ALL
    assert list_asked(requests) == list_needed(site, "index.html")


CHOSEN = "?words=disability&by-agency=UNICEF"
FITTING = ["UNICEF", "Disability rights"]


def test_the_address_says_what_is_searched_for(site: Path, visit: Any, requests: list[str]) -> None:
    """It can be kept and sent, and what else stands in it stays."""
    tab = visit(f"{(site / 'index.html').as_uri()}?from=mail#releases")
    tab.get_by_role("searchbox").fill("disability")
    tab.locator("#by-agency").select_option("UNICEF")
    assert list_shown(tab) == FITTING
    assert tab.evaluate("location.search + location.hash") == f"?from=mail&{CHOSEN[1:]}"
    kept = visit(tab.url)
    assert list_shown(kept) == FITTING
    assert kept.get_by_role("searchbox").input_value() == "disability"
    assert kept.locator("#by-agency").input_value() == "UNICEF"
    kept.get_by_role("button", name="Clear").click()
    kept.wait_for_url("**/index.html?from=mail")
    assert list_shown(kept) == ALL
    assert not [said for said in requests if said.startswith(("console:", "error:"))]


@pytest.mark.parametrize("query", ["?by-agency=nobody", "?words=", "?by-agency", "?words=%20"])
def test_an_address_that_asks_for_nothing_shows_all(query: str, site: Path, visit: Any) -> None:
    tab = visit((site / "index.html").as_uri() + query)
    assert list_shown(tab) == ALL
    assert tab.get_by_role("button", name="Clear").is_disabled()
    assert tab.locator("#by-agency option:checked").all_inner_texts() == ["any"]


def test_going_back_undoes_one_step_of_the_search(site: Path, visit: Any) -> None:
    tab = visit(site / "index.html")
    tab.get_by_role("searchbox").press_sequentially("disability")
    tab.locator("#by-agency").select_option("UNICEF")
    tab.get_by_role("link", name="Disability rights", exact=True).click()
    tab.wait_for_url("**/theme/disability.html")
    tab.go_back()
    assert list_shown(tab) == FITTING
    tab.go_back()
    tab.wait_for_url("**/index.html?words=disability")
    assert tab.locator("#by-agency").input_value() == ""
    assert tab.get_by_role("searchbox").input_value() == "disability"
    tab.go_back()
    tab.wait_for_url("**/index.html")
    assert tab.get_by_role("searchbox").input_value() == ""
    assert list_shown(tab) == ALL
    tab.go_forward()
    tab.wait_for_url("**/index.html?words=disability")
    assert tab.get_by_role("searchbox").input_value() == "disability"


@pytest.mark.parametrize(
    "policy",
    [
        "script-src 'self'",
        "default-src 'self'; style-src 'unsafe-inline'; font-src data:; img-src 'self' data:",
    ],
)
def test_a_server_that_forbids_scripts_in_pages_does_not_stop_the_search(
    policy: str, site: Path, visit: Any, requests: list[str]
) -> None:
    with serve_folder(site, {"Content-Security-Policy": policy}) as address:
        tab = visit(f"{address}index.html{CHOSEN}")
        assert list_shown(tab) == FITTING
        tab.get_by_role("button", name="Clear").click()
        expect(tab.get_by_role("searchbox")).to_be_focused()
        assert list_shown(tab) == ALL
        # The policy is in force: what stands in a page does not run.
        tab.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {textContent: 'ran = 1'}))"
        )
        assert tab.evaluate("typeof ran") == "undefined"
    said = [said for said in requests if said.startswith(("console:", "error:"))]
    assert said, "the console names what the policies refused"
    assert [one for one in said if not one.startswith("console: Executing inline script violates")] == []


def test_no_page_has_a_script_within(both: Path) -> None:
    for page in both.rglob("*.html"):
        for tag in re.findall(rb"<script\b[^>]*>", page.read_bytes()):
            assert b" src=" in tag or b'type="application/json"' in tag, page


def test_without_script_there_are_plain_lists(site: Path, visit: Any) -> None:
    tab = visit(site / "index.html", java_script_enabled=False)
    assert list_shown(tab) == ALL
    assert tab.get_by_role("searchbox").count() == 0
    assert tab.get_by_role("button").count() == 0


def test_every_link_leads_to_a_file_of_the_site(both: Path) -> None:
    from selectolax.lexbor import LexborHTMLParser

    for page in both.rglob("*.html"):
        if page.name == "404.html":
            continue  # shown at any address, so its links start at the site's root
        for link in LexborHTMLParser(page.read_text("utf-8")).css('a[href], link[href]:not([rel="icon"])'):
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
    assert list_asked(requests) == list_needed(both, name)
