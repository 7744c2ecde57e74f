"""What of the releases goes onto the site: what is approved. Only a recorded withdrawal takes it away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from pressroom.data.findings import quote
from pressroom.delivery.releases import ReleaseError, Releases
from pressroom.delivery.site.addresses import RELEASES
from pressroom.delivery.site.recalled import RECALLED, Recalled
from pressroom.delivery.site.site import UNAPPROVED, Site, take_down, write_site
from pressroom.edition.generation import CURRENT


def publish_site(
    releases: Releases,
    output: Path,
    *,
    unapproved: bool = False,
    site_url: str = "",
    on_wait: Callable[[], None] = lambda: None,
) -> Site | None:
    """Write the site of what readers may see; take it down, and return None, if all of it was withdrawn.

    At the addresses of a recalled release, readers find that it was recalled, and why.

    Raises
    ------
    ReleaseError
        If the site shows a release on which nothing is decided here: then the state or the folder of the
        releases is lost or is another, and the site stays as it is. And if there never was anything to show.
    """
    shown = releases.shown(unapproved=unapproved)
    if unapproved:
        return write_site(shown, output, purpose=UNAPPROVED, on_wait=on_wait)
    require_decided(releases, output)
    decisions = releases.recalled()
    recalled = [Recalled(one, decisions[one.name]) for one in releases.list() if one.name in decisions]
    if not shown and not recalled and take_down(output):
        return None
    return write_site(shown, output, recalled=recalled, site_url=site_url, on_wait=on_wait)


def require_decided(releases: Releases, output: Path) -> None:
    """Raise a ReleaseError if the site shows a release on which nothing is decided here."""
    decided = releases.approvals.list()
    known = {name for name, decision in decided.items() if decision.is_withdrawal}
    known |= {release.name for release in releases.shown()}
    _require_recalls(releases, output)
    if lost := [name for name in list_published(output) if name not in known]:
        raise ReleaseError(
            f"the site shows release {quote(lost[0])}, which is neither approved nor withdrawn in"
            f" {releases.folder}, so the site stays as it is. If that is the wrong folder, mend the setting"
            " `releases`; if the release or its approval was lost, restore the folder from a copy; if it is"
            f" to go, `briefings approve {lost[0]} --withdraw`"
        )


def _require_recalls(releases: Releases, output: Path) -> None:
    """Raise a ReleaseError if the site tells of a recall that is not known here: the state is older."""
    for name in list_published(output):
        file = output / CURRENT / RELEASES / name / RECALLED
        decision = releases.approvals.read(name)
        if not file.is_file() or decision is None or decision.is_withdrawal:
            continue
        if decision.at < datetime.fromisoformat(file.read_text("utf-8").strip()):
            raise ReleaseError(
                f"the site says that release {quote(name)} was recalled, and {releases.folder} knows nothing"
                " of it, so the site stays as it is: the state is older. Recall it anew (briefings recall"
                f" {name}), or approve it anew if it may go out (briefings approve {name})"
            )


def list_published(output: Path) -> Iterator[str]:
    """Yield the names of the releases that the site in a folder shows."""
    folder = output / CURRENT / RELEASES
    yield from sorted(entry.name for entry in folder.iterdir() if entry.is_dir()) if folder.is_dir() else ()


def is_published(output: Path) -> bool:
    """Return whether there is a site in a folder."""
    return (output / CURRENT).is_symlink()
