"""Mails each subscriber what changed of their selection since what they last got."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

from pressroom.data.slugs import make_slug
from pressroom.delivery.archive import lock_file
from pressroom.delivery.changes import BriefingChange, Changes, compare
from pressroom.delivery.mail.ledger import FILE, Entry, Ledger, describe, is_alike, open_ledger
from pressroom.delivery.mail.messages import Item, Mail, TooLargeError, Writer
from pressroom.delivery.mail.mime import MailError
from pressroom.delivery.mail.smtp import Line, Reply, ServerError, open_line
from pressroom.delivery.mail.subscribers import Subscriber, Subscribers, read_subscribers, select_known
from pressroom.delivery.private import keep_private, write_private
from pressroom.delivery.releases import Release, ReleaseError, Releases
from pressroom.delivery.selection import list_catalogue
from pressroom.delivery.settings import Settings
from pressroom.edition.manifest import Record

_LOCK = "deliver.lock"


@dataclass(frozen=True)
class Outcome:
    """What became of one mail.

    Attributes
    ----------
    state
        ``"accepted"``, ``"refused"``, ``"deferred"``, or ``"pending"`` if it was not tried.
    """

    address: str
    briefings: tuple[str, ...]
    state: str
    reply: str


@dataclass(frozen=True)
class Delivery:
    """What a run did.

    Attributes
    ----------
    settled
        Subscribers for whom nothing had changed.
    stopped
        Why the run ended before its time, else ``""``.
    """

    release: Release
    subscribers: Subscribers
    settled: int
    outcomes: tuple[Outcome, ...]
    stopped: str = ""

    def count(self, state: str) -> int:
        """Return the number of mails in a state."""
        return sum(outcome.state == state for outcome in self.outcomes)

    @property
    def is_complete(self) -> bool:
        """Return whether everybody has what they should."""
        return not self.stopped and all(outcome.state == "accepted" for outcome in self.outcomes)


@dataclass(frozen=True)
class _Plan:
    """What is to be sent, and what cannot be."""

    mails: tuple[Mail, ...]
    faults: tuple[Outcome, ...]
    settled: int


def deliver(
    releases: Releases,
    release: Release,
    settings: Settings,
    *,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
) -> Delivery:
    """Mail a release, and return what became of each mail; another run that is at it is waited for.

    Raises
    ------
    SubscribersError, SettingsError, ReleaseError, LedgerError
        If anything is wrong before the first mail; then nothing was sent.
    """
    release.require_intact()
    people = _read_people(releases, release, settings)
    writer = _make_writer(releases, release, settings)
    with (
        lock_file(releases.state / _LOCK),
        open_ledger(releases.state) as ledger,
        open_line(settings.smtp) as line,
    ):
        plan = _plan(releases, release, people, ledger, writer)
        run = _Run(ledger, line, writer, release, on_outcome)
        ledger.keep(release.name, release.records())
        ledger.plan(map(run.describe, plan.mails))
        for fault in plan.faults:
            on_outcome(fault)
        stopped = run.send_all(plan.mails, settings.smtp.pauses)
        outcomes = (*plan.faults, *(run.outcomes[writer.name(mail)] for mail in plan.mails))
    return Delivery(release, people, plan.settled, outcomes, stopped)


def write_files(releases: Releases, release: Release, settings: Settings, folder: Path) -> Delivery:
    """Write the mails that would be sent now into a folder, and return what they are; nothing is sent.

    Raises
    ------
    ReleaseError
        If the folder is not empty: what is there could be taken for these mails, or be lost.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ReleaseError(f"{folder} is not empty; name a new folder")
    release.require_intact()
    people = _read_people(releases, release, settings)
    writer = _make_writer(releases, release, settings)
    with _copied_ledger(releases) as ledger:
        plan = _plan(releases, release, people, ledger, writer)
    keep_private(folder)
    outcomes = list(plan.faults)
    for mail in plan.mails:
        file = folder / _name_file(mail, writer)
        try:
            write_private(file, writer.write(mail, now=_now()).content)
            state, told = "pending", str(file)
        except MailError as error:
            state, told = "refused", str(error)
        outcomes.append(Outcome(mail.subscriber.address, _list_ids(mail), state, told))
    return Delivery(release, people, plan.settled, tuple(outcomes))


