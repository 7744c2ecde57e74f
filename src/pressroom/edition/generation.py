"""Editions on disk: generations staged aside, one of them current; their datasets; the journal of a build.

A reader sees one edition or the other, never a mixture, whatever is killed when. What a killed build leaves
behind, the next one takes over as far as a journal says what of it is finished, and clears away.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from pressroom.data.findings import Refusal
from pressroom.data.package import DESCRIPTOR, Package
from pressroom.edition.folders import MARK, Purpose, claim_folder
from pressroom.edition.manifest import MANIFEST, Record

GENERATIONS = ".generations"
CURRENT = "current"
LOCK = ".lock"

SCRATCH = ".scratch"
"""The folder for temporary files; the next build removes what a killed one left."""

DATASETS = ".datasets"
"""The folder of the datasets that an edition's briefings were made from."""

ASIDE = ".verify"
"""The folder where an edition is built once more, to compare."""

OWNED = (MARK, LOCK, CURRENT, GENERATIONS, SCRATCH, DATASETS, ASIDE)
"""All that a build writes or clears in the folder for editions; what else lies there is left alone."""

_GENERATION = re.compile(r"\d{6,}(\.link|\.journal)?")

EDITION = Purpose(
    "edition",
    lambda output: is_left_by_us(output, _is_edition),
    (GENERATIONS, SCRATCH, DATASETS, ASIDE),
)


class EditionError(Refusal):
    """The folder for editions cannot be used."""


def is_left_by_us(output: Path, is_ours: Callable[[Path], bool]) -> bool:
    """Return whether a folder holds generations and nothing else in their place.

    Parameters
    ----------
    is_ours
        Whether the current one is what it should be.
    """
    generations, current = output / GENERATIONS, output / CURRENT
    if generations.is_symlink() or not generations.is_dir():
        return False
    if not all(_GENERATION.fullmatch(path.name) for path in generations.iterdir()):
        return False
    # Without a current one nothing tells whose generations these are.
    return current.is_symlink() and current.readlink().parent == Path(GENERATIONS) and is_ours(current)


@contextmanager
def lock_output(
    output: Path, on_wait: Callable[[], None] = lambda: None, purpose: Purpose = EDITION
) -> Iterator[None]:
    """Hold the folder for editions for oneself; wait, after calling `on_wait`, while another build has it.

    The system lifts the lock when its holder dies.

    Raises
    ------
    FolderError
        If it is not ours for this purpose.
    EditionError
        If it is no folder that can be written.
    """
    with _open_lock(output, purpose) as lock:
        hold_lock(lock, on_wait)
        yield


def hold_lock(lock: IO[str], on_wait: Callable[[], None]) -> None:
    """Lock an open file until it is closed; wait, after calling `on_wait`, while another process has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        on_wait()
        fcntl.flock(lock, fcntl.LOCK_EX)


class Generation:
    """An edition being staged. Use `stage_generation`.

    Attributes
    ----------
    folder
        Where it is staged.
    previous
        The current edition, or None.
    """

    def __init__(self, folder: Path, previous: Path | None) -> None:
        self.folder, self.previous, self.is_published = folder, previous, False
        self._folders: set[Path] = set()  # those that are there, so that none is made once for each file

    def write(self, name: str, content: bytes) -> str:
        """Write a file, linked to the previous generation's if it is equal; return its SHA-256."""
        target = self._prepare(name)
        before = self.previous / name if self.previous else None
        if before is not None and before.is_file() and before.read_bytes() == content:
            link_file(before, target)
        else:
            with target.open("xb") as file:  # never into what is a file elsewhere, too
                file.write(content)
        return sha256(content).hexdigest()

    def take(self, name: str, file: Path) -> None:
        """Take a file over from elsewhere; both are one file, so that neither may be changed in place."""
        link_file(file, self._prepare(name))

    def carry(self, name: str) -> None:
        """Take a file over from the previous generation; an EditionError if there is none."""
        if self.previous is None:
            raise EditionError(f"there is no edition before this one to take {name} from")
        link_file(self.previous / name, self._prepare(name))

    def is_unchanged(self) -> bool:
        """Return whether it holds the same files as the previous one, byte for byte."""
        names = _list_files(self.folder)
        if self.previous is None or names != _list_files(self.previous):
            return False
        pairs = ((self.folder / name, self.previous / name) for name in names)
        # Most are one file with two names, which nobody has to read.
        return all(new.samefile(old) or new.read_bytes() == old.read_bytes() for new, old in pairs)

    def publish(self, left: Iterable[Path] = ()) -> None:
        """Make this the current edition, and remove the others but for those in `left`."""
        current = self.folder.parent.parent / CURRENT
        link = self.folder.parent / f"{self.folder.name}.link"
        link.symlink_to(Path(GENERATIONS) / self.folder.name, target_is_directory=True)
        link.replace(current)
        self.is_published = True
        clear_generations(current.parent, left)

    def _prepare(self, name: str) -> Path:
        target = self.folder / name
        if target.parent not in self._folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(target.parent)
        return target


