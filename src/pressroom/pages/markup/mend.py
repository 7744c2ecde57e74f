"""HTML that others wrote, mended: what a browser forgives a list, and what pandas writes for programmers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pressroom.pages.errors import DocumentError
from pressroom.pages.markup.nodes import Element, Node, has_class, text_of, walk, words_of
from pressroom.pages.phrases import say

_MISSING = ("NaN", "NaT", "<NA>", "None", "nan")
_TRUTH = {"True": "true", "False": "false"}
_SIZE = re.compile(r"(\d+) rows × (\d+) columns")
_SHORTENED = re.compile(r"\w{3}\.\.\.$")
_SHORTENED = re.compile(r"\w\.\.\.$")
_PRINTED = re.compile(r"dtype: \w+\s*$|\[\d+ rows x \d+ columns\]\s*$")
_WORD = re.compile(r"(?<=\s)(?:NaN|NaT|<NA>|None|True|False)(?=\s)")
_PARTIAL = re.compile(
    r"^\S*\s*\.\.\.?(?:\s.*)?$(?=[\s\S]*(?:^Length: \d|^\[\d+ rows x))|, \.\.\., |\n \.\.\.", re.M
)
_NUMPY = {"np.True_": "True", "np.False_": "False"}
_SCALAR = re.compile(r"(?:np\.\w+|Timestamp|Decimal)\((?P<inner>[-+\w.]+|'[^'\n]*')\)")
_DATE = re.compile(r"datetime\.date\((\d+), (\d+), (\d+)\)")
_FRACTION = re.compile(r"Fraction\((-?\d+), (\d+)\)")
_CUT = ("...", "…", "⋮", "⋯", "⋱")


def mend(element: Element, cell: int | None) -> list[Node]:
    """Return an element in a form that assistive technology takes too; nothing if it is an empty one.

    Raises
    ------
    DocumentError
        If it is a figure with nothing in it.
    """
    if element.tag == "a":
        return _link(element)
    if element.tag in ("ul", "ol"):
        return [_list(element)] if element.elements() or text_of(element.children).strip() else []
    if element.tag == "dl":
        return [_definitions(element)]
    if element.tag[0] == "h" and element.tag[1:].isdigit() and not _shows_something(element):
        return []
    if element.tag == "figure" and not _shows_something(element, besides="figcaption"):
        raise DocumentError(cell, f"the figure “{words_of([element])[:60]}” has nothing in it")
    return [element]


def place_items(nodes: list[Node], *, in_list: bool = False) -> None:
    """Turn list items that stand outside a list into ordinary blocks."""
    for node in nodes:
        if isinstance(node, Element) and node.tag != "svg":
            if node.tag == "li" and not in_list:
                node.tag = "div"
            place_items(node.children, in_list=node.tag in ("ul", "ol"))


def read_frames(nodes: Sequence[Node], warn: Callable[[str], None]) -> None:
    """Put the tables that pandas wrote into a reader's words; a table that it has cut says so.

    Parameters
    ----------
    warn
        Takes what was cut, and how to print all of it.
    """
    tables = [element for element in walk(nodes) if element.tag == "table"]
    for table in tables:
        for cell in (cell for cell in walk([table]) if cell.tag in ("td", "th")):
            if has_class(table, "dataframe") or (has_class(cell, "data") and cell.tag == "td"):
                _read_cell(cell, warn)
    sized = list(_find_sized(nodes))
    for table, note, size in sized:
        note.children = [_tell_cut(table, int(size[1]), int(size[2]), warn)]
    measured = [table for table, _, _ in sized]
    for table in tables:
        if has_class(table, "dataframe") and not any(table is one for one in measured) and _lacks_rows(table):
            warn(
                "a table stands without some of its rows; pd.set_option('display.max_rows', None) prints all"
            )


def read_printed(nodes: Sequence[Node], warn: Callable[[str], None]) -> None:
    """Put what pandas and numpy print as plain text into a reader's words; what is cut is told by `warn`."""
    for element in (element for element in walk(nodes) if element.tag == "pre"):
        text = text_of(element.children)
        if (value := _say_value(text.strip())) != text.strip():
            element.children = [value]
        elif _PRINTED.search(text):
            element.children = [_WORD.sub(lambda found: _say_cell(found[0]).rjust(len(found[0])), text)]
        if _PARTIAL.search(text):
            warn(
                "only a part of what a cell shows is printed; display.max_rows of pandas, or threshold of"
                " numpy's set_printoptions, prints all"
            )


