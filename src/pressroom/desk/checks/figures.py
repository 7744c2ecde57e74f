"""Figures typed by hand: numbers in prose that no change of the data will ever change."""

from __future__ import annotations

import re

_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|dozen"
)
_FIGURE = re.compile(
    # What touches letters, hyphens, colons, slashes or further dots is an ordinal or a code: 1st, B.I.1/1.
    r"(?<![\w.:/#,\-])\d+(?:[.,]\d+)?%?(?![\w:/#\-]|\.\d)"
    rf"|\b(?:{_WORDS})\b(?!-)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"```.*?```|`[^`]*`|<[^>]*>|\]\([^)]*\)|https?://\S+|^\s*\d+[.)]\s|\b[Aa]rticles?\s+\d+", re.S | re.M
)
_COMPUTED = re.compile(r"[<>=]")


def find_figures(prose: str) -> list[str]:
    """Return the figures and number words in Markdown; code, links, list numbers and ordinals are none.

    Examples
    --------
    >>> find_figures("The 1st round had **ten** bidders in 2018; see `B.I.1/1` and line 1.2.4.")
    ['ten', '2018']
    """
    return _FIGURE.findall(_CODE.sub(" ", prose))


def is_prose(text: str) -> bool:
    """Return whether a text in a code cell is words for readers: several, and no condition or assignment."""
    return len(re.findall(r"[A-Za-z]{2,}", text)) > 1 and " " in text.strip() and not _COMPUTED.search(text)
