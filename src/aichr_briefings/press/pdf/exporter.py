"""PDFs from executed notebooks: the nbconvert exporter ``briefing_pdf``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import default

from aichr_briefings.press.executed import require_run
from aichr_briefings.press.html.exporter import BriefingHTMLExporter
from aichr_briefings.press.markup.document import read_document
from aichr_briefings.press.pdf.printer import print_document

if TYPE_CHECKING:
    from nbformat import NotebookNode


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
