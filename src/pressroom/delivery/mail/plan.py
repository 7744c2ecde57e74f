"""What each subscriber is to get: what of their selection is new to them, or not the copy they have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from pressroom.data.findings import Refusal
from pressroom.delivery.changes import BriefingChange, Changes, compare
from pressroom.delivery.mail.addresses import identify
from pressroom.delivery.mail.ledger import Holding, Ledger
from pressroom.delivery.mail.ledger_file import describe, digest_content, is_alike
from pressroom.delivery.mail.letters import Recall, name_briefing
from pressroom.delivery.mail.messages import Item, Mail, TooLargeError, Writer
from pressroom.delivery.mail.subscribers import Subscriber, Subscribers, select_known
from pressroom.delivery.releases import Release, Releases
from pressroom.delivery.selection import list_catalogue
from pressroom.edition.manifest import Record

_UNKNOWN = "That is unknown, since the recalled release is damaged."
_NOT_TOLD = "it has what was recalled, and was not told: its mails came back; tell the reader in another way"


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
    releases: Releases,
    release: Release,
    people: Subscribers,
    ledger: Ledger,
    writer: Writer,
    *,
    is_recall: bool = False,
) -> Plan:
    """Return what each subscriber is to get of a release, and who else has something that was recalled.

    Parameters
    ----------
    is_recall
        Whether nothing of the release is sent.
    """
    finder = Finder(releases, release, ledger, is_recall=is_recall)
    holdings = ledger.holdings()
    mails: list[Mail] = []
    unsent: list[Unsent] = []
    settled = 0
    paused = ledger.paused()
    for person in (*people.people, *_find_others(people, finder, holdings, ledger)):
        held = holdings.get(identify(person.address), {})
        recalled = tuple(sorted(id for id, copy in held.items() if finder.is_recalled(copy)))
        if identify(person.address) in paused:
            unsent += [Unsent(person.address, recalled, _NOT_TOLD)] if recalled else []
            continue
        items = tuple(finder.find(person, held))
        replaced = {item.record.id for item in items}
        dropped = tuple(id for id in recalled if id not in replaced)
        mail = Mail(person, items, tuple(finder.find_recalls(held)), dropped)
        if not mail.items and not mail.recalls:
            settled += 1
            continue
        try:
            mails += writer.divide(mail)
        except TooLargeError as error:
            unsent.append(Unsent(person.address, tuple(item.record.id for item in mail.items), str(error)))
            # Readers hear all the same of what must not be used any more.
            mails += [replace(mail, items=(), dropped=recalled)] if mail.recalls else []
    passed_over = (person.address for person in people.people if identify(person.address) in paused)
    return Plan(tuple(mails), tuple(unsent), settled, tuple(passed_over))


def _find_others(
    people: Subscribers, finder: Finder, holdings: Mapping[str, Mapping[str, Holding]], ledger: Ledger
) -> Iterator[Subscriber]:
    """Yield those who are no subscribers any more, and have copies that they must not use."""
    known = {identify(person.address) for person in people.people}
    addresses = {identify(mail.address): mail.address for mail in ledger.list()}
    for person, held in holdings.items():
        if person not in known and any(finder.is_recalled(one) for one in held.values()):
            yield Subscriber(addresses.get(person, person), "", ())


class Finder:
    """Finds what a subscriber has not got yet."""

    def __init__(
        self, releases: Releases, release: Release, ledger: Ledger, *, is_recall: bool = False
    ) -> None:
        self._release, self._ledger = release, ledger
        self._known = {entry.name: entry for entry in releases.list()}
        self._recalled = releases.recalled()
        # Of a recalled release nothing is sent, only that it was recalled.
        records = () if is_recall or release.name in self._recalled else release.records()
        self._records = {record.id: record for record in records}
        self._catalogue = list_catalogue(release, with_missing=True)
        self._changes: dict[str, Changes] = {}
        self._selected: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._contents: dict[tuple[str, str], str] = {}

    def find(self, person: Subscriber, held: Mapping[str, Holding]) -> Iterator[Item]:
        """Yield the briefings of a selection that are new to someone, or changed, or recalled."""
        recalled = [id for id, copy in held.items() if self.is_recalled(copy)]
        for id in dict.fromkeys((*self.select(person.selectors), *recalled)):
            record = self._records.get(id)
            if record is None:
                continue
            if id in recalled:
                yield self._replace(record, held[id])
            elif id not in held:
                yield Item(record)
            elif change := self._find_change(record, held[id]):
                yield Item(record, held[id].release, change)

    def select(self, selectors: tuple[str, ...]) -> tuple[str, ...]:
        """Return the ids that selectors name in the release."""
        if selectors not in self._selected:
            self._selected[selectors] = select_known(self._catalogue, selectors)
        return self._selected[selectors]

    def is_recalled(self, held: Holding) -> bool:
        """Return whether somebody's copy was recalled."""
        return held.release in self._recalled

    def find_recalls(self, held: Mapping[str, Holding]) -> Iterator[Recall]:
        """Yield what was recalled of what somebody has."""
        for name, decision in self._recalled.items():
            ids = [id for id, copy in held.items() if copy.release == name]
            if ids:
                labels = tuple(self._label(name, id) for id in sorted(ids))
                yield Recall(name, decision.at, f"{decision.reason.rstrip('. ')}.", labels)

    def _label(self, release: str, id: str) -> str:
        known = self._known.get(release)
        record = known.manifest.records.get(id) if known else None
        return name_briefing(record) if record else id

    def _replace(self, record: Record, held: Holding) -> Item:
        """Return a briefing in place of a recalled copy, with what it says otherwise than that."""
        old = self._known.get(held.release)
        change: BriefingChange | None = BriefingChange(record.id, "data", lines=(_UNKNOWN,))
        with suppress(Refusal, OSError):  # what is recalled may be damaged, which holds no recall up
            if old and self._is_of(old, record.id, held):
                change = self._compare(old).get(record.id)
            else:
                change = self._compare_contents(record, held, is_there=old is not None)
        same = BriefingChange(record.id, "data", lines=("Nothing: this briefing says the same in both.",))
        return Item(record, held.release, change or same, is_instead=True)

    def _compare(self, old: Release) -> Mapping[str, BriefingChange]:
        if old.name not in self._changes:
            self._changes[old.name] = compare(old, self._release)
        return self._changes[old.name].briefings

    def _find_change(self, record: Record, held: Holding) -> BriefingChange | None:
        """Return what changed since the copy that someone has; nothing if theirs is of a later release."""
        old = self._known.get(held.release)
        if old is None or not self._is_of(old, record.id, held):
            return self._compare_contents(record, held, is_there=old is not None)
        if old.number >= self._release.number:
            return None
        return self._compare(old).get(record.id)

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
        lines = (f"It changed since release {held.release}, which {fate}.",)
        return BriefingChange(record.id, "data", lines=lines)
