"""What a notebook opens while it runs: files of its project, and what no build can open again.

Python tells of it: an audit hook hears of each opening, listing, connection and program, whoever asks for it.
"""

from __future__ import annotations

import os
import site
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from importlib.util import source_from_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pressroom.data.names import READS
from pressroom.data.reads import digest_answer, forget_reads, record_read, record_unknown, take_reads

_HIDDEN = (".", "__pycache__")
_IMPORTERS = ("importlib", "_frozen_importlib", "zipimport")
_LISTING = ("os.listdir", "os.scandir")
_OF_LIBRARIES = ("fc-list", "system_profiler", "ldconfig", "uname", "lsb_release")
"""Programs that libraries start by themselves, to know the machine: matplotlib looks for fonts."""

_SYSTEM = (
    *("/proc", "/sys", "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/System", "/Library"),
    *("/usr/share/zoneinfo", "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig"),
    *("/usr/share/mime", "/usr/share/locale", "/usr/share/i18n", "/usr/share/ca-certificates"),
)
_SETTINGS = (
    "/etc/localtime",
    "/etc/timezone",
    "/etc/mime.types",
    "/etc/fonts",
    "/etc/ssl",
    "/etc/nsswitch.conf",
)
"""What the machine's own libraries read: its state, its fonts, its time zone."""
_FONTS = (".ttf", ".ttc", ".otf", ".afm", ".pfb")
"""Files that libraries read wherever a machine keeps them, to know its fonts."""
_SHARED = ("/", "/usr", "/usr/local")
"""Where an interpreter may be installed among much else."""
_FOLDERS = {
    "IPYTHONDIR": "~/.ipython",
    "MPLCONFIGDIR": "",
    "XDG_CACHE_HOME": "~/.cache",
    "XDG_CONFIG_HOME": "~/.config",
    "XDG_DATA_HOME": "~/.local/share",
    "XDG_STATE_HOME": "~/.local/state",
}
"""The variables that name where libraries keep settings and what they need later; without them, where."""
_INSTALLED = Path(__file__).resolve().parents[2]
"""Where this package lies, and a helper package that is installed with it: no part of a project."""


class _Recorder(threading.local):
    """Whether this thread's opening of files is recorded; our own opening is not."""

    paused = False


_recorder = _Recorder()
_roots: list[Path] = []
_hooked: list[int] = []
_modules: set[str] = set()
_made: set[Path] = set()
"""Files and folders outside the project that the notebook itself has written: it knows what is in them."""


@contextmanager
def unrecorded() -> Iterator[None]:
    """Open files without their counting as read: their content is recorded in another way."""
    before, _recorder.paused = _recorder.paused, True
    try:
        yield
    finally:
        _recorder.paused = before


def watch_notebook(root: Path) -> bool:
    """Publish each cell's reads from now on, if this runs in IPython; return whether it does.

    Parameters
    ----------
    root
        The project's folder: a file inside it that a cell opens for reading counts as read whole. The first
        one named stays: the press names its own as a kernel starts, `open_dataset` the one that it finds.
    """
    # Whoever runs in IPython has imported it; nobody else should pay for it.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None:
        return False
    if not _roots:
        _roots.append(root.resolve())
    if publish_reads not in shell.events.callbacks["post_run_cell"]:
        forget_reads()  # in a fork, what the parent asked is no read of this notebook
        _modules.update(sys.modules)
        shell.events.register("post_run_cell", publish_reads)
    if not _hooked:
        _hooked.append(os.getpid())
        sys.addaudithook(_audit)  # never to be removed: Python has no way to
    return True


def publish_reads(result: object = None) -> None:
    """Display the reads of the cell that just ran, for machines only; nothing if there were none."""
    _record_modules()
    reads = take_reads()
    if reads:
        from IPython.display import display

        display({READS: {"reads": reads}}, raw=True)  # type: ignore[no-untyped-call]


def find_project(start: Path, default: Path) -> Path:
    """Return the nearest folder at or above `start` that holds a dataset in ``data/``, else `default`."""
    for folder in (start, *start.parents):
        if (folder / "data" / "datapackage.json").is_file():
            return folder
    return default


