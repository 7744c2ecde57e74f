"""The command ``briefings site``."""

from __future__ import annotations

from pathlib import Path

import click

from aichr_briefings.cli.errors import ExplainedErrors
from aichr_briefings.cli.options import (
    find_project,
    json_option,
    project_option,
    read_settings,
    unapproved_option,
)
from aichr_briefings.cli.printing import complain, count, print_json, relative
from aichr_briefings.cli.release import open_releases


@click.command("site")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the site goes, into its folder current, if not where the setting `site` says.",
)
@unapproved_option
@project_option
@json_option
def site(output: Path | None, unapproved: bool, project: Path | None, as_json: bool) -> None:
    """Write the static site of all approved releases, searchable without a server."""
    from aichr_briefings.delivery.site.site import take_down, write_site

    where = find_project(project, None)
    folder = (output or _choose_folder(read_settings(where).site, unapproved)).absolute()
    with ExplainedErrors():
        shown = open_releases(where).shown(unapproved=unapproved)
        if not shown and take_down(folder):
            complain("No release is approved any more, so the site was taken down.")
        made = write_site(shown, folder, on_wait=lambda: complain("Another command writes it; waiting."))
    if as_json:
        print_json({"index": str(made.index), "releases": made.releases, "briefings": made.briefings})
    else:
        told = f"{count(made.releases, 'release')}, {count(made.briefings, 'briefing')} in the newest"
        print(f"{told}: {relative(made.index)}")


def _choose_folder(site: Path, unapproved: bool) -> Path:
    """Return where the site goes: what nobody approved never into the folder that readers have."""
    return site.with_name(f"{site.name}-unapproved") if unapproved else site
