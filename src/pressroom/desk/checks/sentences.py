"""Whether the sentences of an edition read as English: what a wording made for another count leaves behind.

A wording that is right for many is wrong for one, or none: "one of the two fall", "no of the ten", "between
three and three". Only what no right sentence says is looked for, so that nothing true is called a slip.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pressroom.data.findings import Finding
from pressroom.desk.checks.places import name_cells
from pressroom.pages.markup.nodes import Element, has_class, is_hidden, parse, words_of
from pressroom.pages.phrases import LANGUAGE, is_same_language
from pressroom.run.inputs import NOTEBOOKS
from pressroom.run.notebook import source_of

MOST_WORDS = {"h1": 14, "lede": 60}
"""Up to how many words a title and the sentences below it have."""

_NUMBERS = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_PLURALS = r"(?!series\b|species\b)[a-z]+(?:ogues|shops|ings|nars|ions|ies|ents)\b"
_VOWEL_SOUND = r"(?![Uu]ni|[Ee]u|[Oo]ne\b|[Oo]nce\b)[aeioAEIO]"

SLIPS = {
    "a plural behind one": rf"\b(?:[Oo]ne|[Aa]n?) (?:[a-z]+ing )?{_PLURALS}",
    "a plural verb behind one": r"\b[Oo]ne (?:of (?:the )?\w+ )?(?:are|fall|stand|have|were|do)\b",
    "a plural verb behind it": r"(?:^|[.,;:] )[Ii]t (?:are|fall|stand|have|were)\b",
    "a singular behind several": rf"\b(?:{_NUMBERS}) [a-z]+(?:ncy|vity|ntry|rce|shop|nar)\b",
    "no of": r"\b[Nn]o of\b",
    "between one thing and itself": r"\b[Bb]etween (\w+) and \1\b",
    "a before a vowel": rf"\b[Aa] {_VOWEL_SOUND}[a-z]{{2,}}",
    "an before a consonant": r"\b[Aa]n (?!hour|honest|heir|honour|ho)[bcdfgjklmnpqrstvwxyz][a-z]{2,}",
    "a word twice": r"\b(?!that\b|had\b)([a-z]{2,}) \1\b",
    "a value that is none": r"(?<=\w )None\b|\b(?:nan|NaT)\b",
    "a brace": r"[{}]",
    "a blank before a stop": r"\w [,.;](?: |$)",
    "two stops": r"(?<!\.)\.\.(?!\.)|,,|;;|,\.|;\.|: ?\.",
    "nothing between brackets": r"\( ?\)|“ ?”",
    "years with a singular verb": r"\b\d{4} and \d{4} is\b",
    "a sentence with a small first letter": r"[a-z]{3,}[.?!] [a-z](?!\w*[\d/])",
}
"""By what is wrong: the pattern that finds it."""

_FOUND = {why: re.compile(pattern) for why, pattern in SLIPS.items()}
_BLOCKS = ("p", "li", "h1", "h2", "h3", "td")
"""Where sentences stand. Captions explain their marks between the words, and are no sentences throughout."""


def find_slips(words: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong in a piece of text, and the part of it that shows it.

    >>> list(find_slips("One of the two fall in 2018."))
    [('a plural verb behind one', 'One of the two fall')]
    """
    for why, pattern in _FOUND.items():
        for found in pattern.finditer(words):
            yield why, found[0]


def check_sentences(edition: Path, notebooks: Path) -> Iterator[Finding]:
    """Yield a warning for each slip in the briefings of an edition, with its notebook, cell and sentence.

    Parameters
    ----------
    edition
        The folder with a folder of executed notebooks for each family.
    notebooks
        The folder of the families' own notebooks, in which the sentence can be mended.
    """
    for path in sorted(edition.glob("*/*.ipynb")):
        own = notebooks / f"{path.parent.name}.ipynb"
        names = _name_by_id(own) if own.is_file() else {}
        cells = json.loads(path.read_text("utf-8"))["cells"]
        for cell in cells if _is_english(cells) else ():
            for words, kind in _list_texts(cell):
                for why in _judge(words, kind):
                    message = f"{path.parent.name}/{path.stem} reads “{words}”: {why}"
                    place = names.get(cell.get("id"))
                    file = f"{NOTEBOOKS}/{own.name}"
                    yield Finding(message=message, severity="warning", file=file, cell=place, value=words)


def _is_english(cells: list[dict[str, Any]]) -> bool:
    """Return whether a briefing is in English: its masthead says so if it is in another language."""
    htmls = (html for cell in cells for html in _list_html(cell))
    heads = (element for html in htmls if "masthead" in html for element in parse(html))
    spoken = [e.get("lang") for e in heads if isinstance(e, Element) and has_class(e, "masthead")]
    return all(is_same_language(tag or LANGUAGE, LANGUAGE) for tag in spoken)


def _list_html(cell: dict[str, Any]) -> Iterator[str]:
    """Yield the HTML that a cell shows."""
    for output in cell.get("outputs", ()) if cell["cell_type"] == "code" else ():
        yield source_of({"source": output.get("data", {}).get("text/html", "")})


def _name_by_id(path: Path) -> dict[str | None, str]:
    nb = json.loads(path.read_text("utf-8"))
    return {cell.get("id"): name for cell, name in zip(nb["cells"], name_cells(nb), strict=True)}


def _judge(words: str, kind: str) -> Iterator[str]:
    yield from (f"{why} (“{part}”)" for why, part in find_slips(words))
    most, n = MOST_WORDS.get(kind), len(words.split())
    if most and n > most:
        yield f"{n} words, and at most {most} can be read at a glance"


def _list_texts(cell: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the texts that a cell shows, each with its kind: an element's name, or ``lede``."""
    for html in _list_html(cell):
        for element in _walk(parse(html)):
            yield words_of([element]).strip(), "lede" if has_class(element, "lede") else element.tag


def _walk(nodes: list[Any]) -> Iterator[Element]:
    for node in nodes:
        if not isinstance(node, Element) or is_hidden(node) or node.tag in ("svg", "style", "details"):
            continue
        if node.tag in _BLOCKS and not any(child.tag in _BLOCKS for child in node.elements()):
            yield node
        else:
            yield from _walk(node.children)
