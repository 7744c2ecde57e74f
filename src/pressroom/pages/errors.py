"""What must keep a briefing from being published."""

from __future__ import annotations


class DocumentError(ValueError):
    """A notebook's outputs cannot become an accessible document.

    Parameters
    ----------
    cell
        Index of the cell at fault, counted from 0 as in the notebook file; None if no single cell is.
    message
        What is wrong, and what is allowed.
    """

    def __init__(self, cell: int | None, message: str) -> None:
        super().__init__(message if cell is None else f"cell {cell}: {message}")
        self.cell = cell
        self.message = message

    def __reduce__(self) -> tuple[type[DocumentError], tuple[int | None, str]]:
        return type(self), (self.cell, self.message)
