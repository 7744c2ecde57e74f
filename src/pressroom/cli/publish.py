"""The commands ``pack`` and ``site``."""

from __future__ import annotations

from pathlib import Path

import click

from pressroom.cli.options import (
    find_project,
    json_option,
    project_option,
    read_settings,
    selectors_argument,
    unapproved_option,
)
from pressroom.cli.printing import ExplainedErrors, complain, count, print_json, relative, say
from pressroom.cli.release import open_releases


@click.command("pack")
@selectors_argument
@click.option("--title", metavar="TEXT", help="What stands on the cover, such as a conference.")
@click.option(
    "--for",
    "occasion",
    metavar="FAMILY=VALUE",
    help="Take this one briefing, then those that its page links to; needs no --title.",
)
@click.option("--release", "name", metavar="NAME", help="From which release, if not the last approved one.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The archive, if not reports/packs/TITLE.zip (with --for, FAMILY-VALUE.zip); "
    "the book goes beside it, as .pdf.",
)
@unapproved_option
@project_option
@json_option
def pack(
    selectors: tuple[str, ...],
    title: str | None,
    occasion: str | None,
    name: str | None,
    output: Path | None,
    unapproved: bool,
    project: Path | None,
    as_json: bool,
) -> None:
    """Make one briefing book for an occasion, and an archive of it with its briefings.

    SELECTOR is a family (region), a value (region=North) or a briefing (region/north). Without any: all.
    With --for: which of those that its page links to.
    """
    from pressroom.delivery.output_folders import Place, require_apart
    from pressroom.delivery.pack import make_pack, name_pack, write_pack
    from pressroom.delivery.selection import find_one
    from pressroom.edition.folders import PACKS
    from pressroom.edition.index import label_of

    if title is None and occasion is None:
        raise click.UsageError("Missing option '--title'; only with --for the briefing gives the title.")

    where = find_project(project, None)
    with ExplainedErrors():
        releases = open_releases(where)
        if name is None:
            release = releases.require_last(unapproved=unapproved)
        else:
            release = releases.open(name, unapproved=unapproved)
        subject = None if occasion is None else find_one(release, occasion)
        title = label_of(subject) if title is None and subject else title or ""
        named = output or where.output / PACKS / f"{name_pack(title, subject)}.zip"
        archive = named.with_suffix(".zip") if named.suffix.lower() == ".pdf" else named
        book = archive.with_suffix(".pdf")
        places = [Place("the pack", PACKS, file) for file in (archive, book)]
        require_apart(where, read_settings(where), *places)
        made = make_pack(release, selectors, title=title, subject=subject)
        write_pack(made, archive, book)
        after = releases.superseded_by(release, unapproved=unapproved)
    if after:
        complain(f"warning: release {release.name} is superseded by {after.name}")
    for warning in made.warnings:
        complain(f"warning: {warning}")
    if as_json:
        described = {"release": release.name, "briefings": made.briefings}
        print_json({"archive": str(archive), "book": str(book), **described})
    else:
        number = count(len(made.briefings), "briefing")
        say(f"{number} of {release.name}: {relative(book)}, {relative(archive)}")


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
    from pressroom.delivery.output_folders import SITE, UNAPPROVED, Place, name_unapproved, require_apart
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
