"""Where each command writes, and that no place is another's, the project's own or a person's home."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path

from pressroom.delivery.settings import FILE, Settings, SettingsError
from pressroom.edition.folders import PACKS
from pressroom.edition.generation import OWNED
from pressroom.run.inputs import NOTEBOOKS, REPORTS, Project

EDITION, SITE, UNAPPROVED, RELEASES, MAILS = "edition", "site", "unapproved site", "releases", "mails"

_SOURCES = ("src", "tests", ".git", ".venv", FILE)

_Step = tuple[tuple[int, int] | None, str]


@dataclass(frozen=True)
class Place:
    """A folder or file that a command writes, or that is only read.

    Attributes
    ----------
    label
        What an error calls it.
    kind
        What it is for; a place may be named twice for the same.
    names
        What is its own in the folder; empty if all of it is.
    """

    label: str
    kind: str
    path: Path
    names: tuple[str, ...] = ()

    @cached_property
    def steps(self) -> tuple[_Step, ...]:
        """Return what leads to it."""
        return tuple(_trace(self.path))

    def find_inside(self, other: Place) -> tuple[str, ...] | None:
        """Return the names that lead from here to another place; None if that is not inside."""
        last = max(number for number, (identity, _) in enumerate(self.steps) if identity)
        rest = tuple(name for _, name in self.steps[last + 1 :])
        for number, (identity, _) in enumerate(other.steps, start=1):
            if identity == self.steps[last][0]:
                names = tuple(name for _, name in other.steps[number:])
                return names[len(rest) :] if names[: len(rest)] == rest else None
        return None

    def holds(self, other: Place) -> bool:
        """Return whether another place lies in what is this one's own."""
        inside = self.find_inside(other)
        return inside is not None and (not self.names or not inside or inside[0] in self.names)

    def __str__(self) -> str:
        return f"{self.label} ({self.path})"


def name_unapproved(site: Path) -> Path:
    """Return where a site goes that shows what nobody approved."""
    return site.parent / f"{site.name}-unapproved"


def require_apart(project: Project, settings: Settings, *more: Place) -> None:
    """Raise a SettingsError if two of the places that commands write overlap, or one is not for that.

    Parameters
    ----------
    more
        Places that an option names, beside those of the settings.
    """
    written, read = [*_list_written(project, settings), *more], [*_list_read(project, settings)]
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - does not raise where there is none
    above = [Place("the project", "", project.root), Place("your home", "", home)]
    for place in written:
        _require_below(place, above)
        _require_own(place, read)
    for one, other in combinations(written, 2):
        _require_both(one, other)


def _list_written(project: Project, settings: Settings) -> Iterator[Place]:
    usual = project.root / REPORTS
    for output in dict.fromkeys([usual, project.output]):
        label = "the folder of editions" if output == usual else "--output"
        yield Place(label, EDITION, output, OWNED)
        yield Place("the folder of packs", PACKS, output / PACKS)
    yield Place('the setting "site"', SITE, settings.site)
    yield Place("the folder of the unapproved site", UNAPPROVED, name_unapproved(settings.site))
    yield Place('the setting "releases"', RELEASES, settings.releases)
    if settings.heartbeat and "://" not in settings.heartbeat:
        beat = project.root / Path(settings.heartbeat).expanduser()
        yield Place('the setting "heartbeat"', "heartbeat", beat)


def _list_read(project: Project, settings: Settings) -> Iterator[Place]:
    yield Place("the dataset", "data", project.data)
    for name in (NOTEBOOKS, *_SOURCES):
        yield Place(name, name, project.root / name)
    yield Place('the setting "subscribers"', "subscribers", settings.subscribers)
    if settings.smtp.ca_file:
        yield Place('the setting "smtp.ca_file"', "ca_file", settings.smtp.ca_file)
    if settings.smtp.password_file:
        yield Place('the setting "smtp.password_file"', "password_file", settings.smtp.password_file)


def _require_below(place: Place, above: Iterable[Place]) -> None:
    for folder in above:
        if place.find_inside(folder) is not None:
            raise SettingsError(f"{place} is {folder.label} or a folder above it; name a folder of its own")


def _require_own(place: Place, read: Iterable[Place]) -> None:
    for source in read:
        # What is only read may lie among the releases: an old one's dataset does.
        if source.holds(place) or (place.kind != RELEASES and place.holds(source)):
            _refuse(place, source)


def _require_both(one: Place, other: Place) -> None:
    is_same = one.kind == other.kind and (one.kind == PACKS or one.find_inside(other) == ())
    if not is_same and (one.holds(other) or other.holds(one)):
        _refuse(one, other)


def _refuse(one: Place, other: Place) -> None:
    raise SettingsError(f"{one} and {other} overlap; each has to be a place of its own")


def _trace(path: Path) -> Iterator[_Step]:
    """Yield the folders that lead to a path, and it, with links and ``..`` seen through.

    Each has its identity on the disk, None if it is not there, and its name without case: on some file
    systems `Site` and `site` are one.
    """
    real = Path(os.path.realpath(path))
    for step in (*reversed(real.parents), real):
        try:
            found = step.stat()
        except OSError:
            found = None
        name = unicodedata.normalize("NFC", step.name).casefold()
        yield (found.st_dev, found.st_ino) if found else None, name
