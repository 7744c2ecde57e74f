"""Mails each subscriber what changed of their selection since what they last got."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from pressroom.data.names import make_slug
from pressroom.delivery.log import Delivered, require_ledger, write_record
from pressroom.delivery.mail.addresses import identify
from pressroom.delivery.mail.ledger import AGAIN, BRIEFINGS, RECALL, Entry, Ledger, open_ledger, read_ledger
from pressroom.delivery.mail.ledger_file import describe, digest_content
from pressroom.delivery.mail.messages import Mail, Writer
from pressroom.delivery.mail.mime import MailError
from pressroom.delivery.mail.plan import Plan, plan_mails
from pressroom.delivery.mail.retry import send_with_pauses
from pressroom.delivery.mail.smtp import Line, Reply, ServerError, open_line
from pressroom.delivery.mail.subscribers import Subscribers, read_subscribers
from pressroom.delivery.releases import Release, ReleaseError, Releases
from pressroom.delivery.selection import list_catalogue
from pressroom.delivery.settings import Settings
from pressroom.delivery.storage import MAIL_LOCK, keep_private, lock_file, write_private


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
    paused
        The addresses that were passed over, since their mails came back.
    """

    release: Release
    subscribers: Subscribers
    settled: int
    outcomes: tuple[Outcome, ...]
    stopped: str = ""
    paused: tuple[str, ...] = ()

    def count(self, state: str) -> int:
        """Return the number of mails in a state."""
        return sum(outcome.state == state for outcome in self.outcomes)

    @property
    def is_complete(self) -> bool:
        """Return whether everybody has what they should."""
        return not self.stopped and all(outcome.state == "accepted" for outcome in self.outcomes)


def deliver(
    releases: Releases,
    release: Release,
    settings: Settings,
    *,
    is_new_ledger: bool = False,
    is_recall: bool = False,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
) -> Delivery:
    """Mail a release, and return what became of each mail; another run that is at it is waited for.

    Parameters
    ----------
    is_new_ledger
        Whether to go on with a ledger that does not know of all mails that were sent.
    is_recall
        Whether nothing of the release is sent: its readers are only told what was recalled.

    Raises
    ------
    SubscribersError, SettingsError, ReleaseError, LedgerError, LostLedgerError
        If anything is wrong before the first mail; then nothing was sent.
    """
    if not is_recall:
        release.require_intact()
    people = read_people(releases, release, settings)
    writer = make_writer(releases, release, settings, is_recall=is_recall)
    with open_session(releases, settings) as (ledger, line):
        if not is_new_ledger:
            require_ledger(releases.folder, ledger.id, ledger.accepted)
        plan = plan_mails(releases, release, people, ledger, writer, is_recall=is_recall)
        if is_new_ledger:
            write_record(releases.folder, Delivered(release.name, ledger.id, ledger.accepted))
        faults = _list_faults(plan)
        for fault in faults:
            on_outcome(fault)
        sending = Sending(releases, release, ledger, line, writer, on_outcome)
        outcomes, stopped = sending.send(plan.mails, settings.smtp.pauses)
    return Delivery(release, people, plan.settled, (*faults, *outcomes), stopped, plan.paused)


@contextmanager
def open_session(releases: Releases, settings: Settings) -> Iterator[tuple[Ledger, Line]]:
    """Be the only one who mails, and yield the ledger and a line to the server."""
    with (
        lock_file(releases.state / MAIL_LOCK),
        open_ledger(releases.state) as ledger,
        open_line(settings.smtp) as line,
    ):
        yield ledger, line


