"""Questions to a dataset, and what a notebook read while it ran: rows, the descriptor, files of the project.

A read is ``{"query": "select", "arguments": {"table": "sales", "columns": ["id"]}, "digest": "<sha256>"}``.
In a notebook a cell's reads leave as a hidden output of that cell, so that they come back under any engine.
A file that could not be opened since it is not there is a read too, with the digest ``""``; so are a folder
of the project that was listed, and the project's modules that were imported. What no build can ask again (a
file outside the project, the network, another program) is a read of the query `UNKNOWN`, which never repeats.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol, TypedDict

from pressroom.data.partial_dates import PartialDate

SELECT = "select"
"""The read of rows, by the name of its query."""

DESCRIBE = "describe"
"""The read of what the descriptor says."""

DATES = ("after", "before", "touching")
"""What can be asked of dates."""

UNKNOWN = "unknown"
"""The query of what nobody can ask again, named by its argument ``what``."""

_reads: dict[str, Read | Answer] = {}
_answers: dict[str, Answer] = {}


@dataclass(frozen=True)
class Question:
    """What is asked for.

    Attributes
    ----------
    where
        By column: the values of which a row must have one; a list must hold one.
    after
        A date that was over when the row began.
    before
        A date that had not begun when the row was over.
    touching
        A time on a day of which the row was.
    is_placed
        Whether what certainly fits is wanted; if not, what may fit, but for a date too vague to tell.
    is_strict
        Whether a value that the descriptor allows no row to have is refused; if not, it finds no row.
    """

    table: str
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    after: PartialDate | None = None
    before: PartialDate | None = None
    touching: PartialDate | None = None
    is_placed: bool = True
    is_strict: bool = True

    @property
    def dates(self) -> dict[str, PartialDate]:
        """Return what is asked of dates, by name."""
        return {name: getattr(self, name) for name in DATES if getattr(self, name) is not None}

    def to_json(self) -> dict[str, Any]:
        """Return the question as JSON has it, without what asks nothing."""
        question: dict[str, Any] = {"table": self.table}
        if self.where:
            question["where"] = {column: list(values) for column, values in self.where.items()}
        question |= {name: str(date) for name, date in self.dates.items()}
        flags = {"placed": self.is_placed, "strict": self.is_strict}
        return question | {name: flag for name, flag in flags.items() if not flag}

    @classmethod
    def of(
        cls,
        table: str,
        where: Mapping[str, tuple[Any, ...]],
        dates: Mapping[str, PartialDate | None],
        *,
        is_placed: bool = True,
        is_strict: bool = True,
    ) -> Question:
        """Return a question with what is asked of dates by name."""
        after, before, touching = (dates.get(name) for name in DATES)
        return cls(table, where, after, before, touching, is_placed, is_strict)

    @classmethod
    def from_json(cls, question: Mapping[str, Any]) -> Question:
        """Return the question that `to_json` wrote."""
        dates = {name: PartialDate.parse(question[name]) for name in DATES if name in question}
        where = {column: tuple(values) for column, values in question.get("where", {}).items()}
        placed, strict = question.get("placed", True), question.get("strict", True)
        return cls.of(question["table"], where, dates, is_placed=placed, is_strict=strict)


class Read(TypedDict):
    """One query, its arguments as JSON has them, and the SHA-256 of what it got."""

    query: str
    arguments: dict[str, Any]
    digest: str


class Answer(Protocol):
    """An answer of which the notebook may look at more and more."""

    def to_read(self) -> Read:
        """Return the read, with what has been looked at so far."""


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
