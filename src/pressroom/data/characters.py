"""Characters that a cell should not hold, or that leave it empty to the eye."""

from __future__ import annotations

import unicodedata

from pressroom.look.fonts import unshowable

# Letters and marks by their category, though nothing of them can be seen.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

_BLANK = ("Zs", "Zl", "Zp", "Cc", "Cf")

_REFUSED = ("Cc", "Cf", "Cs", "Co", "Cn")
_NEEDED = frozenset("\n\r\t\u00ad\u200b\u200c\u200d\u2060")


def find_controls(text: str) -> list[str]:
    """Return the control characters of `text`, each once; line breaks and tabs are none.

    Examples
    --------
    >>> find_controls("one\\ttwo\\n\\x00three\\x7f")
    ['\\x00', '\\x7f']
    """
    return [c for c in dict.fromkeys(text) if unicodedata.category(c) == "Cc" and c not in "\n\r\t"]


def find_refused(text: str) -> list[str]:
    """Return the characters of `text` that stand for nothing to read, each once.

    These are controls, byte-order and direction marks, halves of a character, bytes that are not UTF-8, and
    what Unicode assigns to nothing. Line breaks, tabs and joiners are none.

    Examples
    --------
    >>> find_refused("\\ufeffone\\u200b\\ttwo\\u202e\\udcff\\ue000")
    ['\\ufeff', '\\u202e', '\\udcff', '\\ue000']
    """
    odd = dict.fromkeys(c for c in text if not c.isprintable() and c not in _NEEDED)
    return [c for c in odd if unicodedata.category(c) in _REFUSED]


def name_character(character: str) -> str:
    """Return a character's number and name; of a byte that is not UTF-8, as Python reads it, its value.

    Examples
    --------
    >>> name_character("\\ufeff")
    'U+FEFF (Zero width no-break space)'
    """
    if "\udc80" <= character <= "\udcff":
        return f"the byte 0x{ord(character) - 0xDC00:02X}"
    name = unicodedata.name(character, "without a name")
    return f"U+{ord(character):04X} ({name.capitalize()})"


def is_blank(text: str) -> bool:
    """Return whether nothing of `text` can be seen: spaces, controls, invisible characters, or nothing.

    Examples
    --------
    >>> [is_blank(text) for text in ("", " \\xa0", "\\u200b", "-")]
    [True, True, True, False]
    """
    return all(c in _UNSEEN or unicodedata.category(c) in _BLANK for c in text)


def describe_character(character: str) -> str:
    """Return why a character that is a control, or that no bundled font can show, should not be there."""
    if find_controls(character):
        return f"U+{ord(character):04X} is a control character, which no text needs; delete it"
    return f"no bundled font can show {name_character(character)}"


def find_unshowable(text: str) -> list[tuple[int, str]]:
    """Return the characters that no bundled font can show, each with its line."""
    lines = enumerate(text.splitlines(), start=1) if unshowable(text) else ()
    return [(number, character) for number, line in lines for character in unshowable(line)]
