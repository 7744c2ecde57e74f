"""The documents of an executed notebook: read once, then set as a page and as a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.pages.html.neighbours import ALONE, Around

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from pressroom.pages.markup.links import Links


def make_documents(
    notebook: NotebookNode,
    index_href: str = "",
    name: str = "",
    *,
    links: Links | None = None,
    around: Around = ALONE,
) -> tuple[dict[str, bytes], list[str]]:
    """Return an executed notebook's page and PDF by their suffix, and what was noticed on the way.

    Parameters
    ----------
    notebook
        Executed; it is not changed.
    index_href
        Where the edition's index is, relative to the page; no link if empty.
    name
        What the notebook is called, the title where it has none.
    links
        Knows the other briefings of its edition; without, links to them are words.
    around
        What else of its edition the page leads to.

    Raises
    ------
    DocumentError
        If the notebook cannot become accessible documents.
    """
    from pressroom.pages.html.page import html_of
    from pressroom.pages.markup.document import read_document
    from pressroom.pages.pdf.printer import print_document

    document = read_document(notebook, name, links)
    html = html_of(document, index_href, around).encode()
    pdf, noticed = print_document(document)
    return {".html": html, ".pdf": pdf}, [*document.warnings, *noticed]


def warm_documents() -> None:
    """Load what every document needs, so that a process forked from this one need not; start no thread."""
    import brotli  # noqa: F401
    import pikepdf  # noqa: F401

    from pressroom.pages.html.page import page
    from pressroom.pages.markup.markdown import Writer
    from pressroom.pages.pdf.printer import fonts

    page(title="", body=Writer([]).write("a *b*"), family="")
    fonts()
