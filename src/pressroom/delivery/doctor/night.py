"""The checks of what a run has that a timer starts: its settings, its times, its password."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pressroom.data.findings import Finding
from pressroom.delivery.doctor.case import Case
from pressroom.delivery.places import require_apart
from pressroom.delivery.run.checks import check_schedule
from pressroom.delivery.schedule.crontab import find_entry, read_schedule
from pressroom.delivery.schedule.readiness import find_faults
from pressroom.delivery.schedule.times import ScheduleError
from pressroom.delivery.schedule.variables import carry, choose
from pressroom.delivery.settings import FILE

ANEW = "make the entry anew: briefings schedule --cron ... --install"


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


_OTHERWISE = "nothing is to be done if systemd, GitHub or another user starts `briefings run`"


def check_night(case: Case) -> Iterator[Finding | str]:
    """Yield what a run lacks, such as the password, that has nothing of this shell's environment."""
    variables = case.carried if case.entry else carry(case.project, case.given)
    faults = dict.fromkeys(find_faults(case.project.root, variables))
    for fault in faults:
        yield Finding(message=fault, advice=f"mend it; where the crontab has an entry, {ANEW}")
    if case.sends_mail and case.settings.smtp.user and not faults:
        yield "the password is found"
    yield f"the entry carries {', '.join(variables)}" if case.entry else "as an entry made now would have it"
