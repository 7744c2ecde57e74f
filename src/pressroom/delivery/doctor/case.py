"""What a check looks at: a project with its settings, and what a run at night finds of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from pressroom.data.findings import Finding
from pressroom.delivery.releases import Releases
from pressroom.delivery.schedule.crontab import find_entry, read_variables
from pressroom.delivery.schedule.times import ScheduleError
from pressroom.delivery.settings import Settings
from pressroom.run.inputs import Project


@dataclass(frozen=True)
class Case:
    """A project to be looked at.

    Attributes
    ----------
    given
        The variables of ours in the operator's environment.
    """

    project: Project
    settings: Settings
    given: Mapping[str, str]
    now: datetime

    @cached_property
    def releases(self) -> Releases:
        """Return the project's releases."""
        return Releases(self.settings.releases, self.project.data)

    @cached_property
    def entry(self) -> str | None:
        """Return the project's entry in the crontab; None without one, or where that cannot be known."""
        with suppress(ScheduleError):
            return find_entry(self.project.root)
        return None

    @cached_property
    def carried(self) -> dict[str, str]:
        """Return the variables that the entry carries; none without one."""
        try:
            return read_variables(self.entry) if self.entry else {}
        except ValueError as error:
            raise ScheduleError(f"the entry in the crontab cannot be read: {error}; make it anew") from None

    @property
    def sends_mail(self) -> bool:
        """Return whether a run may have somebody to write to."""
        return bool(self.settings.maintainers) or self.settings.subscribers.exists()


Check = Callable[[Case], Iterator[Finding | str]]
"""Yields what is wrong, as findings, and what it saw, as texts; what is no fault is a warning."""
