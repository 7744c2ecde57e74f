"""A function called in a fork of the warm process, where what it needs is imported and read already."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from aichr_briefings.press.warm.wire import ANSWER, CALL, pack_told, receive

_PATIENCE = 600.0
"""Seconds to wait; a large dataset takes its time."""


def call(address: Path, module: str, function: str, **arguments: Any) -> Any:
    """Return what a function returns, which is JSON, as its arguments are; None if it could not be called."""
    request = {"module": module, "function": function, "arguments": arguments}
    with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_PATIENCE)
        connection.connect(str(address))
        connection.sendall(b"\0" + pack_told(CALL, request))
        parts = receive(connection)
        return json.loads(parts[1]) if parts and parts[0] == ANSWER else None
    return None


def answer(connection: socket.socket, request: bytes) -> None:
    """Call what is asked for, in the fork; if that fails, the line is cut, which tells enough."""
    told = json.loads(request)
    with suppress(Exception):
        result = getattr(import_module(told["module"]), told["function"])(**told["arguments"])
        connection.sendall(pack_told(ANSWER, result))
