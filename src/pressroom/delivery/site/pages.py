"""The site's own pages: index, families, releases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from html import escape

from pressroom.data.package import Package
from pressroom.delivery.changes import Changes
from pressroom.delivery.releases import Release
from pressroom.delivery.site.addresses import FEED, RELEASES, Addresses
from pressroom.delivery.site.changes import CHANGES, list_changes
from pressroom.delivery.site.recalled import Recalled
from pressroom.delivery.site.search import SCRIPT, rules
from pressroom.edition.index import find_front, inline, label_of, list_families, say_as_of, say_day
from pressroom.edition.manifest import INDEX, Record, Shelf
from pressroom.pages.html.page import page
from pressroom.pages.words import plural


def find_title(release: Release, package: Package) -> str:
    """Return what the site is called."""
    return str(find_front(release.manifest).get("title") or package.title or "Briefings")


def render_front(
    releases: Sequence[Release],
    recalled: Sequence[Recalled],
    package: Package,
    data: str,
    tables: Collection[str],
) -> str:
    """Return the site's index: the newest release, searchable, and the list of all releases.

    Parameters
    ----------
    data
        What the search knows, as JSON.
    tables
        The files of data there are, by their names in the site.
    """
    release, front = releases[-1], find_front(releases[-1].manifest)
    title = find_title(release, package)
    lede = f'<p class="lede">{escape(str(front["lede"]))}</p>' if front.get("lede") else ""
    families = list_families(release.shelves(), more=link_data(tables), has_pages=True)
    changed = _link_changes(releases[-2], release) if len(releases) > 1 else ""
    body = f"{_say_release(release)}<h1>{escape(title)}</h1>{lede}{changed}{families}"
    body += _list_releases(releases, recalled)
    return _render(package, release, title, "Briefings", body, script=SCRIPT, data=data)


def render_family(
    release: Release, package: Package, shelf: Shelf, records: Sequence[Record], tables: Collection[str]
) -> str:
    """Return the page of a family in the newest release: its question is the heading, if it has one."""
    heading = inline(shelf.question or shelf.title)
    asked = replace(shelf, question="")
    listed = list_families([(asked, records)], base="../", more=link_data(tables, "../"))
    feed = f'<p class="feed"><a href="{FEED}">Feed of what is new here</a></p>'
    body = f"{_say_release(release)}<h1>{heading}</h1>{listed}{feed}"
    return _render(package, release, shelf.title, "Family", body, index_href="../index.html")


def render_release(
    release: Release, newest: Release, package: Package, tables: Collection[str], before: Release | None
) -> str:
    """Return the page of a release; of a superseded one, it says what replaces it.

    Parameters
    ----------
    before
        The release that its page of changes compares it with; None if there is no such page.
    """
    note = ""
    is_newest = release is newest
    if not is_newest:
        newer = escape(newest.name)
        note = (
            '<p class="superseded"><strong>Superseded by '
            f'<a href="../{newer}/index.html">release {newer}</a>.</strong></p>'
        )
    version = escape(str(release.manifest.dataset["version"]))
    lede = f"Made on {say_day(release.day)} from version {version} of the dataset."
    if before:
        lede += f' <a href="{CHANGES}">What changed since release {escape(before.name)}</a>.'
    families = list_families(release.shelves(), more=link_data(tables))
    head = f'<p class="subject">Release</p><h1>{escape(release.name)}</h1><p class="lede">{lede}</p>'
    title = f"Release {release.name}" + ("" if is_newest else " (superseded)")
    return _render(package, release, title, "Release", head + note + families, index_href="../../index.html")


def render_changes(changes: Changes, package: Package) -> str:
    """Return the page that says what changed from one release to the next."""
    title = f"What changed since release {changes.old.name}"
    body = f"{_say_release(changes.new)}<h1>{escape(title)}</h1>{list_changes(changes)}"
    label = f"Release {changes.new.name}"
    return _render(package, changes.new, title, "Release", body, index_href="index.html", index_label=label)


def render_missing(release: Release, package: Package, addresses: Addresses) -> str:
    """Return the page that a web server shows where there is none: at any address, so its links are whole."""
    index = addresses.find(INDEX) or f"/{INDEX}"
    body = (
        "<h1>There is no page at this address</h1>"
        '<p class="lede">It may be mistyped, or the page was one of a release that was taken back.</p>'
        f'<p><a href="{escape(index)}">All briefings</a> lists what there is, and searches it.</p>'
    )
    return _render(package, release, "Page not found", "Briefings", body)


def describe_front(release: Release, package: Package) -> str:
    """Return what search engines show of the site's index."""
    lede = find_front(release.manifest).get("lede") or package.descriptor.get("description")
    return str(lede or find_title(release, package))


