"""What IPython makes of a cell's text before it runs it, worked out once for all forks."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any


def know_cells(shell: Any, cells: Iterable[str]) -> None:
    """Have an IPython shell keep what it finds out about a cell's text, beginning with these.

    IPython takes a cell apart twice to look for magics, and twice more to see whether it awaits anything.
    What it finds depends on the text alone, unless somebody adds a transformation: then nothing is kept.
    """
    known = _Known(shell)
    for cell in cells:
        with suppress(Exception):  # it shows when the cell is run
            known.should_run_async(cell, transformed_cell=known.transform_cell(cell))
    shell.input_transformer_manager.transform_cell = known.transform_cell
    shell.should_run_async = known.should_run_async


class _Known:
    def __init__(self, shell: Any) -> None:
        self._shell, self._manager = shell, shell.input_transformer_manager
        self._transform, self._should_run_async = self._manager.transform_cell, shell.should_run_async
        self._transformers = self._list_transformers()
        self._transformed: dict[str, str] = {}
        self._awaiting: dict[str, bool] = {}

    def transform_cell(self, cell: str) -> str:
        if self._list_transformers() != self._transformers:
            return str(self._transform(cell))
        if cell not in self._transformed:
            self._transformed[cell] = self._transform(cell)
        return self._transformed[cell]

    def should_run_async(
        self, raw_cell: str, *, transformed_cell: str | None = None, preprocessing_exc_tuple: Any = None
    ) -> bool:
        if not self._shell.autoawait or transformed_cell is None or preprocessing_exc_tuple is not None:
            told = {"transformed_cell": transformed_cell, "preprocessing_exc_tuple": preprocessing_exc_tuple}
            return bool(self._should_run_async(raw_cell, **told))
        if transformed_cell not in self._awaiting:
            told = self._should_run_async(raw_cell, transformed_cell=transformed_cell)
            self._awaiting[transformed_cell] = told
        return self._awaiting[transformed_cell]

    def _list_transformers(self) -> list[Any]:
        manager = self._manager
        return [*manager.cleanup_transforms, *manager.line_transforms, *manager.token_transformers]