def write_files(
    releases: Releases, release: Release, settings: Settings, folder: Path, *, is_new_ledger: bool = False
) -> Delivery:
    """Write the mails that would be sent now into a folder, and return what they are; nothing is sent.

    Raises
    ------
    ReleaseError
        If the folder is not empty: what is there could be taken for these mails, or be lost.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ReleaseError(f"{folder} is not empty; name a new folder")
    release.require_intact()
    people = read_people(releases, release, settings)
    writer = make_writer(releases, release, settings)
    with read_ledger(releases.state) as ledger:
        if not is_new_ledger:
            require_ledger(releases.folder, ledger.id, ledger.accepted)
        plan, threads = plan_mails(releases, release, people, ledger, writer), ledger.threads()
    keep_private(folder)
    outcomes = _list_faults(plan)
    for mail in plan.mails:
        file = folder / _name_file(mail, writer)
        try:
            thread = threads.get(identify(mail.subscriber.address), ())
            write_private(file, writer.write(mail, now=_now(), thread=thread).content)
            state, detail = "pending", str(file)
        except MailError as error:
            state, detail = "refused", str(error)
        outcomes.append(Outcome(mail.subscriber.address, _list_ids(mail), state, detail))
    return Delivery(release, people, plan.settled, tuple(outcomes), paused=plan.paused)


class TakenBackError(Exception):
    """The release that is being sent was withdrawn or recalled; nobody else gets it."""


class Sending:
    """Sends mails, and writes down how far each came."""

    def __init__(
        self,
        releases: Releases,
        release: Release,
        ledger: Ledger,
        line: Line,
        writer: Writer,
        on_outcome: Callable[[Outcome], None],
    ) -> None:
        self._releases, self._release = releases, release
        self._was_approved = releases.approval(release) is not None
        self._ledger, self._line, self._writer = ledger, line, writer
        self._on_outcome, self._threads = on_outcome, ledger.threads()
        self._outcomes: dict[str, Outcome] = {}
        self._contents: dict[str, str] = {}

    def send(
        self, mails: Sequence[Mail], pauses: Sequence[int], *, is_all: bool = True
    ) -> tuple[list[Outcome], str]:
        """Send mails, and return what became of each, and why it ended early, else ``""``.

        Parameters
        ----------
        pauses
            Seconds after which those that were put off are sent again.
        is_all
            Whether nothing else is to be sent to anybody.
        """
        if not mails:
            self._ledger.plan((), is_all=is_all)
            return [], ""
        records = {item.record.id: item.record for mail in mails for item in mail.items}
        self._ledger.keep(records.values())
        self._contents = {id: digest_content(describe(record)) for id, record in records.items()}
        self._ledger.plan(map(self._describe, mails), is_all=is_all)
        self._write_record()
        stopped = self._send_all(mails, pauses)
        self._write_record()
        return [self._outcomes[self._writer.name(mail)] for mail in mails], stopped

    def _write_record(self) -> None:
        delivered = Delivered(self._release.name, self._ledger.id, self._ledger.accepted)
        write_record(self._releases.folder, delivered)

    def _describe(self, mail: Mail) -> Entry:
        """Return a mail as the ledger knows it."""
        id, address = self._writer.name(mail), mail.subscriber.address
        self._outcomes.setdefault(id, Outcome(address, _list_ids(mail), "pending", "not tried"))
        contents = {item.record.id: self._contents[item.record.id] for item in mail.items}
        recalled = tuple(recall.release for recall in mail.recalls)
        kind = RECALL if recalled else AGAIN if mail.again else BRIEFINGS
        selectors = mail.subscriber.selectors
        return Entry(id, address, self._release.name, contents, selectors, kind, recalled, mail.dropped)

    def _send_all(self, mails: Sequence[Mail], pauses: Sequence[int]) -> str:
        try:
            send_with_pauses(mails, self._send, pauses)
        except (ServerError, TakenBackError) as error:
            return str(error)
        return ""

    def _send(self, mail: Mail) -> Reply:
        self._require_approved()
        entry = self._describe(mail)
        # A mail that came back goes out under its name again, and follows no mail of that name.
        thread = [id for id in self._threads.get(identify(entry.address), ()) if id != entry.message_id]
        try:
            message = self._writer.write(mail, now=_now(), thread=thread)
            reply = self._line.send(message, before=lambda: self._ledger.begin(entry))
        except MailError as error:
            reply = Reply("refused", str(error))
        except ServerError as error:
            self._note(entry, Reply("deferred", str(error)))
            raise
        self._note(entry, reply)
        return reply

    def _require_approved(self) -> None:
        """Raise a TakenBackError if somebody has taken the approval back since this began."""
        decision = self._releases.approvals.read(self._release.name)
        if self._was_approved and (decision is None or decision.is_withdrawal):
            raise TakenBackError(f"release {self._release.name} was taken back meanwhile")

    def _note(self, entry: Entry, reply: Reply) -> None:
        self._ledger.finish(entry, reply.state, reply.text)
        outcome = Outcome(entry.address, tuple(entry.briefings), reply.state, reply.text)
        self._outcomes[entry.message_id] = outcome
        self._on_outcome(outcome)


def read_people(releases: Releases, release: Release, settings: Settings) -> Subscribers:
    """Return the subscribers; what only another release has they may ask for, with a warning."""
    others = [other for other in releases.list() if other.name != release.name]
    catalogues = [list_catalogue(entry, with_missing=True) for entry in (release, *others)]
    return read_subscribers(settings.subscribers, catalogues)


def make_writer(
    releases: Releases, release: Release, settings: Settings, *, is_recall: bool = False
) -> Writer:
    """Return what writes the mails of a release."""
    approval = releases.approval(release)
    is_draft = approval is None and not is_recall
    approved = approval.at.isoformat() if approval else ""
    return Writer(release, settings, is_draft=is_draft, approved=approved)


def _name_file(mail: Mail, writer: Writer) -> str:
    digest = sha256(writer.name(mail).encode()).hexdigest()[:8]
    return f"{make_slug(mail.subscriber.address)}-{digest}.eml"


def _list_faults(plan: Plan) -> list[Outcome]:
    return [Outcome(one.address, one.briefings, "refused", one.reason) for one in plan.unsent]


def _list_ids(mail: Mail) -> tuple[str, ...]:
    return tuple(item.record.id for item in mail.items)


def _now() -> datetime:
    return datetime.now(UTC)
