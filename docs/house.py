"""A Sphinx extension: the house's typefaces and colours, and outputs set as the press sets them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from pressroom.look.colours import DARK, LIGHT
from pressroom.pages.html import typefaces
from pressroom.pages.html.scoped import scoped_style
from pressroom.pages.markup.arrange import arrange
from pressroom.pages.markup.clean import Report, clean
from pressroom.pages.markup.nodes import Element, Node, to_html
from pressroom.pages.markup.svg import with_tokens

DOCS = Path(__file__).parent
OUTPUT = ".bd-article .cell_output .output.text_html"
CONTAINER = "div.cell_output"
DARK_PAGE = 'html[data-theme="dark"]'
MONO = typefaces.Face("JetBrains Mono", "JetBrains Mono", 400, ())


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the style sheets before Sphinx looks for them, and press the outputs of each page that is read."""
    app.connect("config-inited", lambda app, config: write_style_sheets(DOCS / "_build" / "style"))
    app.connect("doctree-read", press_outputs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_style_sheets(folder: Path) -> None:
    """Write the typefaces with the colours, and the look of outputs."""
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(path.read_text("utf-8") for kind in ("*.md", "*.csv") for path in _sources(kind))
    (folder / "typefaces.css").write_text(f"{_typefaces(text)}\n{_colours()}\n", "utf-8")
    (folder / "outputs.css").write_text(scoped_style(OUTPUT, CONTAINER, DARK_PAGE), "utf-8")


def press_outputs(app: Sphinx, doctree: nodes.document) -> None:
    """Set what cells displayed as a briefing has it: clean, in order, drawings in the colours of the page."""
    used: set[str] = set()
    for raw in doctree.findall(nodes.raw):
        if raw.get("format") == "html" and raw.parent.get("mime_type") == "text/html":
            found = arrange(clean(raw.astext(), Report()), used)
            raw[:] = [nodes.Text(to_html([_coloured(node) for node in found]))]


def _coloured(node: Node) -> Node:
    if isinstance(node, str):
        return node
    if node.tag == "svg":
        return with_tokens(node)
    return Element(node.tag, node.attributes, [_coloured(child) for child in node.children])


def _sources(pattern: str) -> list[Path]:
    folders = (DOCS, DOCS.parent / "data")
    return sorted(path for folder in folders for path in folder.rglob(pattern) if "_build" not in path.parts)


def _typefaces(text: str) -> str:
    """Return the faces of the briefings, and one for code."""
    shown = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0–—‘’“”…·├│└─→"
    data = b64encode(typefaces.subset_font(MONO, shown)).decode("ascii")
    source = f'url(data:font/woff2;base64,{data}) format("woff2")'
    return f'{typefaces.font_faces(text)}\n@font-face{{font-family:"{MONO.family}";src:{source}}}'


def _colours() -> str:
    """Return the colours of light and dark paper; the theme's switch sets ``data-theme``."""
    return "\n".join((_tokens("html", LIGHT), _tokens(DARK_PAGE, DARK)))


def _tokens(where: str, tokens: Mapping[str, str]) -> str:
    return f"{where}{{{';'.join(f'--{name}:{value}' for name, value in tokens.items())}}}"