def _shows_something(element: Element, besides: str = "") -> bool:
    for child in element.children:
        if isinstance(child, str):
            if child.strip():
                return True
        elif child.tag in ("svg", "img") or (child.tag != besides and _shows_something(child, besides)):
            return True
    return False


def _link(element: Element) -> list[Node]:
    return [element] if "href" in element.attributes and _shows_something(element) else element.children


def _list(element: Element) -> Element:
    items: list[Node] = []
    for child in element.children:
        if isinstance(child, Element) and child.tag == "li":
            items.append(child)
        elif isinstance(child, Element) or child.strip():
            items.append(Element("li", {}, [child]))
    return replace(element, children=items)


def _definitions(element: Element) -> Element:
    allowed = all(child.tag in ("dt", "dd") for child in element.elements())
    loose = any(child.strip() for child in element.children if isinstance(child, str))
    ordered = element.elements() and element.elements()[0].tag == "dt"
    if allowed and ordered and not loose:
        return replace(element, children=list(element.elements()))
    named = {"dt": "p", "dd": "div"}
    parts = [
        replace(child, tag=named.get(child.tag, child.tag)) if isinstance(child, Element) else child
        for child in element.children
    ]
    return Element("div", element.attributes, parts)


def _read_cell(cell: Element, warn: Callable[[str], None]) -> None:
    words = words_of([cell])
    if _say_cell(words) and not cell.elements():
        cell.children = [_say_cell(words)]
    if _SHORTENED.search(words):
        warn(f"a cell is cut short ({words[-20:]!r}); pd.set_option('display.max_colwidth', None) prints all")


def _find_sized(nodes: Sequence[Node]) -> Iterator[tuple[Element, Element, re.Match[str]]]:
    """Yield the frames below which pandas says how large they are, with that note."""
    for parent in walk(nodes):
        for table, note in zip(parent.elements(), parent.elements()[1:], strict=False):
            size = _SIZE.fullmatch(words_of([note])) if note.tag == "p" else None
            if size and has_class(table, "dataframe"):
                yield table, note, size


def _lacks_rows(table: Element) -> bool:
    rows = [[words_of([cell]) for cell in row.elements()] for row in walk([table]) if row.tag == "tr"]
    return any(row and all(cell in _CUT for cell in row) for row in rows)


def _say_value(text: str) -> str:
    """Return what a value is to a reader that is printed as programmers write it; others as they are.

    Examples
    --------
    >>> [_say_value(text) for text in ("np.int64(3)", "Timestamp('2020-01-02 00:00:00')", "nan", "f(3)")]
    ['3', '2020-01-02', '–', 'f(3)']
    >>> [_say_value(text) for text in ("datetime.date(2020, 1, 2)", "Fraction(1, 2)", "np.str_('a')")]
    ['2020-01-02', '1/2', 'a']
    """
    text = _NUMPY.get(text, text)
    if found := _SCALAR.fullmatch(text):
        text = found["inner"].strip("'").removesuffix(" 00:00:00")
    elif found := _DATE.fullmatch(text):
        text = "-".join(part.zfill(2) for part in found.groups())
    elif found := _FRACTION.fullmatch(text):
        text = "/".join(found.groups())
    return _say_cell(text) or text


def _say_cell(words: str) -> str:
    """Return what a reader gets in place of pandas' words; ``""`` if these are a reader's."""
    return "–" if words in _MISSING else say(_TRUTH[words]) if words in _TRUTH else ""


def _tell_cut(table: Element, rows: int, columns: int, warn: Callable[[str], None]) -> str:
    """Return how much of a frame its table shows."""
    lines = [row for body in walk([table]) if body.tag == "tbody" for row in body.elements()]
    cells = [[words_of([cell]) for cell in line.elements() if cell.tag == "td"] for line in lines]
    shown = sum(not line or any(cell not in _CUT for cell in line) for line in cells)
    across = len(cells[0]) - sum(cell in _CUT for cell in cells[0]) if cells else columns
    parts = []
    for here, whole, what in ((shown, rows, "rows"), (across, columns, "columns")):
        if here < whole:
            parts.append(say(f"{what}_of", n=str(here), all=str(whole)))
            warn(
                f"pandas shows {here} of {whole} {what}; pd.set_option('display.max_{what}', None) prints all"
            )
    if not parts:
        return say("size", rows=say("rows", n=str(rows)), columns=say("columns", n=str(columns)))
    first, *more = parts
    both = say("list_two", **{"first": first, "and": say("and"), "last": more[0]}) if more else first
    return say("cut", parts=both)
