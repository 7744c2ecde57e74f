"""What a notebook read while it ran: rows of the dataset, its descriptor, and files of the project.

A read is ``{"query": "select", "arguments": {"table": "sales", "columns": ["id"]}, "digest": "<sha256>"}``.
In a notebook a cell's reads leave as a hidden output of that cell, so that they come back under any engine.
A file that could not be opened since it is not there is a read too, with the digest ``""``; so are a folder
of the project that was listed, and the project's modules that were imported. What no build can ask again (a
file outside the project, the network, another program) is a read of the query `UNKNOWN`, which never repeats.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Protocol, TypedDict

UNKNOWN = "unknown"
"""The query of what nobody can ask again, named by its argument ``what``."""


class Read(TypedDict):
    """One query, its arguments as JSON has them, and the SHA-256 of what it got."""

    query: str
    arguments: dict[str, Any]
    digest: str


class Answer(Protocol):
    """An answer of which the notebook may look at more and more."""

    def to_read(self) -> Read:
        """Return the read, with what has been looked at so far."""


_reads: dict[str, Read | Answer] = {}
_answers: dict[str, Answer] = {}


def record_read(query: str, arguments: Mapping[str, Any], digest: str) -> None:
    """Record that `query` was asked with `arguments`; the same read is kept once."""
    read = {"query": query, "arguments": dict(arguments), "digest": digest}
    text = json.dumps(read, default=str, ensure_ascii=False)
    _reads.setdefault(text, json.loads(text))


def record_unknown(what: str) -> None:
    """Record that a cell used what no build can ask again."""
    record_read(UNKNOWN, {"what": what}, "")


def record_answer(key: str, answer: Answer) -> None:
    """Record an answer, or that more of it has been looked at; its read is made when reads are taken."""
    _reads[key] = _answers[key] = answer


def recall_answer(key: str) -> Answer | None:
    """Return what `record_answer` recorded in this notebook; None if it recorded nothing."""
    return _answers.get(key)


def name_read(read: Mapping[str, Any]) -> str:
    """Return what a recorded read asked, as one text."""
    return json.dumps([read["query"], read["arguments"]], sort_keys=True)


def digest_answer(answer: Any) -> str:
    """Return the SHA-256 of plain values."""
    text = json.dumps(answer, default=str, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def take_reads() -> list[Read]:
    """Return what was read since the last call, each read once, in order; and forget it."""
    taken = [read if isinstance(read, dict) else read.to_read() for read in _reads.values()]
    _reads.clear()
    return taken


def forget_reads() -> None:
    """Forget what was asked until now: a fork forgets what its parent asked."""
    _answers.clear()
    _reads.clear()
