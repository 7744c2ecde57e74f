"""Memory of a process and all its children, second by second."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import mean
from threading import Event, Thread

import psutil

EVERY = 1.0
MIB = 1024 * 1024


@dataclass
class Memory:
    """Samples: seconds since the start, and MiB.

    A sample is all that the largest process of the tree has, and of each other what it has to itself (USS),
    so that what forks share with the largest counts once. Proportional shares (PSS) tell the same of what
    stands still; of forks that come and go while one after the other is looked at, they count a large share
    twice or not at all.
    """

    samples: list[tuple[float, float]] = field(default_factory=list)

    @property
    def peak(self) -> float:
        """Return the highest sample."""
        return max(size for _, size in self.samples)

    def quarters(self, start: float, end: float) -> tuple[float, float]:
        """Return the means of the first and of the last quarter of what was sampled in this time."""
        sizes = [size for when, size in self.samples if start <= when <= end]
        length = max(1, len(sizes) // 4)
        return mean(sizes[:length]), mean(sizes[-length:])

    def thin(self, points: int = 60) -> list[tuple[float, int]]:
        """Return at most so many of the samples, evenly chosen, rounded."""
        step = max(1, -(-len(self.samples) // points))
        return [(round(when, 1), round(size)) for when, size in self.samples[::step]]


@contextmanager
def watch_memory(pid: int, watch: bool = True) -> Iterator[Memory | None]:
    """Sample the tree under `pid` until the block ends; give None, and do nothing, if not to `watch`."""
    if not watch:
        yield None
        return
    memory, stop, begun = Memory(), Event(), time.perf_counter()

    def sample() -> None:
        while not stop.is_set():
            size = measure_tree(pid) / MIB
            if size:  # else it met the tree as it went
                memory.samples.append((time.perf_counter() - begun, size))
            stop.wait(EVERY)

    sampler = Thread(target=sample)
    sampler.start()
    try:
        yield memory
    finally:
        stop.set()
        sampler.join()


def measure_tree(pid: int) -> int:
    """Return the bytes that a process and all its children take; one that has ended takes none."""
    try:
        root = psutil.Process(pid)
        tree = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    sizes = [_measure(process) for process in tree]
    largest = max(sizes)
    return largest[0] + sum(own for _, own in sizes) - largest[1]


def _measure(process: psutil.Process) -> tuple[int, int]:
    """Return the bytes that a process has, and those that no other has; nothing of one that has ended."""
    try:
        full = process.memory_full_info()
    except psutil.AccessDenied:
        return process.memory_info().rss, process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0, 0
    return full.rss, full.uss
