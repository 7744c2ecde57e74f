"""The commands ``briefings backup`` and ``briefings restore``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pressroom.cli.exit_codes import FAILED
from pressroom.cli.options import find_project, project_option, read_settings
from pressroom.cli.printing import ExplainedErrors, complain, count, relative, say


@click.command("backup")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@project_option
def backup(file: Path, project: Path | None) -> None:
    """Write releases, approvals, ledger, log, settings and subscribers into FILE, a .tar or .tar.gz.

    The mail server's password is left out. A run may be at work meanwhile.
    """
    from pressroom.delivery.backup.backup import make_backup
    from pressroom.delivery.output_folders import Place, require_apart

    where = find_project(project, None)
    settings, target = read_settings(where), file.absolute()
    with ExplainedErrors(), _explained(f"There is no new backup, and {file} is as it was"):
        require_apart(where, settings, Place("the backup", "backup", target))
        made = make_backup(where.root, settings, target)
    size = f"{target.stat().st_size / 1e6:.1f} MB"
    said = f"{count(len(made.releases), 'release')}, {count(len(made.files), 'file')}, {size}"
    say(f"Backup {relative(target)}: {said}")
    complain("It names subscribers: keep it where only you can read it.")
    for name in made.left_out:
        complain(f"{name} is not in it; keep it elsewhere.")


@click.command("restore")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@project_option
def restore(file: Path, project: Path | None) -> None:
    """Put the backup in FILE in place, in a project that has no releases.

    All of it is checked first. If this is killed, start it again.
    """
    from pressroom.delivery.backup.restore import restore_backup

    where = find_project(project, None)
    with ExplainedErrors(), _explained("Nothing was restored"):
        done = restore_backup(file, where)
    names = f"{count(len(done.manifest.releases), 'release')} of the backup of {done.manifest.created[:10]}"
    say(f"{names}: {'was' if done.was_there else 'is'} in {relative(done.releases)}")
    for name in done.manifest.left_out:
        complain(f"{name} was not in the backup: set PRESSROOM_{name.replace('.', '_').upper()}.")


@contextmanager
def _explained(outcome: str) -> Iterator[None]:
    """Say what a fault of the machine means, and exit."""
    try:
        yield
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        complain(f"{outcome}:{place} {error.strerror or error}; see that the disk has room")
        raise click.exceptions.Exit(FAILED) from None
