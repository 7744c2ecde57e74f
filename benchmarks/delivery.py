"""Deliveries: seconds and memory to mail a release to many subscribers, through a real server on loopback."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.commands import SCRIPTS, BenchmarkError, Project, Run, run
from benchmarks.options import Options
from benchmarks.results import Line, Result, complain, tell_seconds

FEW, MANY = 500, 1_000
SELECTION = "agency=UNDP theme=bhr"
BRIEFINGS = 2
FLAT = 1.2
"""What a mail to one of many may take, of the time that one to one of few takes."""


def measure_delivery(folder: Path, options: Options) -> Result:
    """Mail two briefings to each of a thousand subscribers, and to each of half as many."""
    project = Project.make(folder)
    project.build()
    for words in (("release", "one"), ("approve", "one")):
        _call(project, *words)
    with _serving() as port:
        runs: dict[int, list[Run]] = {FEW: [], MANY: []}
        for _ in range(options.repeat):  # in turns, so that what else the machine does slows both
            for number, found in runs.items():
                found.append(_deliver(project, port, number))
        # Once more, for to look at memory takes time.
        peaks = {number: _watch(project, port, number) for number in (FEW, MANY)}
        settled = _call(project, "deliver", port=port).seconds
    seconds = {number: median(found.seconds for found in runs[number]) for number in runs}
    for number, taken in seconds.items():
        complain(f"  {number} subscribers: {taken:.1f} s, {peaks[number]:.0f} MiB")
    figures = {
        "seconds": {str(number): [found.seconds for found in runs[number]] for number in runs},
        "mib": {str(number): peak for number, peak in peaks.items()},
        "nothing_changed": settled,
    }
    return Result([*_compare(seconds, peaks), _tell_settled(settled)], figures)


def _compare(seconds: dict[int, float], peaks: dict[int, float]) -> list[Line]:
    paces = {number: taken / number for number, taken in seconds.items()}
    growth = paces[MANY] / paces[FEW]
    told = f"{tell_seconds(seconds[MANY])}, {1 / paces[MANY]:.0f} mails a second"
    other = f"{tell_seconds(seconds[FEW])}, {1 / paces[FEW]:.0f} mails a second (to {FEW})"
    size = peaks[MANY] / peaks[FEW]
    return [
        Line(
            f"delivery to {MANY:,} subscribers, {BRIEFINGS} briefings with PDF each, on loopback",
            told,
            other,
            f"{growth:.2f} times the time a mail",
            f"at most {FLAT}",
            growth <= FLAT,
        ),
        Line(
            "... memory at its peak",
            f"{peaks[MANY]:.0f} MiB",
            f"{peaks[FEW]:.0f} MiB (to {FEW})",
            f"{size:.2f} times",
            f"at most {FLAT}",
            size <= FLAT,
        ),
    ]


def _tell_settled(seconds: float) -> Line:
    return Line(f"... once more, nothing changed for {MANY:,}", f"{seconds:.1f} s", "", f"{seconds:.1f} s")


def _deliver(project: Project, port: int, subscribers: int, *, watch: bool = False) -> Run:
    """Mail the release to so many who have nothing yet, and return how long it took."""
    for file in (project.root / "releases" / "_state").glob("ledger*"):
        file.unlink()
    (project.root / "releases" / "deliveries.jsonl").unlink(missing_ok=True)
    rows = [f"p{number}@example.org,Person {number},{SELECTION},pdf" for number in range(subscribers)]
    text = "\n".join(["address,name,selectors,formats", *rows, ""])
    (project.root / "subscribers.csv").write_text(text, "utf-8")
    done = _call(project, "deliver", "--json", port=port, watch=watch)
    accepted = sum(mail["state"] == "accepted" for mail in json.loads(done.output)["mails"])
    if accepted != subscribers:
        raise BenchmarkError(f"only {accepted} of {subscribers} mails were accepted")
    return done


def _watch(project: Project, port: int, subscribers: int) -> float:
    memory = _deliver(project, port, subscribers, watch=True).memory
    assert memory is not None
    return memory.peak


def _call(project: Project, *words: str, port: int = 25, watch: bool = False) -> Run:
    told: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "desk@example.org",
    }
    settings = {f"PRESSROOM_SMTP_{name.upper()}": str(value) for name, value in told.items()}
    command = [SCRIPTS / "briefings", *words, "--project", project.root]
    return run(command, {**project.environment, **settings}, watch=watch)


@contextmanager
def _serving() -> Iterator[int]:
    """Run a mail server that takes everything and keeps nothing, and yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sink = ["-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"]
    with subprocess.Popen([sys.executable, "-m", "aiosmtpd", *sink]) as process:
        try:
            _await(port)
            yield port
        finally:
            process.terminate()


def _await(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise BenchmarkError("the mail server did not start")
