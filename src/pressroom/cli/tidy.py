"""The commands that keep files readable for git: ``tidy``, ``git``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from pressroom.cli.exit_codes import FAILED, GOOD
from pressroom.cli.options import find_project, project_option
from pressroom.cli.printing import ExplainedErrors, complain, count, say


@click.command("tidy")
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 if something is to be tidied.")
@project_option
def tidy(check: bool, project: Path | None) -> None:
    """Sort and normalise the tables, and take what a run left out of the notebooks. No value changes.

    What an earlier version kept otherwise is moved to where today's keeps it.
    """
    from pressroom.data.package import read_package
    from pressroom.data.tidy import tidy_tables, write_files
    from pressroom.data.upgrade import upgrade, upgrade_files
    from pressroom.desk.git import find_unclean

    where = find_project(project, None)
    with ExplainedErrors():
        package = read_package(where.data)
        due = {
            where.data: {**upgrade_files(package), **tidy_tables(upgrade(package))},
            where.notebooks: find_unclean(where.notebooks, package.helper),
        }
        for folder, files in due.items():
            for name in files:
                say(f"{folder.name}/{name}: {'to be tidied' if check else 'tidied'}")
            if not check:
                write_files(folder, files)
    number = sum(map(len, due.values()))
    complain(f"{count(number, 'file')} {'to be tidied' if check else 'tidied'}" if number else "all is tidy")
    raise click.exceptions.Exit(FAILED if check and number else GOOD)


def offer_git(root: Path) -> None:
    """Ask once in a clone, where somebody sits at a terminal, whether git is to be set up for notebooks."""
    from pressroom.desk.git import decline_set_up, set_up_git, wants_set_up

    is_talk = sys.stdin.isatty() and sys.stderr.isatty() and not os.environ.get("CI")
    if not is_talk or not wants_set_up(root):
        return
    asked = "Commits of this clone would hold what a run leaves in notebooks. Set git up to leave it out?"
    if click.confirm(asked, default=True, err=True):
        for line in set_up_git(root):
            complain(line)
    else:
        decline_set_up(root)
        complain("Not set up, and not asked again; `briefings git` does it.")


@click.command("git")
@project_option
def git(project: Path | None) -> None:
    """Set git up for notebooks: commits without outputs, changes shown by cell. Once for each clone."""
    from pressroom.desk.git import set_up_git

    where = find_project(project, None)
    with ExplainedErrors():
        for line in set_up_git(where.root):
            say(line)
