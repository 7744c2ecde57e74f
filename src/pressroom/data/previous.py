"""The last release whose dataset differs from today's: what a briefing compares itself with.

Releases are looked for where the environment variable PRESSROOM_RELEASES says, else in ``releases``
beside the dataset's folder. Nothing here imports pandas.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from pressroom.data.files import read_text
from pressroom.data.findings import DatasetError, Finding
from pressroom.data.names import PREFIX
from pressroom.data.reads import UNKNOWN

RELEASE = "release.json"
RELEASES = "releases"
STATE = "_state"
"""The folder of all that changes: in sight, and no name that a release can have."""

APPROVALS = f"{STATE}/approvals"
VARIABLE = f"{PREFIX}RELEASES"

CHANGED = "changed"
"""The class of what a page says of earlier releases: for comparing pages, it does not count."""

PREVIOUS = "previous"
"""The query that looks back."""

LOOKING_BACK = frozenset({PREVIOUS, UNKNOWN})
"""The queries whose answers are no reason to publish anew: an earlier release."""


@dataclass(frozen=True)
class Frozen:
    """A release as a dataset knows it: its name, the day it was made, its dataset's folder and digest."""

    name: str
    day: date
    data: Path
    digest: str

    @property
    def identity(self) -> str:
        """Return a SHA-256 of what a briefing says of it: its name, its day and its dataset."""
        return sha256(f"{self.name} {self.day} {self.digest}".encode()).hexdigest()


def locate_releases(dataset: Path) -> Path:
    """Return the folder of the releases that a dataset's briefings look back to."""
    named = os.environ.get(VARIABLE)
    return Path(named).absolute() if named else dataset.absolute().parent / RELEASES


def find_previous(dataset: Path, digest: str) -> Frozen | None:
    """Return the newest approved release with another dataset than today's; None if there is none.

    As long as no release is approved at all, those that are not count.

    Raises
    ------
    DatasetError
        If what a release says of itself cannot be read.
    """
    releases = locate_releases(dataset)
    dated = sorted(map(_read, releases.glob(f"[!.]*/{RELEASE}")), key=lambda entry: -entry[0])
    approved = [frozen for _, frozen in dated if _is_approved(releases, frozen.name)]
    return next((f for f in approved or [f for _, f in dated] if f.digest != digest), None)


def _is_approved(releases: Path, name: str) -> bool:
    try:
        return "of" in json.loads(read_text(releases / APPROVALS, f"{name}.json"))
    except (OSError, ValueError, TypeError):
        return False


def _read(path: Path) -> tuple[int, Frozen]:
    try:
        description = json.loads(read_text(path.parent, path.name))
        day = datetime.fromisoformat(description["created"]).date()
        digest = str(description["dataset"]["digest"])
        return int(description["number"]), Frozen(path.parent.name, day, path.parent / "data", digest)
    except (OSError, ValueError, KeyError, TypeError) as error:
        file = f"{path.parent.name}/{path.name}"
        raise DatasetError(Finding(message=f"the release cannot be read: {error}", file=file)) from None
