"""Characters that a cell should not hold, or that leave it empty to the eye."""

from __future__ import annotations

import unicodedata

# Letters and marks by their category, though nothing of them can be seen.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

_BLANK = ("Zs", "Zl", "Zp", "Cc", "Cf")


def find_controls(text: str) -> list[str]:
    """Return the control characters of `text`, each once; line breaks and tabs are none.

    Examples
    --------
    >>> find_controls("one\\ttwo\\n\\x00three\\x7f")
    ['\\x00', '\\x7f']
    """
    return [c for c in dict.fromkeys(text) if unicodedata.category(c) == "Cc" and c not in "\n\r\t"]


def is_blank(text: str) -> bool:
    """Return whether nothing of `text` can be seen: spaces, controls, invisible characters, or nothing.

    Examples
    --------
    >>> [is_blank(text) for text in ("", " \\xa0", "\\u200b", "-")]
    [True, True, True, False]
    """
    return all(c in _UNSEEN or unicodedata.category(c) in _BLANK for c in text)
