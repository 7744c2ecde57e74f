"""The manifest of an edition: from what each briefing was made, what it read, and its files' digests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pressroom.data.files import read_text

MANIFEST = "manifest.json"
INDEX = "index.html"
SCHEMA = 1

ROWS = ".csv"
"""The ending of the rows that a page was made from."""

FAILED = ".failed.ipynb"
"""The ending of the notebook that a failed run leaves beside the last good copy."""

MEDIA_TYPES = {
    ".html": 'text/html; charset="utf-8"',
    ".pdf": "application/pdf",
    ROWS: 'text/csv; charset="utf-8"',
}
"""What a briefing's documents are, by suffix."""

Status = Literal["built", "kept", "failed"]


@dataclass(frozen=True)
class Record:
    """One briefing in an edition.

    Attributes
    ----------
    status
        ``"kept"`` if the last build of it failed and this is an earlier copy, ``"failed"`` if there is none.
    inputs
        The digests of what the copy was made from.
    outputs
        SHA-256 of each file, by its path in the edition.
    message
        Why the last build of it failed, else ``""``.
    """

    family: str
    slug: str
    parameters: dict[str, Any]
    status: Status
    inputs: dict[str, str] = field(default_factory=dict)
    reads: list[dict[str, Any]] = field(default_factory=list)
    entry: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    message: str = ""

    @property
    def id(self) -> str:
        """Return the briefing's id."""
        return f"{self.family}/{self.slug}"

    @property
    def rows(self) -> str:
        """Return what the file of its rows is called, if it has some."""
        return f"{self.id}{ROWS}"

    @property
    def documents(self) -> dict[str, str]:
        """Return the outputs but for what a failure left."""
        return {name: digest for name, digest in self.outputs.items() if not name.endswith(FAILED)}


@dataclass(frozen=True)
class Shelf:
    """One family in an edition: what the index prints of it, and its briefings' slugs in order."""

    family: str
    title: str
    question: str
    slugs: list[str]


@dataclass(frozen=True)
class Manifest:
    """All there is to know of an edition.

    Attributes
    ----------
    dataset
        ``version``, ``digest``, and ``files``, a digest by name.
    choices
        The code lists that families fan out over.
    shelves
        The families in the order of the index.
    records
        By the briefing's id.
    index
        SHA-256 of the index page.
    """

    dataset: dict[str, Any]
    code: str
    lock: str
    choices: dict[str, list[str]]
    shelves: list[Shelf]
    records: dict[str, Record]
    index: str = ""

    def with_index(self, digest: str) -> Manifest:
        """Return the manifest with the digest of its index page."""
        return replace(self, index=digest)

    def list_shelves(self) -> list[tuple[Shelf, list[Record]]]:
        """Return the families with their briefings that there is a document of, in the order of the index."""
        named = ((shelf, [f"{shelf.family}/{slug}" for slug in shelf.slugs]) for shelf in self.shelves)
        shelves = [
            (shelf, [self.records[id] for id in ids if self.records[id].documents]) for shelf, ids in named
        ]
        return [(shelf, there) for shelf, there in shelves if there]


def read_manifest(edition: Path) -> Manifest | None:
    """Return the manifest of the edition in a folder; None if there is none that this version can read."""
    try:
        content = json.loads(read_text(edition.resolve(), MANIFEST))
        if content.pop("schema") != SCHEMA:
            return None
        content["shelves"] = [Shelf(**shelf) for shelf in content["shelves"]]
        content["records"] = {name: Record(**record) for name, record in content.pop("briefings").items()}
        return Manifest(**content)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def write_manifest(manifest: Manifest) -> bytes:
    """Return the manifest as a file's bytes: sorted, without times or absolute paths."""
    content: dict[str, Any] = {"schema": SCHEMA, **vars(manifest)}
    content["shelves"] = [vars(shelf) for shelf in manifest.shelves]
    briefings = {name: vars(record) for name, record in content.pop("records").items()}
    # A line for each: json encodes in C only what it does not indent.
    lines = [f" {_dump(name)}: {_dump(value)}" for name, value in sorted(content.items())]
    records = [f"  {_dump(name)}: {_dump(record)}" for name, record in sorted(briefings.items())]
    lines.insert(0, ' "briefings": {\n' + ",\n".join(records) + "\n }")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _dump(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def hide_path(text: str, root: Path) -> str:
    """Return `text` with the project's folder as ``.``, so that a manifest is equal wherever it is built."""
    return text.replace(str(root.resolve()), ".").replace(str(root), ".")


def by_name(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping in the order of its keys."""
    return dict(sorted(mapping.items()))
