"""A fork of the warm process, for one briefing: it becomes its kernel, or says why it cannot.

The kernel is made once, in the warm process; a fork settles it in its briefing's environment and runs the
cells. So what cells see and show is what they see and show in a kernel, made by the same code.
"""

from __future__ import annotations

import asyncio
import atexit
import ctypes
import gc
import locale
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from inspect import isawaitable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import ipykernel
from ipykernel.compiler import XCachingCompiler, get_tmp_directory, get_tmp_hash_seed, murmur2_x86
from ipykernel.displayhook import ZMQDisplayHook
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.profiledir import ProfileDir
from IPython.paths import get_ipython_dir
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets.config import Config

from pressroom.run.engine.environment import BACKEND, SAFE_PATH, set_environment
from pressroom.run.engine.preload import Preloaded
from pressroom.run.engine.wire import Outlet, Stream, Wire

_LAUNCHER = str(Path(ipykernel.__file__).parents[1] / "ipykernel_launcher.py")

_ARGUMENTS = [_LAUNCHER, "-f", "kernel.json", "--HistoryManager.hist_file=:memory:"]
"""What a kernel finds in `sys.argv` under nbclient."""

_LATER = (
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.core.ultratb",
    "IPython.display",
    "IPython.extensions.storemagic",
    "IPython.external.pickleshare",
    "executing",
    "ipykernel.debugger",
    "pexpect",
    "pygments.formatters.terminal256",
    "pygments.styles.default",
    "sqlite3",
    "stack_data",
    "tornado.platform.asyncio",
)
"""What a shell imports when it first needs it: for a display, a traceback, a magic, a shell command."""

_SHELL_SETTINGS = {
    "IPKernelApp": {"connection_file": "kernel.json"},
    "HistoryManager": {"hist_file": ":memory:"},
}

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG

_READ_BY_IMPORTS = ("PYTHON", "MPL", "MATPLOTLIB", "NUMPY", "NPY", "PANDAS")
"""Variables with these beginnings are read when Python starts, or by what was imported; later is too late."""

_SETTINGS = (
    "ipython_config.py",
    "ipython_config.json",
    "ipython_kernel_config.py",
    "ipython_kernel_config.json",
)


class Profile(ProfileDir):
    """A profile's folder; those in it that a kernel has no use for are not made."""

    def _mkdir(self, path: str, mode: int | None = None) -> bool:
        return False


class Compiler(XCachingCompiler):
    """Names the code of a cell as a kernel does, and remembers the digest, which takes long to find."""

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        folder = get_tmp_directory()  # type: ignore[no-untyped-call]
        return f"{folder}{os.sep}{_digest_code(raw_code)}.py"


@cache
def _digest_code(code: str) -> int:
    return int(murmur2_x86(code, get_tmp_hash_seed()))  # type: ignore[no-untyped-call]


