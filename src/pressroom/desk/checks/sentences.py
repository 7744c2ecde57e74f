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
from pressroom.desk.checks.cells import name_cells
from pressroom.pages.markup.nodes import Element, has_class, is_hidden, parse, words_of
from pressroom.pages.phrases import LANGUAGE, is_same_language
from pressroom.run.inputs import NOTEBOOKS
from pressroom.run.notebook import NotebookError, read_notebook, source_of

MOST_WORDS = {"h1": 14, "lede": 60}
"""Up to how many words a title and the sentences below it have."""

_MANY = "three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_NUMBERS = f"two|{_MANY}"
_COUNTS = f"no|none|one|{_NUMBERS}"
_SINGULAR = r"[a-z]+(?:ncy|vity|shop|ogue|eeting|raining|nar)"
_PLURALS = r"(?!series\b|species\b)[a-z]+(?:ogues|shops|ings|nars|ions|ies|ents)\b"
_VOWEL_SOUND = r"(?![Uu]ni|[Ee]u|[Oo]ne\b|[Oo]nce\b)[aeioAEIO]"
_ARE = r"(?:are|were|fall|stand)\b"
_IS = r"(?:is|was|has|does|falls|stands)\b"
_TIMES = r"(?!days|weeks|months|years|hours|minutes)"
_START = r"(?:^|[.:;] )"
_END = rf"(?=[.,;:)]|$| {_IS}| {_ARE})"
_STOP = r"(?=[.,;:)]|$| and | (?:is|are|was|were|has|have|cannot)\b)"
_NO_NOUN = "that|which|whom?|where|when|and|in|of|to|for|they|we|you|I|people|children|women|men"
_NOUN = rf"(?!(?:{_NO_NOUN})\b)(?!\w*s\b)\w+"
_MOST = r"\b(?:the (?:most|fewest) (?!\w*(?:[oui]s|ss)\b|\w+ous\b)[a-z]+s|(?:most|least) often)\b"

