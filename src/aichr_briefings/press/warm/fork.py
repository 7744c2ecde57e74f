"""A fork of the warm process, for one briefing: it becomes its kernel, or says why it cannot."""

from __future__ import annotations

import ctypes
import gc
import json
import locale
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from IPython.paths import get_ipython_dir

from aichr_briefings.press.warm.call import answer
from aichr_briefings.press.warm.environment import BACKEND, SAFE_PATH, set_environment
from aichr_briefings.press.warm.preload import Preloaded
from aichr_briefings.press.warm.shell import KernelApp, Requests
from aichr_briefings.press.warm.wire import CALL, READY, REFUSED, START, pack_told, receive

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG

_READ_BY_IMPORTS = ("PYTHON", "MPL", "MATPLOTLIB", "NUMPY", "NPY", "PANDAS")
"""Variables with these beginnings are read when Python starts, or by what was imported; later is too late."""

_SETTINGS = (
    "ipython_config.py",
    "ipython_config.json",
    "ipython_kernel_config.py",
    "ipython_kernel_config.json",
)


def run_fork(connection: socket.socket, app: KernelApp, preloaded: Preloaded, parent: int) -> NoReturn:
    """Run the notebook of one engine, and end.

    Parameters
    ----------
    parent
        The warm process, without which a fork does not go on.
    """
    try:
        _part(parent)
        requests = _prepare(connection, app, preloaded)
        if requests is not None:
            app.serve(requests)
            requests.finish()
    finally:
        # Neither clean-up of the warm process nor of its libraries is this process's affair.
        os._exit(0)


def _part(parent: int) -> None:
    """Become independent of the warm process, but for its end."""
    os.setsid()
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _prepare(connection: socket.socket, app: KernelApp, preloaded: Preloaded) -> Requests | None:
    """Become what the engine asks for; None if that cannot be, which it is told."""
    connection.setblocking(True)
    _, pipes, _, _ = socket.recv_fds(connection, 1, 2)
    parts = receive(connection)
    if parts and parts[0] == CALL:
        answer(connection, parts[1])
        return None
    if parts is None or parts[0] != START or len(pipes) != 2:
        return None
    for pipe in pipes:
        os.set_inheritable(pipe, False)
    request = json.loads(parts[1])
    try:
        obstacle = _settle(app, request, preloaded)
    except Exception as error:
        obstacle = f"{type(error).__name__}: {error}"
    if obstacle:
        connection.sendall(pack_told(REFUSED, obstacle))
        return None
    app.connect(connection, (pipes[0], pipes[1]), bytes.fromhex(request["mark"]))
    told = {"pid": os.getpid(), "language_info": app.kernel.language_info}
    connection.sendall(pack_told(READY, told))
    return Requests(connection)


def _settle(app: KernelApp, request: Mapping[str, Any], preloaded: Preloaded) -> str | None:
    """Make everything as it is in a kernel that starts there; return why it cannot be."""
    environment, folder = request["environment"], Path(request["directory"])
    changed = _find_changed(environment, preloaded.environment)
    set_environment({**environment, **preloaded.added, "JPY_PARENT_PID": str(request["pid"])})
    os.chdir(folder)
    obstacle = preloaded.fault or changed or _find_style(folder) or _find_settings()
    if obstacle:
        return obstacle
    time.tzset()
    with suppress(locale.Error):
        locale.setlocale(locale.LC_CTYPE, "")
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # Python's own generator does so by itself
    gc.enable()
    app.settle()
    return None


def _find_changed(now: Mapping[str, str], then: Mapping[str, str]) -> str | None:
    # What every kernel is given, and what a kernel gives itself.
    now = {
        **now,
        **SAFE_PATH,
        **{name: then[name] for name in ("PYTHONHASHSEED", "MPLCONFIGDIR")},
        "MPLBACKEND": now.get("MPLBACKEND") or f"module://{BACKEND}",
    }
    names = {name for name in {*now, *then} if name.startswith(_READ_BY_IMPORTS)}
    changed = sorted(name for name in names if now.get(name) != then.get(name))
    return f"{changed[0]} is not what it was when the warm process started" if changed else None


def _find_style(folder: Path) -> str | None:
    """Return what a kernel would heed beside the notebook, and a process that has imported does not."""
    is_there = "matplotlib" in sys.modules and (folder / "matplotlibrc").is_file()
    return "a matplotlibrc lies beside the notebook" if is_there else None


def _find_settings() -> str | None:
    profile = Path(get_ipython_dir()) / "profile_default"
    found = [name for name in _SETTINGS if (profile / name).is_file()]
    return f"IPython's profile has settings of its own, {found[0]}" if found else None
