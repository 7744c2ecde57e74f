"""Commands, ours and nbconvert's, as processes forked from one that has imported what they need.

What they say and do is what they say and do when they are started anew, in a third of the time.
Those of ours that press fork their workers from a process that all of them share.
What tests kill is started as a user does it.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from multiprocessing import forkserver
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from warm_kernels import find_warm_kernels, use_warm_kernels

WARM = (
    *("approve", "backup", "bounced", "build", "check", "deliver", "diff", "doctor", "forget", "mails"),
    *("pack", "recall", "release", "releases", "resend", "restore", "run", "schedule", "site", "status"),
    "unsubscribe",
)


class WarmCommands:
    """The process to fork from, of `PROGRAMS` one; it ends with the one that made this."""

    def __init__(self, program: str = "briefings") -> None:
        pipe, command = subprocess.PIPE, [sys.executable, __file__, program, find_warm_kernels()]
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)

    def run(
        self, words: Sequence[str], environment: Mapping[str, str], cwd: Path | None = None, answers: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, with the limits and the mask that this process has now."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        os.umask(mask := os.umask(0))
        with TemporaryDirectory() as folder:
            told = {"words": list(words), "environment": dict(environment), "folder": folder, "mask": mask}
            told |= {"cwd": str(cwd or Path.cwd()), "size": resource.getrlimit(resource.RLIMIT_FSIZE)}
            Path(folder, "in").write_text(answers, "utf-8")
            self._process.stdin.write(json.dumps(told) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            said = [Path(folder, name).read_bytes().decode() for name in ("out", "err")]
        return subprocess.CompletedProcess(words, code, *said)


@cache
def find_warm(program: str = "briefings") -> WarmCommands:
    """Return what commands of a program are forked from, one for each of xdist's workers."""
    return WarmCommands(program)


def run_warm(cwd: Path, *words: object, answers: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command of ours in a folder, in a bare environment, and type the answers."""
    return find_warm().run([str(word) for word in words], _bare_environment(), cwd, answers)


def _bare_environment() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "HOME")}


def _serve(program: str, kernels: str) -> None:
    use_warm_kernels(kernels)
    main = PROGRAMS[program]()
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            sys.argv = [program, *told["words"]]
            _become(told, main)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _import_briefings() -> Callable[[], None]:
    import pressroom.data.check
    import pressroom.data.schema
    import pressroom.delivery.backup.backup
    import pressroom.delivery.backup.restore
    import pressroom.delivery.mail.deliver
    import pressroom.delivery.mail.messages
    import pressroom.delivery.mail.smtp
    import pressroom.delivery.pack
    import pressroom.delivery.run.run
    import pressroom.delivery.site.site
    import pressroom.desk.checks.project
    import pressroom.desk.records.addition
    import pressroom.edition.build  # noqa: F401
    from kits import NOTE
    from pressroom.cli.app import main
    from pressroom.data.check import check_dataset

    check_dataset(NOTE / "data")  # it imports frictionless, which knows this descriptor then
    _start_forkserver()
    return main


def _import_nbconvert() -> Callable[[], None]:
    import nbconvert.nbconvertapp

    import pressroom.edition.exporters  # noqa: F401
    from pressroom.pages.documents import warm_documents

    warm_documents()
    return nbconvert.nbconvertapp.main  # type: ignore[no-any-return]


_started_in: dict[str, str] = {}
"""The variables that are set where workers are forked."""

PROGRAMS = {"briefings": _import_briefings, "nbconvert": _import_nbconvert}


def _start_forkserver() -> None:
    """Start what builds fork their workers from, as the first build does; forks take it for their own."""
    from pressroom.edition.processes import FORKED_FROM
    from pressroom.run.engine.environment import SAFE_PATH, in_environment

    forkserver.set_forkserver_preload(["__main__", FORKED_FROM])
    _started_in.update(_bare_environment())
    with in_environment({**_started_in, **SAFE_PATH}):
        forkserver.ensure_running()
    forkserver._forkserver.ensure_running = lambda: None  # it would wait for what is no child of the fork


def _leave_forkserver() -> None:
    """Have a command start its own after all, if its notebooks would find something else set there."""
    from pressroom.run.engine.environment import list_environment

    server = forkserver._forkserver
    if "ensure_running" in vars(server) and list_environment().items() - _started_in.items():
        del server.ensure_running
        server.__init__()


def _become(told: Mapping[str, Any], main: Callable[[], None]) -> None:
    """Be the command, and end as it does."""
    files = [os.open(f"{told['folder']}/in", os.O_RDONLY)]
    files += [os.open(f"{told['folder']}/{name}", os.O_WRONLY | os.O_CREAT, 0o600) for name in ("out", "err")]
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(told["cwd"])
    os.umask(told["mask"])
    resource.setrlimit(resource.RLIMIT_FSIZE, told["size"])
    os.environ.clear()
    os.environ.update(told["environment"])
    _leave_forkserver()
    time.tzset()
    code: Any = 0
    try:
        main()
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
