"""Commands of ours as processes of their own, forked from one that has imported what they need.

What they say and do is what they say and do when they are started anew, in a third of the time.
Those that press fork their workers from a process that all of them share.
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
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

WARM = (
    *("approve", "backup", "bounced", "build", "deliver", "diff", "doctor", "forget", "mails", "pack"),
    *("recall", "release", "releases", "resend", "restore", "run", "schedule", "site", "status"),
    "unsubscribe",
)


class WarmCommands:
    """The process to fork from; it ends with the one that made this."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen([sys.executable, __file__], stdin=pipe, stdout=pipe, text=True)

    def run(self, words: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, with the limits and the mask that this process has now."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        os.umask(mask := os.umask(0))
        with TemporaryDirectory() as folder:
            told = {"words": list(words), "environment": dict(environment), "folder": folder, "mask": mask}
            told |= {"cwd": str(Path.cwd()), "size": resource.getrlimit(resource.RLIMIT_FSIZE)}
            self._process.stdin.write(json.dumps(told) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            said = [Path(folder, name).read_bytes().decode() for name in ("out", "err")]
        return subprocess.CompletedProcess(words, code, *said)


def _serve() -> None:
    import pressroom.cli.app
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
    import pressroom.edition.build  # noqa: F401

    _start_forkserver()
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(told)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _start_forkserver() -> None:
    """Start what builds fork their workers from, as the first build does; forks take it for their own."""
    from pressroom.edition.processes import FORKED_FROM
    from pressroom.run.engine.environment import SAFE_PATH, in_environment

    forkserver.set_forkserver_preload(["__main__", FORKED_FROM])
    with in_environment({"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **SAFE_PATH}):
        forkserver.ensure_running()
    forkserver._forkserver.ensure_running = lambda: None  # it would wait for what is no child of the fork


def _become(told: Mapping[str, Any]) -> None:
    """Be the command, and end as it does."""
    files = [os.open(os.devnull, os.O_RDONLY)]
    files += [os.open(f"{told['folder']}/{name}", os.O_WRONLY | os.O_CREAT, 0o600) for name in ("out", "err")]
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(told["cwd"])
    os.umask(told["mask"])
    resource.setrlimit(resource.RLIMIT_FSIZE, told["size"])
    os.environ.clear()
    os.environ.update(told["environment"])
    time.tzset()
    sys.argv = ["briefings", *told["words"]]
    code: Any = 0
    try:
        from pressroom.cli import main

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
    _serve()
