"""One reader's briefings once more, or to see how a mail looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from pressroom.data.findings import Refusal, find_nearest, quote
from pressroom.delivery.log import require_ledger
from pressroom.delivery.mail.addresses import clean_address, identify
from pressroom.delivery.mail.deliver import Outcome, Sending, make_writer, open_session, read_people
from pressroom.delivery.mail.ledger import AGAIN, Ledger
from pressroom.delivery.mail.messages import Item, Mail, TooLargeError, Writer
from pressroom.delivery.mail.mime import MailError
from pressroom.delivery.mail.smtp import ServerError, open_line
from pressroom.delivery.mail.subscribers import FORMATS, Subscriber, Subscribers, find_subscriber
from pressroom.delivery.releases import Release, Releases
from pressroom.delivery.selection import list_catalogue, select_ids
from pressroom.delivery.settings import Settings


class ResendError(Refusal):
    """There is nobody or nothing to send to; the message says why."""


def resend(
    releases: Releases,
    release: Release,
    settings: Settings,
    address: str,
    selectors: Sequence[str] = (),
    *,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Mail a subscriber briefings of a release whether they have them or not; return what became of it.

    Parameters
    ----------
    selectors
        Which briefings; without any, the subscriber's own selection.

    Raises
    ------
    ResendError
        If there is no such subscriber, or the release has nothing of the selection.
    SubscribersError, SettingsError, ReleaseError, LedgerError, LostLedgerError, SelectorError
        If anything is wrong before the mail; then nothing was sent.
    """
    release.require_intact()
    people = read_people(releases, release, settings)
    person = _require(people, address)
    items = _find_items(release, selectors or person.selectors)
    writer = make_writer(releases, release, settings)
    with open_session(releases, settings) as (ledger, line):
        require_ledger(releases.folder, ledger.id, ledger.accepted)
        if identify(person.address) in ledger.paused():
            advice = f"briefings bounced --clear {person.address}"
            raise ResendError(f"{person.address} is paused, since its mails came back; {advice}, then again")
        if advice := _find_recalled(releases, ledger, person):
            raise ResendError(f"{person.address} was not told yet of the recall: briefings recall {advice}")
        again = _count(ledger, release, person) + 1
        mails = _divide(writer, Mail(person, items, again=again))
        sending = Sending(releases, release, ledger, line, writer, on_outcome)
        outcomes, stopped = sending.send(mails, settings.smtp.pauses, is_all=False)
    return [replace(one, reply=stopped) if stopped and one.state == "pending" else one for one in outcomes]


def send_test(releases: Releases, release: Release, settings: Settings, address: str) -> list[Outcome]:
    """Mail somebody what a subscriber gets, and note nothing; return what became of it.

    A subscriber gets their own selection, anybody else the release's first briefing.

    Raises
    ------
    ResendError
        If that is no address, or the release has nothing to send.
    SettingsError, ReleaseError
        If anything is wrong before the mail.
    """
    release.require_intact()
    person = _find_or_make(releases, release, settings, address)
    writer = make_writer(releases, release, settings)
    mail = Mail(person, _find_items(release, person.selectors), is_test=True)
    outcomes = []
    with open_line(settings.smtp) as line:
        for part in _divide(writer, mail):
            ids = tuple(item.record.id for item in part.items)
            try:
                reply = line.send(writer.write(part, now=datetime.now(UTC)))
                outcomes.append(Outcome(person.address, ids, reply.state, reply.text))
            except (MailError, ServerError) as error:
                outcomes.append(Outcome(person.address, ids, "refused", str(error)))
    return outcomes


def _require(people: Subscribers, address: str) -> Subscriber:
    if found := find_subscriber(people, address):
        return found
    nearest = find_nearest(address, [person.address for person in people.people])
    hint = f"; nearest: {nearest}" if nearest else ""
    raise ResendError(f"{quote(address)} is no subscriber{hint}")


def _find_or_make(releases: Releases, release: Release, settings: Settings, address: str) -> Subscriber:
    people = read_people(releases, release, settings) if settings.subscribers.exists() else Subscribers(())
    if found := find_subscriber(people, address):
        return found
    try:
        clean = clean_address(address)
    except ValueError as error:
        raise ResendError(f"{quote(address)} is no mail address: {error}") from None
    return Subscriber(clean, "", tuple(record.id for record in release.records()[:1]), FORMATS)


def _find_items(release: Release, selectors: Sequence[str]) -> tuple[Item, ...]:
    chosen = select_ids(list_catalogue(release, with_missing=True), selectors)
    items = tuple(Item(record) for record in release.records() if record.id in chosen)
    if not items:
        names = " ".join(selectors)
        raise ResendError(f"release {release.name} has no document of what {quote(names)} names")
    return items


def _divide(writer: Writer, mail: Mail) -> list[Mail]:
    try:
        return writer.divide(mail)
    except TooLargeError as error:
        raise ResendError(str(error)) from None


def _find_recalled(releases: Releases, ledger: Ledger, person: Subscriber) -> str:
    """Return a recalled release of which somebody still has something; ``""`` if there is none."""
    held = ledger.holdings().get(identify(person.address), {})
    return next((copy.release for copy in held.values() if copy.release in releases.recalled()), "")


def _count(ledger: Ledger, release: Release, person: Subscriber) -> int:
    """Return how often somebody was sent something of a release once more: that is in a mail's name."""
    asked = identify(person.address), AGAIN, release.name, "accepted"
    return sum((identify(one.address), one.kind, one.release, one.state) == asked for one in ledger.list())
