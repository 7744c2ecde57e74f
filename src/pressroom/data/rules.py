"""What a Table Schema cannot say: each rule takes the readable tables and yields what breaks it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path

from pressroom.data.characters import (
    describe_character,
    describe_misread,
    find_misread,
    find_unshowable,
    is_blank,
    list_unshowable,
)
from pressroom.data.commentary import check_commentary, list_commentary
from pressroom.data.files import NotPlainError, find_helper_conflicts, read_file
from pressroom.data.findings import DatasetError, Finding, quote
from pressroom.data.package import DESCRIPTOR, Package, locate_helper
from pressroom.data.partial_dates import find_fault
from pressroom.data.phrase_rows import check_phrase_column
from pressroom.data.records import Rule, Sheets, find_homes
from pressroom.data.resource import Field
from pressroom.data.select import find_faults
from pressroom.data.shapes import find_unknown_keys
from pressroom.data.sheets import parse_cell, split_items
from pressroom.data.source_rules import SOURCE_RULES
from pressroom.data.upgrade import upgrade_files
from pressroom.data.wording import find_unknown, read_wordings

_BEYOND = re.compile("[^ -~]+")
"""Characters that are not printable ones of ASCII, which nearly all are."""

GROUP = "pressroom.rules"
"""The entry points by which a desk's helper package offers rules of its own."""


def check_items(sheets: Sheets) -> Iterator[Finding]:
    """Yield the items that are not where they should come from, may mean two things, or are there twice."""
    origins = {name: find_homes(sheets, name) for name in _list_origins(sheets.package)}

    def list_faults(field: Field, cell: str) -> list[tuple[str, str, Sequence[str]]]:
        homes = origins[field.items_from] if field.items_from else None
        homeless = _find_homeless(field, cell, homes) if homes is not None else ()
        return [*_find_repeated(field, cell), *_find_bare(field, cell), *homeless]

    for record, field in sheets.cells(lambda field: field.is_list or bool(field.items_from), list_faults):
        for message, item, allowed in list_faults(field, record.cells[field.name]):
            yield record.find(field.name, message, value=item, allowed=allowed)


def check_partial_dates(sheets: Sheets) -> Iterator[Finding]:
    """Yield what is no partial date."""
    yield from _find_unparsed(sheets, lambda field: field.is_partial_date)


def check_intervals(sheets: Sheets) -> Iterator[Finding]:
    """Yield the ends that stand before their start, or have none, and the cells that hold two dates."""
    for resource in sheets.package.resources:
        start, end = resource.interval or ("", "")
        for record in sheets.suspects(resource.name, (start, end), find_fault) if start else ():
            fault = find_fault(record.cells[start], record.cells[end])
            if fault is not None:
                yield record.find({"start": start, "end": end}[fault[0]], fault[1])


def check_parts(sheets: Sheets) -> Iterator[Finding]:
    """Yield the cells that are not the part of another cell of their row that the descriptor says."""
    for record, field in sheets.cells(lambda field: bool(field.equals)):
        whole, cell = record.cells.get(field.equals["of"], ""), record.cells[field.name]
        side = "after" if "after" in field.equals else "before"
        head, mark, tail = whole.partition(field.equals[side])
        part = (tail if side == "after" else head) if mark else ""
        if cell and whole and cell != part:
            of = f"{field.equals['of']} says {quote(whole)}"
            message = f"{quote(cell)} is not what stands {side} {quote(field.equals[side])} in it: {of}"
            yield record.find(field.name, message, allowed=[part] if part else [])


def check_company(sheets: Sheets) -> Iterator[Finding]:
    """Yield the cells that may only stand with others of their row, which are empty or say otherwise."""
    for record, field in sheets.cells(lambda field: bool(field.only_with)):
        for column, values in field.only_with.items():
            cell = record.cells[column]
            if not cell or (values and cell not in values):
                needs = f"be {' or '.join(map(quote, values))}" if values else "be filled"
                is_ = f"is {quote(cell)}" if cell else "is empty"
                message = f"{quote(record.cells[field.name])} needs {column} to {needs}, but it {is_}"
                yield record.find(field.name, message)


def check_items_for_each(sheets: Sheets) -> Iterator[Finding]:
    """Yield the lists that have not one item for each item of another list of their row."""
    for record, field in sheets.cells(lambda field: field.item_for_each is not None):
        items, others = (len(split_items(record.cells[c])) for c in (field.name, str(field.item_for_each)))
        if items != others:
            message = (
                f"it needs one item for each of {field.item_for_each}, in their order: {others}, not {items}"
            )
            yield record.find(field.name, message)


def check_circles(sheets: Sheets) -> Iterator[Finding]:
    """Yield what leads back to itself through a column that holds keys of its own table."""
    for resource in sheets.package.resources:
        key = resource.key[0] if len(resource.key) == 1 else ""
        for column in (c for c, other in resource.references.items() if other == f"{resource.name}.{key}"):
            above = {texts[0]: texts[1] for texts in sheets.texts(resource.name, key, column)}
            circles = {code for code in above if code and _is_circle(code, above)}
            records = sheets.records(resource.name) if circles else ()
            last = {code: record for record in records if (code := record.cells[key]) in circles}
            for code, record in last.items():
                message = f"{quote(code)} leads back to itself through the column {column}"
                yield record.find(column, message)


