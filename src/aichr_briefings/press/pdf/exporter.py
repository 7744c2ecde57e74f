"""PDFs from executed notebooks: the nbconvert exporter ``briefing_pdf``, and the only place that runs Typst.

Typst compiles in threads: compile in a process that does not fork afterwards.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from traitlets import default

from aichr_briefings.look.colours import LIGHT
from aichr_briefings.look.fonts import font_files
from aichr_briefings.press.errors import DocumentError
from aichr_briefings.press.html.exporter import BriefingHTMLExporter
from aichr_briefings.press.markup.document import Document, read_document
from aichr_briefings.press.pdf.row_headers import set_row_headers
from aichr_briefings.press.pdf.tree import Tree, make_tree

if TYPE_CHECKING:
    import typst
    from nbformat import NotebookNode

_TEMPLATE = Path(__file__).with_name("page.typ")
_PAGE_TOP, _PAGE_BOTTOM = 16.0, 279.0  # millimetres, between the margins of A4
_WELL_FILLED = 0.35  # share of the last page


@dataclass(frozen=True)
class Air:
    """How much room a page gives: before a section, above and below a row; all in millimetres.

    `gather` keeps the last two blocks together, so that the method never stands alone.
    """

    gap: float = 8.0
    row: float = 1.9
    gather: bool = False


_NORMAL = Air()
_TIGHTER = (Air(6.6, 1.6), Air(5.4, 1.3))
_GATHERED = Air(gather=True)


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
        resources = self._init_resources(resources)  # type: ignore[no-untyped-call]
        warnings: list[str] = []
        pdf = render_pdf(nb, name=resources.get("metadata", {}).get("name", ""), warnings=warnings)
        for warning in warnings:
            self.log.warning(warning)
        resources["briefing_warnings"] = warnings
        resources["output_extension"] = ".pdf"
        return pdf, resources


def render_pdf(notebook: NotebookNode, *, name: str = "", warnings: list[str] | None = None) -> bytes:
    """Return an executed notebook as a PDF: tagged, fonts embedded, equal bytes for equal notebooks.

    Parameters
    ----------
    notebook
        Executed; it is not changed.
    name
        The notebook's name, its title where it has none.
    warnings
        A list that takes what was left out or changed, one line each.

    Raises
    ------
    DocumentError
        If the notebook cannot become an accessible document.
    """
    document = read_document(notebook, name)
    pdf, noticed = print_document(document)
    if warnings is not None:
        warnings += [*document.warnings, *noticed]
    return pdf


def print_document(document: Document) -> tuple[bytes, list[str]]:
    """Return a document as a PDF, and what was changed on the way."""
    tree = make_tree(document)
    with TemporaryDirectory(prefix="briefing-") as folder:
        (Path(folder) / _TEMPLATE.name).write_bytes(_TEMPLATE.read_bytes())
        for picture in tree.pictures:
            (Path(folder) / picture.file).write_bytes(picture.data)
        pdf = _fit(tree, folder)
    return set_row_headers(pdf, tree.tables), tree.warnings


def _fit(tree: Tree, folder: str) -> bytes:
    """Return the PDF with its last page well filled, or saved by closing up a little."""
    pdf, pages, filled = _compile(tree, folder, _NORMAL)
    if pages == 1 or filled >= _WELL_FILLED:
        return pdf
    for air in _TIGHTER:
        closer, fewer, _ = _compile(tree, folder, air)
        if fewer < pages:
            return closer
    if not tree.can_gather:
        return pdf
    gathered, same, _ = _compile(tree, folder, _GATHERED)
    return gathered if same == pages else pdf


def _compile(tree: Tree, folder: str, air: Air) -> tuple[bytes, int, float]:
    """Return a PDF, its number of pages, and how much of the last one is filled."""
    import typst

    given = {
        "document": json.dumps(tree.data, ensure_ascii=False),
        "air": json.dumps(asdict(air)),
        "colours": json.dumps(LIGHT),
    }
    compiler = typst.Compiler(
        f"{folder}/{_TEMPLATE.name}",
        root=folder,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs=given,
    )
    try:
        pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=0)
        end = json.loads(compiler.query("<end>", field="value", one=True))
    except typst.TypstError as error:
        raise DocumentError(None, f"the PDF cannot be made accessible: {_told(error)}") from error
    assert isinstance(pdf, bytes)
    return pdf, end["page"], (end["y"] - _PAGE_TOP) / (_PAGE_BOTTOM - _PAGE_TOP)


def _told(error: typst.TypstError) -> str:
    hints: Sequence[str] = getattr(error, "hints", ())
    return re.sub(r"\s+", " ", " ".join((str(error), *hints))).strip()


@cache
def fonts() -> typst.Fonts:
    """Return the bundled fonts, and no others, as Typst reads them: once a process."""
    import typst

    folders = sorted({str(path.parent) for path in font_files()})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
