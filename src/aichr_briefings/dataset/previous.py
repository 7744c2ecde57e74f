"""The dataset of the last release that differs from today's: what a briefing compares itself with.

Releases are looked for where the environment variable AICHR_BRIEFINGS_RELEASES says, else in ``releases``
beside the dataset's folder. Nothing here imports pandas.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from aichr_briefings.dataset.findings import DatasetError, Finding

RELEASE = "release.json"
RELEASES = "releases"
VARIABLE = "AICHR_BRIEFINGS_RELEASES"

PREVIOUS = "previous"
"""The query that looks back."""

LOOKING_BACK = frozenset({PREVIOUS})
"""The queries whose answers are no reason to publish anew: an earlier release."""


@dataclass(frozen=True)
class Previous:
    """Where a release's dataset lies, and its digest."""

    data: Path
    digest: str


def locate_releases(dataset: Path) -> Path:
    """Return the folder of the releases that a dataset's briefings look back to."""
    named = os.environ.get(VARIABLE)
    return Path(named).absolute() if named else dataset.absolute().parent / RELEASES


def find_previous(dataset: Path, digest: str) -> Previous | None:
    """Return the newest release's dataset with another digest than today's; None if there is none.

    Raises
    ------
    DatasetError
        If what a release says of itself cannot be read.
    """
    told = sorted(map(_read, locate_releases(dataset).glob(f"[!.]*/{RELEASE}")), key=lambda entry: -entry[0])
    return next((previous for _, previous in told if previous.digest != digest), None)


def _read(path: Path) -> tuple[int, Previous]:
    try:
        told = json.loads(path.read_text("utf-8"))
        return int(told["number"]), Previous(path.parent / "data", str(told["dataset"]["digest"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        file = f"{path.parent.name}/{path.name}"
        raise DatasetError(Finding(message=f"the release cannot be read: {error}", file=file)) from None
