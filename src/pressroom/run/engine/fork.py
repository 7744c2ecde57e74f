"""A fork of the warm process, for one briefing: it becomes its kernel, or says why it cannot."""

from __future__ import annotations

import ctypes
import gc
import locale
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from IPython.paths import get_ipython_dir

from pressroom.run.engine.environment import BACKEND, SAFE_PATH, set_environment
from pressroom.run.engine.preload import Preloaded
from pressroom.run.engine.shell import KernelApp
from pressroom.run.engine.wire import Wire

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
    """Run one notebook's cells, and end.

    Parameters
    ----------
    parent
        The warm process, without which a fork does not go on.
    """
    try:
        _part(parent)
        connection.setblocking(True)
        wire = Wire(connection)
        _, pipes, _, _ = socket.recv_fds(connection, 1, 2)
        request = wire.receive_value()
        if request and pipes and _is_ready(wire, pipes, request, app, preloaded):
            app.serve(wire)
    finally:
        # Neither clean-up of the warm process nor of its libraries is this process's affair.
        os._exit(0)


def _part(parent: int) -> None:
    """Become independent of the warm process, but for its end."""
    os.setsid()
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def _is_ready(
    wire: Wire, pipes: Sequence[int], request: Mapping[str, Any], app: KernelApp, preloaded: Preloaded
) -> bool:
    """Become the kernel that the engine asks for, or tell it why that cannot be; return which."""
    for pipe in pipes:
        os.set_inheritable(pipe, False)
    try:
        obstacle = _settle(app, request, preloaded)
    except Exception as error:
        obstacle = f"{type(error).__name__}: {error}"
    if obstacle:
        wire.send_value({"refused": obstacle})
        return False
    app.connect(wire, pipes)
    wire.send_value({"pid": os.getpid(), "language_info": app.kernel.language_info})
    return True


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
