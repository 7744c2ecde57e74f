"""Releases: frozen editions, each in a folder of its own with the dataset that it was built from.

``<name>/release.json`` says what it is, ``<name>/edition`` holds the documents and their manifest, and
``<name>/data`` the dataset with its commentary. None of that ever changes. What does, lies in ``_state``:
approvals, the delivery ledger, the log, locks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from pressroom.data.files import read_text
from pressroom.data.findings import Refusal, advise, find_nearest, quote
from pressroom.data.package import Package, read_package
from pressroom.data.previous import APPROVALS, RELEASE, STATE
from pressroom.data.upgrade import upgrade
from pressroom.delivery.approvals import ApprovalError, Approvals, Decision
from pressroom.delivery.log import RECORD, read_record
from pressroom.delivery.storage import LOCK, lock_file
from pressroom.edition.folders import Purpose, claim_folder
from pressroom.edition.generation import is_intact
from pressroom.edition.manifest import MANIFEST, Manifest, Record, Shelf, read_manifest

SCHEMA = 1

NONE_APPROVED = "no release is approved"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")


def _holds_releases(folder: Path) -> bool:
    return any(_is_release(path) for path in folder.glob(f"[!.]*/{RELEASE}"))


def _is_release(path: Path) -> bool:
    try:
        description = json.loads(read_text(path.parent, path.name))
        return bool(
            description["schema"] == SCHEMA
            and description["name"] == path.parent.name
            and description["dataset"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


RELEASES = Purpose("releases", _holds_releases, (STATE, APPROVALS))


class ReleaseError(Refusal):
    """There is no such release, or it cannot be made or read; the message says why."""


@dataclass(frozen=True)
class Release:
    """One frozen edition, or the current one as it would be frozen.

    Attributes
    ----------
    number
        Its place in the order of making, from 1; 0 for the current edition.
    created
        When it was made, UTC.
    edition, data
        The folders of its documents and of its dataset.
    today
        The folder of the project's dataset, whose descriptor may say more; None if its own is to do.
    """

    name: str
    number: int
    created: datetime
    edition: Path
    data: Path
    manifest: Manifest
    today: Path | None = None

    @cached_property
    def package(self) -> Package:
        """Return its dataset, read through today's descriptor."""
        package = read_package(self.data)
        return upgrade(package).described_by(read_package(self.today)) if self.today else package

    @property
    def day(self) -> date:
        """Return the day it was made, UTC."""
        return self.created.date()

    @property
    def version(self) -> str:
        """Return its dataset's version."""
        return str(self.manifest.dataset["version"])

    def shelves(self) -> list[tuple[Shelf, list[Record]]]:
        """Return the families with their briefings that there is a document of, in the order of the index."""
        return self.manifest.list_shelves()

    def records(self) -> list[Record]:
        """Return the briefings that there is a document of, in the order of the index."""
        return [record for _, records in self.shelves() for record in records]

    def require_intact(self) -> None:
        """Raise a ReleaseError if one of its documents, or its dataset, is not what the manifest says."""
        if read_package(self.data).digest != self.manifest.dataset["digest"]:
            raise ReleaseError(
                f"release {self.name} is damaged: its dataset is not the one that was frozen; restore the"
                " folder from a copy, or make a new release"
            )
        for record in self.records():
            if not is_intact(self.edition, record.documents):
                raise ReleaseError(
                    f"release {self.name} is damaged: the documents of {record.id} are not those that were"
                    " frozen; restore the folder from a copy, or make a new release"
                )


