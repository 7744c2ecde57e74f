"""What of an executed notebook is printed: Markdown behind the parameters, and what its cells displayed.

Code is never printed, nor is what goes to stderr; the latter is reported.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from pressroom.data.names import HIDDEN
from pressroom.pages.errors import DocumentError
from pressroom.pages.markup.markdown import Writer
from pressroom.pages.markup.maths import FormulaError, draw_latex, find_formula
from pressroom.pages.markup.nodes import parse, words_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

# In this order: the first that an output has is printed.
_PRINTABLE = (
    "text/html",
    "text/markdown",
    "text/latex",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "image/gif",
    "application/json",
    "text/plain",
)
Size = tuple[float | None, float | None]
"""Width and height that somebody asked for, in pixels of CSS."""

_ANSI = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|.)")
_UNPRINTED = frozenset(("analyst-only", "remove-cell", "remove_cell"))
_SILENCED = frozenset(("remove-output", "remove_output"))


@dataclass(frozen=True)
class Form:
    """One form of an output: HTML that is not yet clean, its picture's alternative text and size.

    `text` is what it was made of, where that is plain text.
    """

    html: str
    mime: str = "text/html"
    alternative: str = ""
    size: Size = (None, None)
    text: str = ""


@dataclass(frozen=True)
class Piece:
    """What is printed of one output or cell: the richest of its forms that leaves something to see.

    Attributes
    ----------
    cell
        Where it was displayed; None of what a cell is just about to display.
    foreign
        The MIME types that it has besides, and no page can show.
    is_output
        Whether it is what code displayed, which nobody wrote as Markdown.
    """

    cell: int | None
    forms: tuple[Form, ...]
    foreign: tuple[str, ...] = ()
    is_output: bool = False


def read_cells(notebook: NotebookNode, warnings: list[str]) -> Iterator[Piece]:
    """Yield what a notebook prints, in its order.

    Raises
    ------
    DocumentError
        If a cell raised, or has a formula that cannot be drawn.
    """
    start, writer = parameters_index(notebook), Writer(warnings)
    for index, cell in enumerate(notebook.cells):
        if _UNPRINTED & _tags(cell):
            continue
        if cell.cell_type == "markdown" and index > start:
            yield Piece(index, (Form(writer.write(cell.source, cell.get("attachments"), cell=index)),))
        elif cell.cell_type == "code" and not _SILENCED & _tags(cell):
            yield from _outputs(cell, index, writer)


def read_piece(
    data: Mapping[str, Any],
    metadata: Mapping[str, Any],
    writer: Writer,
    cell: int | None = None,
    alternative: str = "",
) -> Piece:
    """Return what can be printed of a MIME bundle, the richest form first.

    Parameters
    ----------
    alternative
        The alternative text of its picture, where the metadata have none.
    """
    foreign = tuple(sorted(mime for mime in data if mime not in _PRINTABLE and not mime.startswith(HIDDEN)))
    forms = tuple(
        _form(data, metadata, mime, alternative, html)
        for mime in _PRINTABLE
        if mime in data and (html := _to_html(mime, data, writer, cell)) is not None
    )
    return Piece(cell, forms, foreign, is_output="text/html" in data)


def parameters_index(notebook: NotebookNode) -> int:
    """Return the index of the last parameters cell, -1 if there is none."""
    tagged = {"parameters", "injected-parameters"}
    return max((i for i, cell in enumerate(notebook.cells) if tagged & _tags(cell)), default=-1)


def family_title(notebook: NotebookNode, name: str) -> str:
    """Return the words of the first Markdown heading of a notebook, or its file's name made readable."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            found = re.search(r"^#[ \t]+(.+?)[ \t#]*$", cell.source, re.M)
            if found:
                return words_of(parse(Writer([]).write(f"# {found[1]}"))) or found[1]
    return name.replace("-", " ").replace("_", " ").capitalize() or "Notebook"


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", ()))


def _outputs(cell: NotebookNode, index: int, writer: Writer) -> Iterator[Piece]:
    printed: list[str] = []
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stdout":
            printed.append(_plain(output.text))
            continue
        if printed:
            yield _preformatted(index, printed)
            printed = []
        if output.output_type == "error":
            if "raises-exception" not in _tags(cell):
                raise DocumentError(index, f"raised {output.ename}: {_plain(output.evalue)[:200]}")
            writer.warnings.append(
                f"cell {index}: raised {output.ename}, as its tag allows; nothing is printed of it"
            )
        elif output.output_type == "stream":
            writer.warnings.append(f"cell {index}: wrote to stderr: {_plain(output.text).strip()[:300]}")
        else:
            alternative = str(cell.metadata.get("alt") or "")
            piece = read_piece(output.get("data", {}), output.get("metadata", {}), writer, index, alternative)
            if piece.forms or piece.foreign:
                yield piece
    if printed:
        yield _preformatted(index, printed)


def _preformatted(index: int, texts: list[str]) -> Piece:
    text = "".join(texts).strip("\n")
    return Piece(index, (Form(f"<pre>{escape(text)}</pre>" if text.strip() else ""),))


def _form(
    data: Mapping[str, Any], metadata: Mapping[str, Any], mime: str, alternative: str, html: str
) -> Form:
    described = metadata.get(mime, {})
    told = described if isinstance(described, Mapping) else {}
    sides = (told.get("width"), told.get("height"))
    width, height = (side if isinstance(side, int | float) and side > 0 else None for side in sides)
    text = _plain("".join(data[mime])) if mime == "text/plain" else ""
    words = str(told.get("alt") or metadata.get("alt") or alternative).strip()
    return Form(html, mime, words, (width, height), text)


def _to_html(mime: str, data: Mapping[str, Any], writer: Writer, cell: int | None) -> str | None:
    """Return one form of an output as HTML; None if another has to do."""
    content = data[mime]
    if mime == "application/json":
        return f"<pre>{escape(json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True))}</pre>"
    text = "".join(content) if isinstance(content, list) else str(content)
    if mime == "image/svg+xml":
        return text[max(text.find("<svg"), 0) :]  # without what XML may say before it
    if mime == "text/html":
        return text
    if mime == "text/markdown":
        return writer.write(text, cell=cell)
    if mime == "text/latex":
        return _set_latex(text, writer, cell, has_picture=any(kind.startswith("image/") for kind in data))
    if mime.startswith("image/"):
        return f'<img src="data:{mime};base64,{re.sub(r"[^A-Za-z0-9+/=]", "", text)}">'
    return f"<pre>{escape(_plain(text))}</pre>"


def _set_latex(text: str, writer: Writer, cell: int | None, *, has_picture: bool) -> str | None:
    formula = find_formula(text)
    try:
        return f"<p>{draw_latex(formula)}</p>" if formula else writer.write(text, cell=cell)
    except FormulaError as error:
        if has_picture:
            writer.warnings.append(f"cell {cell}: {error}; its picture is printed")
            return None
        raise DocumentError(cell, str(error)) from None


def _plain(text: str) -> str:
    """Return what a terminal shows of a text in the end: what is written over is gone."""
    text = _ANSI.sub("", text).replace("\r\n", "\n")
    return "\n".join(map(_overwrite, text.split("\n"))) if "\r" in text or "\b" in text else text


def _overwrite(line: str) -> str:
    shown = ""
    for part in line.split("\r"):
        kept: list[str] = []
        for character in part:
            if character != "\b":
                kept.append(character)
            elif kept:
                kept.pop()
        shown = "".join(kept) + shown[len(kept) :]
    return shown
