"""Commands are timed to their end, their failures told, and their memory counted with their children's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from benchmarks.builds import EDITS, edit_cell, fit_line
from benchmarks.commands import BenchmarkError, Run, run
from benchmarks.dataset import DATA
from benchmarks.memory import MIB, Memory, measure_tree, watch_memory

ENVIRONMENT = dict(os.environ)


def test_a_run_tells_its_time_output_and_when_each_briefing_was_done() -> None:
    code = (
        "import sys, time\n"
        "for n in (1, 2, 3):\n    time.sleep(0.2)\n    print(f'[{n}/3] a/b', file=sys.stderr)\n"
        "print('out')"
    )
    done = run([sys.executable, "-u", "-c", code], ENVIRONMENT)
    assert done.output == "out\n"
    assert len(done.done) == 3
    assert done.done[-1] >= 0.6
    assert done.seconds >= 0.6
    assert done.pace == pytest.approx((done.done[2] - done.done[0]) / 2)


def test_a_pace_needs_two_briefings() -> None:
    with pytest.raises(BenchmarkError, match="two briefings"):
        _ = Run(1.0, "", [0.5]).pace


def test_a_command_that_fails_is_told_with_its_last_words() -> None:
    with pytest.raises(BenchmarkError, match=r"(?s)ended with 3:\n.*no such thing"):
        run([sys.executable, "-c", "import sys; print('no such thing'); sys.exit(3)"], ENVIRONMENT)


@pytest.mark.slow
def test_memory_of_children_counts() -> None:
    code = (
        "import subprocess, sys\n"
        "hold = 'x = b\"x\" * (40 << 20); print(len(x), flush=True); input()'\n"
        "child = subprocess.Popen([sys.executable, '-c', hold], stdin=subprocess.PIPE,"
        " stdout=subprocess.PIPE)\n"
        "import time; child.stdout.readline(); time.sleep(3); child.communicate(b'\\n')"
    )
    done = run([sys.executable, "-c", code], ENVIRONMENT, watch=True)
    assert done.memory is not None
    assert 40 < done.memory.peak < 200
    assert len(done.memory.samples) >= 2


def test_memory_of_no_process_is_none_and_not_watched_is_not_there() -> None:
    assert measure_tree(os.getpid()) > MIB
    assert measure_tree(2**22 - 1) == 0
    with watch_memory(os.getpid(), False) as memory:
        assert memory is None


def test_quarters_are_those_of_the_time_asked_for() -> None:
    memory = Memory([(float(second), 100.0 if second < 50 else 200.0) for second in range(100)])
    assert memory.quarters(0, 99) == (100.0, 200.0)
    assert memory.quarters(50, 99) == (200.0, 200.0)
    assert len(memory.thin(10)) == 10


def test_the_line_nearest_to_points() -> None:
    assert fit_line([(1, 3.0), (2, 5.0), (4, 9.0)]) == pytest.approx((1.0, 2.0))
    assert fit_line([(35, 4.0), (35, 6.0)]) == (5.0, 0.0)


@pytest.mark.parametrize("edit", EDITS, ids=[edit.key for edit in EDITS])
def test_an_edit_changes_one_line_of_the_real_table(tmp_path: Path, edit) -> None:
    table = tmp_path / "activities.csv"
    table.write_bytes((DATA / "activities.csv").read_bytes())
    before = table.read_bytes()
    edit_cell(table, edit, 0)
    after = table.read_bytes()
    changed = [
        (old, new) for old, new in zip(before.split(b"\n"), after.split(b"\n"), strict=True) if old != new
    ]
    assert len(changed) == 1
    assert changed[0][0].startswith(edit.key.encode())
    edit_cell(table, edit, 1)
    assert table.read_bytes() != after
