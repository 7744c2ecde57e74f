"""What makes a briefing stale: another notebook, parameter, code or lock, or a read that gets something else.

Its files may be damaged, too, and its name or the commentary on it refused; see `plan`.
"""

from __future__ import annotations

from collections.abc import Mapping

from pressroom.edition.manifest import Record
from pressroom.edition.today import Today
from pressroom.run.catalogue import Briefing


def is_same(briefing: Briefing, record: Record, digests: Mapping[str, str], today: Today) -> bool:
    """Return whether a record is of what would be pressed today.

    Parameters
    ----------
    digests
        Of all but the dataset that the briefing depends on: notebook, code, lock.
    """
    return (
        record.status == "built"
        and record.parameters == briefing.parameters
        and record.inputs == {**digests, "dataset": record.inputs.get("dataset")}
        and today.repeats(record.reads, record.inputs["dataset"])
    )
