"""The commands that add something of the analyst's own: ``new family``, ``new row``, ``new commentary``."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as day
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom.cli.exit_codes import BAD, INTERRUPTED
from pressroom.cli.options import find_project, project_option
from pressroom.cli.printing import ExplainedErrors, complain, relative, say

if TYPE_CHECKING:
    from pressroom.desk.records.rows import Cells, Form

    Parts = Mapping[str, Form]


SHOWN = 240
"""How many characters of codes a question shows; of more, a wrong answer names the nearest."""

_BETWEEN = re.compile(r",(?=[^,=]*=)")
"""What stands between the columns of a part: a comma that another ``COLUMN=`` follows."""


@click.command("commentary")
@click.argument("selector")
@click.option("--author", help="Who signs it; git's user.name is proposed.")
@click.option("--date", help="YYYY-MM-DD; today is proposed.")
@click.option("--text", help="What it says, in Markdown; - takes it from standard input.")
@project_option
def commentary(
    selector: str, author: str | None, date: str | None, text: str | None, project: Path | None
) -> None:
    """Write an analyst's remarks on one briefing; asks for what is not given.

    SELECTOR names the briefing: region=North or region/north.
    """
    from pressroom.desk.records.commentary import find_place, write_commentary

    where = find_project(project, None)
    with ExplainedErrors():
        path = find_place(where, selector)
        try:
            author, date = _sign(where.root, author, date, quiet=text == "-")
            words = _read_words() if text == "-" else text if text is not None else _ask_words()
        except click.Abort:
            complain("\nnothing was written")
            raise click.exceptions.Exit(INTERRUPTED) from None
        write_commentary(path, words, author=author, date=date)
    say(f"{relative(path)} is written; see it with: briefings preview {selector}")


@click.command("row")
@click.argument("table")
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="COLUMN=TEXT",
    help="What a column holds, so that it is not asked for; as often as needed.",
)
@click.option(
    "--part",
    "given_parts",
    multiple=True,
    metavar="'TABLE: COLUMN=TEXT, ...'",
    help="A row that belongs to the new one, so that none are asked for; as often as needed.",
)
@click.option("--yes", is_flag=True, help="Ask nothing: what is not given is empty, or as it is proposed.")
@project_option
def row(
    table: str, given: tuple[str, ...], given_parts: tuple[str, ...], yes: bool, project: Path | None
) -> None:
    """Add a row to TABLE, and the rows that belong to it. Asks for each column, and checks each answer.

    Nothing is written before the whole dataset is checked with the new rows in it.
    """
    from pressroom.desk.records.addition import add_rows, open_records
    from pressroom.desk.records.rows import open_forms

    where = find_project(project, None)
    with ExplainedErrors():
        package = open_records(where.data)
        form, parts = open_forms(package, table)
        try:
            draft = _Draft(form, {}, _parse(given, form.columns, table), is_quiet=yes)
            said = [_parse_part(text, parts) for text in given_parts]
            rows = {table: [draft.fill()], **_fill_parts(parts, form, draft.cells, said, is_quiet=yes)}
            addition = add_rows(package, rows)
            _show(rows)
            for finding in addition.findings:
                complain(f"{finding.severity}: {finding}")
            if addition.errors:
                complain("nothing was written")
                raise click.exceptions.Exit(BAD)
            if not yes:
                click.confirm("Add these rows?", default=True, abort=True)
        except click.Abort:
            complain("\nnothing was written")
            raise click.exceptions.Exit(INTERRUPTED) from None
        addition.write()
    say(f"{draft.cells[form.key]} is added: {', '.join(addition.files)}")


@click.group("new")
def new() -> None:
    """Add a family, a row of a table or a commentary; nothing that is there is overwritten."""


@new.command("family")
@click.argument("name")
@click.option(
    "--for-each",
    metavar="LIST",
    help='A briefing for each of a list\'s codes: a name under "lists", or table.column.',
)
@click.option("--title", default="", help="What the index calls the family.")
@click.option("--question", default="", help="The question that it answers.")
@project_option
def family(name: str, for_each: str | None, title: str, question: str, project: Path | None) -> None:
    """Write a notebook that runs and looks right at once, to go on from.

    NAME is the family's, such as partner: small letters, digits and hyphens.
    """
    from pressroom.desk.scaffold.family import make_family

    where = find_project(project, None)
    with ExplainedErrors():
        path = make_family(where, name, for_each=for_each, title=title, question=question)
    say(f"{relative(path)} is written; see it with: briefings preview {name}")


def _sign(root: Path, author: str | None, date: str | None, *, quiet: bool) -> tuple[str, str]:
    """Return author and date: as given, else as typed, or as proposed if nobody may be asked."""
    name, today = _ask_git(root) if author is None else "", day.today().isoformat()
    if author is None:
        author = name if quiet else click.prompt("Author", default=name or None)
    if date is None:
        date = today if quiet else click.prompt("Date", default=today)
    return str(author), str(date)


def _read_words() -> str:
    from pressroom.data.findings import Refusal

    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise Refusal(f"nothing was written: standard input is not UTF-8 (byte 0x{byte:02X})") from None


def _ask_words() -> str:
    """Return what is written in the editor that the environment names; without a terminal, one line."""
    if not sys.stdin.isatty():
        return str(click.prompt("What does it say? Markdown"))
    return click.edit("", extension=".md", require_save=True) or ""


def _ask_git(root: Path) -> str:
    try:
        done = subprocess.run(
            ["git", "config", "user.name"], cwd=root, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip()


@dataclass(frozen=True)
class _Draft:
    """A row that is being filled in.

    Attributes
    ----------
    cells
        What is settled.
    given, option
        What was given, and by which option.
    is_quiet
        Whether nothing is asked.
    sources
        The locators that are proposed.
    """

    form: Form
    cells: dict[str, str]
    given: Mapping[str, str]
    option: str = "--set"
    is_quiet: bool = False
    sources: str = ""

    def fill(self) -> dict[str, str]:
        """Return the row in full, without an error that shows in it alone; its table has it from now on."""
        for column in self.form.columns:
            if column in self.given or (column not in self.cells and self.form.needs(column, self.cells)):
                self.settle(column, self.form.propose(column, self.cells, sources=self.sources))
        while fault := self.form.find_fault(self.cells):
            self._complain(*fault, is_given=self.is_quiet)
            self.settle(fault[0], asks=True)
        self.form.add(self.cells)
        return self.cells

    def settle(self, column: str, proposed: str = "", *, asks: bool = False, if_empty: str = "") -> bool:
        """Fill a cell with what was given, or with what is typed, asked again until it can stand.

        Return False instead if nothing is typed, and `if_empty` says what that means.
        """
        from pressroom.desk.records.rows import CellError

        given = None if asks else self.given.get(column, proposed if self.is_quiet else None)
        while True:
            text = self._ask(column, proposed, if_empty) if given is None else given
            if if_empty and not text.strip():
                return False
            try:
                self.cells[column] = self.form.read(column, text, self.cells)
            except CellError as error:
                self._complain(column, str(error), is_given=given is not None)
            else:
                return True

    def _ask(self, column: str, proposed: str, if_empty: str) -> str:
        question = self.form.describe(column, if_empty=if_empty or "may be empty")
        codes = ", ".join(self.form.list_codes(column))
        if codes and len(codes) <= SHOWN:
            question += f" [{codes}]"
        return str(click.prompt(question, default=proposed, show_default=bool(proposed)))

    def _complain(self, column: str, reason: str, *, is_given: bool) -> None:
        if is_given:
            raise click.UsageError(f"{self.option} {column}: {reason}")
        complain(f"  {reason}")


def _fill_parts(
    parts: Parts, whole: Form, cells: Cells, given: Sequence[tuple[str, Cells]], *, is_quiet: bool
) -> dict[str, list[dict[str, str]]]:
    """Return by table the rows that belong to a new one: those given, else those that are asked for."""
    rows: dict[str, list[dict[str, str]]] = {table: [] for table in parts}
    sources = cells.get("sources", "")
    for table, said in given:
        form, option = parts[table], f"--part {table}:"
        rows[table].append(_Draft(form, {form.by: cells[whole.key]}, said, option, True, sources).fill())
    for table, form in parts.items() if not given and not is_quiet else ():
        while True:
            draft = _Draft(form, {form.by: cells[whole.key]}, {}, sources=sources)
            if not draft.settle(form.who, if_empty=f"empty: no more of {table}"):
                break
            rows[table].append(draft.fill())
    return rows


def _parse_part(text: str, parts: Parts) -> tuple[str, Cells]:
    """Return the table that ``--part`` names, and by column what it gives."""
    table, _, cells = (side.strip() for side in text.partition(":"))
    _require(table, tuple(parts), "the tables that --part can add to")
    form = parts[table]
    return table, _parse(_BETWEEN.split(cells), [c for c in form.columns if c != form.by], table)


def _parse(texts: Sequence[str], columns: Sequence[str], table: str) -> dict[str, str]:
    """Return by column what texts such as ``column=value`` give it."""
    given: dict[str, str] = {}
    for text in texts:
        column, mark, cell = text.partition("=")
        if not mark:
            raise click.UsageError(f"{text!r} is not of the form COLUMN=TEXT")
        _require(column := column.strip(), columns, f"the columns of {table}")
        if column in given:
            raise click.UsageError(f"{column} is given twice")
        given[column] = cell
    return given


def _require(value: str, allowed: Sequence[str], kind: str) -> None:
    from pressroom.data.findings import UnknownCode

    if value not in allowed:
        raise click.UsageError(str(UnknownCode(value, kind, tuple(allowed))))


def _show(rows: Mapping[str, Sequence[Cells]]) -> None:
    for table, added in rows.items():
        for row in added:
            lines = (f"  {column}: {cell}" for column, cell in row.items() if cell)
            say("\n".join([f"{table}:", *lines]))


new.add_command(row)
new.add_command(commentary)
