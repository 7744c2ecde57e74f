"""What pages answer where they say what may be asked, and which of it is too long, too little or too much."""

from __future__ import annotations

from pathlib import Path

from lxml import html

from kits.cells import read_briefings, say
from pressroom.pages.talking_points import MOST_WORDS

WITHOUT_QUESTIONS = ("about", "background-note")

Pages = dict[str, html.HtmlElement]


def read_pages(data: Path) -> Pages:
    """Return each briefing of all families but those without questions, as it is shown."""
    pages: dict[str, str] = {}
    for name, _, shown in read_briefings(data, without=WITHOUT_QUESTIONS):
        pages[name] = pages.get(name, "") + say(shown)
    return {name: html.fromstring(f"<main>{page}</main>") for name, page in pages.items()}


def find_answers(page: html.HtmlElement) -> list[str]:
    """Return the answers of a page, without the places that they are from."""
    words = "p//text()[not(ancestor::span[@class='loc'])]"
    return ["".join(answer.xpath(words)) for answer in page.xpath("//ul[@class='asked']/li")]


def find_faults(pages: Pages) -> list[tuple[str, object]]:
    """Return the briefings that ask too few or too many questions, and the answers that are too long."""
    answers = {name: find_answers(page) for name, page in pages.items()}
    counts: list[tuple[str, object]] = [(n, len(own)) for n, own in answers.items() if not 4 <= len(own) <= 6]
    return counts + [(n, one) for n, own in answers.items() for one in own if len(one.split()) > MOST_WORDS]