class _Run:
    """Sends mails, and writes down how far each came."""

    def __init__(
        self,
        ledger: Ledger,
        line: Line,
        writer: Writer,
        release: Release,
        on_outcome: Callable[[Outcome], None],
    ) -> None:
        self._ledger, self._line, self._writer, self._release = ledger, line, writer, release
        self._on_outcome = on_outcome
        self.outcomes: dict[str, Outcome] = {}

    def describe(self, mail: Mail) -> Entry:
        """Return a mail as the ledger knows it."""
        id, address = self._writer.name(mail), mail.subscriber.address
        ids = _list_ids(mail)
        self.outcomes.setdefault(id, Outcome(address, ids, "pending", "not tried"))
        return Entry(id, address, self._release.name, ids)

    def send_all(self, mails: Sequence[Mail], pauses: Sequence[int]) -> str:
        """Send mails; those put off again after each pause. Return why it ended early, else ``""``."""
        waiting = list(mails)
        try:
            for pause in (0, *pauses):
                if waiting:
                    sleep(pause)
                waiting = [mail for mail in waiting if self._send(mail).state == "deferred"]
        except ServerError as error:
            return str(error)
        return ""

    def _send(self, mail: Mail) -> Reply:
        entry = self.describe(mail)
        try:
            message = self._writer.write(mail, now=_now())
            reply = self._line.send(message, before=lambda: self._ledger.begin(entry))
        except MailError as error:
            reply = Reply("refused", str(error))
        except ServerError as error:
            self._note(entry, Reply("deferred", str(error)))
            raise
        self._note(entry, reply)
        return reply

    def _note(self, entry: Entry, reply: Reply) -> None:
        self._ledger.finish(entry, reply.state, reply.text)
        outcome = Outcome(entry.address, entry.briefings, reply.state, reply.text)
        self.outcomes[entry.message_id] = outcome
        self._on_outcome(outcome)


def _read_people(releases: Releases, release: Release, settings: Settings) -> Subscribers:
    others = [other for other in releases.list() if other.name != release.name]
    catalogues = [list_catalogue(entry, with_missing=True) for entry in (release, *others)]
    return read_subscribers(settings.subscribers, catalogues)


def _make_writer(releases: Releases, release: Release, settings: Settings) -> Writer:
    return Writer(release, settings, is_draft=not releases.approval(release))


def _plan(
    releases: Releases,
    release: Release,
    people: Subscribers,
    ledger: Ledger,
    writer: Writer,
) -> _Plan:
    """Return what each subscriber is to get."""
    finder, holdings = _Finder(releases, release, ledger), ledger.holdings()
    mails: list[Mail] = []
    faults: list[Outcome] = []
    settled = 0
    for person in people.people:
        items = tuple(finder.find(person, holdings.get(person.address, {})))
        settled += not items
        try:
            mails += writer.divide(person, items) if items else []
        except TooLargeError as error:
            ids = tuple(item.record.id for item in items)
            faults.append(Outcome(person.address, ids, "refused", str(error)))
    return _Plan(tuple(mails), tuple(faults), settled)


class _Finder:
    """Finds what a subscriber has not got yet."""

    def __init__(self, releases: Releases, release: Release, ledger: Ledger) -> None:
        self._release, self._ledger = release, ledger
        self._known = {entry.name: entry for entry in releases.list()}
        self._records = {record.id: record for record in release.records()}
        self._catalogue = list_catalogue(release, with_missing=True)
        self._changes: dict[str, Changes] = {}
        self._selected: dict[tuple[str, ...], tuple[str, ...]] = {}

    def find(self, person: Subscriber, held: Mapping[str, str]) -> Iterator[Item]:
        """Yield the briefings of a selection that are new to someone, or changed."""
        for id in self._select(person.selectors):
            record = self._records.get(id)
            if record is None:
                continue
            if id not in held:
                yield Item(record)
            elif change := self._find_change(record, held[id]):
                yield Item(record, held[id], change)

    def _select(self, selectors: tuple[str, ...]) -> tuple[str, ...]:
        if selectors not in self._selected:
            self._selected[selectors] = select_known(self._catalogue, selectors)
        return self._selected[selectors]

    def _find_change(self, record: Record, held: str) -> BriefingChange | None:
        """Return what changed since the copy that someone has; nothing if theirs is of a later release."""
        old = self._known.get(held)
        if old is None:  # its folder was taken away; whether the briefing changed can still be told
            before = self._ledger.contents(held).get(record.id)
            told = (f"It changed since release {held}, which is no longer kept here.",)
            same = before is not None and is_alike(before, describe(record))
            return None if same else BriefingChange(record.id, "data", lines=told)
        if old.number >= self._release.number:
            return None
        if old.name not in self._changes:
            self._changes[old.name] = compare(old, self._release)
        return self._changes[old.name].briefings.get(record.id)


@contextmanager
def _copied_ledger(releases: Releases) -> Iterator[Ledger]:
    """Yield a copy of the ledger, so that the real one stays as it is, whatever state it is in."""
    with TemporaryDirectory() as folder:
        for file in keep_private(releases.state).glob(f"{FILE}*"):
            shutil.copy(file, folder)
        with open_ledger(Path(folder)) as ledger:
            yield ledger


def _name_file(mail: Mail, writer: Writer) -> str:
    digest = sha256(writer.name(mail).encode()).hexdigest()[:8]
    return f"{make_slug(mail.subscriber.address)}-{digest}.eml"


def _list_ids(mail: Mail) -> tuple[str, ...]:
    return tuple(item.record.id for item in mail.items)


def _now() -> datetime:
    return datetime.now(UTC)
