"""HTML pages from executed notebooks: the nbconvert exporter ``briefing_html``.

A template that extends ``briefing/index.html.j2`` and overrides one of its blocks restyles the page.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets import Unicode, default

from aichr_briefings.press.html.page import HERE, Page, make_page
from aichr_briefings.press.markup.document import Document, read_document

if TYPE_CHECKING:
    from nbformat import NotebookNode


class BriefingHTMLExporter(TemplateExporter):
    """Exports an executed notebook as a self-contained, accessible page without scripts."""

    export_from_notebook = "Briefing (HTML)"
    output_mimetype = "text/html"
    index_href = Unicode("", help="Where the edition's index is, relative to the page").tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "briefing"

    @default("template_extension")
    def _template_extension_default(self) -> str:
        return ".html.j2"

    @default("default_preprocessors")
    def _no_preprocessors(self) -> list[str]:
        return []

    @default("extra_template_basedirs")
    def _default_extra_template_basedirs(self) -> list[str]:
        return [str(HERE)]

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page and the resources, with what was noticed under ``briefing_warnings``."""
        resources = self._init_resources(resources)  # type: ignore[no-untyped-call]
        document = read_document(nb, resources.get("metadata", {}).get("name", ""))
        for warning in document.warnings:
            self.log.warning(warning)
        resources["briefing_warnings"] = document.warnings
        resources["page"] = asdict(page_of(document, resources.get("index_href", self.index_href)))
        html, resources = super().from_notebook_node(nb, resources, **kw)
        del resources["page"]
        return html.rstrip() + "\n", resources


def page_of(document: Document, index_href: str = "") -> Page:
    """Return the page of a document."""
    head = document.masthead
    return make_page(
        document.nodes,
        title=document.title,
        family=head.family,
        project=head.project,
        as_of=head.as_of,
        foot=head.as_of_long,
        index_href=index_href,
        language=document.language,
    )


def render_html(
    notebook: NotebookNode, index_href: str = "", *, name: str = "", warnings: list[str] | None = None
) -> str:
    """Return an executed notebook as a page.

    Parameters
    ----------
    notebook
        Executed; it is not changed.
    index_href
        Where the edition's index is, relative to the page; no link if empty.
    name
        The notebook's name, its title where it has none.
    warnings
        A list that takes what was left out or changed, one line each.

    Raises
    ------
    DocumentError
        If the notebook cannot become an accessible page.
    """
    given = {"index_href": index_href, "metadata": {"name": name}}
    html, resources = _exporter().from_notebook_node(notebook, given)
    if warnings is not None:
        warnings += resources["briefing_warnings"]
    return html


@cache
def _exporter() -> BriefingHTMLExporter:
    import logging

    # The caller gets the warnings; they are not also logged.
    quiet = logging.Logger("briefing_html", logging.CRITICAL)
    return BriefingHTMLExporter(log=quiet)  # type: ignore[no-untyped-call]
