"""What changes beside the releases lies in a folder in sight, so that a copy of what is seen has it, too."""

from __future__ import annotations

import errno
from contextlib import ExitStack
from pathlib import Path

from pressroom.data.findings import Refusal
from pressroom.data.previous import STATE
from pressroom.delivery.archive import lock_file

_HIDDEN = ".state"
"""Where earlier versions kept it."""

LOCK, RUN_LOCK, MAIL_LOCK = "lock", "run.lock", "deliver.lock"
"""What is held by whoever makes a release, runs, or mails."""

_NOT_OURS = {errno.EACCES, errno.EPERM, errno.EROFS}


class StateError(Refusal):
    """The state of the releases is in two places, or in use; the message says what to do."""


def move_state(releases: Path) -> None:
    """Move what an earlier version kept in a hidden folder to where it is in sight; once.

    Who may not write there moves nothing: the state is the operator's.

    Raises
    ------
    StateError
        If both folders are there, or a command of the earlier version is at work.
    """
    old, new = releases / _HIDDEN, releases / STATE
    if not old.is_dir() or old.is_symlink():
        return
    if new.exists():
        raise StateError(
            f"{old} and {new} are both there, and only one can hold approvals and the delivery ledger:"
            " see which is the newer, and move the other out of the folder"
        )
    try:
        with ExitStack() as locks:
            for name in (RUN_LOCK, MAIL_LOCK, LOCK):
                locks.enter_context(lock_file(old / name, _refuse))
            old.rename(new)
    except OSError as error:
        if error.errno not in _NOT_OURS:
            raise


def _refuse() -> None:
    raise StateError("a command of an earlier version is at work with the releases; wait until it has ended")