def check_characters(sheets: Sheets) -> Iterator[Finding]:
    """Yield what no page can show, in tables and descriptor, with row and column."""
    # A look at all characters at once is a hundred times as fast as one at each cell.
    columns = [column for sheet in sheets.sheets.values() for column in sheet.columns]
    beyond = {*"".join(run for column in columns for run in _BEYOND.findall("".join({*column})))}
    odd = frozenset(list_unshowable("".join([*map(chr, range(0x20, 0x7F)), *beyond])))
    for record, field in sheets.cells(lambda field: bool(odd), lambda field, cell: not odd.isdisjoint(cell)):
        for character in dict.fromkeys(c for c in record.cells[field.name] if c in odd):
            yield record.find(field.name, describe_character(character), value=character)
    for row, character in find_unshowable(sheets.package.text):
        yield Finding(message=describe_character(character), file=DESCRIPTOR, row=row, value=character)


def check_encoding(sheets: Sheets) -> Iterator[Finding]:
    """Yield, as warnings, what looks like text that was read in another encoding on its way here."""
    for record, field in sheets.cells(lambda f: f.type == "string", lambda _, cell: find_misread(cell)):
        for found in find_misread(record.cells[field.name]):
            yield record.find(field.name, describe_misread(found), value=found, severity="warning")
    for row, line in enumerate(sheets.package.text.split("\n"), start=1):
        for found in find_misread(line):
            message = describe_misread(found)
            yield Finding(message=message, file=DESCRIPTOR, row=row, value=found, severity="warning")


def check_commentary_files(sheets: Sheets) -> Iterator[Finding]:
    """Yield the commentary that is no plain file of the dataset's folder, or cannot be read at all."""
    folder = sheets.package.path
    try:
        files = list_commentary(folder)
    except DatasetError as error:
        yield error.finding
        return
    for file in files:
        try:
            read_file(folder, file)
        except (NotPlainError, OSError):
            yield from check_commentary(folder, file)
    yield from _warn_of_links(folder, [*sheets.package.digests, *files])


def check_blanks(sheets: Sheets) -> Iterator[Finding]:
    """Yield the cells that every row needs and that hold only what cannot be seen."""
    for record, field in sheets.cells(lambda field: field.required, _is_blank):
        points = " ".join(f"U+{ord(character):04X}" for character in record.cells[field.name][:5])
        yield record.find(field.name, f"the cell is empty, but every row needs this; it holds only {points}")


def check_derived(sheets: Sheets) -> Iterator[Finding]:
    """Yield the empty cells of which a derived column would have to know what they hold."""
    for resource in sheets.package.resources:
        for one in resource.derivations:
            for column in one.where if set(one.where) <= set(resource.labels) else ():
                for record in sheets.suspects(resource.name, [column], lambda text: not text):
                    message = f"the cell is empty, but {one.label} follows from it; every row needs it"
                    yield record.find(column, message)


def check_integers(sheets: Sheets) -> Iterator[Finding]:
    """Yield the whole numbers that are not in plain digits, or too large to be read."""
    yield from _find_unparsed(sheets, lambda field: field.type in ("integer", "year"))


def check_descriptor(sheets: Sheets) -> Iterator[Finding]:
    """Yield what the descriptor lacks of what it declares, and the tables that it does not describe."""
    package = sheets.package
    if _is_outdated(package):
        message = "an earlier version kept the dataset so; `briefings tidy` brings it to today's form"
        yield Finding(message=message, file=DESCRIPTOR)
    yield from find_unknown_keys(package.descriptor)
    yield from find_faults(package)
    try:
        read_wordings(package)
        yield from find_unknown(package)
    except DatasetError as error:
        yield error.finding
    described = {resource.file for resource in package.resources}
    for path in sorted(package.path.glob("*.csv")):
        if path.name not in described:
            message = "the descriptor does not describe this table; nothing reads it"
            yield Finding(message=message, file=path.name, severity="warning")


def check_prose(sheets: Sheets) -> Iterator[Finding]:
    """Yield the texts, or items of lists, that have too many words, and the words that a column refuses."""
    for record, field in sheets.cells(lambda field: bool(field.max_words or field.refused)):
        cell = record.cells[field.name]
        for item in split_items(cell) if field.is_list else (cell,):
            count = len(item.split())
            if field.max_words is not None and count > field.max_words:
                message = f"{quote(item)} has {count} words; {field.max_words} are allowed"
                yield record.find(field.name, message, value=item)
            for found in find_phrases(item, field.refused):
                message = f"{quote(found)} may not stand in this column: the descriptor refuses it"
                yield record.find(field.name, message, value=found)


