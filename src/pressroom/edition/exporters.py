"""Documents from executed notebooks: the nbconvert exporters ``briefing_html`` and ``briefing_pdf``.

A template that extends ``briefing/index.html.j2`` and overrides one of its blocks restyles the page. What
cannot be exported is a DocumentError or a GivenError; at nbconvert's command line, one sentence and exit 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.preprocessors import ExecutePreprocessor
from traitlets import Unicode, default

from pressroom.edition.links import Recorded
from pressroom.pages.errors import DocumentError
from pressroom.pages.html.page import HERE, page_of
from pressroom.pages.markup.document import Document, read_document
from pressroom.pages.pdf.printer import print_document
from pressroom.run.executed import find_error, plain
from pressroom.run.failure import explain_stop, shorten
from pressroom.run.given_parameters import GivenError, require_given
from pressroom.run.notebook import name_cell, name_others, name_warning, number_cells, settings_of, tags_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

_SKIPPED = frozenset(("skip-execution",))

_PREPROCESSORS = [
    f"nbconvert.preprocessors.{name}Preprocessor"
    for name in ("TagRemove", "RegexRemove", "ClearOutput", "CoalesceStreams", "Execute")
]
"""Those of nbconvert's that change what a document says; each waits until its option enables it."""


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
    def _default_preprocessors(self) -> list[str]:
        return _PREPROCESSORS

    @default("extra_template_basedirs")
    def _default_extra_template_basedirs(self) -> list[str]:
        return [str(HERE)]

    def from_file(
        self, file_stream: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the document of an open file; nbconvert's command comes here, and is ended by a refusal."""
        from nbformat.reader import NotJSONError

        try:
            exported: tuple[Any, dict[str, Any]] = super().from_file(file_stream, resources, **kw)
        except (DocumentError, GivenError, NotJSONError, UnicodeDecodeError) as error:
            from nbconvert.nbconvertapp import NbConvertApp

            if not NbConvertApp.initialized() or not isinstance(NbConvertApp.instance(), NbConvertApp):
                raise
            self.log.error(shorten(str(error)))
            NbConvertApp.instance().exit(1)
            raise
        return exported

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page and the resources, with what was noticed under ``briefing_warnings``."""
        html, resources = super().from_notebook_node(nb, resources, **kw)
        del resources["page"]
        return html.rstrip() + "\n", resources

    def _preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the notebook as it is exported, and the resources with its page for the template."""
        nb, document, resources = self._read(nb, resources)
        resources["page"] = asdict(page_of(document, resources.get("index_href", self.index_href)))
        resources["briefing_warnings"] = self._warn(nb, document.warnings)
        return nb, resources

    def _read(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Document, Any]:
        """Run the preprocessors that are enabled, and read the notebook that they leave."""
        metadata = resources.get("metadata", {})
        name = metadata.get("name", "")
        require_given(nb, Path(metadata.get("path") or "") / f"{name}.ipynb")
        with self._naming_what_stopped():
            nb, resources = super()._preprocess(nb, resources)  # type: ignore[no-untyped-call]
        require_run(nb)
        with naming_cells(nb):
            return nb, read_document(nb, name, self._find_links(nb)), resources

    def _find_links(self, nb: NotebookNode) -> Recorded | None:
        """Return what follows a notebook's links into the edition that it stands in; None if in none."""
        return Recorded(settings_of(nb).get("reads", ())) if self.index_href else None

    def _warn(self, nb: NotebookNode, warnings: Iterable[str]) -> list[str]:
        named = [name_warning(nb, warning) for warning in warnings]
        for warning in named:
            self.log.warning(warning)
        return named

    @contextmanager
    def _naming_what_stopped(self) -> Iterator[None]:
        """Make of what stops ``--execute`` a sentence that names the cell."""
        from jupyter_client.kernelspec import NoSuchKernel
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

        try:
            yield
        except CellExecutionError as error:
            nb = next(one.nb for one in self._preprocessors if isinstance(one, ExecutePreprocessor))
            found = find_error(nb)
            index = found[0] if found else None
            raise _refuse(nb, index, f"raised {error.ename}: {plain(error.evalue)[:200]}") from None
        except (CellTimeoutError, DeadKernelError, NoSuchKernel) as error:
            limit = next(one.timeout for one in self._preprocessors if isinstance(one, ExecutePreprocessor))
            raise DocumentError(None, explain_stop(error, limit or 0, Path(gettempdir()))) from None


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
        nb, document, resources = self._read(nb, self._init_resources(resources))  # type: ignore[no-untyped-call]
        with naming_cells(nb):
            pdf, noticed = print_document(document)
        resources["briefing_warnings"] = self._warn(nb, [*document.warnings, *noticed])
        resources["output_extension"] = ".pdf"
        return pdf, resources


@contextmanager
def naming_cells(nb: Any) -> Iterator[None]:
    """Let what refuses a cell call it as JupyterLab shows it."""
    try:
        yield
    except DocumentError as error:
        message = name_others(nb, error.message, error.also)
        raise _refuse(nb, error.cell, message) from error.__cause__


def require_run(nb: Any) -> None:
    """Raise a DocumentError if a code cell failed or was not run: the document would lack what it shows."""
    for index, cell in enumerate(nb.cells):
        errors = [output for output in cell.get("outputs", ()) if output.output_type == "error"]
        if errors and "raises-exception" not in tags_of(cell):
            reason = f"raised {errors[0].ename}: {plain(errors[0].evalue)[:200]}"
            raise _refuse(
                nb, index, f"{reason}. The notebook failed here; mend the cell and run all cells again"
            )
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


def _refuse(nb: Any, index: int | None, message: str) -> DocumentError:
    return DocumentError(index, message, "" if index is None else name_cell(nb, index))