# A list is of parts of one pattern: any of them finds the slip.
_SLIPS = {
    "a plural behind one": [
        rf"\b(?:[Oo]ne|[Aa]n?) (?:[a-z]+(?:ing|ed) )?{_PLURALS}",
        rf"^1 (?:[a-z]+ing )?{_PLURALS}",
    ],
    "a plural verb behind one": [
        rf"\b[Oo]ne (?:of (?:the )?\w+ )?(?:{_ARE}|have\b|do\b)",
        rf"\b[Tt]he one (?:{_NOUN} ){{0,2}}{_ARE}",
    ],
    "a plural verb behind it": [rf"(?:^|[.,;:] )[Ii]t (?:{_ARE}|have\b)"],
    "a plural verb behind a singular": [
        rf"\b(?:[Nn]o|[Ee]ach|[Ee]very|[Aa]nother) (?:other )?{_SINGULAR} {_ARE}",
    ],
    "a singular verb behind several": [
        rf"{_START}(?:Both|All (?:{_MANY})) (?:[a-z]+s )?{_IS}",
        rf"{_START}(?i:{_NUMBERS}) {_TIMES}[a-z]+s {_IS}",
        rf"\b[Nn]o {_PLURALS} {_IS}",
        rf"(?<!of )\b(?:[Tt]hey|[Tt]hese|[Tt]hose) {_IS}",
        rf"{_START}(?:[A-Z]{{2,}}, )*[A-Z]{{2,}} and [A-Z]{{2,}} {_IS}",
    ],
    "a singular behind several": [
        rf"\b(?:{_NUMBERS}) [a-z]+(?:ncy|vity|ntry|rce|shop|nar)\b",
        rf"\b(?:{_NUMBERS}) (?:[a-z]+(?:ed|ing) )?[a-z]+(?:ogue|udy|eeting|raining|eme){_END}",
        rf"\b[Oo]ne others\b|\b(?:{_NUMBERS}) other(?=[.,;:]|$)",
    ],
    "no of": [r"\b[Nn]o of\b", r"\b[Tt]he (?:other )?(?:no|none) [a-z]"],
    "both, or all, of another number": [
        rf"\b[Bb]oth (?:of (?:the|these) )?(?:{_MANY})\b(?! and)",
        r"\b[Aa]ll (?:of )?(?:the )?two\b(?!-)|\b[Aa]ll (?:none|one of)\b",
        rf"\b[Nn]?[Ee]ither of (?:the )?(?:{_MANY})\b|\b[Nn]one of the two\b|\b[Tt]he both\b",
    ],
    "all given as a part": [
        rf"\b(?:{_COUNTS}|all|both|some|most) of the one\b",
        rf"\b(?P<part>{_COUNTS}|\d+) of the (?P=part)\b",
        rf"\b(?P<whole>{_NUMBERS}) (?:[a-z]+ ){{0,2}}[a-z]+, (?P=whole) (?:of them|[a-z]+ed to)\b",
        r"\b(?:[Oo]ne|1) (?:[a-z]+ ){0,2}[a-z]+, none (?:of them|[a-z]+ed to)\b",
    ],
    "between one thing and itself": [
        r"\b[Bb]etween (?P<it>\w+) and (?P=it)\b",
        r"\b(?P<year>\d{4}) ?(?:to|–|and) ?(?P=year)\b",
        rf"\b[Ff]rom (?P<end>{_NUMBERS}|(?:\d+ )?[A-Z]\w+ \d+) to (?P=end)\b",
    ],
    "one thing said twice": [
        rf"\b(?P<it>(?:[Tt]he|[Aa]n?) [^,.;:()“”]{{4,60}}?)(?:,| and|, and) (?P=it)\b{_STOP}",
    ],
    "a superlative without its share": [
        rf"(?:^|[.;] )(?![^.;]*\b(?:{_COUNTS}|half|both|all|\d+)\b)[^.;]*{_MOST}",
    ],
    "a before a vowel": [
        rf"\b[Aa] {_VOWEL_SOUND}[a-z]{{2,}}|\b[Aa] (?:hour|honest|heir|honour)",
        r"(?<= )a (?!EU|ONE\b)[AEIO][A-Z]|(?<= )a (?:8|1[18](?:th)?\b)",
    ],
    "an before a consonant": [
        r"\b[Aa]n (?!hour|honest|heir|honour|ho)[bcdfgjklmnpqrstvwxyz][a-z]{2,}",
        r"\b[Aa]n (?:U[A-Z]|[uU]ni[^mn]|(?!8|1[18](?:th)?\b)\d)",
    ],
    "two articles": [r"(?<= )(?:an? the|(?:a|the) an) [a-z]"],
    "a plural in ys": [r"\b[a-z]+[bcdfghklmnprstvz]ys\b"],
    "a word twice": [r"\b(?!that\b|had\b)(?P<it>[a-z]{2,}) (?P=it)\b"],
    "a value that is none": [
        r"(?<=\w )None\b|\(None\b|\b(?:nan|NaT)\b",
        r"\b(?:for|in|on|since|after|from|until) undated(?=[.,;:)]|$| and\b)",
    ],
    "a brace": [r"[{}]"],
    "a blank before a stop": [r"\w [,.;](?: |$)"],
    "two stops": [r"(?<!\.)\.\.(?!\.)|,,|;;|,\.|;\.|: ?\."],
    "a stop behind nothing": [r"\b(?:and|or|the|an|between)[.;]|\b(?:the|and|an):"],
    "nothing between brackets": [r"\( ?\)|“ ?”"],
    "years with a singular verb": [r"\b\d{4} and \d{4} is\b"],
    "a span behind in": [r"\b[Ii]n (?:\d+ )?(?:[A-Z][a-z]+ )?\d{4} – "],
    "a sentence with a small first letter": [r"[a-z]{3,}[.?!] [a-z](?!\w*[\d/])"],
}

SLIPS = {why: re.compile("|".join(parts)) for why, parts in _SLIPS.items()}
"""By what is wrong: the pattern that finds it."""

_BLOCKS = ("p", "li", "h1", "h2", "h3", "td")
"""Where sentences stand. Captions explain their marks between the words, and are no sentences throughout."""


def find_slips(words: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong in a piece of text, and the part of it that shows it.

    >>> list(find_slips("One of the two fall in 2018."))
    [('a plural verb behind one', 'One of the two fall')]
    """
    for why, pattern in SLIPS.items():
        for found in pattern.finditer(words):
            yield why, found[0]


def judge(html: str) -> Iterator[tuple[str, str]]:
    """Yield each piece of text of a page that does not read well, and why it does not.

    >>> list(judge("<p>It stand in the list.</p>"))
    [('It stand in the list.', 'a plural verb behind it (“It stand”)')]
    """
    for words, kind in _list_texts(html):
        yield from ((words, why) for why in _find_faults(words, kind))


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
        names = _name_by_id(own)
        cells = json.loads(path.read_text("utf-8"))["cells"]
        for cell in cells if _is_english(cells) else ():
            for words, why in (judged for html in _list_html(cell) for judged in judge(html)):
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
    try:
        nb = read_notebook(path)
    except NotebookError:  # that is told where notebooks are checked
        return {}
    return {cell.get("id"): name for cell, name in zip(nb["cells"], name_cells(nb), strict=True)}


def _find_faults(words: str, kind: str) -> Iterator[str]:
    yield from (f"{why} (“{part}”)" for why, part in find_slips(words))
    most, n = MOST_WORDS.get(kind), len(words.split())
    if most and n > most:
        yield f"{n} words, and at most {most} can be read at a glance"


def _list_texts(html: str) -> Iterator[tuple[str, str]]:
    """Yield the texts in HTML, each with its kind: an element's name, or ``lede``."""
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
