"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """What of it can be chosen.

    Attributes
    ----------
    repeat
        How often each side is run.
    every
        The slow sides press every so-many-th briefing of a family, other ones at each repeat.
    activities, briefings
        Size of the dataset for the measure of scale.
    full
        Whether the slow sides press whole editions, and scale compares with as many briefings, too.
    """

    repeat: int = 3
    every: int = 6
    activities: int = 100_000
    briefings: int = 1_000
    full: bool = False
