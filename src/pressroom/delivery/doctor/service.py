"""The checks of what stands between a run at night and its readers: settings, mail, the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pressroom.data.findings import Finding
from pressroom.delivery.doctor.case import Case
from pressroom.delivery.mail.addresses import read_envelope_sender, read_reply_to, read_sender
from pressroom.delivery.mail.ledger_file import FILE as LEDGER
from pressroom.delivery.output_folders import require_apart
from pressroom.delivery.run import checks
from pressroom.delivery.run.alarm import read_mailboxes
from pressroom.delivery.run.checks import check_schedule
from pressroom.delivery.schedule.crontab import find_entry, read_schedule
from pressroom.delivery.schedule.environment import carry, choose, find_faults
from pressroom.delivery.schedule.times import ScheduleError
from pressroom.delivery.settings import FILE, SettingsError
from pressroom.delivery.site.addresses import RELEASES
from pressroom.delivery.site.publish import is_published, list_published, require_decided
from pressroom.delivery.storage import move_state
from pressroom.edition.generation import CURRENT

NOBODY = "nobody is mailed: there is no subscribers' file, and the setting maintainers is empty"

ANEW = "make the entry anew: briefings schedule --cron ... --install"

_OTHERWISE = "nothing is to be done if systemd, GitHub or another user starts `briefings run`"


def check_sender(case: Case) -> Iterator[Finding | str]:
    """Yield that nobody could tell who writes a mail, or where answers and bounces go."""
    if not case.sends_mail:
        yield NOBODY
        return
    settings, smtp = case.settings, case.settings.smtp
    reasons: dict[str, None] = {}  # without a sender, there is no envelope's for the same reason
    for read in (
        lambda: read_sender(smtp),
        lambda: read_envelope_sender(smtp),
        lambda: read_reply_to(settings),
    ):
        try:
            read()
        except SettingsError as error:
            reasons[str(error)] = None
    yield from (Finding(message=reason, advice="set it in settings.toml") for reason in reasons)
    yield smtp.sender


def check_server(case: Case) -> Iterator[Finding | str]:
    """Yield that the mail server does not let us in; connects and logs in, and sends nothing."""
    from pressroom.delivery.mail.smtp import ServerError, open_line

    if not case.sends_mail:
        yield NOBODY
        return
    try:
        with open_line(case.settings.smtp) as line:
            yield line.connect()
    except (ServerError, SettingsError) as error:
        yield Finding(message=str(error), advice="mend the mail server, or the settings `smtp`")


def check_ledger(case: Case) -> Iterator[Finding | str]:
    """Yield that the delivery ledger cannot be used, or was lost."""
    yield from (replace(finding, file=None) for finding in checks.check_ledger(case.releases))
    yield LEDGER if (case.releases.state / LEDGER).exists() else "none yet, and no mail was sent"


def check_subscribers(case: Case) -> Iterator[Finding | str]:
    """Yield what is wrong in the file of subscribers."""
    yield from checks.check_subscribers(case.releases, case.settings)
    file = case.settings.subscribers
    yield file.name if file.exists() else f"there is no file {file}, so that only maintainers are mailed"


def check_maintainers(case: Case) -> Iterator[Finding | str]:
    """Yield what of the maintainers is no address, or that nobody hears of a failed run."""
    settings = case.settings
    mailboxes, wrong = read_mailboxes(settings.maintainers)
    yield from wrong
    yield ", ".join(mailbox.address for mailbox in mailboxes) or "none"
    if not (settings.maintainers or settings.alarm_command or settings.heartbeat):
        advice = "set `maintainers`, and `alarm_command` or `heartbeat` for when no mail can be sent"
        yield Finding(severity="warning", message="nobody hears of a run that failed", advice=advice)


def check_settings(case: Case) -> Iterator[Finding | str]:
    """Yield that places overlap, or that settings stand in this shell's environment alone."""
    require_apart(case.project, case.settings)
    yield FILE if (case.project.root / FILE).exists() else f"there is no {FILE}: what is usual holds"
    try:
        carried = case.carried
    except ScheduleError:  # which another check tells
        carried = {}
    alone = [name for name, _ in choose(case.project, case.given) if name not in carried]
    if alone:
        message = f"of this shell's environment alone: {', '.join(alone)}"
        advice = f"a run at night goes without: write them into {FILE}, or {ANEW}"
        yield Finding(severity="warning", message=message, advice=advice)


def check_timer(case: Case) -> Iterator[Finding | str]:
    """Yield that nothing starts a run, as far as this user's crontab tells, or that a start was missed."""
    try:
        entry = find_entry(case.project.root)
    except ScheduleError as error:
        yield Finding(severity="warning", message=str(error), advice=_OTHERWISE)
        return
    if entry is None:
        message = "this user's crontab has no entry for the project"
        yield Finding(severity="warning", message=message, advice=f"briefings schedule --help; {_OTHERWISE}")
    elif schedule := read_schedule(entry):
        found = check_schedule(schedule, case.releases.state, case.now)
        yield from (replace(finding, file=None) for finding in found)
        yield f"next {schedule.next(case.now):%a %d %b %Y, %H:%M} in {schedule.zone}"
    else:
        message = "the entry in the crontab does not say any more when it is meant to start"
        yield Finding(message=message, advice=ANEW)


def check_night(case: Case) -> Iterator[Finding | str]:
    """Yield what a run lacks, such as the password, that has nothing of this shell's environment."""
    variables = case.carried if case.entry else carry(case.project, case.given)
    faults = dict.fromkeys(find_faults(case.project.root, variables))
    for fault in faults:
        yield Finding(message=fault, advice=f"mend it; where the crontab has an entry, {ANEW}")
    if case.sends_mail and case.settings.smtp.user and not faults:
        yield "the password is found"
    yield f"the entry carries {', '.join(variables)}" if case.entry else "as an entry made now would have it"


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


def _list_notices(case: Case, published: Iterable[str]) -> Iterator[str]:
    """Yield the recalled releases of which the site has only notices, and no document."""
    for name in case.releases.recalled().keys() & set(published):
        if not any((case.settings.site / CURRENT / RELEASES / name).rglob("*.pdf")):
            yield name
