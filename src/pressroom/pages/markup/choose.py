"""Which form of an output is printed: it is judged by what is left of it on a page that runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pressroom.pages.errors import DocumentError
from pressroom.pages.markup.cells import Form, Piece
from pressroom.pages.markup.clean import Report, clean
from pressroom.pages.markup.nodes import Node, walk, words_of

_DRAWN = ("img", "svg", "hr")

# What only makes the rest look otherwise, or says nothing to anybody.
_SILENT = re.compile(r"<!--.*?-->|<style\b.*?</style\s*>|<(?:link|meta)\b[^>]*>", re.S | re.I)
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{4,}")
_OBJECT = re.compile(r"[\[({]*<.*>[\])}]*", re.S)
_CALL = re.compile(r"[A-Za-z_][\w.]*\(.*\)", re.S)
_LOADING = re.compile(r"Loading\b.*", re.S)
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
    >>> is_debris("IntSlider(value=0)", beside=["application/vnd.jupyter.widget-view+json"])
    True
    """
    text = text.strip()
    if text in _MISSING:
        return False
    named = bool(_OBJECT.fullmatch(text) or _ADDRESS.search(text))
    return named or (any(True for _ in beside) and bool(_CALL.fullmatch(text)))


def shows_something(nodes: Iterable[Node]) -> bool:
    """Return whether anything of clean nodes can be seen."""
    nodes = list(nodes)
    return bool(words_of(nodes)) or any(element.tag in _DRAWN for element in walk(nodes))


def _is_loading(form: Form, nodes: list[Node]) -> bool:
    """Return whether all that is left is what a script would have replaced."""
    return "<script" in form.html.lower() and bool(_LOADING.fullmatch(words_of(nodes)))


def _list_rich(piece: Piece) -> list[str]:
    return [*piece.foreign, *(form.mime for form in piece.forms if form.mime != "text/plain")]
