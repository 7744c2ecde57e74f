"""What was measured: kept in ``results.json``, and as tables in ``README.md``, with the machine named."""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).resolve().parent
PACKAGES = (
    "aichr-briefings",
    "papermill",
    "nbconvert",
    "ipykernel",
    "pandas",
    "matplotlib",
    "typst",
    "distributed",
)


@dataclass(frozen=True)
class Line:
    """One line of the table.

    Attributes
    ----------
    measure
        What was measured.
    ours, other
        What it was on either side, in words with units.
    result
        The ratio, or what else there is to reach.
    limit
        What must be reached, and what is aimed at.
    reached
        Whether it was; None where nothing was to be reached.
    """

    measure: str
    ours: str
    other: str
    result: str
    limit: str = ""
    reached: bool | None = None


@dataclass(frozen=True)
class Result:
    """What one measure found: its lines, and the figures behind them."""

    lines: Sequence[Line]
    figures: Mapping[str, Any] = field(default_factory=dict)


def keep_result(name: str, result: Result, order: Sequence[str], folder: Path = HERE) -> None:
    """Write a measure's result into the JSON file and the table, beside those of the others in `order`.

    What was measured on another machine, or with other versions, is dropped: one table, one machine.
    """
    path, machine = folder / "results.json", describe_machine()
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    measures = known.get("measures", {}) if known.get("machine") == machine else {}
    measures[name] = json.loads(json.dumps(asdict(result)))
    told = {"machine": machine, "measures": measures}
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    lines = [Line(**line) for key in order if key in measures for line in measures[key]["lines"]]
    put_between(folder / "README.md", "results", f"{tell_machine(machine)}\n\n{make_table(lines)}")


def make_table(lines: Iterable[Line]) -> str:
    """Return the lines as a Markdown table."""
    head = ("measure", "ours", "the other side", "result", "must reach")
    rows = [
        (line.measure, line.ours, line.other, f"**{line.result}**{_MARKS[line.reached]}", line.limit)
        for line in lines
    ]
    return tabulate(head, rows)


_MARKS = {True: "", False: " (missed)", None: ""}


def tabulate(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; a bar in a cell does not end it."""
    rule = ["---"] * len(head)
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in (head, rule, *rows)
    )


def put_between(path: Path, name: str, text: str) -> None:
    """Replace what stands between ``<!-- name -->`` and ``<!-- end of name -->`` in a file.

    Raises
    ------
    ValueError
        If the two are not there, once each and in this order.
    """
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before = path.read_text("utf-8")
    pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.S)
    if len(pattern.findall(before)) != 1:
        raise ValueError(f"{path.name} does not have {start} and {end} once each, in this order")
    after = pattern.sub(lambda _: f"{start}\n{text}\n{end}", before)
    path.write_text(after, "utf-8")


def describe_machine() -> dict[str, Any]:
    """Return what says how fast a machine is, and nothing that tells which one it is."""
    return {
        "cpu": _name_cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 1024**3),
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := _find_version(name))},
    }


def tell_machine(machine: Mapping[str, Any]) -> str:
    """Return the machine in a sentence."""
    packages = ", ".join(f"{name} {number}" for name, number in machine["packages"].items())
    return (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, {machine['system']}; "
        f"Python {machine['python']}, {packages}."
    )


def _name_cpu() -> str:
    """Return the model of the processor, as the system has it."""
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.M)
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor() or platform.machine()


def _find_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def complain(words: str) -> None:
    """Tell of progress, on standard error."""
    print(words, file=sys.stderr, flush=True)


def tell_seconds(seconds: float) -> str:
    """Return seconds as a table has them: ``7.2 s``, ``431 s``."""
    return f"{seconds:.0f} s" if seconds >= 100 else f"{seconds:.1f} s"