@contextmanager
def stage_generation(output: Path, left: Collection[Path] = ()) -> Iterator[Generation]:
    """Yield a generation to fill; not published, it only stays if it has a journal. Hold the lock meanwhile.

    Parameters
    ----------
    left
        Generations of builds that were stopped, which are not cleared away yet.

    Raises
    ------
    EditionError
        If something else than an edition is in the place of the current one.
    """
    current = output / CURRENT
    if current.exists() and not current.is_symlink():
        raise EditionError(f"{current} is not an edition that this command built; move it away")
    clear_generations(output, left)
    previous = current.resolve() if current.exists() else None
    numbers = [int(path.name) for path in (previous, *left) if path and path.name.isdigit()]
    generation = Generation(output / GENERATIONS / f"{max(numbers, default=0) + 1:06}", previous)
    generation.folder.mkdir(parents=True)
    try:
        yield generation
    finally:
        if not generation.is_published and not journal_of(generation.folder).exists():
            shutil.rmtree(generation.folder, ignore_errors=True)


def clear_generations(output: Path, left: Iterable[Path] = ()) -> None:
    """Remove every generation but the current one and those in `left`, and what killed builds left."""
    current = output / CURRENT
    kept = current.resolve() if current.is_symlink() else None
    staying = {path for generation in left for path in (generation, journal_of(generation))}
    folder = output / GENERATIONS
    for path in set(folder.iterdir()) - staying if folder.is_dir() else ():
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.resolve() != kept:
            shutil.rmtree(path)


def journal_of(generation: Path) -> Path:
    """Return the file that says what of a generation is finished: beside it, so it is never published."""
    return generation.with_suffix(".journal")


def is_intact(edition: Path, outputs: dict[str, str]) -> bool:
    """Return whether all files of an edition are there, no links, and have their SHA-256."""
    paths = {edition / name: digest for name, digest in outputs.items()}
    return all(_is_file(path) and sha256(path.read_bytes()).hexdigest() == d for path, d in paths.items())


def link_file(source: Path, target: Path) -> None:
    """Give a file a second name; where the file system has no such links, copy it."""
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def keep_dataset(output: Path, package: Package) -> None:
    """Keep a copy of a dataset as it was read, whole or not at all."""
    folder = _folder(output, package.digest)
    if folder.exists():
        return
    half = folder.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    write_package(package, half)
    half.replace(folder)


def write_package(package: Package, folder: Path) -> None:
    """Write a dataset as it was read into a new folder."""
    folder.mkdir(parents=True)
    (folder / DESCRIPTOR).write_text(package.text, "utf-8")
    for resource in package.resources:
        if resource.content is not None:
            target = folder / resource.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(resource.content)


def find_dataset(output: Path, digest: str) -> Path | None:
    """Return the folder of the dataset with a digest; None if it is not kept."""
    folder = _folder(output, digest)
    return folder if digest and folder.is_dir() else None


def clear_datasets(output: Path, kept: Iterable[str]) -> None:
    """Remove all datasets but those with one of these digests."""
    names = {_folder(output, digest).name for digest in kept}
    folder = output / DATASETS
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in names:
            shutil.rmtree(path, ignore_errors=True)


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


def _is_edition(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        return isinstance(manifest, dict) and {"schema", "dataset", "briefings"} <= manifest.keys()
    except (OSError, ValueError):
        return False


def _list_files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _open_lock(output: Path, purpose: Purpose) -> IO[str]:
    try:
        claim_folder(output, purpose)
        (output / GENERATIONS).mkdir(exist_ok=True)
        # A link in the lock's place would have another file made, or written.
        return os.fdopen(os.open(output / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644), "w")
    except OSError as error:
        why = f"{output} cannot hold editions: {error.strerror}"
        raise EditionError(f"{why}; --output must be a folder that can be written") from None


def _folder(output: Path, digest: str) -> Path:
    return output / DATASETS / digest[:32]


def _read(journal: Path) -> Iterator[Record]:
    """Yield a journal's records; what cannot be read, as a line that was cut off, counts as not finished."""
    if journal.is_symlink() or not journal.is_file():
        return
    for line in journal.read_text("utf-8", "replace").splitlines():
        try:
            yield Record(**json.loads(line))
        except (ValueError, TypeError):
            continue
