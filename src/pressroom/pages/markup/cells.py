"""What of an executed notebook is printed: Markdown behind the parameters, and what its cells displayed.

Code is never printed, nor is what goes to stderr; the latter is reported.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from pressroom.data.names import HIDDEN
from pressroom.pages.errors import DocumentError

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from nbformat import NotebookNode

# In this order: the first that an output has is printed.
_PRINTABLE = (
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "image/gif",
    "text/latex",
    "application/json",
    "text/plain",
)
_ANSI = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|.)")
_UNPRINTED = frozenset(("analyst-only", "remove-cell", "remove_cell"))
_SILENCED = frozenset(("remove-output", "remove_output"))


@dataclass(frozen=True)
class Piece:
    """A printable output: its cell, HTML that is not yet clean, its picture's alternative text."""

    cell: int
    html: str
    alternative: str = ""


def read_cells(notebook: NotebookNode, warnings: list[str]) -> Iterator[Piece]:
    """Yield what a notebook prints, in its order.

    Raises
    ------
    DocumentError
        If a cell raised.
    """
    start = parameters_index(notebook)
    for index, cell in enumerate(notebook.cells):
        if _UNPRINTED & _tags(cell):
            continue
        if cell.cell_type == "markdown" and index > start:
            yield Piece(index, from_markdown(cell.source, cell.get("attachments") or {}))
        elif cell.cell_type == "code" and not _SILENCED & _tags(cell):
            yield from _outputs(cell, index, warnings)


def parameters_index(notebook: NotebookNode) -> int:
    """Return the index of the last parameters cell, -1 if there is none."""
    tagged = {"parameters", "injected-parameters"}
    return max((i for i, cell in enumerate(notebook.cells) if tagged & _tags(cell)), default=-1)


def family_title(notebook: NotebookNode, name: str) -> str:
    """Return the first Markdown heading of a notebook, or its file's name made readable."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            found = re.search(r"^#[ \t]+(.+?)[ \t#]*$", cell.source, re.M)
            if found:
                return found[1]
    return name.replace("-", " ").replace("_", " ").capitalize() or "Notebook"


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", ()))


def _outputs(cell: NotebookNode, index: int, warnings: list[str]) -> Iterator[Piece]:
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
            warnings.append(
                f"cell {index}: raised {output.ename}, as its tag allows; nothing is printed of it"
            )
        elif output.output_type == "stream":
            warnings.append(f"cell {index}: wrote to stderr: {_plain(output.text).strip()[:300]}")
        else:
            yield from _displayed(cell, output, index, warnings)
    if printed:
        yield _preformatted(index, printed)


def _preformatted(index: int, texts: list[str]) -> Piece:
    text = "".join(texts).strip("\n")
    return Piece(index, f"<pre>{escape(text)}</pre>" if text.strip() else "")


def _displayed(cell: NotebookNode, output: NotebookNode, index: int, warnings: list[str]) -> Iterator[Piece]:
    data: Mapping[str, Any] = output.get("data", {})
    mime = next((mime for mime in _PRINTABLE if mime in data), None)
    if mime is None:
        foreign = sorted(mime for mime in data if not mime.startswith(HIDDEN))
        if foreign:
            warnings.append(f"cell {index}: cannot print {', '.join(foreign)}")
        return
    yield Piece(index, _as_html(mime, data[mime]), _alternative(cell, output, mime))


def _alternative(cell: NotebookNode, output: NotebookNode, mime: str) -> str:
    described = output.get("metadata", {}).get(mime, {})
    told = described.get("alt") if isinstance(described, Mapping) else None
    return str(told or output.get("metadata", {}).get("alt") or cell.metadata.get("alt") or "").strip()


def _as_html(mime: str, data: Any) -> str:
    if mime == "application/json":
        return f"<pre>{escape(json.dumps(data, indent=2, ensure_ascii=False, sort_keys=True))}</pre>"
    text = "".join(data) if isinstance(data, list) else str(data)
    if mime in ("text/html", "image/svg+xml"):
        return text
    if mime == "text/markdown":
        return from_markdown(text)
    if mime.startswith("image/"):
        return f'<img src="data:{mime};base64,{re.sub(r"[^A-Za-z0-9+/=]", "", text)}">'
    return f"<pre>{escape(_plain(text))}</pre>"


def _plain(text: str) -> str:
    return _ANSI.sub("", text).replace("\r\n", "\n")


def from_markdown(text: str, attachments: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """Return Markdown as HTML: CommonMark with tables, strikethrough and footnotes (``[^1]``)."""
    for name, kinds in (attachments or {}).items():
        for mime, data in kinds.items():
            text = text.replace(f"attachment:{name}", f"data:{mime};base64,{data}")
    body, notes = _split_footnotes(text)
    html = str(_markdown().render(body))
    order: list[str] = []

    def mark(found: re.Match[str]) -> str:
        if found[1] not in notes:
            return found[0]
        if found[1] not in order:
            order.append(found[1])
        number = order.index(found[1]) + 1
        return f'<sup class="footnote-ref"><a href="#fn-{number}">{number}</a></sup>'

    html = re.sub(r"\[\^([^\]\s]+)\]", mark, html)
    items = (
        f'<li id="fn-{number}">{_markdown().renderInline(notes[key])}</li>'
        for number, key in enumerate(order, start=1)
    )
    return f'{html}<section class="footnotes"><ol>{"".join(items)}</ol></section>' if order else html


def _split_footnotes(text: str) -> tuple[str, dict[str, str]]:
    pattern = re.compile(r"^\[\^([^\]\s]+)\]:[ \t]+(.+(?:\n(?!\n|\[\^).+)*)\n?", re.M)
    return pattern.sub("", text), {found[1]: found[2] for found in pattern.finditer(text)}


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])
