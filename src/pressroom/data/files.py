"""The one way to open a file of a kit, and what git left in one of a merge that nobody finished.

What lies in ``data/`` and ``notebooks/`` ends up before readers. A link there could lead to any file of this
machine, a pipe could hold up a build for ever. So each step of a path is looked at and opened by itself, and
what was opened is looked at again: a link that is put there meanwhile is refused, too.

Hard links cannot be told from files in general, and copies made by ``cp -al`` or ostree consist of them. One
is refused if it belongs to somebody else than its folder does, or is a file that stands beside that folder,
such as the settings.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path, PurePosixPath

from pressroom.data.findings import Finding, Refusal, quote
from pressroom.data.opened_files import unrecorded

ALLOWED = "a kit has only plain files and folders of its own; put a copy in its place"

_HIDDEN = (".", "__pycache__")
_FOLDER = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_DIRECTORY
_FILE = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_KINDS: dict[str, Callable[[int], bool]] = {
    "a pipe": stat.S_ISFIFO,
    "a socket": stat.S_ISSOCK,
    "a device": lambda mode: stat.S_ISCHR(mode) or stat.S_ISBLK(mode),
}

# git's markers are seven letters at the start of a line; nbdime sets them in Markdown cells as code or bold.
_MARKER = re.compile(
    r"^(?:<span[^>\n]*>|[*`])*(?:<{7}|>{7}|\|{7}|(?:&lt;){7}|(?:&gt;){7})(?:[ \t].*)?$", re.M
)

_MARKERS = ("<" * 7, ">" * 7, "|" * 7, "&lt;" * 7, "&gt;" * 7)


class NotPlainError(Refusal):
    """What stands under a name is no plain file or folder of the kit.

    Attributes
    ----------
    name, reason
        Which file was asked for, inside its folder; what it is, and what is allowed.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name, self.reason = name, reason

    def __reduce__(self) -> tuple[type[NotPlainError], tuple[str, str]]:
        return type(self), (self.name, self.reason)

    @property
    def finding(self) -> Finding:
        """Return this as a finding."""
        return Finding(message=self.reason, file=self.name)


def read_file(folder: Path, name: str) -> bytes:
    """Return the bytes of the file `name` inside a kit's folder.

    Raises
    ------
    NotPlainError
        If it is a link, a pipe, a device or a socket, or one of its folders, `folder` among them, is a link.
    """
    with open(folder / name, "rb", opener=_Opener(folder, name)) as file:
        return file.read()


def read_text(folder: Path, name: str) -> str:
    """Return the text of the UTF-8 file `name` inside a kit's folder; raises as `read_file` does."""
    with open(folder / name, encoding="utf-8-sig", opener=_Opener(folder, name)) as file:
        return file.read()


def list_folder(folder: Path, name: str = "") -> list[str]:
    """Return the names inside `folder` of what lies in its folder `name`, sorted, the hidden left out.

    There is nothing in what is no folder.

    Raises
    ------
    NotPlainError
        As `read_file`.
    """
    try:
        opened = _open(folder, name, _FOLDER)
    except (FileNotFoundError, NotADirectoryError):
        return []
    try:
        entries = sorted(os.listdir(opened))  # noqa: PTH208 - pathlib lists no descriptor
    finally:
        os.close(opened)
    return [f"{name}/{entry}" if name else entry for entry in entries if not entry.startswith(_HIDDEN)]


def list_files(folder: Path, name: str = "") -> Iterator[str]:
    """Yield the names inside `folder` of all that is no folder below its folder `name`, links among it."""
    for entry in list_folder(folder, name):
        if stat.S_ISDIR(os.lstat(folder / entry).st_mode):
            yield from list_files(folder, entry)
        else:
            yield entry


def find_conflict(text: str) -> str | None:
    """Return in which line of a text a merge conflict begins, and what to do; None if there is none.

    Examples
    --------
    >>> find_conflict("code\\n<<<<<<< HEAD\\nA\\n=======\\nB\\n>>>>>>> theirs\\n")
    'merge conflict, line 2; keep one of the versions, and delete the lines with the markers'
    >>> find_conflict("> > quoted\\n=======\\n") is None
    True
    """
    if not any(marker in text for marker in _MARKERS):  # which takes a hundredth of the time
        return None
    found = _MARKER.search(text.replace("\r\n", "\n"))
    if not found:
        return None
    line = text.replace("\r\n", "\n").count("\n", 0, found.start()) + 1
    return f"merge conflict, line {line}; keep one of the versions, and delete the lines with the markers"


def find_code_conflict(name: str, content: bytes) -> Iterator[Finding]:
    """Yield the merge conflict in a module or in settings, which nobody has run yet, if there is one."""
    if conflict := find_conflict(content.decode("utf-8", "replace")):
        yield Finding(message=conflict, file=name)


def find_helper_conflicts(helper: Path) -> Iterator[Finding]:
    """Yield the merge conflicts in the modules of a helper package, which is not imported for it."""
    for path in sorted(helper.rglob("*.py")):
        yield from find_code_conflict(f"{helper.name}/{path.relative_to(helper)}", path.read_bytes())


class _Opener:
    """What `open` calls for a descriptor; `open` itself tells who records reads the whole name."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name

    def __call__(self, path: str, flags: int) -> int:
        with unrecorded():
            return _open(self.folder, self.name, _FILE)


def _open(folder: Path, name: str, flags: int) -> int:
    """Return a descriptor of `name` inside `folder`, opened with `flags`; its folders are opened as such."""
    parts = PurePosixPath(name).parts
    here: int | None = None
    with ExitStack() as stack:
        for number, step in enumerate([str(folder.absolute()), *parts]):
            place = None if number == len(parts) else "/".join(parts[:number]) or folder.name
            _require_plain(os.stat(step, dir_fd=here, follow_symlinks=False), step, here, name, place)
            there = os.open(step, _FOLDER if place else flags, dir_fd=here)
            stack.callback(os.close, there)
            status = os.fstat(there)
            _require_plain(status, step, here, name, place)
            if here is not None and stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
                _require_own(status, os.fstat(here), folder, name)
            here = there
        return os.dup(there)


def _require_plain(status: os.stat_result, step: str, here: int | None, name: str, place: str | None) -> None:
    """Refuse what is neither file nor folder; `place` names it if it is one of the folders of `name`."""
    kind = next((kind for kind, is_kind in _KINDS.items() if is_kind(status.st_mode)), None)
    if stat.S_ISLNK(status.st_mode):
        kind = f"a link to {quote(os.readlink(step, dir_fd=here))}"
    if kind:
        what = f"its folder {place} is" if place else "it is"
        raise NotPlainError(name or Path(step).name, f"{what} {kind}; {ALLOWED}")


def _require_own(status: os.stat_result, home: os.stat_result, folder: Path, name: str) -> None:
    """Refuse a file of several names that belongs to somebody else, or is one beside the kit's folder."""
    if status.st_uid != home.st_uid:
        raise NotPlainError(name, f"it is a hard link to a file of another user; {ALLOWED}")
    same: list[str] = []
    with suppress(PermissionError), os.scandir(folder.absolute().parent) as beside:
        same = [entry.name for entry in beside if entry.inode() == status.st_ino and _is_same(entry, status)]
    if same:
        raise NotPlainError(name, f"it is a hard link to {same[0]}; {ALLOWED}")


def _is_same(entry: os.DirEntry[str], status: os.stat_result) -> bool:
    return os.path.samestat(entry.stat(follow_symlinks=False), status)