RULES: tuple[Rule, ...] = (
    check_descriptor,
    check_blanks,
    check_derived,
    check_integers,
    check_items,
    *SOURCE_RULES,
    check_partial_dates,
    check_intervals,
    check_parts,
    check_company,
    check_items_for_each,
    check_phrase_column,
    check_prose,
    check_circles,
    check_characters,
    check_encoding,
    check_commentary_files,
)


def find_rules(package: Package) -> Sequence[Rule]:
    """Return the rules of the helper package that a descriptor names under ``helper``, if it has any.

    It is an installed package, which registers its rules under its name as an entry point of the group
    ``pressroom.rules``: nothing that lies in a kit is imported to check it.

    Raises
    ------
    DatasetError
        If no package of that name is installed, or a merge was not finished in it.
    """
    if "helper" not in package.descriptor:
        return ()
    helper = locate_helper(package)
    if helper is None:
        named = quote(package.descriptor["helper"])
        message = f'the descriptor names the "helper" {named}, which is no installed package'
        raise DatasetError(Finding(message=message, file=DESCRIPTOR))
    for finding in find_helper_conflicts(helper):
        raise DatasetError(finding)
    rules: Sequence[Rule] = ()
    for point in entry_points(group=GROUP, name=package.helper or ""):
        rules = point.load()
    return rules


def find_phrases(text: str, phrases: Iterable[str]) -> list[str]:
    """Return what of `text` is one of the phrases, as whole words and in any case, each as it stands there.

    Of phrases that begin at the same place, the longest counts.

    Examples
    --------
    >>> find_phrases("It sold well, because\\nof the rain. Onlyness.", ["because of", "because", "only"])
    ['because of']
    """
    words = sorted((r"\s+".join(map(re.escape, phrase.split())) for phrase in phrases), key=len, reverse=True)
    if not words:
        return []
    found = re.findall(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", text, re.IGNORECASE)
    return list(dict.fromkeys(" ".join(each.split()) for each in found))


def _find_repeated(field: Field, cell: str) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Yield the items that are there twice; prose may say the same of two things, but a code is a slip."""
    items = split_items(cell) if field.is_list and field.max_words is None else ()
    for item in dict.fromkeys(items) if len({*items}) < len(items) else ():
        if items.count(item) > 1:
            yield f"{quote(item)} is in the list twice", item, ()


def _find_bare(field: Field, cell: str) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Yield the items that have nothing behind the sign that more follows."""
    for code, more in map(field.split_item, split_items(cell)) if field.free_after else ():
        if more and not more.removeprefix(field.free_after).strip():
            item = code + more
            yield f"nothing stands behind {quote(item)}; write {code or 'a code'} alone", item, ()


def _find_homeless(
    field: Field, cell: str, homes: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Yield the codes that stand in none of the columns they come from, or in several."""
    items = split_items(cell) if field.is_list else (cell,)
    # Where more may follow a code, that may stand alone.
    for code in sorted({field.split_item(item)[0] for item in items} - {""}):
        if code not in homes:
            kind = "in the column" if "." in str(field.items_from) else "on the list"
            yield f"{quote(code)} is not {kind} {field.items_from}", code, tuple(homes)
        elif len(homes[code]) > 1:
            places = " and in ".join(homes[code])
            yield f"{quote(code)} may mean two things: it is in {places}", code, ()


def _list_origins(package: Package) -> set[str]:
    return {field.items_from for r in package.resources for field in r.fields if field.items_from}


def _is_circle(code: str, above: Mapping[str, str]) -> bool:
    """Return whether the way up from a code, by what stands above each, leads back to it."""
    here, steps = above[code], 0
    while here in above and here != code and steps < len(above):
        here, steps = above[here], steps + 1
    return here == code


def _warn_of_links(folder: Path, files: Sequence[str]) -> Iterator[Finding]:
    """Yield a warning if files have several names: what they hold may change elsewhere."""
    linked = [file for file in files if _count_names(folder / file) > 1]
    if linked:
        others = f", as {len(linked) - 1} more files have" if linked[1:] else ""
        message = f"it has another name elsewhere (a hard link){others}: what changes there changes here"
        yield Finding(message=message, severity="warning", file=linked[0])


def _count_names(path: Path) -> int:
    return path.lstat().st_nlink if path.is_file() else 0


def _is_blank(field: Field, cell: str) -> bool:
    return is_blank(cell) or (field.is_list and not split_items(cell))


def _find_unparsed(sheets: Sheets, wanted: Callable[[Field], bool]) -> Iterator[Finding]:
    """Yield the cells of some columns that are not of their type."""

    def explain(field: Field, cell: str) -> str:
        try:
            parse_cell(field, cell)
        except ValueError as error:
            return str(error)
        return ""

    for record, field in sheets.cells(wanted, explain):
        yield record.find(field.name, explain(field, record.cells[field.name]))


def _is_outdated(package: Package) -> bool:
    try:
        return bool(upgrade_files(package))
    except DatasetError:  # of a table to be changed, which other rules tell
        return True
