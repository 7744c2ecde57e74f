"""The command ``briefings site``."""

from __future__ import annotations

from pathlib import Path

import click

from pressroom.cli.errors import ExplainedErrors
from pressroom.cli.options import (
    find_project,
    json_option,
    project_option,
    read_settings,
    unapproved_option,
)
from pressroom.cli.printing import complain, count, print_json, relative, say
from pressroom.cli.release import open_releases


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
    from pressroom.delivery.places import SITE, UNAPPROVED, Place, name_unapproved, require_apart
    from pressroom.delivery.site.publish import publish_site

    where = find_project(project, None)
    settings = read_settings(where)
    # What nobody approved never goes into the folder that readers have.
    folder = output or (name_unapproved(settings.site) if unapproved else settings.site)
    folder = folder.absolute()
    with ExplainedErrors():
        require_apart(where, settings, Place("--output", UNAPPROVED if unapproved else SITE, folder))
        made = publish_site(
            open_releases(where),
            folder,
            unapproved=unapproved,
            site_url=settings.site_url,
            on_wait=lambda: complain("Another command writes it; waiting."),
        )
    if made is None:
        complain("All that the site showed was withdrawn, so it was taken down.")
        return
    if as_json:
        print_json({"index": str(made.index), "releases": made.releases, "briefings": made.briefings})
    else:
        what = f"{count(made.releases, 'release')}, {count(made.briefings, 'briefing')} in the newest"
        say(f"{what}: {relative(made.index)}")
