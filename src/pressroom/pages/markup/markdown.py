"""Markdown as HTML: CommonMark with tables, footnotes, task lists, formulas and bare addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from pressroom.pages.markup.maths import draw_latex

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

Attachments = Mapping[str, Mapping[str, Any]]

_NOTE = re.compile(r"^\[\^([^\]\s]+)\]:[ \t]+(.+(?:\n(?!\n|\[\^).+)*)\n?", re.M)
_REFERENCE = re.compile(r"\[\^([^\]\s]+)\]")
_TASK = re.compile(r"<li>(<p>)?\[([ xX])\][ \t]+")
_ATTACHED = re.compile(r"attachment:([^\s)\"'>]+)")
_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'*_]")


class Writer:
    """Turns the Markdown of a notebook's cells into HTML; footnotes are numbered through all of them."""

    def __init__(self, warnings: list[str]) -> None:
        self.warnings = warnings
        self._notes = 0

    def write(self, text: str, attachments: Attachments | None = None, *, place: str = "") -> str:
        """Return the HTML of one cell or output.

        Parameters
        ----------
        attachments
            By name, the data of pictures by MIME type.
        place
            What to call it in a warning, such as ``cell 3``.
        """
        body, notes = _split_notes(_attach(text, attachments or {}))
        html = str(_parser().render(body))
        html = _TASK.sub(lambda found: f"<li>{found[1] or ''}{_MARKS[found[2].lower()]}", html)
        order: list[str] = []

        def mark(found: re.Match[str]) -> str:
            if found[1] not in notes:
                self.warnings.append(f"{place}: the footnote [^{found[1]}] has no text")
                return found[0]
            if found[1] not in order:
                order.append(found[1])
            number = self._notes + order.index(found[1]) + 1
            return f'<sup class="footnote-ref"><a href="#fn-{number}">{number}</a></sup>'

        html = _REFERENCE.sub(mark, html)
        for key in (key for key in notes if key not in order):
            self.warnings.append(f"{place}: no text refers to the footnote [^{key}]; it stands below")
        listed = "".join(self._write_notes(notes, order))
        self._notes += len(order)
        return html + listed

    def _write_notes(self, notes: Mapping[str, str], order: list[str]) -> Iterator[str]:
        items = [
            f'<li id="fn-{number}">{_parser().renderInline(notes[key])}</li>'
            for number, key in enumerate(order, start=self._notes + 1)
        ]
        if items:
            start = f' start="{self._notes + 1}"' if self._notes else ""
            yield f'<section class="footnotes"><ol{start}>{"".join(items)}</ol></section>'
        yield from (f"<p>{_parser().renderInline(notes[key])}</p>" for key in notes if key not in order)


_MARKS = {
    "x": '☑ <span class="vh">done: </span>',
    " ": '☐ <span class="vh">open: </span>',
}
"""What stands before a task, for the eye and for the ear."""


def _split_notes(text: str) -> tuple[str, dict[str, str]]:
    return _NOTE.sub("", text), {found[1]: found[2] for found in _NOTE.finditer(text)}


def _attach(text: str, attachments: Attachments) -> str:
    """Return the text with the pictures that are attached to its cell in place of their names."""

    def find(found: re.Match[str]) -> str:
        kinds = attachments.get(unquote(found[1])) or attachments.get(found[1]) or {}
        return next((_to_address(mime, data) for mime, data in kinds.items()), found[0])

    return _ATTACHED.sub(find, text)


def _to_address(mime: str, data: Any) -> str:
    content = "".join(data) if isinstance(data, list) else str(data)
    if mime == "image/svg+xml" and "<svg" in content:
        return f"data:{mime},{quote(content)}"
    return f"data:{mime};base64,{content}"


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, renderer=_draw_formula)
    parser.core.ruler.push("addresses", _link_addresses)
    # Pictures are part of the notebook: what a page may keep of them is decided when they are cleaned.
    parser.validateLink = lambda url: not url.lower().startswith(("javascript:", "vbscript:"))  # type: ignore[method-assign]
    return parser


def _draw_formula(source: str, options: Mapping[str, Any]) -> str:
    drawn = draw_latex(source)
    return f"<p>{drawn}</p>" if options.get("display_mode") else drawn


def _link_addresses(state: StateCore) -> None:
    """Make a link of each bare address in running text."""
    for block in state.tokens:
        if block.type == "inline" and block.children and "://" in block.content:
            block.children = list(_link_in(block.children))


def _link_in(tokens: list[Token]) -> Iterator[Token]:
    from markdown_it.token import Token

    inside = 0
    for token in tokens:
        inside += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type != "text" or inside or "://" not in token.content:
            yield token
            continue
        end = 0
        for found in _ADDRESS.finditer(token.content):
            yield Token("text", "", 0, content=token.content[end : found.start()])
            yield Token("html_inline", "", 0, content=f'<a href="{escape(found[0])}">{escape(found[0])}</a>')
            end = found.end()
        yield Token("text", "", 0, content=token.content[end:])
