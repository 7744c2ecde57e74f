"""What must keep a briefing from being published."""

from __future__ import annotations

from collections.abc import Sequence


class DocumentError(ValueError):
    """A notebook's outputs cannot become an accessible document.

    Parameters
    ----------
    cell
        Index of the cell at fault, counted from 0 as in the notebook file; None if no single cell is.
    message
        What is wrong, and what is allowed.
    place
        What the cell is called; without it, its place in the file, counted from 1.
    also
        Indices of the further cells that the message is true of, each as often as it is.
    """

    def __init__(self, cell: int | None, message: str, place: str = "", *, also: Sequence[int] = ()) -> None:
        named = place or f"the cell at place {(cell or 0) + 1}"
        super().__init__(message if cell is None else f"{named}: {message}")
        self.cell, self.message, self.place, self.also = cell, message, place, tuple(also)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.cell, self.message, self.place), {"also": self.also}