@dataclass(frozen=True)
class Releases:
    """The releases in a folder, and the dataset of which they are earlier states."""

    folder: Path
    today: Path | None = None

    @property
    def state(self) -> Path:
        """Return the folder of all that changes."""
        return self.folder / STATE

    def claim(self) -> None:
        """Have the folder for releases; a FolderError if it is not ours for that."""
        claim_folder(self.folder, RELEASES)

    def list(self) -> list[Release]:
        """Return all releases, the oldest first; a ReleaseError if one cannot be read."""
        folders = self.folder.iterdir() if self.folder.is_dir() else ()
        named = [folder for folder in folders if folder.name[0] not in "._" and folder.is_dir()]
        return sorted(
            (_read_release(folder, self.today) for folder in named), key=lambda release: release.number
        )

    def shown(self, *, unapproved: bool = False) -> Sequence[Release]:
        """Return the releases that readers may see, the oldest first: the approved ones, or all."""
        shown = [release for release in self.list() if unapproved or self.approval(release)]
        if not unapproved:
            self._require_newest(shown)
        return shown

    def _require_newest(self, shown: Sequence[Release]) -> None:
        """Raise a ReleaseError if what was approved last is gone: no older release must take its place."""
        approved = {name: one for name, one in self.approvals.list().items() if not one.is_withdrawal}
        if not approved:
            return
        newest = max(approved, key=lambda name: approved[name].at)
        if newest not in {release.name for release in shown} and not (self.folder / newest).is_dir():
            raise ReleaseError(
                f"release {quote(newest)} is approved, and its folder is not in {self.folder}: restore it"
                f" from a copy, or take it back: `briefings approve {newest} --withdraw`"
            )

    def open(self, name: str, *, unapproved: bool = True) -> Release:
        """Return the release of that name; a ReleaseError if there is none."""
        known = {release.name: release for release in self.shown(unapproved=unapproved)}
        if name in known:
            return known[name]
        what = "release" if unapproved else "approved release"
        raise ReleaseError(
            f"there is no {what} {quote(name)}" + advise([*known], find_nearest(name, [*known]))
        )

    def last(self, *, unapproved: bool = True) -> Release | None:
        """Return the newest release; None if there is none."""
        return next(reversed(self.shown(unapproved=unapproved)), None)

    def require_last(self, *, unapproved: bool = False) -> Release:
        """Return the newest release that readers may see, or with all of them; a ReleaseError if none is."""
        found = self.last(unapproved=unapproved)
        if found is None:
            what = "release" if unapproved else "approved release"
            raise ReleaseError(f"there is no {what}: `briefings release`, then `briefings approve NAME`")
        return found

    def find_holding(self) -> tuple[Release | None, str]:
        """Return the release that readers hear of, and why it does not hold, or ``""``.

        It is the newest that is approved. Where none is, or it is damaged, a recall is still announced:
        in the name of the newest there is, of which nothing is sent.
        """
        trouble = NONE_APPROVED
        try:
            holding = self.last(unapproved=False)
            if holding:
                holding.require_intact()
                return holding, ""
        except (Refusal, OSError) as error:
            if not self.recalled():
                raise
            trouble = str(error)
        return (self.last(), trouble) if self.recalled() else (None, trouble)

    def superseded_by(self, release: Release, *, unapproved: bool = False) -> Release | None:
        """Return the release that readers have in the place of this one; None if it is the newest."""
        last = self.last(unapproved=unapproved)
        return last if last and last.number > release.number else None

    @property
    def approvals(self) -> Approvals:
        """Return what was decided on the releases."""
        return Approvals(self.folder)

    def approve(self, name: str, *, by: str, now: datetime) -> Release:
        """Let a release go out; a ReleaseError if there is none of that name, or it is damaged."""
        release = self.open(name)
        self.claim()
        release.require_intact()
        self.approvals.write(name, Decision(by, now, of=_digest(release)))
        return release

    def withdraw(self, name: str, *, by: str, now: datetime, reason: str = "") -> None:
        """Take an approval back: nothing of it goes out from now on, unless a person approves it anew.

        Parameters
        ----------
        reason
            Why its readers are told not to use it any more: with one, it is recalled.

        Raises
        ------
        ReleaseError
            If there never was a release of that name; its folder may be gone.
        """
        try:
            before = self.approvals.read(require_name(name))
        except ApprovalError:
            before = None  # what was decided is lost, and decided anew
        else:
            if before is None:
                self.open(name)
        self.claim()
        if before and before.reason and not reason:
            return  # it is withdrawn, and its readers are told why
        self.approvals.write(name, Decision(by, now, reason=reason))

    def recall(self, name: str, *, by: str, now: datetime, reason: str) -> None:
        """Take a release back for good, and keep why, for its readers; without a reason, go on with a recall.

        Raises
        ------
        ReleaseError
            If nobody can have it, or no reason is known.
        """
        if name not in self.list_used_names():
            self.open(name)
            raise ReleaseError(
                f"nobody approved release {name}, and nobody was sent it: nothing is to recall"
            )
        known = self.recalled().get(name)
        if known and reason not in ("", known.reason):
            raise ReleaseError(
                f"release {name} is recalled already, and readers were told why: {known.reason}"
            )
        if not known and not reason.strip(" ."):
            raise ReleaseError('why? Give --reason, such as --reason "Table 2 counts one row twice."')
        if not known:  # else it is gone on with, under the names that its mails had
            self.withdraw(name, by=by, now=now, reason=reason)

    def list_used_names(self) -> set[str]:
        """Return the names that were decided on or mailed, also of releases whose folders are gone."""
        return {line.release for line in read_record(self.folder)} | set(self.approvals.list())

    def recalled(self) -> dict[str, Decision]:
        """Return the decisions to recall a release, by its name."""
        return {name: decision for name, decision in self.approvals.list().items() if decision.reason}

    def is_open(self, release: Release) -> bool:
        """Return whether nobody has decided on just this release yet."""
        decision = self.approvals.read(release.name)
        return decision is None or not (decision.is_withdrawal or decision.of == _digest(release))

    def approval(self, release: Release) -> Decision | None:
        """Return the approval of a release; None if nobody approved just this one."""
        decision = self.approvals.read(release.name)
        return decision if decision and decision.of == _digest(release) else None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only one who makes a release here."""
        try:
            self.claim()
            with lock_file(self.state / LOCK):
                yield
        except OSError as error:
            raise ReleaseError(f"{self.folder} cannot hold releases: {error.strerror}") from error


def require_name(name: str) -> str:
    """Return a release's name; a ReleaseError if no folder should be called so."""
    if not _NAME.fullmatch(name) or name == RECORD:
        raise ReleaseError(
            f"a release cannot be named {quote(name)}; take letters, digits, dots, hyphens, plus signs and"
            " underscores, 64 at most, a letter or digit first"
        )
    return name


def _read_release(folder: Path, today: Path | None) -> Release:
    manifest = read_manifest(folder / "edition")
    if manifest is None:
        raise ReleaseError(
            f"{folder / 'edition' / MANIFEST} is missing or of another version of this program;"
            " move the folder away"
        )
    return Release(
        **_read_description(folder),
        edition=folder / "edition",
        data=folder / "data",
        manifest=manifest,
        today=today,
    )


def _read_description(folder: Path) -> dict[str, Any]:
    try:
        description = json.loads(read_text(folder, RELEASE))
        if description["schema"] != SCHEMA or description["name"] != folder.name:
            raise ValueError(f"it is of schema {description['schema']}, and named {description['name']}")
        created = datetime.fromisoformat(description["created"])
        return {"name": require_name(folder.name), "number": int(description["number"]), "created": created}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseError(f"{folder / RELEASE} cannot be read: {error}; move the folder away") from None


def _digest(release: Release) -> str:
    """Return the SHA-256 of the manifest, which has those of the documents."""
    return sha256((release.edition / MANIFEST).read_bytes()).hexdigest()
