"""What was decided on each release: approved, withdrawn or recalled; a JSON file for each, by its name.

A release that was withdrawn goes out no more. One that was recalled has told its readers so, with a reason.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pressroom.data.files import read_text
from pressroom.data.findings import Refusal
from pressroom.data.previous import APPROVALS
from pressroom.delivery.storage import keep_private, write_private, write_whole


class ApprovalError(Refusal):
    """What was decided on a release cannot be read; the message names the file."""


@dataclass(frozen=True)
class Decision:
    """What somebody decided on a release.

    Attributes
    ----------
    of
        The digest of the release that was approved; ``""`` if it goes out no more.
    reason
        Why it was recalled; ``""`` if it was not.
    """

    by: str
    at: datetime
    of: str = ""
    reason: str = ""

    @property
    def is_withdrawal(self) -> bool:
        """Return whether the release goes out no more."""
        return not self.of

    def say(self, day: str) -> str:
        """Return in words what was decided, by whom, on which day, and why."""
        word = "approved" if self.of else "recalled" if self.reason else "withdrawn"
        return f"{word} by {self.by} on {day}" + (f": {self.reason}" if self.reason else "")


_EARLIER = "somebody"
"""Who withdrew a release, where an earlier version did not write it down."""


@dataclass(frozen=True)
class Approvals:
    """The decisions on the releases in a folder."""

    releases: Path

    def list(self) -> dict[str, Decision]:
        """Return all decisions by the name of the release, which may be gone."""
        files = sorted((self.releases / APPROVALS).glob("[!.]*.json"))
        return {file.stem: found for file in files if (found := self.read(file.stem))}

    def read(self, name: str) -> Decision | None:
        """Return what was decided on a release; None if nothing was.

        Raises
        ------
        ApprovalError
            If that is written down, but cannot be read: nobody must take it for undecided.
        """
        try:
            content = json.loads(read_text(self.releases / APPROVALS, f"{name}.json"))
            return _read(content)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ApprovalError(
                f"{self._file(name)} cannot be read: {error}; restore it from a copy, or decide anew with"
                f" `briefings approve {name}`, with --withdraw if it is to go out no more"
            ) from None

    def write(self, name: str, decision: Decision) -> None:
        """Write a decision down, in place of an earlier one."""
        file = self._file(name)
        keep_private(file.parent.parent)
        keep_private(file.parent)
        content: dict[str, Any] = {
            "by": decision.by,
            "at": decision.at.astimezone(UTC).isoformat(timespec="seconds"),
        }
        content |= {"of": decision.of} if decision.of else {"withdrawn": True}
        content |= {"reason": decision.reason} if decision.reason else {}
        write_whole(file, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode(), write_private)

    def _file(self, name: str) -> Path:
        return self.releases / APPROVALS / f"{name}.json"


def _read(content: dict[str, Any]) -> Decision:
    if content.get("withdrawn"):
        at = datetime.fromisoformat(content.get("at", "1970-01-01T00:00:00+00:00"))
        return Decision(str(content.get("by", _EARLIER)), at, reason=str(content.get("reason", "")))
    return Decision(str(content["by"]), datetime.fromisoformat(content["at"]), str(content["of"]))
