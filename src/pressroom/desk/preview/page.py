"""The preview's own page: a bar with the picker, and two frames. Script and style are files beside this."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

from pressroom.pages.html.page import style_sheet

_HERE = Path(__file__).parent
_SHOWN = "Preview of the briefing …↗"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src data:; img-src data:;"
    " connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page may load: what this server serves, and nothing else."""


def make_page(id: str, project: str) -> str:
    """Return the page that shows a briefing; the script fills in the picker and the frames.

    Parameters
    ----------
    project
        The name of the project's folder.
    """
    return _template().replace("{{id}}", escape(id)).replace("{{project}}", escape(project))


def read_style() -> str:
    """Return the page's style sheet: that of the briefings, and the preview's own rules."""
    return style_sheet(_SHOWN) + "\n" + (_HERE / "preview.css").read_text("utf-8")


def read_script() -> str:
    """Return the page's script."""
    return (_HERE / "preview.js").read_text("utf-8")


@cache
def _template() -> str:
    return (_HERE / "preview.html").read_text("utf-8")
