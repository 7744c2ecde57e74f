"""What each subscriber is to get: what of their selection is new to them, or not the copy they have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pressroom.delivery.changes import BriefingChange, Changes, compare
from pressroom.delivery.mail.addresses import identify
from pressroom.delivery.mail.contents import describe, digest_content, is_alike
from pressroom.delivery.mail.ledger import Holding, Ledger
from pressroom.delivery.mail.messages import Item, Mail, TooLargeError, Writer
from pressroom.delivery.mail.subscribers import Subscriber, Subscribers, select_known
from pressroom.delivery.releases import Release, Releases
from pressroom.delivery.selection import list_catalogue
from pressroom.edition.manifest import Record


@dataclass(frozen=True)
class Unsent:
    """Briefings that cannot be sent to somebody, and why."""

    address: str
    briefings: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Plan:
    """What is to be sent, what cannot be, for how many nothing changed, and which addresses are paused."""

    mails: tuple[Mail, ...]
    unsent: tuple[Unsent, ...]
    settled: int
    paused: tuple[str, ...] = ()


def plan_mails(
    releases: Releases, release: Release, people: Subscribers, ledger: Ledger, writer: Writer
) -> Plan:
    """Return what each subscriber is to get of a release."""
    finder, holdings = Finder(releases, release, ledger), ledger.holdings()
    mails: list[Mail] = []
    unsent: list[Unsent] = []
    settled = 0
    paused = ledger.paused()
    for person in people.people:
        if identify(person.address) in paused:
            continue
        items = tuple(finder.find(person, holdings.get(identify(person.address), {})))
        settled += not items
        _divide(writer, person, items, mails, unsent)
    passed_over = (person.address for person in people.people if identify(person.address) in paused)
    return Plan(tuple(mails), tuple(unsent), settled, tuple(passed_over))


def _divide(
    writer: Writer, person: Subscriber, items: Sequence[Item], mails: list[Mail], unsent: list[Unsent]
) -> None:
    try:
        mails += writer.divide(person, items) if items else []
    except TooLargeError as error:
        unsent.append(Unsent(person.address, tuple(item.record.id for item in items), str(error)))


class Finder:
    """Finds what a subscriber has not got yet."""

    def __init__(self, releases: Releases, release: Release, ledger: Ledger) -> None:
        self._release, self._ledger = release, ledger
        self._known = {entry.name: entry for entry in releases.list()}
        self._records = {record.id: record for record in release.records()}
        self._catalogue = list_catalogue(release, with_missing=True)
        self._changes: dict[str, Changes] = {}
        self._selected: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._contents: dict[tuple[str, str], str] = {}

    def find(self, person: Subscriber, held: Mapping[str, Holding]) -> Iterator[Item]:
        """Yield the briefings of a selection that are new to someone, or changed."""
        for id in self.select(person.selectors):
            record = self._records.get(id)
            if record is None:
                continue
            if id not in held:
                yield Item(record)
            elif change := self._find_change(record, held[id]):
                yield Item(record, held[id].release, change)

    def select(self, selectors: tuple[str, ...]) -> tuple[str, ...]:
        """Return the ids that selectors name in the release."""
        if selectors not in self._selected:
            self._selected[selectors] = select_known(self._catalogue, selectors)
        return self._selected[selectors]

    def _find_change(self, record: Record, held: Holding) -> BriefingChange | None:
        """Return what changed since the copy that someone has; nothing if theirs is of a later release."""
        old = self._known.get(held.release)
        if old is None or not self._is_of(old, record.id, held):
            return self._compare_contents(record, held, is_there=old is not None)
        if old.number >= self._release.number:
            return None
        if old.name not in self._changes:
            self._changes[old.name] = compare(old, self._release)
        return self._changes[old.name].briefings.get(record.id)

    def _is_of(self, release: Release, id: str, held: Holding) -> bool:
        """Return whether a copy is what the release of its name has: that can have been made again."""
        return not held.content or self._digest(release, id) == held.content

    def _digest(self, release: Release, id: str) -> str:
        if (release.name, id) not in self._contents:
            found = release.manifest.records.get(id)
            self._contents[release.name, id] = digest_content(describe(found)) if found else ""
        return self._contents[release.name, id]

    def _compare_contents(self, record: Record, held: Holding, *, is_there: bool) -> BriefingChange | None:
        """Return that a copy changed whose release was taken away or made again, if it did."""
        before = self._ledger.content(held.content)
        if before is not None and is_alike(before, describe(record)):
            return None
        fate = "was made again under that name" if is_there else "is no longer kept here"
        told = (f"It changed since release {held.release}, which {fate}.",)
        return BriefingChange(record.id, "data", lines=told)