def name_in_project(path: Path) -> str:
    """Return a path as seen from the project's folder; of one elsewhere, with the way out of it."""
    return Path(os.path.relpath(path.resolve(), _roots[0] if _roots else None)).as_posix()


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file, ``""`` if it is not there."""
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def digest_folder(path: Path) -> str:
    """Return the SHA-256 of the names in a folder, the hidden left out; ``""`` if it is not there."""
    if not path.is_dir():
        return ""
    return digest_answer(sorted(p.name for p in path.iterdir() if not p.name.startswith(_HIDDEN)))


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _AUDITED or _recorder.paused or not _roots:
        return
    if event in _LISTING and sys._getframe(1).f_globals.get("__name__", "").startswith(_IMPORTERS):
        return  # an import looks for a name, whatever else is there
    try:
        with unrecorded():
            _AUDITED[event](*arguments)
    except Exception:
        # An exception here would forbid the opening. What cannot be opened raises in the cell itself.
        return


def _record_open(name: Any, mode: str | None, flags: int) -> None:
    if flags & (os.O_TRUNC | os.O_EXCL):  # nothing of what was there is read
        _note_made(name, is_emptied=bool(flags & os.O_TRUNC))
    elif _is_reading(mode, flags):
        _record_file(name)


def _record_file(name: Any) -> None:
    path = _find_path(name)
    if path is None:
        return
    if path.suffix == ".pyc" and path.parent.name == "__pycache__":
        path = Path(source_from_cache(path))
    if _is_project_file(path):
        if path.is_file() or not path.exists():
            record_read("file", {"path": _name(path)}, digest_file(path))
    elif _is_outside(path) and path.is_file():
        record_unknown(f"a file outside the project, {path}")


def _record_folder(name: Any) -> None:
    path = _find_path(name or ".")
    if path and _is_outside(path) and path.is_dir():
        record_unknown(f"a folder outside the project, {path}")
    elif (
        path
        and not path.name.startswith(_HIDDEN)
        and _is_project_file(path)
        and (path.is_dir() or not path.exists())
    ):
        record_read("folder", {"path": _name(path)}, digest_folder(path))


def _note_made(name: Any, *_: Any, is_emptied: bool = False) -> None:
    path = _find_path(name)
    if path and (is_emptied or not path.exists()):
        _made.add(path)


def _record_database(name: Any) -> None:
    text = os.fsdecode(name) if isinstance(name, str | bytes | os.PathLike) else ""
    if text.startswith("file:"):
        text = unquote(text.removeprefix("file:").partition("?")[0])
    if text and text != ":memory:":
        _record_file(text)


def _record_program(name: Any = "", *_: Any) -> None:
    words = os.fsdecode(name).split() if isinstance(name, str | bytes | os.PathLike) else []
    program = Path(words[0]).name if words else ""
    if program not in _OF_LIBRARIES:
        record_unknown(f"another program, {program}".rstrip(", "))


def _record_network(*_: Any) -> None:
    record_unknown("the network")


_AUDITED: dict[str, Callable[..., None]] = {
    "open": _record_open,
    "os.mkdir": _note_made,
    "os.listdir": _record_folder,
    "os.scandir": _record_folder,
    "sqlite3.connect": _record_database,
    "subprocess.Popen": _record_program,
    "os.system": _record_program,
    "os.exec": _record_program,
    "os.posix_spawn": _record_program,
    "socket.connect": _record_network,
    "socket.getaddrinfo": _record_network,
}


def _record_modules() -> None:
    """Record the sources of the modules of the project that were imported since the last call.

    An import opens a compiled copy, if there is one, so that its opening tells nothing.
    """
    for name in sys.modules.keys() - _modules:
        _modules.add(name)
        source = getattr(sys.modules.get(name), "__file__", None)
        if source:
            with unrecorded():
                _record_file(source)


def _find_path(name: Any) -> Path | None:
    """Return the whole path of what was opened; None of a descriptor."""
    if isinstance(name, int) or not _roots:
        return None
    return Path(os.path.realpath(os.fsdecode(name)))


def _name(path: Path) -> str:
    return path.relative_to(_roots[0]).as_posix()


def _is_reading(mode: str | None, flags: int) -> bool:
    if mode is None:  # os.open
        return flags & (os.O_WRONLY | os.O_RDWR) != os.O_WRONLY
    return "r" in mode or "+" in mode or mode == "b"


def _is_project_file(path: Path) -> bool:
    root, text = _roots[0], str(path)
    if not _lies_in(text, (str(root),)) or _lies_in(text, (str(_INSTALLED),)):
        return False
    if any(part.startswith(_HIDDEN) for part in path.relative_to(root).parts[:-1]):
        return False  # .git, .venv, .ipynb_checkpoints, what programs keep in a home
    prefix = _resolve((sys.prefix,))
    return not (_lies_in(prefix[0], (str(root),)) and _lies_in(text, prefix))


def _is_outside(path: Path) -> bool:
    """Return whether a path is somebody's: not of project, interpreter or machine, nor just made."""
    if path.suffix.lower() in _FONTS or (_made and not _made.isdisjoint((path, *path.parents))):
        return False
    ours = (str(_roots[0]), str(_INSTALLED), *_SYSTEM, *_SETTINGS, *_list_own_folders())
    return not _lies_in(str(path), ours)


def _lies_in(path: str, folders: Iterable[str]) -> bool:
    """Return whether a whole path is that of one of the folders, or of what is in them."""
    return any(path == folder or path.startswith(f"{folder.rstrip('/')}/") for folder in folders)


def _list_own_folders() -> tuple[str, ...]:
    """Return where Python and its libraries lie, and what they keep for later."""
    installed = [folder for folder in (sys.prefix, sys.base_prefix) if folder not in _SHARED]
    kept = (os.environ.get(name) or default for name, default in _FOLDERS.items())
    return _resolve((*installed, site.getusersitepackages(), *kept))


@lru_cache(maxsize=8)  # a cell may change the environment; hundreds of modules are asked about at once
def _resolve(folders: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(Path(folder).expanduser().resolve()) for folder in folders if folder)
