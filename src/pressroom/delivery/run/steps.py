"""The steps of a run. Each may be done again at any time: what is done already costs next to nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pressroom.data.findings import Finding
from pressroom.delivery.changes import compare
from pressroom.delivery.freeze import freeze_edition, open_current
from pressroom.delivery.log import read_record
from pressroom.delivery.releases import NONE_APPROVED, ReleaseError, Releases
from pressroom.delivery.settings import Settings
from pressroom.pages.words import plural
from pressroom.run.inputs import Project, read_inputs

if TYPE_CHECKING:
    from pressroom.edition.build import BuildResult

AUTOMATIC = "briefings run --auto"
"""Who approves where the operator chose that nobody need."""


@dataclass(frozen=True)
class Outcome:
    """What a step did.

    Attributes
    ----------
    details
        For the log, by name.
    faults
        What went wrong; none if the step is good.
    stops
        Whether the steps up to the release have to be left out.
    is_bad_data
        Whether they have to since the dataset has faults, which no program can mend.
    """

    details: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Finding, ...] = ()
    stops: bool = False
    is_bad_data: bool = False


@dataclass(frozen=True)
class Steps:
    """What a run does with a project.

    Attributes
    ----------
    auto
        Whether releases go out that nobody approved.
    jobs
        How many briefings are pressed at once; None: as many as there are cores.
    """

    project: Project
    settings: Settings
    auto: bool = False
    jobs: int | None = None

    @cached_property
    def releases(self) -> Releases:
        """Return the project's releases."""
        return Releases(self.settings.releases, self.project.data)

    def make(self) -> dict[str, Callable[[], Outcome]]:
        """Return the steps that make an edition and release it, by name, in order."""
        return {"check": self.check, "build": self.build, "release": self.release}

    def publish(self) -> dict[str, Callable[[], Outcome]]:
        """Return the steps that bring to readers what is approved, by name, in order."""
        return {"approve": self.approve, "site": self.site, "deliver": self.deliver}

    def check(self) -> Outcome:
        """Check the dataset."""
        from pressroom.edition.faults import BadDataError, check_data
        from pressroom.edition.manifest import read_manifest

        self.releases.list()  # each briefing looks back: one that cannot be read would fail them all
        try:
            check_data(read_inputs(self.project), read_manifest(self.project.current))
        except BadDataError as error:
            advice = "correct the cell, and run `briefings check` until it is silent"
            faults = [replace(f, file=f.file or "the dataset", advice=advice) for f in error.findings]
            return Outcome({"faults": len(faults)}, tuple(faults), stops=True, is_bad_data=True)
        return Outcome()

    def build(self) -> Outcome:
        """Build the edition."""
        result = self._press()
        faults = tuple(_list_faults(result))
        details = {
            "built": len(result.succeeded),
            "fresh": len(result.fresh),
            "removed": list(result.removed),
        }
        details |= {"failed": [error.id for error in result.failed], "kept": list(result.kept)}
        if not result.succeeded and not result.fresh:
            advice = "look at what failed, or whether notebooks/ is the right folder"
            message = "no briefing was built, and none is up to date"
            faults += (Finding(file="the edition", message=message, advice=advice),)
            return Outcome(details, faults, stops=True)
        return Outcome(details, faults, stops=bool(result.overtaken))

    def _press(self) -> BuildResult:
        """Build; once more if what is read changed meanwhile, as an edit or a `git pull` changes it."""
        from pressroom.edition.build import ChangedError, build_edition

        try:
            result = build_edition(self.project, jobs=self.jobs)
        except ChangedError:
            return build_edition(self.project, jobs=self.jobs)
        return build_edition(self.project, jobs=self.jobs) if result.overtaken else result

    def release(self) -> Outcome:
        """Release the edition if it says something else than the last release, or says it in another way."""
        last = self.releases.last()
        if last is not None:
            changed = compare(last, open_current(self.project)).briefings
            if not changed:
                return Outcome({"release": None, "last": last.name})
            kinds = [change.kind for change in changed.values()]
            counts = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
        else:
            counts = {}
        made = freeze_edition(self.releases, self.project, None, now=datetime.now(UTC))
        return Outcome({"release": made.name, "changed": counts})

    def approve(self) -> Outcome:
        """Approve the last release if the operator chose so, and nobody has decided otherwise."""
        last = self.releases.last()
        if last is None:
            return Outcome({"approved": None})
        if self.auto and self.releases.is_open(last):
            self._require_state(last.name)
            self.releases.approve(last.name, by=AUTOMATIC, now=datetime.now(UTC))
        approved = self.releases.approval(last) is not None
        if approved:
            return Outcome({"approved": last.name})
        waiting = {"waiting": last.name} if self.releases.is_open(last) else {}
        return Outcome({"approved": None, **waiting})

    def _require_state(self, name: str) -> None:
        """Raise a ReleaseError if nothing is decided on what readers have already: then the state is lost."""
        from pressroom.delivery.site.publish import require_decided

        require_decided(self.releases, self.settings.site)
        mailed = {line.release for line in read_record(self.releases.folder)}
        if name in mailed or (mailed and not self.releases.approvals.list()):
            raise ReleaseError(
                f"releases were mailed, and nothing says who approved {name}: restore"
                f" {self.releases.state} from a copy, or decide: `briefings approve {name}`"
            )

    def site(self) -> Outcome:
        """Write the site of what is approved."""
        from pressroom.delivery.site.publish import is_published, publish_site

        if not self.releases.shown() and not is_published(self.settings.site):
            return Outcome({"site": None})
        made = publish_site(self.releases, self.settings.site, site_url=self.settings.site_url)
        if made is None:
            return Outcome({"site": None, "taken_down": True})
        return Outcome({"site": str(made.index), "releases": made.releases, "briefings": made.briefings})

    def deliver(self) -> Outcome:
        """Mail what is approved to those who asked for it."""
        from pressroom.delivery.mail.deliver import deliver
        from pressroom.delivery.site.publish import require_decided

        last, trouble = self.releases.find_holding()
        if last is None:
            return Outcome({"release": None})
        is_meant = self.settings.subscribers.exists() or self.settings.smtp.sender
        if not is_meant and not read_record(self.releases.folder):
            return Outcome({"subscribers": None})  # nobody ever meant to send mails
        require_decided(self.releases, self.settings.site)
        done = deliver(self.releases, last, self.settings, is_recall=bool(trouble))
        states = {state: done.count(state) for state in ("accepted", "refused", "deferred", "pending")}
        faults = [_explain_mail(o.address, o.state, o.reply) for o in done.outcomes if o.state != "accepted"]
        if done.stopped:
            advice = "mend the mail server or the settings; the next run sends what is left"
            faults = [Finding(file="the mail server", message=done.stopped, advice=advice)]
        if trouble not in ("", NONE_APPROVED):  # a recall was announced all the same
            faults.append(Finding(file="deliver", message=trouble, advice="mend this, then `briefings run`"))
        details = {"release": last.name, **states, "settled": done.settled, "paused": list(done.paused)}
        return Outcome(details, tuple(faults))


def _list_faults(result: BuildResult) -> Iterator[Finding]:
    if overtaken := result.overtaken:
        number = f"{len(overtaken)} {plural('briefing', len(overtaken))}"
        message = f"{overtaken[0].reason.rpartition(';')[0]}, twice: {number} could not be built"
        advice = "nothing, if somebody is editing: the next run builds them"
        yield Finding(file="the edition", message=message, advice=advice)
    for error in result.failed:
        if error in overtaken:
            continue
        copy = "readers keep the last good copy" if error.id in result.kept else "readers have no copy of it"
        advice = f"{copy}; run `briefings build {error.id}`, or open the notebook in JupyterLab"
        yield error.find(error.id, advice=advice)
    for fault in result.faults:
        advice = "its briefings are as they were; mend the notebook"
        yield replace(fault.finding, advice=advice)


def _explain_mail(address: str, state: str, reply: str) -> Finding:
    advice = {
        "refused": "correct the address in the subscribers' file, or take it out; of who left: forget",
        "deferred": "nothing: the next run tries again",
    }.get(state, "nothing: the next run sends it")
    message = f"{state}: {reply}" if reply else state
    return Finding(file=f"mail to {address}", message=message, advice=advice)
