"""What an edition's index says of a briefing; a hidden output until the press takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pressroom.data.names import ENTRY
from pressroom.pages.phrases import LANGUAGE, used_phrases
from pressroom.pages.words import typographic


@dataclass(frozen=True)
class IndexEntry:
    """A line of the index; displays as nothing.

    Parameters
    ----------
    label
        Name of the briefing in the index.
    line
        Its content in one short line.
    strip
        Marks by column, such as ``{"2017": ["day"], "2018": ["grey", "day"]}``.
    key
        What each mark of the strip stands for, such as ``{"day": "one visit"}``.
    notes
        Remarks on the strip's columns.
    front
        Title and lede of the whole edition; at most one briefing gives them.
    """

    label: str
    line: str
    strip: Mapping[str, Sequence[str]] = field(default_factory=dict)
    key: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    front: Mapping[str, str] = field(default_factory=dict)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        # Raw, so that no plain text goes along that a page would show.
        display(self._content(), raw=True)  # type: ignore[no-untyped-call]

    def _content(self) -> dict[str, Any]:
        content: dict[str, Any] = {"label": typographic(self.label), "line": typographic(self.line)}
        if (spoken := used_phrases().language) != LANGUAGE:
            content["lang"] = spoken
        if self.strip:
            content["strip"] = {
                "columns": list(self.strip),
                "marks": [list(marks) for marks in self.strip.values()],
                "key": [list(pair) for pair in self.key.items()],
                "notes": list(self.notes),
            }
        if self.front:
            content["front"] = {name: typographic(words) for name, words in self.front.items()}
        return {ENTRY: content}
