"""Markdown as HTML: CommonMark with tables, footnotes, task lists and formulas."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape, unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from pressroom.pages.errors import DocumentError
from pressroom.pages.markup.maths import FormulaError, draw_latex

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

Attachments = Mapping[str, Mapping[str, Any]]

_DEEPEST = 200
_UNTOLD = re.compile(r"\[\^([^\]\s]+)\](?!\()")
_TASK = re.compile(r"<li>(<p>)?\[([ xX])\](?:[ \t]+|(?=</?\w))")
_ATTACHED = re.compile(r"""(?<=\ssrc=)(["'])attachment:(.*?)\1""")
_BRACKETED = re.compile(r"\\\\\((.+?)\\\\\)|\\\\\[(.+?)\\\\\]", re.S)
_MONEY = re.compile(r"\d[\d.,]*(?:[ ,;].*)?\b(?:US|AU|CA|NZ|HK|SG|A|C|S)", re.S)
"""What stands between the dollars of two amounts, as in "$10, US$ 3"."""


class Writer:
    """Turns the Markdown of a notebook's cells into HTML; footnotes are numbered through all of them."""

    def __init__(self, warnings: list[str]) -> None:
        self.warnings = warnings
        self._notes = 0

    def write(self, text: str, attachments: Attachments | None = None, *, cell: int | None = None) -> str:
        """Return the HTML of one cell or output.

        Parameters
        ----------
        attachments
            By name, the data of pictures by MIME type.
        cell
            Where it stands, for what is told of it.

        Raises
        ------
        DocumentError
            If a formula in it cannot be drawn.
        """
        noticed: list[str] = []
        env: dict[str, Any] = {"first": self._notes, "noticed": noticed}
        try:
            html = str(_parser().render(text, env))
        except FormulaError as error:
            raise DocumentError(cell, str(error)) from None
        self.warnings += noticed if cell is None else [f"cell {cell}: {line}" for line in noticed]
        self._notes += len(env.get("footnotes", {}).get("list", ()))
        html = _TASK.sub(lambda found: f"<li>{found[1] or ''}{TASKS[found[2] != ' ']}", html)
        return _attach(html, attachments or {})


TASKS = {
    True: '☑ <span class="vh">done: </span>',
    False: '☐ <span class="vh">open: </span>',
}
"""What stands before a task, for the eye and for the ear, by whether it is done."""


def _attach(html: str, attachments: Attachments) -> str:
    """Return the HTML with the pictures that are attached to its cell in place of their names."""

    def find(found: re.Match[str]) -> str:
        name = unescape(found[2])
        kinds = attachments.get(unquote(name)) or attachments.get(name) or {}
        return next((f'"{_to_address(mime, data)}"' for mime, data in kinds.items()), found[0])

    return _ATTACHED.sub(find, html)


def _to_address(mime: str, data: Any) -> str:
    content = "".join(data) if isinstance(data, list) else str(data)
    if mime == "image/svg+xml" and "<svg" in content:
        return f"data:{mime},{quote(content)}"
    return f"data:{mime};base64,{content}"


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    # Deeper than it may nest, the library leaves text out without a word.
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    dollars = {"allow_space": False, "allow_digits": False, "double_inline": True}
    parser.use(dollarmath_plugin, allow_labels=False, renderer=_draw_formula, **dollars)
    parser.use(amsmath_plugin, renderer=lambda source: f"<p>{draw_latex(source)}</p>")
    parser.inline.ruler.before("escape", "brackets", _find_brackets)
    parser.use(footnote_plugin, inline=False)
    parser.core.ruler.before("footnote_tail", "untold_notes", _tell_notes)
    parser.core.ruler.after("footnote_tail", "short_notes", _close_up_notes)
    for name, write in _NOTES.items():
        parser.add_render_rule(name, write)
    parser.add_render_rule("math_inline_double", _write_double)
    # Pictures are part of the notebook: what a page may keep of them is decided when they are cleaned.
    parser.validateLink = lambda url: not url.lower().startswith(("javascript:", "vbscript:"))  # type: ignore[method-assign]
    return parser


# Formulas ---------------------------------------------------------------------------------------


def _draw_formula(source: str, options: Mapping[str, Any]) -> str:
    if options.get("display_mode"):
        return f"<p>{draw_latex(source)}</p>"
    return escape(f"${source}$", quote=False) if _MONEY.fullmatch(source) else draw_latex(source)


def _write_double(_: object, tokens: Sequence[Token], place: int, *__: object) -> str:
    return draw_latex(tokens[place].content)


def _find_brackets(state: StateInline, silent: bool) -> bool:
    r"""Take ``\\(x\\)`` and ``\\[x\\]`` for formulas, as JupyterLab does."""
    found = _BRACKETED.match(state.src, state.pos, state.posMax)
    if found and not silent:
        state.push("math_inline_double", "", 0).content = found[1] or found[2]
    state.pos = found.end() if found else state.pos
    return bool(found)


# Footnotes --------------------------------------------------------------------------------------


def _number(tokens: Sequence[Token], place: int, env: Mapping[str, Any]) -> int:
    return int(env["first"]) + int(tokens[place].meta["id"]) + 1


def _refer(_: object, tokens: Sequence[Token], place: int, __: object, env: Mapping[str, Any]) -> str:
    number = _number(tokens, place, env)
    return f'<sup class="footnote-ref"><a href="#fn-{number}">{number}</a></sup>'


def _open_notes(_: object, __: object, ___: object, ____: object, env: Mapping[str, Any]) -> str:
    start = f' start="{env["first"] + 1}"' if env["first"] else ""
    return f'<section class="footnotes"><ol{start}>'


def _open_note(_: object, tokens: Sequence[Token], place: int, __: object, env: Mapping[str, Any]) -> str:
    return f'<li id="fn-{_number(tokens, place, env)}">'


_NOTES = {
    "footnote_ref": _refer,
    "footnote_block_open": _open_notes,
    "footnote_block_close": lambda *_: "</ol></section>",
    "footnote_open": _open_note,
    "footnote_close": lambda *_: "</li>",
    "footnote_anchor": lambda *_: "",
}


def _tell_notes(state: StateCore) -> None:
    """Tell of references without a note, and let notes without a reference stand below the text."""
    refs = state.env.get("footnotes", {}).get("refs", {})
    noticed: list[str] = state.env["noticed"]
    for block in state.tokens:
        for token in block.children or ():
            found = _UNTOLD.findall(token.content) if token.type == "text" else ()
            noticed += [f"the footnote [^{key}] has no text" for key in found]
    left = Counter(token.meta["label"] for token in state.tokens if token.type == "footnote_reference_open")
    kept: list[Token] = []
    below: list[Token] = []
    into = kept
    for token in state.tokens:
        if token.type == "footnote_reference_open":
            key = token.meta["label"]
            left[key] -= 1
            # Of several notes under one name, the last is the one referred to.
            if refs[f":{key}"] < 0 or left[key]:
                noticed.append(f"no text refers to the footnote [^{key}]; it stands below")
                into = below
                continue
        elif token.type == "footnote_reference_close" and into is below:
            into = kept
            continue
        into.append(token)
    state.tokens = [*kept, *below]


def _close_up_notes(state: StateCore) -> None:
    """Let a note of one paragraph be a line of its list."""
    begun = [place for place, token in enumerate(state.tokens) if token.type == "footnote_open"]
    for place in begun:
        kinds = [token.type for token in state.tokens[place + 1 : place + 6]]
        if kinds[:2] == ["paragraph_open", "inline"] and "footnote_close" in kinds:
            for token in state.tokens[place + 1 : place + 6]:
                token.hidden = token.hidden or token.type.startswith("paragraph_")
