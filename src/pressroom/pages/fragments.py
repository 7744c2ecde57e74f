"""HTML fragments: what a notebook displays and the press prints.

Text becomes HTML in one place, `text`: whatever comes from the data is escaped there, never trusted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape, unescape

from pressroom.pages.phrases import is_same_language, require_tag, say, used_phrases
from pressroom.pages.words import typographic

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_SPAN = re.compile(r"\d+–\d+")
_KEPT = re.compile(rf"{_SPAN.pattern}|(?<![\w<&/’'-])(?:[^\W\d_]{{1,3}} )+[^\W\d_]{{4,}}(?![\w;’'-])")
_LONGEST_KEPT = 18
"""Letters that a phone has room for in a title."""
_LONGEST_MARK = 24
"""Letters of a source mark that stays on one line; a longer one, such as an address, may break."""

_ASSIGNED = re.compile(r'<u class="asg">([^<]*)</u>')

_whole: dict[str, None] = {}
"""The names that must not break, in the order in which they were named."""


@dataclass(frozen=True, repr=False)
class Fragment:
    """A piece of HTML; shown as such in JupyterLab, printed as such by the press."""

    html: str

    def __add__(self, other: Fragment) -> Fragment:
        return Fragment(self.html + other.html)

    def __bool__(self) -> bool:
        return bool(self.html)

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        words = unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", self.html, flags=re.S)))
        return " ".join(words.split())


NOTHING = Fragment("")

Piece = Fragment | str


def keep_whole(*names: str) -> None:
    """Let names never break over two lines, wherever `text` sets them from now on."""
    _whole.update(dict.fromkeys(names))
    _find_special.cache_clear()


def text(value: str) -> Fragment:
    """Return `value` escaped, with names that must not break kept whole, and what is not stated marked.

    *Inferred* stands in italics, *assigned* above a dotted line; which words these are, the phrases
    ``inferred_words`` and ``assigned_words`` say, several with commas between.

    >>> text("A & what is inferred").html
    'A &amp; what is <em>inferred</em>'
    >>> text("Assigned by us").html
    '<u class="asg">Assigned</u> by us'
    """

    def mark(found: re.Match[str]) -> str:
        if found["inferred"]:
            return f"<em>{found[0]}</em>"
        if found["assigned"]:
            return f'<u class="asg">{found[0]}</u>'
        return f'<span class="nb">{found[0]}</span>'

    phrases = used_phrases()
    special = _find_special(phrases.wording("inferred_words"), phrases.wording("assigned_words"))
    return Fragment(special.sub(mark, _escaped(value)))


def _escaped(value: str) -> str:
    return escape(typographic(value), quote=False)


@cache
def _find_special(inferred: str, assigned: str) -> re.Pattern[str]:
    names = "".join(f"{re.escape(_escaped(name))}|" for name in _whole)
    return re.compile(f"{names}(?P<inferred>{_any_of(inferred)})|(?P<assigned>(?i:{_any_of(assigned)}))")


def _any_of(words: str) -> str:
    """Return a pattern of words that have commas between them, the longest first."""
    given = sorted(filter(None, (word.strip() for word in words.split(","))), key=len, reverse=True)
    return "|".join(map(_whole_word, given)) or "(?!)"


def _whole_word(word: str) -> str:
    """Return a pattern of a word; a script that puts no spaces between words shows no ends of them."""
    pattern = re.escape(_escaped(word))
    return pattern if _UNSPACED.search(word) else rf"(?<!\w){pattern}(?!\w)"


def join(pieces: Iterable[Piece], separator: str = "") -> Fragment:
    """Return the pieces one after the other; plain strings are escaped, empty pieces left out."""
    parts = [piece if isinstance(piece, Fragment) else text(piece) for piece in pieces if piece]
    return Fragment(separator.join(part.html for part in parts))


def element(tag: str, *children: Piece, **attributes: str | None) -> Fragment:
    """Return ``<tag ...>children</tag>``; ``class_`` stands for class, ``data_l`` for data-l.

    >>> element("p", "a < b", class_="lede").html
    '<p class="lede">a &lt; b</p>'
    """
    names = {key: key.rstrip("_").replace("_", "-") for key in attributes}
    given = "".join(
        f' {names[key]}="{escape(value)}"' for key, value in attributes.items() if value is not None
    )
    return Fragment(f"<{tag}{given}>{join(children).html}</{tag}>")


def span(class_: str, *children: Piece) -> Fragment:
    """Return a ``<span>`` of the given class."""
    return element("span", *children, class_=class_)


def strong(*children: Piece) -> Fragment:
    """Return the pieces set in semibold."""
    return element("strong", *children)


def in_language(language: str, *pieces: Piece) -> Fragment:
    """Return the pieces as being in a language, such as ``"en"``; as they are where the page is in it, too.

    Whoever hears the page or the PDF then hears them in that language.

    Raises
    ------
    ValueError
        If the language is no tag.
    """
    spoken = require_tag(language)
    content = join(pieces)
    if not content or is_same_language(spoken, used_phrases().language):
        return content
    return element("span", content, lang=spoken)


def assigned(*children: Piece) -> Fragment:
    """Return the pieces as an editor's classification: behind a word, which alone has a dotted line.

    >>> assigned("water").html
    '<u class="asg">assigned</u>: water'
    """
    lead = text(say("assigned"))
    marked = lead if _ASSIGNED.search(lead.html) else element("u", lead, class_="asg")
    return join([marked, " ", undotted(*children)])


def undotted(*pieces: Piece) -> Fragment:
    """Return the pieces with no dotted line under a word, for what has a line of its own."""
    return Fragment(_ASSIGNED.sub(r"\1", join(pieces).html))


def glyph(kind: str) -> Fragment:
    """Return a date mark (day, month, year, planned, ongoing, grey, hatch), hidden from screen readers."""
    return Fragment(f'<i class="g {kind}" aria-hidden="true"></i>') if kind else NOTHING


def keyed(kind: str, words: str) -> Fragment:
    """Return a mark with its meaning, as captions explain it; the mark does not part from the first word."""
    first, space, rest = words.partition(" ")
    return span("nb", glyph(kind), " ", first) + text(space + rest)


def cite(marks: Iterable[str]) -> Fragment:
    """Return source marks to stand behind a sentence; none breaks at its blanks and hyphens."""
    return span("loc", join(map(_keep_mark, marks), ", "))


def _keep_mark(mark: str) -> Piece:
    breaks = re.search("[ -]", mark) and len(mark) <= _LONGEST_MARK
    return span("nb", mark) if breaks else mark


def keep_spans(piece: Piece) -> Fragment:
    """Return a title in which no line parts a span of numbers, nor ends with a short word such as an article.

    >>> keep_spans("Plan 2016–2020").html
    'Plan <span class="nb">2016–2020</span>'
    >>> keep_spans("Persons: a workshop").html
    'Persons: <span class="nb">a workshop</span>'
    """

    def keep(found: re.Match[str]) -> str:
        words = found[0]
        is_short = len(words) <= _LONGEST_KEPT and words.islower()
        return f'<span class="nb">{words}</span>' if is_short or _SPAN.fullmatch(words) else words

    return Fragment(_KEPT.sub(keep, join([piece]).html))
