"""What the warm process imports, reads and draws before the first fork, so that no briefing has to."""

from __future__ import annotations

import os
import site
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import IPython

from pressroom.run.engine.environment import BACKEND
from pressroom.run.engine.wire import Stream

_OURS = Path(__file__).resolve().parents[3]
"""Where this package lies, and a helper package that is installed with it."""


@dataclass(frozen=True)
class Preloaded:
    """What was imported, and under which circumstances.

    Attributes
    ----------
    environment
        The environment variables at the start.
    added
        Those that imports have set.
    fault
        Why no briefing can be run here; None if one can.
    """

    environment: Mapping[str, str]
    added: Mapping[str, str]
    fault: str | None = None


class TalkativeError(Exception):
    """Some modules print or warn when they are imported: only the cell that imports them may show it."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(*names)
        self.names = names


def preload(
    modules: Iterable[str],
    dataset: str | None,
    cells: Iterable[str],
    app: Any,
    environment: Mapping[str, str],
) -> Preloaded:
    """Import modules, let them warm up, open the dataset, draw a figure, read the cells.

    Faults are no faults of the build: they show in the cell that meets them.

    Parameters
    ----------
    app
        The kernel; its shell is there already.

    Raises
    ------
    TalkativeError
        If some modules must not be imported here.
    """
    wanted = list(dict.fromkeys(modules))
    with app.shell.builtin_trap:  # pandas asks for it, to know how wide a terminal is
        talkative = [name for name in wanted if _import(name, app.streams)]
        if talkative:
            raise TalkativeError(talkative)
        _warm_up(wanted, dataset, app.streams)
        for source in cells:
            _try(partial(app.read, source))
    added = {name: value for name, value in os.environ.items() if environment.get(name) != value}
    fault = f"a module chose how matplotlib draws: {BACKEND} is there" if BACKEND in sys.modules else None
    return Preloaded(environment, added, fault)


def gather_names() -> None:
    """Lay the names of all modules side by side in memory.

    Each fork looks at all of them, and memory that a fork looks at is copied, page by page.
    """
    for name in list(sys.modules):
        module = sys.modules.pop(name)
        sys.modules[name.encode().decode()] = module


def _import(name: str, streams: tuple[Stream, Stream]) -> bool:
    """Import a module, if it is installed; return whether that said anything."""
    if not _is_installed(name.partition(".")[0]):
        return False
    with _heard(streams) as said, suppress(Exception, SystemExit):
        # As a cell does it: some warnings are shown in __main__ only.
        exec(f"import {name}", {"__name__": "__main__"})
    return bool(said)


def _warm_up(modules: Iterable[str], dataset: str | None, streams: tuple[Stream, Stream]) -> None:
    with _heard(streams), _no_shell():
        for name in modules:
            warm_up = getattr(sys.modules.get(name), "warm_up", None)
            if callable(warm_up):
                _try(warm_up)
        if dataset is not None:
            _try(lambda: _open(dataset))
        if "matplotlib.figure" in sys.modules:  # who draws without figures has warmed that up above
            _try(_draw)


def _open(dataset: str) -> None:
    from pressroom.data.dataset import Dataset, open_dataset

    opened: Dataset = open_dataset(dataset)
    opened.tables.index_codes()
    _ = opened.previous


def _draw() -> None:
    """Draw a figure, so that fonts and the like are there; pyplot is left alone, or it chose a backend."""
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.subplots()
    axes.plot([0, 1], label="line")
    axes.barh(["bar"], [1])
    axes.set_title("title")
    axes.legend()
    for kind in ("svg", "png"):
        figure.savefig(BytesIO(), format=kind)


def _try(act: Callable[[], object]) -> None:
    with _same_style(), suppress(Exception, SystemExit):
        act()


@contextmanager
def _same_style() -> Iterator[None]:
    """Leave matplotlib's settings as they are."""
    matplotlib = sys.modules.get("matplotlib")
    before = matplotlib.rcParams.copy() if matplotlib else {}
    try:
        yield
    finally:
        if matplotlib:
            dict.update(matplotlib.rcParams, before)


@contextmanager
def _no_shell() -> Iterator[None]:
    """Let nobody take this for a notebook: what is read here is no read of one."""
    before, IPython.get_ipython = IPython.get_ipython, lambda: None
    try:
        yield
    finally:
        IPython.get_ipython = before


@contextmanager
def _heard(streams: tuple[Stream, Stream]) -> Iterator[list[bytes]]:
    """Catch what is written to standard output and error, by whomever; give it at the end, if any."""
    said: list[bytes] = []
    kept = os.dup(1), os.dup(2)
    before, (sys.stdout, sys.stderr) = (sys.stdout, sys.stderr), streams
    with tempfile.TemporaryFile() as file:
        for number, stream in enumerate(streams, start=1):
            os.dup2(file.fileno(), number)
            stream.connect(number)
        try:
            yield said
        finally:
            for stream, original, number in zip(streams, before, kept, strict=True):
                original.flush()
                stream.connect(-1)
                os.dup2(number, original.fileno())
                os.close(number)
            sys.stdout, sys.stderr = before
            file.seek(0)
            said.extend(file.readlines(1 << 16))


def _is_installed(name: str) -> bool:
    """Return whether a top module or package is the interpreter's, an installed one or ours.

    Others belong to the project: a briefing must be seen to import them.
    """
    try:
        spec = find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return False
    if spec is None:
        return False
    if spec.origin is None or not spec.has_location:
        return spec.origin in ("built-in", "frozen")
    source = Path(spec.origin).resolve()
    return any(source.is_relative_to(folder) for folder in _installed_folders())


def _installed_folders() -> Iterator[Path]:
    yield _OURS
    for folder in (sys.prefix, sys.base_prefix, site.getusersitepackages()):
        yield Path(folder).resolve()
