"""All checks, one after the other: one that cannot be made is a fault, and the others go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pressroom.data.findings import Finding, Refusal
from pressroom.delivery.doctor.case import Case, Check
from pressroom.delivery.doctor.machine import (
    check_alarm_command,
    check_clock,
    check_folders,
    check_fonts,
    check_heartbeat,
    check_room,
)
from pressroom.delivery.doctor.service import (
    check_ledger,
    check_maintainers,
    check_night,
    check_releases,
    check_sender,
    check_server,
    check_settings,
    check_site,
    check_subscribers,
    check_timer,
)
from pressroom.delivery.run.run import explain_machine
from pressroom.delivery.settings import SettingsError, read_settings
from pressroom.run.inputs import Project

CHECKS: Mapping[str, Check] = {
    "settings": check_settings,
    "releases": check_releases,
    "site": check_site,
    "ledger": check_ledger,
    "subscribers": check_subscribers,
    "sender": check_sender,
    "mail server": check_server,
    "maintainers": check_maintainers,
    "alarm_command": check_alarm_command,
    "heartbeat": check_heartbeat,
    "folders": check_folders,
    "room": check_room,
    "typefaces": check_fonts,
    "clock": check_clock,
    "schedule": check_timer,
    "at night": check_night,
}
"""What is looked at, by the name that its line bears."""

_SETTINGS = "correct settings.toml, or the variable in the environment; the rest is looked at then"


@dataclass(frozen=True)
class Diagnosis:
    """What a check found.

    Attributes
    ----------
    seen
        What it saw, in a few words; ``""`` if a fault kept it from that.
    """

    check: str
    seen: str
    findings: tuple[Finding, ...]

    @property
    def is_good(self) -> bool:
        """Return whether there is nothing to mend; a warning is no fault."""
        return all(finding.severity == "warning" for finding in self.findings)

    def tell(self) -> dict[str, Any]:
        """Return all of it for machines."""
        findings = [
            {"place": f.place, "reason": f.reason, "advice": f.advice, "severity": f.severity}
            for f in self.findings
        ]
        return {"check": self.check, "good": self.is_good, "seen": self.seen, "findings": findings}


def examine(project: Project, given: Mapping[str, str], now: datetime) -> list[Diagnosis]:
    """Return what each check finds; only the first if the settings cannot be read.

    Parameters
    ----------
    given
        The variables of ours in the operator's environment.
    """
    try:
        settings = read_settings(project.root)
    except SettingsError as error:
        return [Diagnosis("settings", "", (Finding(message=str(error), advice=_SETTINGS),))]
    case = Case(project, settings, given, now)
    return [_make(name, check, case) for name, check in CHECKS.items()]


def _make(name: str, check: Check, case: Case) -> Diagnosis:
    results: list[Finding | str] = []
    try:
        results.extend(check(case))
    except Refusal as error:
        results.append(Finding(message=str(error)))
    except OSError as error:
        results.append(explain_machine("", error))
    seen = "; ".join(one for one in results if isinstance(one, str))
    return Diagnosis(name, seen, tuple(one for one in results if isinstance(one, Finding)))


def say_diagnoses(diagnoses: Sequence[Diagnosis]) -> Iterator[str]:
    """Yield the lines of one screen; what one check reported, another does not repeat."""
    first: dict[str, str] = {}
    for diagnosis in diagnoses:
        faults = [finding for finding in diagnosis.findings if finding.severity == "error"]
        if not faults and (diagnosis.seen or not diagnosis.findings):
            yield f"good     {diagnosis.check:14} {diagnosis.seen}"
        for finding in faults:
            known = first.setdefault(finding.reason, diagnosis.check)
            if known != diagnosis.check:
                yield f"to mend  {diagnosis.check:14} the same as of {known}"
                continue
            yield from _say("to mend ", diagnosis.check, finding)
        for finding in diagnosis.findings:
            if finding.severity == "warning":
                yield from _say("note    ", diagnosis.check, finding)


def _say(state: str, check: str, finding: Finding) -> Iterator[str]:
    yield f"{state} {check:14} {finding}"
    if finding.advice:
        yield f"{'':9}{'':14}   {finding.advice}"
