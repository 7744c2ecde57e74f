"""Characters that a cell should not hold, or that leave it empty to the eye."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable

from pressroom.look.fonts import unshowable

# Letters and marks by their category, though nothing of them can be seen.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

_BLANK = ("Zs", "Zl", "Zp", "Cc", "Cf")

_REFUSED = ("Cc", "Cf", "Cs", "Co", "Cn")
_NEEDED = frozenset("\n\r\t\u00ad\u200b\u200c\u200d\u2060")

# What a byte of UTF-8 beyond ASCII becomes in Windows-1252, and in Latin-1 where that has nothing.
_WESTERN = {bytes([byte]).decode("cp1252", "ignore") or chr(byte): chr(byte) for byte in range(0x80, 0x100)}
_NEXT = "[" + re.escape("".join(letter for letter, byte in _WESTERN.items() if byte < "\xc0")) + "]"
_MISREAD = re.compile(f"[\xc2-\xc5]{_NEXT}|[\xe0-\xef]{_NEXT}{{2}}|[\xf0-\xf4]{_NEXT}{{3}}")


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
    if text[:1].isascii() and text[:1].isalnum():  # as nearly all begin
        return False
    return all(c in _UNSEEN or unicodedata.category(c) in _BLANK for c in text)


def find_misread(text: str) -> list[str]:
    """Return what looks like UTF-8 that was read in a Western encoding (mojibake), each once.

    Examples
    --------
    >>> find_misread("the boardâ€™s rÃ©sumÃ© – “CAFÉ’s”")
    ['â€™', 'Ã©']
    """
    return [] if text.isascii() else list(dict.fromkeys(_MISREAD.findall(text)))


def describe_misread(found: str) -> str:
    """Return what such a text was meant to be."""
    try:
        meant = "".join(map(_WESTERN.__getitem__, found)).encode("latin-1").decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        meant = ""
    suggestion = f", {json.dumps(meant, ensure_ascii=False)}" if meant.isprintable() and meant else ""
    return (
        f"{json.dumps(found, ensure_ascii=False)} looks like a character{suggestion} read in another encoding"
    )


def describe_character(character: str) -> str:
    """Return why a character that is a control, or that no page can show, should not be there."""
    if find_controls(character):
        return f"U+{ord(character):04X} is a control character, which no text needs; delete it"
    if find_refused(character):
        return f"{name_character(character)} stands for nothing to read, and no PDF takes it; delete it"
    return f"no bundled font can show {name_character(character)}"


def find_unshowable(text: str) -> list[tuple[int, str]]:
    """Return the characters that no page can show, each with its line."""
    return [(number, character) for number, line in _list_odd(text) for character in list_unshowable(line)]


def list_unshowable(text: str) -> list[str]:
    """Return the characters that stand for nothing to read or that no bundled font can show, each once."""
    return list(dict.fromkeys([*find_refused(text), *unshowable(text)]))


def _list_odd(text: str) -> Iterable[tuple[int, str]]:
    return enumerate(text.split("\n"), start=1) if list_unshowable(text) else ()
