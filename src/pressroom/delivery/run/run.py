"""One run: step after step, each with a line in the log; what fails is reported, the rest goes on."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic

from pressroom.data.findings import Finding, Refusal
from pressroom.delivery.log import BEGIN, END, LOG, Line, name_run, write_line
from pressroom.delivery.run.alarm import beat, send_alarm, send_notice
from pressroom.delivery.run.checks import MACHINE
from pressroom.delivery.run.sent_alarms import read_memory, say_now, write_memory
from pressroom.delivery.run.steps import Outcome, Steps
from pressroom.delivery.storage import RUN_LOCK, lock_file

_PROGRAM = "this is a fault of the program or of the machine; the log has its traceback"


class BusyError(Refusal):
    """Another run is at work."""


@dataclass(frozen=True)
class Run:
    """What a run did.

    Attributes
    ----------
    is_bad_data
        Whether nothing was built since the dataset has faults.
    """

    name: str
    lines: tuple[Line, ...]
    faults: tuple[Finding, ...]
    is_bad_data: bool


def run(steps: Steps, report: Callable[[Line, tuple[Finding, ...]], None] = lambda line, faults: None) -> Run:
    """Do all steps, and return what they did.

    A run that was killed at any point is made good by the next one.

    Parameters
    ----------
    report
        Called with each step as it ends.

    Raises
    ------
    BusyError
        If another run is at work: then this one does nothing.
    """
    runner = _Runner(steps, report)
    with ExitStack() as stack:
        try:
            steps.releases.claim()
            stack.enter_context(lock_file(steps.releases.state / RUN_LOCK, _refuse))
        except BusyError:
            raise
        except (Refusal, OSError) as error:
            return runner.give_up(error)
        return runner.run()


def _refuse() -> None:
    raise BusyError("another run is at work; this one does nothing")


class _Runner:
    def __init__(self, steps: Steps, report: Callable[[Line, tuple[Finding, ...]], None]) -> None:
        self.steps, self.report = steps, report
        self.name, self.began = name_run(datetime.now(UTC)), monotonic()
        self.lines: list[Line] = []
        self.faults: list[Finding] = []

    def run(self) -> Run:
        self._write(Line(self.name, BEGIN, True, 0), ())
        bad = False
        for name, step in self.steps.make().items():
            outcome = self._do(name, step)
            if made := outcome.details.get("release"):
                self._remember(waiting=made)
            if outcome.stops:
                bad = outcome.is_bad_data
                break
        for name, step in self.steps.publish().items():
            self._do(name, step)
        if read_memory(self.steps.releases.state).waiting and not self.steps.auto:
            self._do("notice", self._notice)
        if not self.faults and self.steps.settings.heartbeat:
            self._do("heartbeat", self._beat)
        self._tell()
        details = {
            "bad_data": bad,
            "faults": [{"place": f.place, "reason": f.reason, "advice": f.advice} for f in self.faults],
        }
        self._write(Line(self.name, END, not self.faults, monotonic() - self.began, details), ())
        return Run(self.name, tuple(self.lines), tuple(self.faults), bad)

    def give_up(self, error: Refusal | OSError) -> Run:
        """Return a run that could not begin, since the releases cannot be used, and tell of it."""
        advice = MACHINE if isinstance(error, OSError) else "mend this, then `briefings run`"
        fault = Finding(file="the folder of the releases", message=str(error), advice=advice)
        self.faults.append(fault)
        self.report(Line(self.name, "start", False, 0), (fault,))
        outcome = self._alarm()
        self.report(Line(self.name, "alarm", not outcome.faults, 0, outcome.details), outcome.faults)
        return Run(self.name, tuple(self.lines), (*self.faults, *outcome.faults), is_bad_data=False)

    def _tell(self) -> None:
        """Tell maintainers what they do not know; what is remembered makes a step only if there is any."""
        if self.faults or not read_memory(self.steps.releases.state).is_blank:
            self._do("alarm", self._alarm)

    def _do(self, name: str, step: Callable[[], Outcome]) -> Outcome:
        began = monotonic()
        outcome = _try(name, step)
        known = {fault.reason for fault in self.faults}
        self.faults += [fault for fault in outcome.faults if fault.reason not in known]
        line = Line(self.name, name, not outcome.faults, monotonic() - began, outcome.details)
        self._write(line, outcome.faults)
        return outcome

    def _notice(self) -> Outcome:
        """Tell of the release that waits, this run's or one of a run that could not tell or was killed."""
        waiting = read_memory(self.steps.releases.state).waiting
        outcome = send_notice(self.steps.settings, self.steps.releases, waiting)
        if not outcome.faults:
            self._remember(waiting="")
        return outcome

    def _remember(self, *, waiting: str) -> None:
        state = self.steps.releases.state
        before = read_memory(state)
        at = before.at or say_now(datetime.now(UTC))
        write_memory(state, replace(before, at=at, waiting=waiting))

    def _alarm(self) -> Outcome:
        state = self.steps.releases.state
        before = read_memory(state)
        outcome, memory = send_alarm(
            self.steps.settings, self.name, tuple(self.faults), before, datetime.now(UTC)
        )
        write_memory(state, replace(memory, waiting=before.waiting))
        return outcome

    def _beat(self) -> Outcome:
        heartbeat = self.steps.settings.heartbeat
        return Outcome({"heartbeat": heartbeat}, beat(heartbeat, self.steps.project.root))

    def _write(self, line: Line, faults: tuple[Finding, ...]) -> None:
        if faults:
            line = replace(line, details={**line.details, "why": [str(fault) for fault in faults]})
        self._note(line)
        self.lines.append(line)
        self.report(line, faults)

    def _note(self, line: Line) -> None:
        """Write a line into the log; if that cannot be, it is one more fault, and the run goes on."""
        try:
            write_line(self.steps.releases.state, line)
        except OSError as error:
            fault = explain_machine(f"the log {self.steps.releases.state / LOG}", error)
            if fault not in self.faults:
                self.faults.append(fault)
                self.report(Line(self.name, "log", False, 0), (fault,))


def _try(name: str, step: Callable[[], Outcome]) -> Outcome:
    """Return what a step did; one that raises has a fault, and what builds upon it is left out."""
    try:
        return step()
    except Refusal as error:
        fault = Finding(file=name, message=str(error), advice="mend this, then `briefings run`")
        return Outcome({}, (fault,), stops=True)
    except OSError as error:
        details = {"traceback": traceback.format_exc()}
        return Outcome(details, (explain_machine(name, error),), stops=True)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        details = {"traceback": traceback.format_exc()}
        return Outcome(details, (Finding(file=name, message=reason, advice=_PROGRAM),), stops=True)


def explain_machine(place: str, error: OSError) -> Finding:
    """Return what the machine did not do, as a finding."""
    named = f"{error.filename}: " if error.filename else ""
    return Finding(file=place, message=f"{named}{error.strerror or error}", advice=MACHINE)
