"""The command ``briefings new commentary``."""

from __future__ import annotations

import subprocess
import sys
from datetime import date as day
from pathlib import Path

import click

from pressroom.cli.errors import INTERRUPTED, ExplainedErrors
from pressroom.cli.options import find_project, project_option
from pressroom.cli.printing import complain, relative, say


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
