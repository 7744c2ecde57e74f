"""How long a cell may take."""

from __future__ import annotations

from typing import Any

from pressroom.run.notebook import settings_of

SECONDS = 60
"""Unless the notebook or the caller says otherwise."""


def find_time_limit(nb: Any, seconds: int | None) -> int:
    """Return the seconds that each cell of a notebook may take.

    Parameters
    ----------
    seconds
        What the caller says; without it, ``timeout`` in the notebook's metadata counts, then `SECONDS`.
    """
    return int(seconds or settings_of(nb).get("timeout") or SECONDS)
