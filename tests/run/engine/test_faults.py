"""What goes wrong in a fork is an error of its cell, leaves nothing behind, and harms no other briefing."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from pressroom.run.engine.child import Child
from pressroom.run.engine.process import WarmProcess
from pressroom.run.failure import BriefingError

Fail = Callable[..., BriefingError]
Run = Callable[..., Any]

DEAD = "its kernel died"

DEATHS = {
    "exit": "import os\nos._exit(3)",
    "kill": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "segfault": "import ctypes\nctypes.string_at(0)",
    "abort": "import os\nos.abort()",
    "exec": "import os\nos.execv('/bin/true', ['true'])",
    "out of memory": "import resource\nresource.setrlimit(resource.RLIMIT_AS, (1, 1))\n"
    "import ctypes\nctypes.string_at(0)",
    "quit": "quit()\nimport time\ntime.sleep(1)",
    "closed": "import os\nos.closerange(3, 1000)",
}


@pytest.mark.parametrize("name", DEATHS)
@pytest.mark.usefixtures("warm")
def test_the_death_of_a_fork_is_an_error_of_its_cell(
    name: str, fail: Fail, run: Run, texts_of: Callable[[Any], list[str]]
) -> None:
    error = fail("print('before')", "print('last words')\n" + DEATHS[name], "1")
    assert error.reason.startswith(DEAD)
    assert error.cell == (3 if name == "quit" else 2)
    texts = "".join(texts_of(error.notebook))
    assert "before\nlast words\n" in texts
    assert texts_of(run("'alive'"))[1] == "'alive'"


@pytest.mark.usefixtures("warm")
def test_code_that_uses_the_kernels_own_output_is_captured_until_death(fail: Fail) -> None:
    source = "import os, subprocess\nsubprocess.run(['echo', 'child'])\nos.write(1, b'bytes')\nos._exit(0)"
    output = fail(source).notebook.cells[-1].outputs[0]
    assert output.text == "child\nbytes"


HANGING = {
    "sleeps": "import time\ntime.sleep(100)",
    "ignores interrupts": "import signal\n"
    "for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)\nwhile True: pass",
    "holds Python's lock": "import ctypes\nctypes.PyDLL(None).sleep(100)",
    "waits for a program": "import os\nos.system('trap \"\" INT TERM; sleep 100')",
    "is stopped": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "waits for ever": "await __import__('asyncio').Event().wait()",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HANGING)
@pytest.mark.usefixtures("warm")
def test_a_cell_that_hangs_is_ended_at_its_limit(name: str, fail: Fail, run: Run) -> None:
    began = time.monotonic()
    error = fail("1", "print('about to hang')\n" + HANGING[name], timeout=1)
    assert str(error) == "f/s failed in cell [2]: it ran longer than its limit of 1 s"
    assert [output.output_type for output in error.notebook.cells[-1].outputs] == ["stream", "error"]
    assert time.monotonic() - began < 60


@pytest.mark.usefixtures("warm")
def test_a_cell_over_its_limit_says_where_it_was_and_cleans_up(fail: Fail) -> None:
    source = "import time\ntry:\n    time.sleep(100)\nfinally:\n    print('cleaned up')"
    printed, error = fail(source, timeout=1).notebook.cells[-1].outputs
    assert printed.text == "cleaned up\n"
    assert (error.ename, error.evalue) == ("CellTimeoutError", "it ran longer than its limit of 1 s")
    assert "time.sleep(100)" in "".join(error.traceback)
    assert error.traceback[-1] == "CellTimeoutError: it ran longer than its limit of 1 s"


GRANDCHILDREN = {
    "child": "subprocess.Popen(['sleep', '1000'])",
    "of another group": "subprocess.Popen(['sleep', '1000'], process_group=0)",
    "that ignores signals": "subprocess.Popen(['sh', '-c', 'trap \"\" INT TERM HUP; sleep 1000'])",
    "in a session of its own": "subprocess.Popen(['sleep', '1000'], start_new_session=True)",
    "orphan": "os.system('sleep 1000 & sleep 1000 &')",
    "daemon": "os.system('setsid sh -c \"sleep 1000 & sleep 1000\" &')",
    "fork": "os.fork() or (os.setpgid(0, 0), __import__('time').sleep(1000))",
    "multiprocessing": "multiprocessing.get_context('fork').Process(target=time.sleep, args=(1000,)).start()",
}


@pytest.mark.parametrize("ending", ["", "os._exit(1)", "1 / 0"])
@pytest.mark.parametrize("name", GRANDCHILDREN)
def test_nothing_that_a_cell_started_outlives_it(
    name: str, ending: str, warm: WarmProcess, run: Run, wait_until: Callable[..., bool]
) -> None:
    run(f"import multiprocessing, os, subprocess, time\n{GRANDCHILDREN[name]}\n{ending}")
    assert wait_until(lambda: not psutil.Process(warm.pid).children(recursive=True))


@pytest.mark.parametrize("name", ["of another group", "orphan"])
def test_what_a_cell_started_ends_while_another_briefing_runs(
    name: str, warm: WarmProcess, fork: Callable[[], Child], run: Run, wait_until: Callable[..., bool]
) -> None:
    other = fork()
    run(f"import os, subprocess\n{GRANDCHILDREN[name]}")
    left = [other.pid]
    assert wait_until(lambda: [p.pid for p in psutil.Process(warm.pid).children(recursive=True)] == left)
    other.close()


@pytest.mark.usefixtures("warm")
def test_a_fork_of_a_cell_that_goes_on_takes_no_later_cell(
    run: Run, texts_of: Callable[..., list[str]]
) -> None:
    nb = run("import os\nfork = os.fork()", "fork > 0", *["'later'"] * 20)
    assert texts_of(nb)[2:] == ["True", *["'later'"] * 20]


def test_other_briefings_go_on_while_one_dies(fork: Callable[[], Child]) -> None:
    first, second = fork(), fork()
    first.kill()
    with pytest.raises(ConnectionError):
        list(first.listen(20))
    assert list(second.listen(0.3)) == []
    for child in (first, second):
        child.close()


FLOODS = {
    "one text": "print('x' * 10**8)",
    "many lines": "while True: print('x' * 1000)",
    "a program": "import os\nos.system('head -c 100000000 /dev/zero')",
    "one display": "display('x' * 10**8)",
    "many displays": "while True: display('x' * 10**5)",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOODS)
@pytest.mark.usefixtures("warm")
def test_a_flood_of_output_is_stopped(name: str, fail: Fail) -> None:
    before = psutil.Process().memory_info().rss
    error = fail("1", FLOODS[name])
    assert str(error) == "f/s failed in cell [2]: it made more than 64 MB of output"
    assert psutil.Process().memory_info().rss - before < 600 << 20


@pytest.mark.slow
@pytest.mark.usefixtures("warm")
def test_much_output_is_taken(run: Run, texts_of: Callable[..., list[str]]) -> None:
    nb = run(
        "print('x' * 10**7)",
        "for number in range(50000): print(number)",
        "import os\nos.system('seq 100000')",
        "display('y' * 10**7)",
    )
    texts = texts_of(nb)
    assert texts[1] == "x" * 10**7 + "\n"
    assert texts[2].splitlines() == [str(n) for n in range(50000)]
    assert texts[3] == "".join(f"{n}\n" for n in range(1, 100001)) + "0"
    assert len(texts[4]) == 10**7 + 2


TELLING = """\
import os, pathlib, subprocess, time
sleep = subprocess.Popen(["sleep", "1000"])
pathlib.Path("told").write_text(f"{os.getppid()} {os.getpid()} {sleep.pid} .")
time.sleep(1000)"""


@pytest.mark.usefixtures("own")
def test_the_death_of_the_warm_process_fails_what_is_running_and_no_more(
    fail: Fail,
    run: Run,
    texts_of: Callable[[Any], list[str]],
    tmp_path: Path,
    wait_until: Callable[..., bool],
) -> None:
    told = tmp_path / "told"

    def kill() -> None:
        assert wait_until(lambda: told.exists() and told.read_text().endswith("."), 60)
        os.kill(int(told.read_text().split()[0]), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    error = fail("print('before')", TELLING)
    killer.join()
    assert error.reason.startswith(DEAD)
    assert error.cell == 2
    pids = [int(pid) for pid in told.read_text().split()[:-1]]
    assert wait_until(lambda: not any(is_running(pid) for pid in pids))
    assert texts_of(run("'the next one'"))[1] == "'the next one'"


def is_running(pid: int) -> bool:
    """Return whether a process is there, and no zombie."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
