"""What there is today: briefings, their addresses, and what each read would get, asked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from pressroom.data.commentary import name_commentary, read_commentary
from pressroom.data.findings import DatasetError
from pressroom.data.opened_files import digest_file, digest_folder
from pressroom.data.package import read_package
from pressroom.data.previous import PREVIOUS, find_previous
from pressroom.data.reads import DESCRIBE, SELECT, UNKNOWN, digest_answer, name_read
from pressroom.data.wording import Wording, read_wordings
from pressroom.edition.links import (
    HOMEPAGE,
    LINK,
    NEIGHBOURS,
    Directory,
    Neighbours,
    find_neighbours,
    name_briefing,
)
from pressroom.run.catalogue import Briefing, Catalogue, read_catalogue
from pressroom.run.inputs import Inputs

if TYPE_CHECKING:
    from pressroom.data.select import Tables

Read = Mapping[str, Any]


class Today:
    """What reads would get today, each asked once.

    Attributes
    ----------
    kept
        Briefings of the last edition whose notebook cannot be read today.
    as_built
        Whether what no build can ask again is taken as it was: else a briefing with such a read is stale
        however often it is pressed.
    """

    def __init__(self, inputs: Inputs, *, as_built: bool = False) -> None:
        self.inputs, self.as_built = inputs, as_built
        self.kept: tuple[Briefing, ...] = ()
        self._digests: dict[str, str] = {}

    @cached_property
    def catalogue(self) -> Catalogue:
        """Return the briefings that there are today."""
        return read_catalogue(self.inputs.project.notebooks, self.list_codes)

    @cached_property
    def directory(self) -> Directory:
        """Return the addresses of the briefings that there are today."""
        return Directory.of(self.catalogue, self.inputs.package.descriptor.get(HOMEPAGE), self.kept)

    def find_neighbours(self, id: str) -> Neighbours:
        """Return what stands before and after a briefing in its family."""
        name = partial(name_briefing, self.catalogue, self.tables, self._wordings)
        return find_neighbours(self.catalogue, id, name)

    @cached_property
    def _wordings(self) -> dict[str, Wording]:
        return read_wordings(self.inputs.package)

    @cached_property
    def tables(self) -> Tables:
        """Return today's dataset.

        Raises
        ------
        DatasetError
            If it cannot be read.
        """
        from pressroom.data.select import Tables

        return Tables.of(self.inputs.package)

    def list_codes(self, name: str) -> list[str]:
        """Return a code list."""
        return list(self.tables.list_codes(name))

    def repeats(self, reads: Iterable[Read], dataset: str) -> bool:
        """Return whether all reads would get the same.

        Parameters
        ----------
        dataset
            The digest of the dataset that was asked. If it is today's, its answers are today's, too.
        """
        same = dataset == self.inputs.package.digest
        asked = (read for read in reads if not (self.as_built and read["query"] == UNKNOWN))
        return all(self.repeats_read(read, same) for read in asked)

    def repeats_read(self, read: Read, same_dataset: bool = False) -> bool:
        """Return whether a read would get the same; what cannot be asked again does not."""
        try:
            if same_dataset and read["query"] not in (*ELSEWHERE, LINK):
                return True
            return bool(self.digest(read) == read["digest"])
        except Exception:  # an unreadable file, a read of another version, whatever a query stumbles over
            return False

    def contradicts(self, reads: Iterable[Read]) -> bool:
        """Return whether some read got from the dataset what today's does not give."""
        for read in (read for read in reads if read["query"] in (SELECT, DESCRIBE)):
            try:
                if self.digest(read) != read["digest"]:
                    return True
            except Exception:  # what cannot be asked again was refused, then as now
                continue
        return False

    def digest(self, read: Read) -> str:
        """Return the digest of what a read would get."""
        asked = name_read(read)
        if asked not in self._digests:
            self._digests[asked] = self._ask(read["query"], read["arguments"])
        return self._digests[asked]

    def _ask(self, query: str, arguments: Mapping[str, Any]) -> str:
        if query == SELECT:
            return self.tables.digest(arguments)
        if query == DESCRIBE:
            return self._describe(arguments)
        if query == LINK:
            return self.directory.find_any(arguments["address"])
        if query == NEIGHBOURS:
            return self.find_neighbours(f"{arguments['family']}/{arguments['slug']}").digest
        return ELSEWHERE[query](self.inputs, arguments)

    def _describe(self, arguments: Mapping[str, Any]) -> str:
        from pressroom.data.select import digest_descriptor

        return digest_descriptor(self.inputs.package, arguments["path"])[0]


def _ask_file(inputs: Inputs, arguments: Mapping[str, Any]) -> str:
    return digest_file(inputs.project.root / arguments["path"])


def _ask_folder(inputs: Inputs, arguments: Mapping[str, Any]) -> str:
    return digest_folder(inputs.project.root / arguments["path"])


def _ask_dataset(inputs: Inputs, arguments: Mapping[str, Any]) -> str:
    try:
        return read_package(inputs.project.root / arguments["path"]).digest
    except DatasetError:
        return ""


def _ask_commentary(inputs: Inputs, arguments: Mapping[str, Any]) -> str:
    file = name_commentary(f"{arguments['family']}/{arguments['slug']}")
    return digest_answer(read_commentary(inputs.project.data, file))


def _ask_previous(inputs: Inputs, arguments: Mapping[str, Any]) -> str:
    found = find_previous(inputs.project.data, inputs.package.digest)
    return found.identity if found else ""


def _ask_unknown(inputs: Inputs, arguments: Mapping[str, Any]) -> str:
    return f"nobody knows of {arguments['what']}"


ELSEWHERE = {
    UNKNOWN: _ask_unknown,
    PREVIOUS: _ask_previous,
    "file": _ask_file,
    "folder": _ask_folder,
    "dataset": _ask_dataset,
    "commentary": _ask_commentary,
}
"""The reads of what the dataset's digest does not cover."""
