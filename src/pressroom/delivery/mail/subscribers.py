"""Subscribers: who gets which briefings, and how; a CSV file that is checked like the dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pressroom.data.characters import is_blank
from pressroom.data.findings import DatasetError, Finding, Refusal, find_nearest, quote
from pressroom.data.resource import Field, Resource
from pressroom.data.sheets import Row, read_sheet, split_items
from pressroom.delivery.mail.addresses import Mailbox, clean_address, flatten, identify
from pressroom.delivery.selection import select_ids
from pressroom.run.catalogue import Catalogue, SelectorError

COLUMNS = ("address", "name", "selectors", "formats")
FORMATS = ("pdf", "html")
EXAMPLE = "subscribers.example.csv"


class SubscribersError(Refusal):
    """The file of subscribers has faults; the message lists all of them, and so does `findings`."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        lines = "".join(f"\n  {finding}" for finding in findings)
        super().__init__(f"The file of subscribers has faults, so nothing was mailed:{lines}")


@dataclass(frozen=True)
class Subscriber:
    """One who gets briefings.

    Attributes
    ----------
    address
        With the domain as the mail system knows it: small letters of ASCII.
    selectors
        What is wanted, as `delivery.selection` understands it.
    formats
        What is attached.
    """

    address: str
    name: str
    selectors: tuple[str, ...]
    formats: tuple[str, ...] = ("pdf",)

    @property
    def mailbox(self) -> Mailbox:
        """Return name and address for a header."""
        return Mailbox(self.name, self.address)


@dataclass(frozen=True)
class Subscribers:
    """All subscribers in the order of the file, and what is doubtful about them."""

    people: tuple[Subscriber, ...]
    warnings: tuple[Finding, ...] = ()


def read_subscribers(file: Path, catalogues: Sequence[Catalogue]) -> Subscribers:
    """Return the subscribers that a file names.

    Parameters
    ----------
    catalogues
        What there is to select: in the release that is delivered, then in earlier ones. A selector that names
        something only in an earlier one is doubtful, no fault.

    Raises
    ------
    SubscribersError
        If the file is missing, cannot be read, or anything in it is wrong.
    """
    if not file.is_file():
        raise SubscribersError(
            [Finding(message=f"there is no such file; {EXAMPLE} shows how it looks", file=file.name)]
        )
    try:
        sheet = read_sheet(_describe(file))
    except DatasetError as error:
        raise SubscribersError([error.finding]) from None
    found = [_Row(file.name, row, catalogues) for row in sheet.rows]
    findings = [_name_column(problem) for problem in sheet.problems]
    findings += [finding for row in found for finding in row.check()]
    findings += [*_find_doubled(found), *_find_readers(file)]
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise SubscribersError(sorted(errors, key=lambda finding: finding.row or 0))
    return Subscribers(tuple(row.read() for row in found), tuple(findings))


def find_subscriber(people: Subscribers, address: str) -> Subscriber | None:
    """Return the subscriber with an address, in whatever case; None if there is none."""
    try:
        wanted = identify(clean_address(address))
    except ValueError:
        return None
    return next((person for person in people.people if identify(person.address) == wanted), None)


@dataclass(frozen=True)
class _Row:
    """One row: its cells are read, and what is wrong with them is found."""

    file: str
    row: Row
    catalogues: Sequence[Catalogue]

    def __getitem__(self, column: str) -> str:
        return self.row.cells[COLUMNS.index(column)].strip()

    def read(self) -> Subscriber:
        """Return the subscriber of a row without faults."""
        formats = split_items(self["formats"])
        kept = tuple(name for name in FORMATS if name in formats)
        return Subscriber(clean_address(self["address"]), self["name"], self.selectors, kept or FORMATS[:1])

    @property
    def selectors(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self["selectors"].split()))

    def check(self) -> Iterator[Finding]:
        """Yield what is wrong with the row."""
        unprintable = [column for column in COLUMNS if not _is_line(self[column], column)]
        for column in unprintable:
            yield self.fault(column, "a line break, control or invisible character cannot stand here")
        checks: dict[str, Callable[[], Iterator[Finding]]] = {
            "address": self._check_address,
            "selectors": self._check_selectors,
            "formats": self._check_formats,
        }
        for column, check in checks.items():
            if column not in unprintable:
                yield from check()

    def fault(self, column: str, message: str, value: str | None = None) -> Finding:
        """Return a fault of a cell."""
        text = self[column] if value is None else value
        return Finding(message=message, file=self.file, row=self.row.number, column=column, value=text)

    def _check_address(self) -> Iterator[Finding]:
        text = self["address"]
        try:
            clean_address(text)
        except ValueError as error:
            message = f"{quote(text)} is no mail address: {error}" if text else "the address is missing"
            yield self.fault("address", message)

    def _check_selectors(self) -> Iterator[Finding]:
        if is_blank(self["selectors"]):
            yield self.fault("selectors", "no briefing is selected; * selects all")
        for selector in self.selectors:
            faults = [fault for catalogue in self.catalogues if (fault := _find_fault(catalogue, selector))]
            if len(faults) == len(self.catalogues):
                yield self.fault("selectors", faults[0], selector)
            elif faults and _find_fault(self.catalogues[0], selector):
                message = f"{quote(selector)} names nothing any more; an earlier release had it"
                yield replace(self.fault("selectors", message, selector), severity="warning")

    def _check_formats(self) -> Iterator[Finding]:
        for name in split_items(self["formats"]):
            if name not in FORMATS:
                fault = self.fault("formats", f"{quote(name)} is no format", name)
                yield replace(fault, allowed=FORMATS, nearest=find_nearest(name, FORMATS))


def _is_line(text: str, column: str) -> bool:
    """Return whether a cell is one line of text, without anything in it that cannot be seen."""
    return flatten(text) == " ".join(text.split(" ")) if column == "name" else text.isprintable()


def select_known(catalogue: Catalogue, selectors: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of the briefings that the selectors name; one that names nothing is passed over."""
    known = [selector for selector in selectors if not _find_fault(catalogue, selector)]
    return select_ids(catalogue, known)


def _find_fault(catalogue: Catalogue, selector: str) -> str | None:
    try:
        select_ids(catalogue, [selector])
    except SelectorError as error:
        return str(error)
    return None


def _find_doubled(rows: Sequence[_Row]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for row in rows:
        try:
            address = identify(clean_address(row["address"]))
        except ValueError:
            continue
        if address in first:
            message = (
                f"{quote(row['address'])} is in row {first[address]}, too; put all its selectors into one row"
            )
            yield row.fault("address", message)
        first.setdefault(address, row.row.number)


def _find_readers(file: Path) -> Iterator[Finding]:
    """Yield that others can read the file; it is a person's own, so its mode is theirs to change."""
    if file.stat().st_mode & 0o077:
        message = f"others on this machine can read the addresses in it; chmod 600 {file.name}"
        yield Finding(message=message, file=file.name, severity="warning")


def _name_column(problem: Finding) -> Finding:
    """Return what the reader of tables found, in words of this file, which no descriptor describes."""
    if problem.row == 1 and problem.column:
        return replace(problem, message=f"there is no column {quote(problem.column)}")
    return problem


def _describe(file: Path) -> Resource:
    """Return the file as a table for the reader of the dataset's."""
    fields = tuple(_field(name) for name in COLUMNS)
    return Resource("subscribers", file.name, fields, key=("address",), content=file.read_bytes())


def _field(name: str) -> Field:
    return Field(name, "string", False, (), None, False, None, False, (), ())
