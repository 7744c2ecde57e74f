"""The preview: seconds from a save on disk to both documents in the hands of who looks at them."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.commands import SCRIPTS, BenchmarkError, Project
from benchmarks.options import Options
from benchmarks.results import Line, Result, complain

BRIEFING = "agency/undp"
SAVES = 10
PAUSE = 1.0
"""Seconds between a refresh and the next save: an analyst looks at what came."""

MOST = 1.0


@dataclass(frozen=True)
class Save:
    """A text in a file that another one takes the place of, by turns."""

    name: str
    file: str
    text: str


KINDS = (
    Save("a notebook", "notebooks/agency.ipynb", "Agency briefing"),
    Save("data", "data/organisations.csv", "Nations Development Programme"),
)


def measure_preview(folder: Path, options: Options) -> Result:
    """Measure saves of a notebook and of data through the real server, with either engine."""
    del options  # always ten: a median of fewer tells little of so short a time
    lines, figures = [], {}
    for engine in ("warm", "stock"):
        project = Project.make(folder / engine)
        with _watching(project, engine) as watcher:
            for kind in KINDS:
                took = [_time_save(watcher, project.root / kind.file, kind.text) for _ in range(SAVES)]
                complain(f"  {engine}, {kind.name}: {', '.join(f'{seconds:.2f}' for seconds in took)}")
                figures[f"{engine}, {kind.name}"] = took
    for kind in KINDS:
        ours, other = (median(figures[f"{engine}, {kind.name}"]) for engine in ("warm", "stock"))
        lines.append(
            Line(
                f"preview: from a save of {kind.name} to the refresh",
                f"{ours:.2f} s",
                f"{other:.2f} s (the stock engine)",
                f"{ours:.2f} s",
                f"under {MOST:.0f} s",
                ours < MOST,
            )
        )
    return Result(lines, figures)


class _Watcher:
    """One who looks at a briefing, as the page does: listens to events, fetches what they name."""

    def __init__(self, port: int) -> None:
        self._port, self._version = port, ""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._connection.request("GET", f"/events?briefing={BRIEFING}")
        self._events = self._connection.getresponse()

    def close(self) -> None:
        """Look no more."""
        self._events.close()
        self._connection.close()

    def await_refresh(self) -> None:
        """Wait until other documents than the last are told of, and fetch them."""
        while (told := self._next())["version"] in ("", self._version):
            if told["faults"]:
                raise BenchmarkError(f"the preview has no rendering: {told['faults']}")
        self._version = told["version"]
        for suffix in (".html", ".pdf"):
            self._fetch(suffix)

    def _next(self) -> dict[str, Any]:
        for line in iter(self._events.readline, b""):
            if line.startswith(b"data: {"):
                told: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                return told
        raise BenchmarkError("the preview has ended")

    def _fetch(self, suffix: str) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)) as connection:
            connection.request("GET", f"/briefing/{BRIEFING}{suffix}")
            answer = connection.getresponse()
            if answer.status != 200 or not answer.read():
                raise BenchmarkError(f"the preview serves no {suffix}: {answer.status}")


@contextmanager
def _watching(project: Project, engine: str) -> Iterator[_Watcher]:
    """Start the preview as a user does, and yield who looks at it; the first rendering is there."""
    environment = {**project.environment}
    del environment["PRESSROOM_DATA"]  # the project's own data are the ones to save
    words = [SCRIPTS / "briefings", "preview", BRIEFING, "--no-browser", "--engine", engine]
    command = [*words, "--project", project.root]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = re.search(r":(\d+)/", process.stdout.readline())
            if not address:
                raise BenchmarkError("the preview did not start")
            with closing(_Watcher(int(address[1]))) as watcher:
                watcher.await_refresh()
                yield watcher
        finally:
            process.send_signal(signal.SIGINT)


def _time_save(watcher: _Watcher, path: Path, text: str) -> float:
    """Return the seconds from a save to the refresh."""
    time.sleep(PAUSE)
    before = path.read_text("utf-8")
    after = before.replace(f"{text} *", text) if f"{text} *" in before else before.replace(text, f"{text} *")
    if before == after:
        raise BenchmarkError(f"{path.name} does not have {text!r}")
    begun = time.perf_counter()
    path.write_text(after, "utf-8")
    watcher.await_refresh()
    return time.perf_counter() - begun
