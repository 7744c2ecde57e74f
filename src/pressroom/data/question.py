"""A question to a dataset, as it is asked and as it is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pressroom.data.partial_dates import PartialDate

SELECT = "select"
"""The read of rows, by the name of its query."""

DESCRIBE = "describe"
"""The read of what the descriptor says."""

DATES = ("after", "before", "touching")
"""What can be asked of dates."""


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
