"""Feeds of the releases, as Atom (RFC 4287): equal releases give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5
from xml.etree import ElementTree

from pressroom.data.package import Package
from pressroom.delivery.changes import Changes
from pressroom.delivery.releases import Release
from pressroom.delivery.site.addresses import FEED, RELEASES, Addresses
from pressroom.delivery.site.changes import say_changes
from pressroom.delivery.site.head import ICON
from pressroom.delivery.site.recalled import Recalled
from pressroom.edition.manifest import INDEX, Shelf
from pressroom.pages.words import plural

_ATOM = "http://www.w3.org/2005/Atom"
_OURS = UUID("6a3f2c7e-5d0b-4f43-9a58-0c1d7be2f1a4")
"""The namespace of our ids. They hold no address, so that a site that moves keeps them, as Atom asks."""


@dataclass(frozen=True)
class Feed:
    """What feeds are made of.

    Attributes
    ----------
    releases
        The oldest first.
    recalled
        Those that were recalled: whoever reads feeds has their entries, which say so from then on.
    author
        Who publishes them.
    changes
        What changed with each release, by its name, if there is one before it.
    """

    releases: Sequence[Release]
    recalled: Sequence[Recalled]
    author: str
    changes: Mapping[str, Changes]
    addresses: Addresses

    def write(self, title: str, shelf: Shelf | None = None) -> bytes:
        """Return the feed of all releases, or of those in which a family's briefings changed.

        Parameters
        ----------
        title
            What the site is called.
        """
        family = shelf.family if shelf else ""
        name, index = (f"{family}/{part}" if family else part for part in (FEED, INDEX))
        summaries = [(release, self._summarise(release, family)) for release in reversed(self.releases)]
        entries = [(release, summary) for release, summary in summaries if summary]
        package = (self.releases or [one.release for one in self.recalled])[-1].package
        feed = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
        _add(feed, "title", f"{shelf.title} – {title}" if shelf else title)
        _add(feed, "id", _make_id(package, FEED, family))
        recalls = [one for one in self.recalled if not family or _has_family(one.release, family)]
        times = [*(_say_time(release) for release, _ in entries[:1]), *map(_say_recall, recalls)]
        _add(feed, "updated", max(times))
        _add(_add(feed, "author"), "name", self.author)
        _add(feed, "link", rel="self", type="application/atom+xml", href=self.addresses.link(name, name))
        _add(feed, "link", rel="alternate", type="text/html", href=self.addresses.link(index, name))
        _add(feed, "icon", self.addresses.link(ICON, name))
        for one in reversed(recalls):
            title, updated = f"Release {one.release.name} was recalled", _say_recall(one)
            self._add_entry(feed, one.release, title, updated, one.reason, family, name)
        for release, summary in entries:
            title, updated = f"Release {release.name}", _say_time(release)
            self._add_entry(feed, release, title, updated, summary, family, name)
        ElementTree.indent(feed, "")
        written: bytes = ElementTree.tostring(feed, "utf-8", xml_declaration=True)
        return written + b"\n"

    def _summarise(self, release: Release, family: str) -> str:
        """Return what is new in a release, in words; ``""`` if nothing of the family is."""
        changes = self.changes.get(release.name)
        if changes:
            return say_changes(changes, family)
        number = sum(record.family == family or not family for record in release.records())
        briefings = f"{number} {plural('briefing', number)}"
        return f"{briefings}, from version {release.version} of the dataset." if number else ""

    def _add_entry(
        self,
        feed: ElementTree.Element,
        release: Release,
        title: str,
        updated: str,
        summary: str,
        family: str,
        name: str,
    ) -> None:
        page = self.addresses.link(f"{RELEASES}/{release.name}/{INDEX}", name)
        entry = _add(feed, "entry")
        _add(entry, "title", title)
        _add(entry, "id", _make_id(release.package, release.name, _say_time(release), family))
        _add(entry, "updated", updated)
        _add(entry, "link", rel="alternate", type="text/html", href=page + (f"#{family}" if family else ""))
        _add(entry, "summary", summary)


def _has_family(release: Release, family: str) -> bool:
    return any(record.family == family for record in release.records())


def _say_recall(recalled: Recalled) -> str:
    return recalled.decision.at.isoformat(timespec="seconds")


def _say_time(release: Release) -> str:
    """Return when a release was made, as feeds have it: the clock of today has no part in a feed."""
    return release.created.isoformat(timespec="seconds")


def _make_id(package: Package, *words: str) -> str:
    name = str(package.descriptor.get("name") or package.title)
    return uuid5(_OURS, "\n".join((name, *words))).urn


def _add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag, attributes)
    element.text = text or None
    return element
