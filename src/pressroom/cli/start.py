"""What comes before the first import: standard streams that are there, and a library that is Python's own."""

from __future__ import annotations

import os
import sys

from pressroom.cli.exit_codes import BAD

_LIBRARY = os.path.dirname(os.__file__)  # noqa: PTH120 - a pathlib.py may hide Python's


def main() -> None:
    """Run the command ``briefings``, unless a module hides one of Python's: it would end somewhere inside."""
    _open_streams()
    hiding = find_hiding(sys.path)
    if hiding:
        name = os.path.basename(hiding).partition(".")[0]  # noqa: PTH119
        print(
            f"{ascii(hiding)[1:-1]} hides Python's own module {name}: rename it, or take its folder out of"
            " PYTHONPATH",
            file=sys.stderr,
        )
        sys.exit(BAD)
    from pressroom.cli.app import main as run

    run()


def find_hiding(path: list[str]) -> str | None:
    """Return the first file that Python finds before a module of its own library; None if there is none."""
    for place in path[: path.index(_LIBRARY) if _LIBRARY in path else 0]:
        folder = os.path.abspath(place)  # noqa: PTH100 - the empty place is the working folder
        for name in _list_modules(folder):
            if name.partition(".")[0] in sys.stdlib_module_names:
                return os.path.join(folder, name)  # noqa: PTH118
    return None


def _list_modules(folder: str) -> list[str]:
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208
    except OSError:  # no folder, or none that this user reads: Python finds nothing in it either
        return []
    return [
        name
        for name in names
        if name.endswith(".py") or os.path.isfile(os.path.join(folder, name, "__init__.py"))  # noqa: PTH113, PTH118
    ]


def _open_streams() -> None:
    """Let nothing take the place of standard input, output or error where one is closed."""
    while (number := os.open(os.devnull, os.O_RDWR)) < 3:  # the lowest that is free
        os.set_inheritable(number, True)
    os.close(number)
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
