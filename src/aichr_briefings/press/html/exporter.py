"""HTML pages from executed notebooks: the nbconvert exporter ``briefing_html``.

A template that extends ``briefing/index.html.j2`` and overrides one of its blocks restyles the page.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets import Unicode, default

from aichr_briefings.press.executed import require_run
from aichr_briefings.press.html.page import HERE, page_of
from aichr_briefings.press.markup.document import read_document

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
        require_run(nb)
        resources = self._init_resources(resources)  # type: ignore[no-untyped-call]
        document = read_document(nb, resources.get("metadata", {}).get("name", ""))
        for warning in document.warnings:
            self.log.warning(warning)
        resources["briefing_warnings"] = document.warnings
        resources["page"] = asdict(page_of(document, resources.get("index_href", self.index_href)))
        html, resources = super().from_notebook_node(nb, resources, **kw)
        del resources["page"]
        return html.rstrip() + "\n", resources
