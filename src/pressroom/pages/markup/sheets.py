"""A drawing's own style sheet, set as the style of the shapes that its rules address.

A page has many drawings, and rules such as ``.a {fill: red}`` would reach all of them; so none stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pressroom.pages.markup.nodes import Element

Declarations = Mapping[str, str]

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->|<!\[CDATA\[|\]\]>", re.S)
_AT = re.compile(r"@[\w-]+[^;{]*(?:;|\{(?:[^{}]|\{[^{}]*\})*\})")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_PART = re.compile(r"[.#]?-?[A-Za-z_][\w-]*")
_STEP = re.compile(r"(?:[.#]?-?[A-Za-z_][\w-]*)+|\*")


@dataclass(frozen=True)
class _Rule:
    """A selector as its steps from the outside in, each the tags, classes and ids that an element has."""

    steps: tuple[tuple[str, ...], ...]
    declarations: Declarations

    @property
    def weight(self) -> tuple[int, int, int]:
        """Return how specific the selector is: ids, classes, tags."""
        parts = [part for step in self.steps for part in step]
        ids, classes = (sum(part.startswith(sign) for part in parts) for sign in "#.")
        return ids, classes, len(parts) - ids - classes


def set_styles(drawing: Element, sheet: str, read: Callable[[str], Declarations]) -> None:
    """Give every element of a drawing the style that a sheet has for it, before what it has itself.

    Selectors of tags, classes and ids are followed, one inside the other; rules with others, such as
    ``:hover``, are for a screen that reacts. A rule for all, ``*``, is none of a shape's own.

    Parameters
    ----------
    read
        Returns the declarations of a rule's body that a drawing may have.
    """
    rules = sorted(_read_rules(sheet, read), key=lambda rule: rule.weight)
    if rules:
        _set(drawing, (), rules)


def _set(element: Element, around: tuple[Element, ...], rules: Sequence[_Rule]) -> None:
    lineage = (*around, element)
    found: dict[str, str] = {}
    for rule in rules:
        if _fits(rule.steps, lineage):
            found |= rule.declarations
    if found:
        own = ";".join(f"{name}:{value}" for name, value in found.items())
        element.attributes["style"] = f"{own};{element.get('style')}".rstrip(";")
    for child in element.elements():
        _set(child, lineage, rules)


def _fits(steps: Sequence[tuple[str, ...]], lineage: Sequence[Element]) -> bool:
    *outer, last = steps
    if not _has(lineage[-1], last):
        return False
    above = list(lineage[:-1])
    for step in reversed(outer):
        while above and not _has(above[-1], step):
            above.pop()
        if not above:
            return False
        above.pop()
    return True


def _has(element: Element, parts: Sequence[str]) -> bool:
    for part in parts:
        if part.startswith("."):
            fits = part[1:] in element.classes
        elif part.startswith("#"):
            fits = part[1:] == element.get("id")
        else:
            fits = part == element.tag
        if not fits:
            return False
    return True


def _read_rules(sheet: str, read: Callable[[str], Declarations]) -> Iterator[_Rule]:
    for selectors, body in _RULE.findall(_AT.sub("", _COMMENT.sub("", sheet))):
        declarations = read(body)
        for selector in selectors.split(",") if declarations else ():
            words = selector.replace(">", " ").split()
            if words and words[-1] != "*" and all(_STEP.fullmatch(word) for word in words):
                steps = [tuple(_PART.findall(word)) for word in words if word != "*"]
                yield _Rule(tuple(steps), declarations)
