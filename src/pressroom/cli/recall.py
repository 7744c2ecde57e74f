"""The command ``briefings recall``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom.cli.deliver import complain_of
from pressroom.cli.errors import FAILED, ExplainedErrors
from pressroom.cli.options import find_project, project_option, read_settings
from pressroom.cli.printing import complain, count, relative, say
from pressroom.cli.release import name_user

if TYPE_CHECKING:
    from pressroom.delivery.releases import Releases
    from pressroom.delivery.settings import Settings


@click.command("recall")
@click.argument("name", metavar="RELEASE")
@click.option("--reason", metavar="TEXT", help="Why nobody must use it: readers are told so, word for word.")
@click.option("--by", metavar="PERSON", help="Who recalls it, if not the user who is logged in.")
@project_option
def recall(name: str, reason: str | None, by: str | None, project: Path | None) -> None:
    """Take the release NAME back: withdraw it, say so on the site, and mail all who have it.

    They are mailed why, with what holds instead. A recall that was cut off goes on when it is given again;
    `briefings run` goes on with it, too.
    """
    from pressroom.delivery.mail.deliver import deliver
    from pressroom.delivery.releases import Releases

    where = find_project(project, None)
    settings = read_settings(where)
    releases = Releases(settings.releases, where.data)
    with ExplainedErrors():
        releases.recall(name, by=by or name_user(), now=datetime.now(UTC), reason=(reason or "").strip())
        say(f"Release {name} is recalled.")
        _show(releases, settings)
        holds = releases.find_holding(name)
        done = deliver(releases, holds, settings, on_outcome=complain_of)
    say(f"{count(done.count('accepted'), 'mail')} accepted, of release {holds.name}.")
    if not done.is_complete:
        complain(f"Not all were told{f': {done.stopped}' if done.stopped else ''}; give the command again.")
        raise click.exceptions.Exit(FAILED)


def _show(releases: Releases, settings: Settings) -> None:
    from pressroom.delivery.site.publish import is_published, publish_site

    if is_published(settings.site):
        made = publish_site(releases, settings.site, site_url=settings.site_url)
        say(f"The site says so: {relative(made.index)}" if made else "The site was taken down.")
