"""Starting the program again after the package changed: a process imports a module once."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NoReturn

from pressroom.data.findings import Finding
from pressroom.data.names import PREFIX
from pressroom.run.scratch import become

TOKEN = f"{PREFIX}PREVIEW_TOKEN"
"""The environment variable with the token that pages have already."""

_PROBE = "import pressroom.cli.app, pressroom.desk.preview.server, pressroom.edition.forkserver"


def find_fault() -> Finding | None:
    """Return why the program cannot start as the package is now; None if it can."""
    done = subprocess.run([sys.executable, "-P", "-c", _PROBE], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    lines = done.stderr.strip().splitlines()
    places = [line.split('"')[1::2] + line.rsplit("line ", 1)[1:] for line in lines if "line " in line]
    file, number = (places[-1][0].rpartition("/")[2], places[-1][1].split(",")[0]) if places else ("", "")
    message = lines[-1] if lines else "the package cannot be imported"
    return Finding(message=message, file=f"{file}, line {number}" if file else None)


def start_again(port: int, token: str) -> NoReturn:
    """Become a new process of the same command, at the same port; pages find it by themselves."""
    command = [sys.executable, "-P", *sys.argv, "--port", str(port), "--no-browser"]
    become(command, os.environ | {TOKEN: token})
