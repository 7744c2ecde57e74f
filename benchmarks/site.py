"""A site of many briefings: how long it takes, how much memory, and how both grow with the number."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.commands import SCRIPTS, BenchmarkError, Project, Run, run
from benchmarks.options import Options
from benchmarks.results import Line, Result
from pressroom.edition.generation import link_file
from pressroom.edition.manifest import MANIFEST, Manifest, Record, read_manifest, write_manifest

NAME = "large"
GROWTH = 2.2


def measure_site(folder: Path, options: Options) -> Result:
    """Compare a site of many briefings with one of half as many."""
    half = _write_sites(folder / "half", options.briefings // 2, options.repeat)
    full = _write_sites(folder / "full", options.briefings, options.repeat)
    figures = {
        name: {"seconds": [run.seconds for run in runs], "peak_mib": _peak(runs)}
        for name, runs in (("half", half), ("full", full))
    }
    return Result(_compare(half, full, options.briefings), figures)


def fan_out(release: Path, briefings: int) -> None:
    """Give a release as many briefings as that: copies of its own, each with documents of its own.

    Raises
    ------
    BenchmarkError
        If it has none.
    """
    edition = release / "edition"
    manifest = read_manifest(edition)
    if manifest is None or not manifest.records:
        raise BenchmarkError(f"{edition} has no briefing")
    records = dict(manifest.records)
    for number, record in _repeat(manifest, briefings - len(records)):
        copied = _copy(edition, record, f"{record.slug}-{number}")
        records[copied.id] = copied
    shelves = [
        replace(shelf, slugs=[record.slug for record in records.values() if record.family == shelf.family])
        for shelf in manifest.shelves
    ]
    told = write_manifest(replace(manifest, records=records, shelves=shelves))
    (edition / MANIFEST).unlink()
    (edition / MANIFEST).write_bytes(told)


def _repeat(manifest: Manifest, many: int) -> Iterator[tuple[int, Record]]:
    found = list(manifest.records.values())
    for place in range(many):
        yield 2 + place // len(found), found[place % len(found)]


def _copy(edition: Path, record: Record, slug: str) -> Record:
    copied = replace(record, slug=slug)
    names = {name: name.replace(record.id, copied.id, 1) for name in record.outputs}
    for name, other in names.items():
        link_file(edition / name, edition / other)
    return replace(copied, outputs={names[name]: digest for name, digest in record.outputs.items()})


def _write_sites(folder: Path, briefings: int, repeat: int) -> list[Run]:
    """Return the runs that wrote a site anew, and then the one that had nothing to change."""
    project = Project.make(folder)
    project.build()
    _brief(project, "release", NAME)
    fan_out(folder / "releases" / NAME, briefings)
    _brief(project, "approve", NAME)
    runs = []
    for _ in range(repeat):
        shutil.rmtree(folder / "reports" / "site", ignore_errors=True)
        runs.append(_brief(project, "site", watch=True))
    return [*runs, _brief(project, "site", watch=True)]


def _brief(project: Project, command: str, *arguments: str, watch: bool = False) -> Run:
    return run(
        [SCRIPTS / "briefings", command, *arguments, "--project", project.root],
        project.environment,
        watch=watch,
    )


def _compare(half: Sequence[Run], full: Sequence[Run], briefings: int) -> list[Line]:
    ours, other = (median(run.seconds for run in runs[:-1]) for runs in (full, half))
    return [
        Line(
            f"a site of {briefings:,} briefings, against half as many",
            f"{ours:.1f} s",
            f"{other:.1f} s",
            f"{ours / other:.2f} times",
            f"at most {GROWTH} times",
            ours <= GROWTH * other,
        ),
        Line(
            "... memory, highest",
            f"{_peak(full):,.0f} MiB",
            f"{_peak(half):,.0f} MiB",
            f"{_peak(full) / _peak(half):.2f} times",
            f"at most {GROWTH} times",
            _peak(full) <= GROWTH * _peak(half),
        ),
        Line(
            "... and once more, nothing changed",
            f"{full[-1].seconds:.1f} s",
            f"{half[-1].seconds:.1f} s",
            f"{full[-1].seconds:.1f} s",
        ),
    ]


def _peak(runs: Sequence[Run]) -> float:
    return max(run.memory.peak for run in runs if run.memory)
