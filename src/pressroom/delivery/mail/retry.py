"""Mails that a server puts off are tried again, after each of the pauses that the settings name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from time import sleep
from typing import TypeVar

from pressroom.delivery.mail.smtp import Reply

Mail = TypeVar("Mail")


def send_with_pauses(mails: Iterable[Mail], send: Callable[[Mail], Reply], pauses: Sequence[int]) -> None:
    """Send mails one after the other; after each pause, once more those that were put off.

    Parameters
    ----------
    pauses
        Seconds, as the setting ``smtp.pauses`` has them.
    """
    waiting = list(mails)
    for pause in (0, *pauses):
        if waiting:
            sleep(pause)
        waiting = [mail for mail in waiting if send(mail).state == "deferred"]
