"""Where a cell stands, as an analyst who looks at JupyterLab finds it."""

from __future__ import annotations

from collections import Counter

from pressroom.run.notebook import Notebook, number_cells

_ORDINALS = ("", "second ", "third ", "fourth ", "fifth ")


def name_cells(nb: Notebook) -> list[str]:
    """Return what each cell is called: ``cell [3]``, or ``the Markdown cell after [3]``.

    A cell that JupyterLab does not number is named by the last one before it that has a number.
    """
    names: list[str] = []
    last, seen = 0, Counter[tuple[str, int]]()
    for cell, number in zip(nb["cells"], number_cells(nb), strict=True):
        if number:
            last = number
            names.append(f"cell [{number}]")
            continue
        kind = {"markdown": "Markdown", "code": "empty code"}.get(cell["cell_type"], cell["cell_type"])
        seen[kind, last] += 1
        where = f"after [{last}]" if last else "at the top"
        names.append(f"the {_count(seen[kind, last])}{kind} cell {where}")
    return names


def _count(n: int) -> str:
    return _ORDINALS[n - 1] if n <= len(_ORDINALS) else f"{n}th "