def describe_family(shelf: Shelf, package: Package) -> str:
    """Return what search engines show of a family's page."""
    return f"{package.project}: {shelf.question or shelf.title}"


def describe_release(release: Release, package: Package) -> str:
    """Return what search engines show of a release's page."""
    number = len(release.records())
    content = f"{number} {plural('briefing', number)}, from version {release.version} of the dataset"
    return f"{package.project}: release {release.name} of {say_day(release.day)}, {content}."


def link_data(tables: Collection[str], base: str = "") -> Callable[[Record], str]:
    """Return what gives the links to a briefing's data: its first table, and what describes them all."""

    first: dict[str, str] = {}
    for name in tables:
        if name.endswith(".csv"):
            first.setdefault(name.rpartition("/")[0], name)

    def link(record: Record) -> str:
        csv = first.get(record.id)
        if csv is None:
            return ""
        label, id = escape(label_of(record)), escape(f"{base}{record.id}")
        return (
            f'<a href="{escape(base + csv)}"><span class="vh">{label}, rows as </span>CSV</a>'
            f'<a href="{id}/datapackage.json"><span class="vh">{label}, data package as </span>JSON</a>'
        )

    return link


def _say_release(release: Release) -> str:
    return f'<p class="subject">Release {escape(release.name)}, {say_day(release.day)}</p>'


def _link_changes(before: Release, release: Release) -> str:
    href = escape(f"{RELEASES}/{release.name}/{CHANGES}")
    return f'<p class="since"><a href="{href}">What changed since release {escape(before.name)}</a></p>'


def _list_releases(releases: Sequence[Release], recalled: Sequence[Recalled]) -> str:
    rows = "".join(_list_release(release, releases[-1]) for release in reversed(releases))
    rows += "".join(_list_recalled(one) for one in reversed(recalled))
    return (
        f'<section class="fam" id="{RELEASES}"><div><h2>Releases</h2>'
        f'<p class="n">The newest first, also as a <a href="{FEED}">feed</a>.</p></div>'
        '<table class="idx"><caption class="vh">Releases</caption><thead><tr><th scope="col">Release</th>'
        f'<th scope="col">In short</th></tr></thead><tbody>{rows}</tbody></table></section>'
    )


def _list_release(release: Release, newest: Release) -> str:
    name = escape(release.name)
    state = "the newest" if release is newest else f"superseded by {escape(newest.name)}"
    number = len(release.records())
    return (
        f'<tr><th scope="row"><a href="{RELEASES}/{name}/index.html">{name}</a></th>'
        f"<td>{say_day(release.day)}: {number} {plural('briefing', number)}, {state}</td></tr>"
    )


def _list_recalled(recalled: Recalled) -> str:
    name, day = escape(recalled.release.name), say_day(recalled.release.day)
    return (
        f'<tr><th scope="row"><a href="{RELEASES}/{name}/index.html">{name}</a></th>'
        f"<td>{day}: recalled on {recalled.day}. {escape(recalled.reason)}</td></tr>"
    )


def _render(package: Package, release: Release, title: str, family: str, body: str, **more: str) -> str:
    return page(
        title=title,
        body=body,
        family=family,
        project=package.project,
        as_of=say_as_of(package),
        foot=f"Release {release.name}, from version {release.manifest.dataset['version']} of the dataset",
        css=rules(),
        **{"index_label": "All briefings", **more},
    )
