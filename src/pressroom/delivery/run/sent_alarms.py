"""What maintainers last heard of, so that equal faults are sent once a day, and each is sent once.

It lies with the state of the releases; where that cannot be written, among the user's own files.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from pressroom.data.findings import Finding
from pressroom.delivery.storage import keep_private, write_private, write_whole

FILE = "alarm.json"

A_DAY = timedelta(hours=20)
"""How long equal faults are sent but once: less than a day, since a daily run never starts to the second."""


@dataclass(frozen=True)
class Memory:
    """What was sent, and what still has to be.

    Attributes
    ----------
    told
        The digest of the faults that maintainers were last told of; ``""`` if all was well since.
    at
        When that was, UTC in ISO 8601.
    waiting
        The release that waits for approval, if nobody was told so.
    untold
        Of runs whose faults no channel could tell: when each began, and its first fault.
    """

    told: str = ""
    at: str = ""
    untold: tuple[str, ...] = ()
    waiting: str = ""

    @property
    def is_blank(self) -> bool:
        """Return whether there is nothing that maintainers know or have yet to know."""
        return not self.told and not self.untold

    def knows(self, faults: Sequence[Finding], now: datetime) -> bool:
        """Return whether maintainers heard of just these faults within a day."""
        if not self.told or self.told != digest_faults(faults):
            return False
        return timedelta(0) <= now - datetime.fromisoformat(self.at) < A_DAY


def digest_faults(faults: Sequence[Finding]) -> str:
    """Return what tells faults from others: their places, and their reasons without what each run varies."""
    texts = sorted(f"{fault.place}\n{_find_constant(fault)}" for fault in faults)
    return sha256("\n\n".join(texts).encode("utf-8", "replace")).hexdigest()


def _find_constant(fault: Finding) -> str:
    """Return a reason without an object's address or, of a mail server's answer, its numbers of the time."""
    varying = r"\S*\d\S*" if "mail" in fault.place else r"0x[0-9a-f]+"
    return re.sub(varying, "#", fault.reason)


def read_memory(state: Path) -> Memory:
    """Return what is remembered; nothing where that cannot be read."""
    found = [memory for file in _list_places(state) if (memory := _read(file))]
    return max(found, key=lambda memory: memory.at, default=Memory())


def write_memory(state: Path, memory: Memory) -> None:
    """Remember, wherever that can be; to forget is no fault: then maintainers hear of it once more."""
    content = (json.dumps(asdict(memory), indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")
    for place in _list_places(state):
        with suppress(OSError):
            keep_private(place.parent)
            write_whole(place, content, write_private)
            return


def say_now(now: datetime) -> str:
    """Return a moment as it is remembered."""
    return now.astimezone(UTC).isoformat(timespec="seconds")


def _list_places(state: Path) -> list[Path]:
    home = os.environ.get("XDG_STATE_HOME") or Path("~/.local/state").expanduser()
    name = sha256(str(state.absolute()).encode()).hexdigest()[:16]
    return [state / FILE, Path(home) / "pressroom" / f"{name}-{FILE}"]


def _read(file: Path) -> Memory | None:
    try:
        content = json.loads(file.read_text("utf-8"))
        untold, waiting = tuple(map(str, content["untold"])), str(content.get("waiting", ""))
        memory = Memory(str(content["told"]), str(content["at"]), untold, waiting)
        datetime.fromisoformat(memory.at)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return memory
