"""The server's part: the style of outputs, which the extension in ``labextension/`` links into the page."""

from __future__ import annotations

from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.web import authenticated

from pressroom.pages.html.scoped import scoped_style
from pressroom.pages.html.typefaces import font_faces

ADDRESS = ("pressroom", "outputs.css")

# Outputs as HTML that the analyst ran, and not what an untrusted file brings along.
_OUTPUT = "#main .jp-OutputArea-output.jp-RenderedHTML"
_DARK = "[data-jp-theme-light=false]"
_PAPER = f"""\
{_OUTPUT} {{ --gap: 0rem; padding: .75rem 1rem; background: var(--paper); overflow-x: auto; }}
{_OUTPUT} :is(section, aside, .cols):first-child {{ margin-top: 0; }}
"""


class StyleHandler(JupyterHandler):
    """Answers with the style sheet of outputs."""

    @authenticated
    def get(self) -> None:
        """Send it as it is now, so that a change of the look needs no new server."""
        self.set_header("Content-Type", "text/css; charset=utf-8")
        look = scoped_style(_OUTPUT, ".jp-OutputArea-child", _DARK)
        self.finish("\n".join((font_faces(""), look, _PAPER)))


def load_extension(app: Any) -> None:
    """Add the style sheet's address to a Jupyter server."""
    address = url_path_join(app.web_app.settings["base_url"], *ADDRESS)
    app.web_app.add_handlers(".*$", [(address, StyleHandler)])
