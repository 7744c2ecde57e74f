"""Links of pages that leave their edition."""

from __future__ import annotations

import pytest

from pressroom.delivery.links import keep_links, send_away

NAV = (
    '<nav class="turn screen" aria-label="x"><ul><li><a rel="prev" href="../a/one.html">1</a></li>'
    '<li><a rel="next" href="../a/three.html">3</a></li></ul></nav>'
)
THERE = {"index.html", "a/two.html", "a/two.pdf", "a/three.html", "b/x y.html"}


def keep(body: str) -> str:
    return keep_links(f"<head></head><body>{body}".encode(), "a/two.html", THERE).decode().partition(">")[2]


@pytest.mark.parametrize(
    "body",
    [
        '<a href="../index.html">x</a> <a href="two.pdf">x</a> <a href="../a/three.html#there">x</a>',
        '<a href="../b/x%20y.html">x</a> <a href="#here">x</a> <a id="x">x</a>',
        '<a href="https://example.org/">x</a> <a href="mailto:a@example.org">x</a>',
    ],
)
def test_a_page_whose_links_hold_stays_as_it_is(body: str) -> None:
    page = f'<head><a href="gone"></head><body>{body}'.encode()
    assert keep_links(page, "a/two.html", THERE) == page


SENT = (
    '<a href="../index.html">i</a> <a href="two.pdf">p</a> <a href="../b/x%20y.html#t">x</a> '
    '<a href="#h">h</a>'
)


def test_a_page_that_is_sent_away_leads_back_to_its_edition() -> None:
    page = f'<head></head><body>{SENT} <a href="../b/gone.html">gone</a>'.encode()
    there = send_away(page, "a/two.html", THERE, "https://example.org/releases/1 2/").decode()
    base = "https://example.org/releases/1 2"
    assert there.endswith(
        f'<a href="{base}/index.html">i</a> <a href="{base}/a/two.pdf">p</a> '
        f'<a href="{base}/b/x%20y.html#t">x</a> <a href="#h">h</a> <span>gone</span>'
    )


def test_a_page_that_is_sent_away_without_an_address_leads_nowhere_else() -> None:
    page = f"<head></head><body>{NAV}{SENT}".encode()
    left = send_away(page, "a/two.html", THERE).decode()
    assert left.endswith('<body><span>i</span> <span>p</span> <span>x</span> <a href="#h">h</a>')


def test_a_link_to_what_is_not_there_becomes_its_words() -> None:
    assert keep('see <a href="../b/gone.html">the <b>one</b></a>.').endswith(
        "<body>see <span>the <b>one</b></span>."
    )


def test_the_links_of_the_press_go() -> None:
    left = NAV.replace('<li><a rel="prev" href="../a/one.html">1</a></li>', "")
    assert keep(NAV).endswith(f"<body>{left}")
    gone = NAV.replace("three", "gone")
    assert keep(f"x{gone}y").endswith("<body>xy")
