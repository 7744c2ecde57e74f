"""The checks of what readers have, and are to have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pressroom.data.findings import Finding
from pressroom.delivery.doctor.case import Case
from pressroom.delivery.site.addresses import RELEASES
from pressroom.delivery.site.publish import is_published, list_published, require_decided
from pressroom.delivery.state import move_state
from pressroom.edition.generation import CURRENT


def check_releases(case: Case) -> Iterator[Finding | str]:
    """Yield which releases wait for approval; that is no fault. One that cannot be read raises."""
    move_state(case.releases.folder)  # as each command does, if an earlier version left it in another place
    found, approved = case.releases.list(), case.releases.last(unapproved=False)
    for release in found:
        if case.releases.is_open(release) and (approved is None or release.number > approved.number):
            message = f"release {release.name} waits for approval"
            advice = f"see what it changes (`briefings diff`), then `briefings approve {release.name}`"
            yield Finding(severity="warning", message=message, advice=advice)
    yield f"{len(found)}, of which readers have {approved.name if approved else 'none'}"


def _list_notices(case: Case, published: Iterable[str]) -> Iterator[str]:
    """Yield the recalled releases of which the site has only notices, and no document."""
    for name in case.releases.recalled().keys() & set(published):
        if not any((case.settings.site / CURRENT / RELEASES / name).rglob("*.pdf")):
            yield name


def check_site(case: Case) -> Iterator[Finding | str]:
    """Yield what the site shows that it must not, and what it lacks."""
    site, shown = case.settings.site, {release.name for release in case.releases.shown()}
    require_decided(case.releases, site)
    published = set(list_published(site))
    for name in sorted(published - shown - set(_list_notices(case, published))):
        message = f"the site still shows release {name}, which was withdrawn"
        yield Finding(message=message, advice="take it away: `briefings site`")
    for name in sorted(shown - published):
        message = f"release {name} is approved, and the site does not show it yet"
        yield Finding(
            severity="warning", message=message, advice="the next run writes it; or `briefings site`"
        )
    yield f"shows {', '.join(sorted(published))}" if is_published(site) else "there is none yet"
