"""The feeds, against what RFC 4287 asks of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from selectolax.lexbor import LexborHTMLParser

from pressroom.delivery.releases import Release
from pressroom.delivery.site.site import write_site

pytestmark = pytest.mark.slow

ATOM = "{http://www.w3.org/2005/Atom}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
"""As RFC 3339 writes it, and section 3.3 asks for."""
SITE_URL = "https://example.org/briefings"
FEEDS = ("feed.xml", "agency/feed.xml", "theme/feed.xml", "year/feed.xml")


@pytest.fixture(scope="module", params=["", SITE_URL], ids=["nowhere", "on the web"])
def given(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def site(given: str, unharmed: Sequence[Release], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(unharmed, tmp_path_factory.mktemp("feeds") / "site", site_url=given).index.parent


def read_feed(file: Path) -> ElementTree.Element:
    feed = ElementTree.fromstring(file.read_bytes())
    assert feed.tag == f"{ATOM}feed"
    return feed


def list_entries(feed: ElementTree.Element) -> list[ElementTree.Element]:
    return feed.findall(f"{ATOM}entry")


def require_head(element: ElementTree.Element) -> None:
    """Require what sections 4.1.1 and 4.1.2 do of feeds and entries alike."""
    for tag in ("id", "title", "updated"):
        [found] = element.findall(f"{ATOM}{tag}")
        assert (found.text or "").strip()
    assert urlsplit(str(element.findtext(f"{ATOM}id"))).scheme == "urn"
    assert TIME.fullmatch(str(element.findtext(f"{ATOM}updated")))
    kinds = [link.get("rel") for link in element.findall(f"{ATOM}link")]
    assert kinds.count("alternate") == 1
    assert len(set(kinds)) == len(kinds)


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_has_what_the_standard_asks_for(name: str, site: Path) -> None:
    feed = read_feed(site / name)
    require_head(feed)
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    assert [link.get("rel") for link in feed.findall(f"{ATOM}link")].count("self") == 1
    entries = list_entries(feed)
    assert entries
    for entry in entries:
        require_head(entry)
        assert entry.findtext(f"{ATOM}summary")
        assert not entry.findall(f"{ATOM}content")
    assert feed.findtext(f"{ATOM}updated") == max(str(e.findtext(f"{ATOM}updated")) for e in entries)
    known = {f"{ATOM}{tag}" for tag in ("title", "id", "updated", "author", "link", "icon", "entry")}
    assert {child.tag for child in feed} == known


def list_links(element: ElementTree.Element) -> Iterator[str]:
    yield from (str(link.get("href")) for link in element.iter(f"{ATOM}link"))
    yield from (str(icon.text) for icon in element.iter(f"{ATOM}icon"))


@pytest.mark.parametrize("name", FEEDS)
def test_what_a_feed_links_to_is_there(name: str, site: Path, given: str) -> None:
    root = f"{SITE_URL}/"
    for href in list_links(read_feed(site / name)):
        assert href.startswith(root) == bool(given)
        address, _, anchor = urljoin(root + name, href).partition("#")
        path = unquote(address.removeprefix(root))
        file = site / (f"{path}index.html" if path.endswith("/") or not path else path)
        assert file.is_file()
        assert not anchor or f'id="{anchor}"' in file.read_text("utf-8")


def test_no_two_entries_of_the_site_have_one_id(site: Path) -> None:
    ids = [str(id.text) for name in FEEDS for id in read_feed(site / name).iter(f"{ATOM}id")]
    assert len(ids) > len(FEEDS)
    assert len(set(ids)) == len(ids)


def test_ids_and_times_stay_when_the_site_moves_and_grows(
    site: Path, unharmed: Sequence[Release], tmp_path: Path
) -> None:
    def read_heads(site: Path, name: str) -> list[tuple[str | None, ...]]:
        tags = ("id", "updated", "title")
        return [tuple(e.findtext(f"{ATOM}{t}") for t in tags) for e in list_entries(read_feed(site / name))]

    moved = write_site(unharmed, tmp_path / "moved", site_url="http://elsewhere.example").index.parent
    early = write_site(unharmed[:1], tmp_path / "early").index.parent
    for name in FEEDS:
        assert read_heads(moved, name) == read_heads(site, name)
        assert read_heads(site, name)[-1:] == read_heads(early, name)
        ids = {read_feed(each / name).findtext(f"{ATOM}id") for each in (site, moved, early)}
        assert len(ids) == 1


def test_feeds_tell_what_is_new_in_words(site: Path) -> None:
    def tell(name: str) -> dict[str, str]:
        entries = list_entries(read_feed(site / name))
        return {str(e.findtext(f"{ATOM}title")): str(e.findtext(f"{ATOM}summary")) for e in entries}

    told = tell("feed.xml")
    assert list(told) == ["Release 2026-11", "Release 2026-10"]
    assert "Briefings that are no more: UNICEF." in told["Release 2026-11"]
    assert told["Release 2026-10"].startswith("4 briefings, from version ")
    assert "Briefings that are no more: UNICEF." in tell("agency/feed.xml")["Release 2026-11"]
    assert list(tell("year/feed.xml")) == ["Release 2026-10"], "no year's briefing changed since"


def test_pages_name_the_feeds_that_concern_them(site: Path) -> None:
    for page, feeds in (
        ("index.html", ["feed.xml"]),
        ("agency/index.html", ["../feed.xml", "feed.xml"]),
        ("agency/undp.html", ["../feed.xml", "feed.xml"]),
        ("releases/2026-10/index.html", ["../../feed.xml"]),
        ("releases/2026-10/agency/undp.html", ["../../../feed.xml", "../../../agency/feed.xml"]),
    ):
        named = LexborHTMLParser((site / page).read_text("utf-8")).css(
            'link[rel="alternate"][type="application/atom+xml"]'
        )
        assert [link.attributes["href"] for link in named] == feeds
