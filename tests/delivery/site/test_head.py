"""What pages say to browsers and search engines, and what else a web site has for these."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin
from xml.etree import ElementTree

import pytest
from selectolax.lexbor import LexborHTMLParser

from pressroom.delivery.releases import Release
from pressroom.delivery.site.addresses import Addresses, link_between
from pressroom.delivery.site.head import fill_head
from pressroom.delivery.site.site import write_site

SITE_URL = "https://example.org/briefings/"
OLD, NEW = "releases/2026-10/", "releases/2026-11/"


@pytest.fixture(scope="module")
def site(unharmed: Sequence[Release], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("head") / "site"
    return write_site(unharmed, folder, site_url=SITE_URL).index.parent


@pytest.fixture(scope="module")
def nowhere(unharmed: Sequence[Release], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site of which nobody says where readers find it."""
    return write_site(unharmed, tmp_path_factory.mktemp("nowhere") / "site").index.parent


def read_head(page: Path) -> LexborHTMLParser:
    return LexborHTMLParser(page.read_text("utf-8").partition("<body")[0])


def read(page: Path, selector: str, attribute: str) -> list[str]:
    return [str(found.attributes[attribute]) for found in read_head(page).css(f"head {selector}")]


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("index.html", "https://example.org/"),
        ("region/index.html", "https://example.org/region/"),
        ("region/north.html", "https://example.org/region/north.html"),
        ("releases/1.0+b/feed.xml", "https://example.org/releases/1.0%2Bb/feed.xml"),
    ],
)
@pytest.mark.parametrize("site_url", ["https://example.org", "https://example.org/"])
def test_an_address_is_whole_or_none(name: str, address: str, site_url: str) -> None:
    assert Addresses(site_url).find(name) == Addresses(site_url).link(name, "x/y.html") == address
    assert Addresses().find(name) == ""
    assert Addresses().link(name, "x/y.html") == link_between(name, "x/y.html")
    assert unquote(urljoin("/x/y.html", link_between(name, "x/y.html"))) == f"/{name}"


def test_a_page_without_a_title_is_refused() -> None:
    with pytest.raises(ValueError, match="no title"):
        fill_head(b"<html><body><svg><title>A chart</title></svg></body>", ["<meta>"])


@pytest.mark.slow
def test_no_two_pages_have_one_title(site: Path) -> None:
    pages = [p for p in site.rglob("*.html") if p.parent not in ((site / NEW), *(site / NEW).iterdir())]
    titles = [read_head(page).css_first("title").text() for page in pages]
    assert len(set(titles)) == len(titles), sorted(titles)
    top, *others = (
        read_head(site / base / "year/2019.html").css_first("title").text() for base in ("", OLD, NEW)
    )
    assert others == [f"{top} (release 2026-10)", f"{top} (release 2026-11)"]


@pytest.mark.slow
def test_each_page_says_what_it_is_of(site: Path) -> None:
    for page in site.rglob("*.html"):
        if page.name != "404.html":
            [told] = read(page, 'meta[name="description"]', "content")
            assert told == " ".join(told.split())
            assert "<" not in told
    lede = LexborHTMLParser((site / "year/2019.html").read_text("utf-8")).css_first("main .lede").text()
    assert read(site / "year/2019.html", 'meta[name="description"]', "content") == [" ".join(lede.split())]


@pytest.mark.slow
def test_search_engines_are_led_to_what_is_so_now(site: Path, nowhere: Path) -> None:
    expected = {
        "index.html": SITE_URL,
        "agency/index.html": f"{SITE_URL}agency/",
        "year/2019.html": f"{SITE_URL}year/2019.html",
        f"{NEW}year/2019.html": f"{SITE_URL}year/2019.html",
        f"{OLD}year/2019.html": f"{SITE_URL}{OLD}year/2019.html",
        f"{OLD}index.html": f"{SITE_URL}{OLD}",
    }
    for name, address in expected.items():
        assert read(site / name, 'link[rel="canonical"]', "href") == [address]
    superseded = [p for p in site.rglob("*.html") if read(p, 'meta[name="robots"]', "content") == ["noindex"]]
    assert {page.relative_to(site).as_posix() for page in superseded} == {
        page.relative_to(site).as_posix() for page in (site / OLD).glob("*/*.html")
    }
    assert not [page for page in nowhere.rglob("*.html") if read(page, 'link[rel="canonical"]', "href")]
    assert not (nowhere / "sitemap.xml").exists()
    assert not (nowhere / "robots.txt").exists()


@pytest.mark.slow
def test_the_sitemap_lists_each_page_that_search_engines_should_show(site: Path) -> None:
    tree = ElementTree.parse(site / "sitemap.xml").getroot()
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert tree.tag == f"{space}urlset"
    listed = [str(entry.findtext(f"{space}loc")) for entry in tree.iter(f"{space}url")]
    shown = {
        address
        for page in site.rglob("*.html")
        if not read(page, 'meta[name="robots"]', "content")
        for address in read(page, 'link[rel="canonical"]', "href")
    }
    assert sorted(listed) == sorted(shown)
    assert {entry.text for entry in tree.iter(f"{space}lastmod")} == {"2026-11-02"}
    robots = (site / "robots.txt").read_text("utf-8").splitlines()
    assert f"Sitemap: {SITE_URL}sitemap.xml" in robots
    assert not [line for line in robots if line.startswith("Disallow")]


@pytest.mark.slow
def test_the_page_for_what_is_missing_works_at_any_address(site: Path, nowhere: Path) -> None:
    for folder, root in ((site, SITE_URL), (nowhere, "/index.html")):
        links = LexborHTMLParser((folder / "404.html").read_text("utf-8")).css("a[href], link[href]")
        hrefs = {str(link.attributes["href"]) for link in links} - {"#main"}
        assert {href for href in hrefs if not href.startswith("data:")} == {root}


@pytest.mark.slow
def test_each_page_has_the_icon_and_its_own_policy_lets_it_be_seen(site: Path, browser: Any) -> None:
    for page in site.rglob("*.html"):
        assert len(read(page, 'link[rel="icon"]', "href")) == 1
    [drawn] = set(read(site / "year/2019.html", 'link[rel="icon"]', "href"))
    assert unquote(drawn.partition(",")[2]) == (site / "icon.svg").read_text("utf-8")
    assert re.search(r"img-src data:[;\"]", (site / "year/2019.html").read_text("utf-8"))
    tab = browser.new_page()
    tab.goto((site / "year/2019.html").as_uri())
    width = tab.evaluate(
        """(address) => new Promise((done) => {
          const picture = new Image();
          picture.onload = () => done(picture.naturalWidth);
          picture.onerror = () => done(0);
          picture.src = address;
        })""",
        drawn,
    )
    tab.close()
    assert width > 0


@pytest.mark.slow
def test_an_address_that_is_said_changes_nothing_else(site: Path, nowhere: Path) -> None:
    """Documents and data are the same; so is each page but for its head."""
    for page in nowhere.rglob("*"):
        name = page.relative_to(nowhere)
        if page.suffix in (".pdf", ".csv", ".json"):
            assert (site / name).read_bytes() == page.read_bytes()
        elif page.suffix == ".html" and page.name != "404.html":
            bodies = [file.read_bytes().partition(b"<body")[2] for file in (site / name, page)]
            assert bodies[0] == bodies[1]
