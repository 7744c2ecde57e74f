"""What a notebook would display, as a part of a page: frames, figures, whatever has a rich representation."""

from __future__ import annotations

import sys
from html import escape
from typing import TYPE_CHECKING, Any

from pressroom.pages.errors import DocumentError
from pressroom.pages.fragments import NOTHING, Fragment, element, join

if TYPE_CHECKING:
    from pressroom.pages.markup.cells import Form


def take(part: object) -> Fragment:
    """Return a part of a page: a fragment as it is, a text as a paragraph, all else as JupyterLab shows it.

    None and what is empty leave nothing.

    Raises
    ------
    DocumentError
        If a page could show nothing of it.
    """
    if isinstance(part, Fragment):
        return part
    if part is None or isinstance(part, str):
        return element("p", part) if part else NOTHING
    if isinstance(part, list | tuple) and any(isinstance(one, Fragment) for one in part):
        return join(map(take, part))
    from pressroom.pages.markup.cells import read_piece
    from pressroom.pages.markup.markdown import Writer
    from pressroom.pages.markup.output_forms import choose_form

    data, metadata = _represent(part)
    if not data:
        return NOTHING  # it has displayed itself
    chosen = choose_form(read_piece(data, metadata, Writer([])))
    if chosen is None:
        what = str(part)[:60]
        raise DocumentError(None, f"a page shows nothing of {what!r}; give a picture, a table or text")
    return Fragment(_with_words(chosen))


def _represent(part: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an object's MIME bundle and metadata, as a notebook would have them."""
    from IPython.core.formatters import DisplayFormatter
    from IPython.core.getipython import get_ipython

    if hasattr(part, "to_frame") and not hasattr(part, "_repr_html_"):
        part = part.to_frame()  # a Series: as the column that it is
    if hasattr(getattr(part, "figure", None), "savefig"):
        part = part.figure  # axes, as a frame's plot() returns them
    if hasattr(part, "savefig"):
        return _draw(part), {}
    shell = get_ipython()
    formatter = (shell and shell.display_formatter) or DisplayFormatter()
    data, metadata = formatter.format(part)  # type: ignore[no-untyped-call]
    return data, metadata


def _draw(figure: Any) -> dict[str, Any]:
    """Return a figure's picture, and close it: Jupyter would show it again at the end of the cell."""
    from IPython.core.pylabtools import print_figure

    picture = print_figure(figure, "png", base64=True)  # type: ignore[no-untyped-call]
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)
    return {"image/png": picture} if picture else {"text/plain": repr(figure)}


def _with_words(form: Form) -> str:
    """Return a form's HTML, its picture with the alternative text and size that it was displayed with."""
    sides = zip(("width", "height"), form.size, strict=True)
    attributes = [("alt", form.alternative), *((name, f"{side:g}" if side else "") for name, side in sides)]
    given = "".join(f' {name}="{escape(text)}"' for name, text in attributes if text)
    return f"<img{given}{form.html.removeprefix('<img')}" if form.html.startswith("<img ") else form.html