class Transformer(TransformerManager):
    """Makes Python of what is IPython's own in a cell, and remembers what came of it.

    A kernel asks twice for each cell, and the warm process has asked for those of the notebooks. Where a cell
    adds steps of its own, all are done each time, as in a kernel.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._steps, self._known = self._list_steps(), dict[str, str]()

    def transform_cell(self, cell: str) -> str:
        if self._list_steps() != self._steps:
            return super().transform_cell(cell)
        if cell not in self._known:
            self._known[cell] = super().transform_cell(cell)
        return self._known[cell]

    def _list_steps(self) -> list[Any]:
        return [*self.cleanup_transforms, *self.line_transforms, *self.token_transformers]


class Kernel(IPythonKernel):
    """IPython's kernel, without requests that queue up."""

    compiler_class = Compiler

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Abort nothing: the engine asks for one cell after the other."""


class KernelApp(IPKernelApp):
    """ipykernel's application, without sockets, threads and command line.

    `initialize` makes the shell but runs no code yet: see `settle` and `serve`.
    """

    def parse_command_line(self, argv: Any = None) -> None:
        self.update_config(Config(_SHELL_SETTINGS))

    def init_connection_file(self) -> None: ...
    def init_poller(self) -> None: ...
    def init_heartbeat(self) -> None: ...
    def write_connection_file(self, **kwargs: Any) -> None: ...
    def log_connection_info(self) -> None: ...

    def init_path(self) -> None:
        """Look for modules beside the notebook last, so that none there hides an installed one."""
        sys.path.append("")

    def init_sockets(self) -> None:
        self.outlet = self.iopub_socket = Outlet()
        self.session = Session(parent=self)
        self.session.key = b""  # nobody else is on the line

    def init_io(self) -> None:
        self.streams = Stream("stdout", self.outlet), Stream("stderr", self.outlet)
        sys.stdout, sys.stderr = self.streams
        self.displayhook = ZMQDisplayHook(self.session, self.iopub_socket)  # type: ignore[no-untyped-call]
        sys.displayhook = self.displayhook
        self.patch_io()  # type: ignore[no-untyped-call]

    def init_kernel(self) -> None:
        self.kernel = Kernel.instance(
            parent=self,
            session=self.session,
            iopub_socket=self.iopub_socket,
            shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.kernel._execute_sleep = 0.0
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count

    def init_code(self) -> None: ...

    def read(self, code: str) -> None:
        """Find out once what each fork would have to, before it runs a cell with this code."""
        shell: Any = self.shell
        shell.displayhook.semicolon_at_end_of_expression(shell.transform_cell(code))
        _digest_code(code)

    def settle(self) -> None:
        """Take over directory, environment and profile as they are now; run the profile's startup files."""
        sys.stdout, sys.stderr = self.streams
        sys.argv = list(_ARGUMENTS)
        sys.orig_argv = [sys.executable, "-m", "ipykernel_launcher", *_ARGUMENTS[1:]]
        self.session.pid = os.getpid()  # it sends nothing from a fork of its own
        shell: Any = self.shell
        self.ipython_dir = shell.ipython_dir = get_ipython_dir()
        profile = Profile(location=str(Path(self.ipython_dir) / "profile_default"))
        self.profile_dir = self.kernel.profile_dir = shell.profile_dir = profile
        shell.init_environment()
        shell.init_pushd_popd_magic()
        shell.starting_dir = str(Path.cwd())
        shell.history_manager.dir_hist[:] = [Path.cwd()]
        self.init_gui_pylab()  # type: ignore[no-untyped-call]
        super().init_code()  # type: ignore[no-untyped-call]

    def connect(self, wire: Wire, pipes: Sequence[int]) -> None:
        """Tell all over `wire` and `pipes`; whatever writes to file descriptors 1 and 2 does so too."""
        original = os.open(os.devnull, os.O_WRONLY)
        self._keep_log(os.dup(2))
        for number, (stream, pipe) in enumerate(zip(self.streams, pipes, strict=True), start=1):
            stream.connect(pipe, original)
            os.dup2(pipe, number)
        self.outlet.connect(wire, pipes)

    def serve(self, wire: Wire) -> None:
        """Run the cells that are asked for, until there are no more, or one asks the kernel to exit."""
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        # One task for all cells, so that context variables live on; tasks of theirs run while it waits.
        task = loop.create_task(self._serve(wire))
        task.add_done_callback(lambda _: loop.stop())
        loop.run_forever()
        if task.result():  # the engine waits for what an interpreter does at its end
            threading._shutdown()  # type: ignore[attr-defined]
            atexit._run_exitfuncs()

    async def _serve(self, wire: Wire) -> bool:
        self.kernel.io_loop = IOLoop.current()
        waiting: asyncio.Queue[list[bytes] | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        loop.add_reader(wire.fileno(), lambda: waiting.put_nowait(wire.receive()))
        while parts := await waiting.get():
            await self._handle(parts)
            if os.getpid() != self.session.pid:
                os._exit(1)  # a cell forked, and its fork went on to here
        return parts is not None

    async def _handle(self, parts: list[bytes]) -> None:
        """Do what ipykernel does with a request: to execute a cell, or to take what a widget is sent."""
        kernel = self.kernel
        identities, frames = self.session.feed_identities(parts)
        request = self.session.deserialize(frames)
        kernel.set_parent(identities, request)
        self.outlet.asked = request["msg_id"]
        kernel._publish_status("busy", "shell")
        kernel.pre_handler_hook()
        try:
            handled = kernel.shell_handlers[request["msg_type"]](self.outlet, identities, request)
            if isawaitable(handled):
                await handled
        except KeyboardInterrupt:
            self.log.error("KeyboardInterrupt caught in kernel.")
        except Exception:
            self.log.exception("Exception in message handler:")
        finally:
            kernel.post_handler_hook()
        kernel._publish_status("idle", "shell")

    def _keep_log(self, original: int) -> None:
        """Let the kernel's own log go where it went, not into the notebook."""
        for handler in self.log.handlers:
            if isinstance(handler, logging.StreamHandler):
                handler.setStream(os.fdopen(original, "w", closefd=False))


def import_later() -> None:
    """Import what a shell would import when it first needs it."""
    for name in _LATER:
        with suppress(ImportError):
            import_module(name)


def make_kernel() -> KernelApp:
    """Return a kernel that has run nothing, for forks to settle and serve."""
    import_later()
    before = sys.stdout, sys.stderr
    app = KernelApp.instance()
    try:
        app.initialize([])  # type: ignore[no-untyped-call]
    finally:
        sys.stdout, sys.stderr = before
    shell: Any = app.shell
    shell.input_transformer_manager = Transformer()
    hook = shell.displayhook
    hook.semicolon_at_end_of_expression = cache(hook.semicolon_at_end_of_expression)
    shell.display_formatter.format("")  # makes a formatter for each kind of output
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return app


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
