"""What a build has finished, a line a briefing, so that the next one goes on where it was stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pressroom.edition.generation import GENERATIONS, is_intact, journal_of
from pressroom.edition.manifest import Record


@dataclass(frozen=True)
class Left:
    """A briefing that a build which was stopped had finished; its files are in the folder `edition`."""

    edition: Path
    record: Record

    @property
    def is_whole(self) -> bool:
        """Return whether its files are as they were written."""
        return is_intact(self.edition, self.record.outputs)


def note(generation: Path, record: Record) -> None:
    """Add a briefing whose files are written to the journal of a generation."""
    with journal_of(generation).open("a", encoding="utf-8") as file:
        file.write(json.dumps(vars(record)) + "\n")


def read_left(output: Path) -> dict[str, Left]:
    """Return what builds that were stopped have left in a folder of editions, by the briefing's id."""
    folder = output / GENERATIONS
    generations = sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    return {record.id: Left(path, record) for path in generations for record in _read(journal_of(path))}


def _read(journal: Path) -> Iterator[Record]:
    """Yield a journal's records; what cannot be read, as a line that was cut off, counts as not finished."""
    if journal.is_symlink() or not journal.is_file():
        return
    for line in journal.read_text("utf-8", "replace").splitlines():
        try:
            yield Record(**json.loads(line))
        except (ValueError, TypeError):
            continue
