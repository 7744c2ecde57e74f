"""Documents from executed notebooks: the nbconvert exporters ``briefing_html`` and ``briefing_pdf``.

A template that extends ``briefing/index.html.j2`` and overrides one of its blocks restyles the page.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets import Unicode, default

from pressroom.pages.errors import DocumentError
from pressroom.pages.html.page import HERE, page_of
from pressroom.pages.markup.document import read_document
from pressroom.pages.pdf.printer import print_document
from pressroom.run.notebook import number_cells, tags_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

_SKIPPED = frozenset(("skip-execution",))


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


class BriefingPDFExporter(BriefingHTMLExporter):
    """Exports an executed notebook as a PDF/UA-1 document."""

    export_from_notebook = "Briefing (PDF)"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the PDF and the resources, with what was noticed under ``briefing_warnings``."""
        require_run(nb)
        resources = self._init_resources(resources)  # type: ignore[no-untyped-call]
        document = read_document(nb, resources.get("metadata", {}).get("name", ""))
        pdf, noticed = print_document(document)
        resources["briefing_warnings"] = [*document.warnings, *noticed]
        for warning in resources["briefing_warnings"]:
            self.log.warning(warning)
        resources["output_extension"] = ".pdf"
        return pdf, resources


def require_run(nb: Any) -> None:
    """Raise a DocumentError if a code cell was not run: what it shows would be missing from the document."""
    numbers = number_cells(nb)
    asked = [
        index for index, cell in enumerate(nb.cells) if numbers[index] and not _SKIPPED & {*tags_of(cell)}
    ]
    unrun = [i for i in asked if nb.cells[i].execution_count is None and not nb.cells[i].outputs]
    if not unrun:
        return
    all_of_it = len(unrun) == len(asked)
    cells = ", ".join(f"[{numbers[index]}]" for index in unrun)
    which = "this notebook has not been run" if all_of_it else f"these cells have not been run: {cells}"
    raise DocumentError(
        None,
        f"{which}. A briefing is made of what its cells show: in JupyterLab choose Run, Run All Cells, then"
        " export again",
    )
