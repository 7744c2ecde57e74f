"""Commands that are measured: each a process of its own, as a user or a cron job would start it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from benchmarks.dataset import DATA
from benchmarks.memory import Memory, watch_memory

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = Path(sys.executable).parent

_DONE = re.compile(r"\[\d+/\d+\] ")


class BenchmarkError(Exception):
    """A measure could not be taken."""


@dataclass(frozen=True)
class Run:
    """What a command did.

    Attributes
    ----------
    seconds
        From its start to its end.
    output
        What it printed.
    done
        Seconds from its start at which it told of each briefing that was done.
    memory
        Of the process with all its children, if it was watched.
    """

    seconds: float
    output: str
    done: Sequence[float] = ()
    memory: Memory | None = None

    @property
    def pace(self) -> float:
        """Return the seconds from one briefing to the next, once they come: start and end do not count."""
        if len(self.done) < 2:
            raise BenchmarkError("a pace needs at least two briefings")
        return (self.done[-1] - self.done[0]) / (len(self.done) - 1)


@dataclass(frozen=True)
class Project:
    """A project of its own in a folder: the real notebooks, a dataset, and the editions."""

    root: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, root: Path, data: Path | None = None) -> Project:
        """Return a project with the real notebooks and a copy of the note's dataset, or with `data`."""
        shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
        if data is None:
            data = Path(shutil.copytree(DATA, root / "data"))
        return cls(root, _make_environment(data))

    def build(self, *arguments: str, watch: bool = False, output: str = "reports") -> Run:
        """Run ``briefings build`` here."""
        where = ("--project", str(self.root), "--output", str(self.root / output))
        return run([SCRIPTS / "briefings", "build", *where, *arguments], self.environment, watch=watch)

    def list(self, *selectors: str) -> list[dict[str, Any]]:
        """Return the briefings, each with id, family, slug, parameters and notebook."""
        command = [SCRIPTS / "briefings", "list", "--json", "--project", self.root, *selectors]
        listed = json.loads(run(command, self.environment).output)
        return [{**b, "notebook": str(self.root / "notebooks" / f"{b['family']}.ipynb")} for b in listed]


def _make_environment(data: Path) -> dict[str, str]:
    """Return the environment that both sides of each measure run in."""
    return {
        **os.environ,
        "PRESSROOM_DATA": str(data),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
    }


def run(command: Iterable[object], environment: Mapping[str, str], *, watch: bool = False) -> Run:
    """Run a command to its end and return what it did.

    Raises
    ------
    BenchmarkError
        If it fails; the message ends with the last lines that it wrote.
    """
    words, done, told = [str(word) for word in command], [], []
    begun = time.perf_counter()

    def listen(lines: Iterable[str]) -> None:
        for line in lines:
            told.append(line)
            if _DONE.match(line):
                done.append(time.perf_counter() - begun)

    with _start(words, environment) as process, watch_memory(process.pid, watch) as memory:
        assert process.stdout is not None
        listener = Thread(target=listen, args=(process.stderr,))
        listener.start()
        output = process.stdout.read()
        process.wait()
        seconds = time.perf_counter() - begun
        listener.join()
    if process.returncode:
        lines = "".join([*told, output][-15:])
        raise BenchmarkError(f"{' '.join(words[:3])} ... ended with {process.returncode}:\n{lines}")
    return Run(seconds, output, done, memory)


@contextmanager
def _start(words: Sequence[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Start a process, and leave none behind when a measure is interrupted."""
    pipe = subprocess.PIPE
    with subprocess.Popen(words, env=dict(environment), stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        except BaseException:
            process.terminate()
            raise
