"""Documents laid out and written as PDF/UA-1: the only place that runs Typst.

Typst compiles in threads: print in a process that does not fork afterwards. One compiler serves a process;
what it has read and laid out is kept, so that the same document with less room costs a fraction of the first.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from pressroom.look.colours import LIGHT
from pressroom.look.fonts import font_files
from pressroom.pages.errors import DocumentError
from pressroom.pages.pdf import margins
from pressroom.pages.pdf.lost_words import require_words
from pressroom.pages.pdf.structure import mend_structure, set_row_headers
from pressroom.pages.pdf.syllables import join_syllables
from pressroom.pages.pdf.tree import Tree, make_tree

if TYPE_CHECKING:
    import typst

    from pressroom.pages.markup.document import Document
    from pressroom.pages.pdf.grid import CellTags
    from pressroom.pages.pdf.tree import Cover

_TEMPLATE = Path(__file__).with_name("page.typ")
_MARGINS = {"x": margins.SIDE, "top": margins.TOP, "bottom": margins.BOTTOM}
INPUTS = {"colours": json.dumps(LIGHT), "margins": json.dumps(_MARGINS)}
"""What the template gets of the house."""

_WELL_FILLED = 0.35  # share of the last page
_HALF = 0.5  # what more room must fill of it, to be worth having: else its text looks thinner than others
_FEW = 4  # pages: of so many, closing up saves one at most
_COMPILING = Lock()


@dataclass(frozen=True)
class Spacing:
    """How much room a page gives: before a section, above and below a row; all in millimetres.

    `gather` keeps so many of the last blocks together, so that the method never stands alone. `head` is what
    is left of the room around the title and above the figures, as a share. `whole` keeps questions on the
    page of their heading; `bound` keeps the last two rows of each table on one.
    """

    gap: float = 8.0
    row: float = 1.9
    gather: int = 0
    head: float = 1.0
    whole: bool = True
    bound: bool = False


class Laid(NamedTuple):
    """Pages, how much of the last is filled, and whether a table's first or last row is alone on its page,
    or the box below it.
    """

    pages: int
    filled: float
    strands: bool


def _broken(spacing: Spacing) -> Spacing:
    return replace(spacing, whole=False)


_NORMAL = Spacing()
_TIGHT = (Spacing(5.4, 1.3), Spacing(4.6, 1.2, head=0.6))
_FIRST = (_NORMAL, *_TIGHT, *map(_broken, (_NORMAL, *_TIGHT)))
_GATHERED = (Spacing(gather=2), Spacing(gather=3), Spacing(gather=4))
_LOOSE = (Spacing(11.0, 2.5), Spacing(15.0, 3.2))


def print_document(document: Document) -> tuple[bytes, list[str]]:
    """Return a document as a PDF, and what was changed on the way.

    The PDF is tagged, has its fonts embedded, and is the same for equal documents, byte for byte.

    Raises
    ------
    DocumentError
        If it cannot become an accessible PDF.
    """
    chosen = _choose(document)
    with _prove([chosen.tree]) as proof:
        file = proof.print(chosen.spacing)
        pdf = _finish(file, chosen.tree.tables, chosen.require_words)
        return pdf, chosen.tree.warnings


def print_book(cover: Cover, documents: Sequence[Document]) -> tuple[bytes, list[str]]:
    """Return documents bound into one PDF, each beginning on a new page, and what was changed on the way.

    The cover's title is the only heading of the first level; a document's own headings go down by one. Pages
    are numbered throughout, and the bookmarks begin with the contents and the documents.

    Raises
    ------
    DocumentError
        If it cannot become an accessible PDF.
    """
    chosen = [_choose(document, place) for place, document in enumerate(documents)]
    trees = [one.tree for one in chosen]
    for one in chosen:
        one.tree.data["spacing"] = asdict(one.spacing)
    with _prove(trees, cover) as proof:
        tables = [table for tree in trees for table in tree.tables]
        warnings = [*cover.read()[1], *(warning for tree in trees for warning in tree.warnings)]
        return _finish(proof.print(_NORMAL), tables), list(dict.fromkeys(warnings))


class _Chosen(NamedTuple):
    """A document with the room that it is given, and what comes of that."""

    document: Document
    tree: Tree
    spacing: Spacing
    laid: Laid

    def require_words(self, pdf: Any) -> None:
        require_words(self.document, pdf, self.tree.showable)


def _choose(document: Document, place: int = 0) -> _Chosen:
    """Return a document with its room; without what it can spare, if that saves a page or a stranded row."""
    return _give_room(document, place, _give_room(document.lean, place) if document.lean else None)


def _give_room(document: Document, place: int, instead: _Chosen | None = None) -> _Chosen:
    tree = make_tree(document, place)
    with _prove([tree]) as proof:
        if instead and proof.count_pages() > instead.laid.pages:
            return instead
        spacing = proof.choose_spacing()
        chosen = _Chosen(document, tree, spacing, proof.lay_out(spacing))
        return min(chosen, instead or chosen, key=lambda one: (one.laid.pages, one.laid.strands))


def _finish(file: Path, tables: Sequence[CellTags], check: Callable[[Any], None] = lambda pdf: None) -> bytes:
    """Return the PDF that Typst wrote, checked, with its row headers tagged and its structure mended."""
    import pikepdf

    buffer = io.BytesIO()
    with pikepdf.open(file, access_mode=pikepdf.AccessMode.mmap_only) as pdf:
        join_syllables(pdf)
        check(pdf)
        set_row_headers(pdf, tables)
        mend_structure(pdf)
        pdf.save(
            buffer,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=False,
            fix_metadata_version=False,  # Typst has written the version already
        )
    return buffer.getvalue()


@contextmanager
def _prove(trees: Sequence[Tree], cover: Cover | None = None) -> Iterator[_Proof]:
    with TemporaryDirectory(prefix="briefing-") as folder, _COMPILING:
        yield _Proof(trees, Path(folder), cover)


class _Proof:
    """Trees in a folder that Typst reads, laid out with more or less room."""

    def __init__(self, trees: Sequence[Tree], folder: Path, cover: Cover | None = None) -> None:
        self.folder, self.laid = folder, dict[Spacing, Laid]()
        self.can_gather = trees[-1].can_gather
        title = cover.title if cover else trees[0].data["title"]
        cover_data = cover.read()[0] if cover else None
        job = {"title": title, "cover": cover_data, "documents": [tree.data for tree in trees]}
        (folder / _TEMPLATE.name).write_bytes(_TEMPLATE.read_bytes())
        (folder / "document.json").write_text(json.dumps(job, ensure_ascii=False), "utf-8")
        for picture in (picture for tree in trees for picture in tree.pictures):
            (folder / picture.file).write_bytes(picture.data)

    def choose_spacing(self) -> Spacing:
        """Return the room at which the document takes the fewest pages, and fills the last one well.

        Of such, questions are kept whole where they can be, and no table has its first or last row,
        or the box that explains its rows, alone on another page.
        Where the last page is filled badly all the same, the pages before give more of what they have.
        """
        normal = self.lay_out(_NORMAL)
        if normal.pages == 1 or (normal.filled >= _HALF and not normal.strands):
            return _NORMAL
        closer = self.lay_out(_TIGHT[0]).pages
        fewest = closer if closer < normal.pages <= _FEW else self.count_pages()
        first = next(spacing for spacing in _FIRST if self.lay_out(spacing).pages == fewest)
        tighter = [spacing for spacing in _FIRST[_FIRST.index(first) :] if spacing.whole == first.whole]
        bound = [replace(spacing, bound=True) for spacing in tighter]
        spacing = next(
            (spacing for spacing in (*tighter, *bound) if self._keeps_rows(spacing, fewest)), first
        )
        return self._fill(spacing) if spacing.gap == _NORMAL.gap else spacing

    def count_pages(self) -> int:
        """Return how few pages there can be."""
        return self.lay_out(_broken(_TIGHT[-1])).pages

    def _keeps_rows(self, spacing: Spacing, pages: int) -> bool:
        laid = self.lay_out(spacing)
        return laid.pages == pages and not laid.strands

    def _fill(self, normal: Spacing) -> Spacing:
        (pages, filled, _), whole = self.lay_out(normal), normal.whole
        if filled >= _WELL_FILLED:
            return normal
        gathered = [
            replace(spacing, whole=whole) for spacing in _GATHERED if spacing.gather <= self.can_gather
        ]
        loose = [replace(spacing, whole=whole) for spacing in _LOOSE]
        tried = [
            *((spacing, _HALF) for spacing in loose),
            *((spacing, _WELL_FILLED) for spacing in (*gathered, *loose)),
        ]
        kept = (spacing for spacing in gathered if self.lay_out(spacing).pages == pages)
        filling = (spacing for spacing, share in tried if self._fills(spacing, pages, share))
        return next(chain(filling, kept, [normal]))

    def _fills(self, spacing: Spacing, pages: int, share: float) -> bool:
        return self._keeps_rows(spacing, pages) and self.lay_out(spacing).filled >= share

    def lay_out(self, spacing: Spacing) -> Laid:
        """Return what comes of a room; each is laid out once."""
        if spacing not in self.laid:
            self.laid[spacing] = self._lay_out(spacing)
        return self.laid[spacing]

    def _lay_out(self, spacing: Spacing) -> Laid:
        self._give(spacing)
        try:
            answer = _compiler().query("<end>", field="value", one=True, root=self.folder)
        except RuntimeError:
            self.print(spacing)  # Typst tells what is wrong only here
            raise
        end = json.loads(answer)
        filled = (end["y"] - margins.TOP) / (margins.HEIGHT - margins.TOP - margins.BOTTOM)
        return Laid(end["page"], filled, end["strands"])

    def print(self, spacing: Spacing) -> Path:
        """Return the PDF's file."""
        import typst

        self._give(spacing)
        file = self.folder / "document.pdf"
        try:
            _compiler().compile(
                output=file, format="pdf", pdf_standards=["ua-1"], timestamp=0, root=self.folder
            )
        except typst.TypstError as error:
            raise DocumentError(None, f"the PDF cannot be made accessible: {_told(error)}") from error
        return file

    def _give(self, spacing: Spacing) -> None:
        (self.folder / "spacing.json").write_text(json.dumps(asdict(spacing)), "utf-8")


def _told(error: typst.TypstError) -> str:
    hints: Sequence[str] = getattr(error, "hints", ())
    return re.sub(r"\s+", " ", " ".join((str(error), *hints))).strip()


@cache
def fonts() -> typst.Fonts:
    """Return the bundled fonts, and no others, as Typst reads them: once a process."""
    import typst

    folders = sorted({str(path.parent) for path in font_files()})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@cache
def _compiler() -> typst.Compiler:
    """Return the process's compiler, which starts a thread at the first call."""
    import typst

    _start_thread()
    return typst.Compiler(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs=INPUTS,
    )


def _start_thread() -> None:
    """Let Typst have one thread, unless somebody wants it otherwise.

    A briefing has few pages: more threads cost more than they save, and other cores have other briefings.
    """
    import typst

    name = "RAYON_NUM_THREADS"
    if name in os.environ:
        return
    os.environ[name] = "1"
    try:
        typst.compile(b"", font_paths=fonts(), ignore_system_fonts=True)
    finally:
        del os.environ[name]  # it is not for the notebooks' kernels
