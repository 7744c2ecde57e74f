"""Which form of an output is printed: it is judged by what is left of it on a page that runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pressroom.data.characters import is_blank
from pressroom.pages.errors import DocumentError
from pressroom.pages.markup.cells import Form, Piece
from pressroom.pages.markup.clean import Report, clean
from pressroom.pages.markup.nodes import Node, walk, words_of

_RUNS = re.compile(r"<(?:script|noscript|iframe|video|audio|canvas|object|embed)\b", re.I)
_DRAWN = ("img", "svg", "hr")

# What only makes the rest look otherwise, or says nothing to anybody.
_SILENT = re.compile(r"<!--.*?-->|<style\b.*?</style\s*>|<(?:link|meta)\b[^>]*>", re.S | re.I)
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{4,}")
_OBJECT = re.compile(r"[\[({]*<.*>[\])}]*", re.S)
_INNER = re.compile(r"<(?:[A-Z]\w*(?:Axes|Axis)?: [^<>]*|Axes: ?|[\w.]+ object(?: of \d+ artists| at \w+)?)>")
_TEXT = re.compile(r"Text\(-?[\d.e+-]+, -?[\d.e+-]+, .*\)", re.S)
_CALL = re.compile(r"[A-Za-z_][\w.]*\(.*\)", re.S)
_WIDGET = "application/vnd.jupyter.widget-view+json"
_WAITING = re.compile(
    r"Loading\b.*|Make this Notebook Trusted to load map: File -> Trust Notebook"
    r"|(?:.*\b(?:enable|requires?|needs?) JavaScript\b.*|JavaScript (?:is )?(?:disabled|required).*)"
    r"|Your browser does not support.*",
    re.S | re.I,
)
"""What stands where a script, a map or a film was to be."""

_UNFINISHED = re.compile(r"(?:Loading|Please wait|Rendering)\b[^.!?]{0,60}(?:\.{3}|…)", re.I)
_FORMULA = re.compile(r"\$[^$]*\\[A-Za-z]+[^$]*\$")
_MISSING = ("<NA>", "<NaT>")


def choose_nodes(piece: Piece, warnings: list[str], unnamed: list[int]) -> list[Node]:
    """Return the clean nodes of the richest form of an output that leaves something to see.

    An output that is empty, or a style sheet alone, shows nothing on purpose. One that is nothing but the
    name of an object is left out with a warning.

    Parameters
    ----------
    warnings, unnamed
        Are added to: what was noticed, and the cell of each picture without alternative text.

    Raises
    ------
    DocumentError
        If something was displayed, and no form of it leaves anything on the page.
    """
    found = _choose(piece, warnings)
    if found is None:
        return []
    _, nodes, report = found
    unnamed += report.unnamed
    return nodes


def choose_form(piece: Piece) -> Form | None:
    """Return the form that `choose_nodes` takes; None if nothing is printed of the output."""
    found = _choose(piece, [])
    return found[0] if found else None


def _choose(piece: Piece, warnings: list[str]) -> tuple[Form, list[Node], Report] | None:
    for form in piece.forms:
        if not _SILENT.sub("", form.html).strip():
            return form, [], Report(piece.cell)
        if form.mime == "text/plain" and is_debris(form.text, beside=_list_rich(piece)):
            continue
        noticed: list[str] = []
        report = Report(piece.cell, form.alternative, noticed, size=form.size)
        nodes = clean(form.html, report)
        if shows_something(nodes) and not _is_loading(form, nodes):
            if form is not piece.forms[0]:
                noticed.append(
                    f"cell {piece.cell}: its {piece.forms[0].mime} shows nothing; {form.mime} is printed"
                )
            if piece.is_output and (found := _find_source(nodes)):
                warning = f"{found[:60]!r} is printed as it is written; Math() or Markdown() typesets it"
                noticed.append(f"cell {piece.cell}: {warning}")
            warnings += [line for line in noticed if line not in warnings]
            return form, nodes, report
    if rich := _list_rich(piece):
        raise DocumentError(
            piece.cell,
            f"what it displays leaves nothing on a page ({', '.join(rich)}): pages run no scripts; display"
            " a picture, a table or text",
        )
    for form in piece.forms:
        warnings.append(f"cell {piece.cell}: {form.text[:60]!r} is no content, and left out")
    return None


def is_debris(text: str, *, beside: Iterable[str] = ()) -> bool:
    """Return whether a text says nothing to a reader: an object's address, or its name.

    Parameters
    ----------
    beside
        The richer forms of the same output: with any, a call such as ``IntSlider(value=0)`` stands for them.

    Examples
    --------
    >>> [is_debris(text) for text in ("<Axes: >", "[<Line2D at 0x7f00>]", "<NA>", "a < b > c", "f(1)")]
    [True, True, False, False, False]
    >>> [is_debris(text) for text in ("array([<Axes: >], dtype=object)", "Text(0.5, 1.0, 'Title')")]
    [True, True]
    >>> is_debris("IntSlider(value=0)", beside=["application/vnd.jupyter.widget-view+json"])
    True
    """
    text, rich = text.strip(), list(beside)
    if text in _MISSING:
        return False
    if text.startswith("Empty DataFrame\n"):
        return True
    named = _OBJECT.fullmatch(text) or _ADDRESS.search(text) or _INNER.search(text) or _TEXT.fullmatch(text)
    return bool(named) or _WIDGET in rich or bool(rich and _CALL.fullmatch(text))


def shows_something(nodes: Iterable[Node]) -> bool:
    """Return whether anything of clean nodes can be seen."""
    nodes = list(nodes)
    return not is_blank(words_of(nodes)) or any(element.tag in _DRAWN for element in walk(nodes))


def _find_source(nodes: Iterable[Node]) -> str:
    """Return a formula in LaTeX that stands in text outside code; ``""`` without any."""
    for node in nodes:
        if isinstance(node, str):
            found = _FORMULA.search(node)
            source = found[0] if found else ""
        else:
            source = "" if node.tag in ("code", "pre", "svg") else _find_source(node.children)
        if source:
            return source
    return ""


def _is_loading(form: Form, nodes: list[Node]) -> bool:
    """Return whether all that is left is what something that runs would have replaced."""
    if any(element.tag in _DRAWN for element in walk(nodes)):
        return False
    words = words_of(nodes)
    return bool(_UNFINISHED.fullmatch(words) or (_RUNS.search(form.html) and _WAITING.fullmatch(words)))


def _list_rich(piece: Piece) -> list[str]:
    return [*piece.foreign, *(form.mime for form in piece.forms if form.mime != "text/plain")]
