"""A Dask cluster on this machine, and the edition on it against the local pool."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from benchmarks.commands import SCRIPTS, BenchmarkError, Project
from benchmarks.options import Options
from benchmarks.results import Line, Result, complain, tell_seconds

WORKERS = 2
_PATIENCE = 60.0


def measure_dask(folder: Path, options: Options) -> Result:
    """Compare a cluster of two workers on this machine with the local pool of two."""
    project = Project.make(folder)
    project.build("--jobs", str(WORKERS))
    local, dask = [], []
    with run_cluster(folder / "cluster", project.environment) as address:
        first = project.build("--force", "--dask", address).seconds
        for _ in range(options.repeat):
            local.append(project.build("--force", "--jobs", str(WORKERS)).seconds)
            dask.append(project.build("--force", "--dask", address).seconds)
            complain(f"  local pool {local[-1]:.1f} s, Dask {dask[-1]:.1f} s")
    ratio = median(dask) / median(local)
    line = Line(
        "whole edition on Dask, two workers on this machine, against the local pool",
        f"{tell_seconds(median(dask))} (the first one on a new cluster {tell_seconds(first)})",
        tell_seconds(median(local)),
        f"{ratio:.2f} times",
        "at most 1.25 times",
        ratio <= 1.25,
    )
    return Result([line], {"first": first, "dask": dask, "local": local})


@contextmanager
def run_cluster(folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Run a scheduler and workers on loopback, each in a folder of its own; give the scheduler's address.

    Raises
    ------
    BenchmarkError
        If Dask is not installed, or the cluster does not come up.
    """
    if find_spec("distributed") is None:
        raise BenchmarkError("Dask is not installed: pip install aichr-briefings[dask]")
    with ExitStack() as stack:
        told = folder / "scheduler.json"
        scheduler = ("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        _start(stack, folder / "scheduler", environment, *scheduler, "--scheduler-file", str(told))
        for number in range(WORKERS):
            worker = ("worker", "--scheduler-file", str(told), "--host", "127.0.0.1", "--nthreads", "1")
            place = folder / f"worker-{number}"
            _start(stack, place, environment, *worker, "--no-dashboard", "--local-directory", str(place))
        yield _wait_for(told)


def _start(stack: ExitStack, folder: Path, environment: Mapping[str, str], *words: str) -> None:
    """Start ``dask ...`` in a folder, to be ended with the stack."""
    folder.mkdir(parents=True)
    log = stack.enter_context((folder / "log").open("w"))
    process = subprocess.Popen(
        [SCRIPTS / "dask", *words], cwd=folder, env=dict(environment), stdout=log, stderr=subprocess.STDOUT
    )
    stack.callback(_end, process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_for(told: Path) -> str:
    """Return the scheduler's address once it and all its workers are there."""
    deadline = time.monotonic() + _PATIENCE
    while not told.exists():
        if time.monotonic() > deadline:
            raise BenchmarkError("the Dask scheduler did not start; its log is beside the workers'")
        time.sleep(0.1)
    from distributed import Client

    with Client(scheduler_file=str(told), timeout=_PATIENCE) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(WORKERS, timeout=_PATIENCE)
        return str(client.scheduler.address)
