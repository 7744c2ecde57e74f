"""What tells an operator without mail and without the releases: a command of theirs, and a heartbeat.

The command is given an alarm that no mail could bring. The heartbeat is a file that each good run writes
anew, or an address that it calls: whoever watches it notices when it stays away, for whatever reason.
"""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pressroom.data.findings import Finding
from pressroom.delivery.archive import write_whole

PATIENCE = 60
"""Seconds that a command or a server may take."""

_ADVICE = "mend the setting `{}`, or what it names"


def call_command(command: Sequence[str], text: str) -> tuple[Finding, ...]:
    """Give an alarm to a command, on its standard input; return what went wrong."""
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return (_find("alarm_command", f"{command[0]} had not ended after {PATIENCE} seconds"),)
    except (OSError, ValueError) as error:
        return (_find("alarm_command", str(error)),)
    if done.returncode == 0:
        return ()
    said = " ".join((done.stderr or done.stdout).decode("utf-8", "replace").split())
    return (_find("alarm_command", f"{command[0]} ended with {done.returncode}: {said[-300:]}"),)


def beat(heartbeat: str, root: Path) -> tuple[Finding, ...]:
    """Say that all is well, to a file or an address; return what went wrong."""
    try:
        if "://" in heartbeat:
            _call(heartbeat)
        else:
            _write(root / Path(heartbeat).expanduser())
    except OSError as error:  # of which those of urllib are a kind
        return (_find("heartbeat", f"{heartbeat}: {error}"),)
    return ()


def _write(file: Path) -> None:
    """Write the time into a file; an OSError if another thing stands there than such a time."""
    if file.exists():
        try:
            datetime.fromisoformat(file.read_text("utf-8").strip())
        except ValueError:
            raise OSError(errno.EEXIST, "is there, and is no heartbeat", str(file)) from None
    write_whole(file, f"{datetime.now(UTC).isoformat(timespec='seconds')}\n".encode())


def _call(address: str) -> None:
    from urllib.request import urlopen

    with urlopen(address, timeout=PATIENCE):  # the setting allows http and https alone
        pass


def _find(setting: str, message: str) -> Finding:
    return Finding(file=f"the setting {setting}", message=message, advice=_ADVICE.format(setting))
