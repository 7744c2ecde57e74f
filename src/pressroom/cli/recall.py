"""The command ``briefings recall``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom.cli.deliver import complain_of
from pressroom.cli.exit_codes import FAILED
from pressroom.cli.options import find_project, project_option, read_settings
from pressroom.cli.printing import ExplainedErrors, complain, count, relative, say
from pressroom.cli.release import name_user
from pressroom.data.findings import Refusal

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
    from pressroom.delivery.releases import Releases

    where = find_project(project, None)
    settings = read_settings(where)
    releases = Releases(settings.releases, where.data)
    with ExplainedErrors():
        releases.recall(name, by=by or name_user(), now=datetime.now(UTC), reason=(reason or "").strip())
    say(f"Release {name} is recalled.")
    steps = (partial(_warn, name), _tell, partial(_show, name))
    faults = [fault for step in steps if (fault := _try(step, releases, settings))]
    for fault in faults:
        complain(fault)
    if faults:
        complain("Give the command again once that is mended; `briefings run` goes on with it, too.")
        raise click.exceptions.Exit(FAILED)


def _try(step: Callable[[Releases, Settings], str], releases: Releases, settings: Settings) -> str:
    """Do one part of a recall, and return what went wrong: the other part is done all the same."""
    try:
        return step(releases, settings)
    except (Refusal, OSError) as error:
        return str(error)


def _warn(name: str, releases: Releases, settings: Settings) -> str:
    """Say which briefings are alike in what holds instead: a fault of these is in both."""
    from pressroom.delivery.changes import compare
    from pressroom.delivery.mail.letters import name_briefing

    with suppress(Refusal, OSError):  # what cannot be compared holds no recall up
        holding, recalled = releases.last(unapproved=False), releases.open(name)
        changed = compare(recalled, holding).briefings if holding else {}
        alike = [name_briefing(one) for one in recalled.records() if holding and one.id not in changed]
        if holding and alike:
            few = ", ".join(alike[:5]) + (f" and {len(alike) - 5} more" if len(alike) > 5 else "")
            complain(f"Alike in release {holding.name}, which is not recalled: {few}.")
    return ""


def _tell(releases: Releases, settings: Settings) -> str:
    """Mail all who have it; return what went wrong."""
    from pressroom.delivery.mail.deliver import deliver

    release, trouble = releases.find_holding()
    if release is None:
        return "there is no release left in whose name a mail can be sent"
    done = deliver(releases, release, settings, is_recall=bool(trouble), on_outcome=complain_of)
    if not done.outcomes:
        say("The ledger knows of nobody who has it and was not told.")
        return ""
    instead = f"; nothing takes its place: {trouble}" if trouble else f", with release {release.name} instead"
    say(f"{count(done.count('accepted'), 'mail')} accepted{instead}.")
    return "" if done.is_complete else f"Not all were told{f': {done.stopped}' if done.stopped else ''}."


def _show(name: str, releases: Releases, settings: Settings) -> str:
    """Have the site say so, if there is one; return what went wrong."""
    from pressroom.delivery.site.publish import is_published, list_published, publish_site

    if not is_published(settings.site):
        say("There is no site where the settings say; if it is elsewhere: briefings site --output DIR")
        return ""
    made = publish_site(releases, settings.site, site_url=settings.site_url)
    has_notice = name in list_published(settings.site)
    fate = "says so" if has_notice else "shows it no more; its folder is gone, so there is no notice"
    say(f"The site {fate}: {relative(made.index)}" if made else "The site was taken down.")
    return ""
