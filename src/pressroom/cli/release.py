"""The commands ``briefings release``, ``releases`` and ``approve``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pressroom.cli.options import (
    find_project,
    json_option,
    output_option,
    project_option,
    read_settings,
)
from pressroom.cli.printing import ExplainedErrors, complain, count, print_json, relative, say

if TYPE_CHECKING:
    from pressroom.delivery.releases import Release, Releases
    from pressroom.run.inputs import Project


def open_releases(project: Project) -> Releases:
    """Return the releases of a project, wherever its settings put them."""
    from pressroom.delivery.releases import Releases

    return Releases(read_settings(project).releases, project.data)


@click.command("release")
@click.argument("name", required=False)
@output_option
@project_option
@json_option
def release(name: str | None, output: Path | None, project: Path | None, as_json: bool) -> None:
    """Freeze the current edition and its dataset under NAME; without one, the dataset's version."""
    from pressroom.delivery.freeze import freeze_edition

    where = find_project(project, output)
    releases = open_releases(where)
    with ExplainedErrors():
        made = freeze_edition(releases, where, name, now=datetime.now(UTC))
        if as_json:
            print_json(_tell(releases, made))
        else:
            folder = relative(releases.folder / made.name)
            say(f"Release {made.name}, {count(len(made.records()), 'briefing')}: {folder}")
            complain(f"Nobody gets it before `briefings approve {made.name}`.")


@click.command("releases")
@project_option
@json_option
def list_releases(project: Path | None, as_json: bool) -> None:
    """List the releases, the newest first."""
    releases = open_releases(find_project(project, None))
    with ExplainedErrors():
        found = releases.list()[::-1]
        if as_json:
            print_json([_tell(releases, entry) for entry in found])
            return
        width = max((len(entry.name) for entry in found), default=0)
        for entry in found:
            number = count(len(entry.records()), "briefing")
            say(f"{entry.name:{width}}  {entry.day}  {number}  {_say_approval(releases, entry)}")
        if not found:
            complain("There is no release; `briefings release` makes one of the current edition.")


@click.command("approve")
@click.argument("name")
@click.option("--by", metavar="PERSON", help="Who approves, if not the user who is logged in.")
@click.option("--withdraw", is_flag=True, help="Take the approval back.")
@project_option
def approve(name: str, by: str | None, withdraw: bool, project: Path | None) -> None:
    """Let the release NAME go out to readers: to the site and to subscribers."""
    releases = open_releases(find_project(project, None))
    with ExplainedErrors():
        person = by or name_user()
        if withdraw:
            releases.withdraw(name, by=person, now=datetime.now(UTC))
            say(f"Release {name} is approved no more; what was mailed stays where it is.")
            return
        releases.approve(name, by=person, now=datetime.now(UTC))
        say(f"Release {name} is approved by {person}.")


def name_user() -> str:
    """Return who is logged in."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user whom the system does not know by name
        return "unknown"


def _tell(releases: Releases, entry: Release) -> dict[str, Any]:
    approval, after = releases.approval(entry), releases.superseded_by(entry)
    return {
        "name": entry.name,
        "number": entry.number,
        "created": entry.created.isoformat(),
        "version": entry.version,
        "dataset": entry.manifest.dataset["digest"],
        "briefings": len(entry.records()),
        "folder": str(entry.edition.parent),
        "approved": {"by": approval.by, "at": approval.at.isoformat()} if approval else None,
        "superseded_by": after.name if after else None,
    }


def _say_approval(releases: Releases, entry: Release) -> str:
    approval, after = releases.approval(entry), releases.superseded_by(entry)
    decision = releases.approvals.read(entry.name)
    if decision is None or not (approval or decision.is_withdrawal):
        return "not approved"
    said = decision.say(f"{decision.at:%Y-%m-%d}")
    return f"{said}, superseded by {after.name}" if after and approval else said
