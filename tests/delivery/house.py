"""A project whose releases are mailed: its files, its settings, and the commands that are run in it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warm_commands import WARM, find_warm

ROOT = Path(__file__).resolve().parents[2]
BRIEFINGS = Path(sys.executable).parent / "briefings"
HEAD = "address,name,selectors,formats"


@dataclass(frozen=True)
class House:
    """A project with a briefing a year; in release ``two``, a day of 2017 is another than in ``one``."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command of ours here, as cron would; it has to end with `code`."""
        if words[0] in WARM:
            done = find_warm().run(self.command(*words)[1:], self.full_environment)
        else:
            done = subprocess.run(
                self.command(*words), env=self.full_environment, capture_output=True, text=True, check=False
            )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def command(self, *words: str) -> list[str]:
        """Return a command's words."""
        return [str(BRIEFINGS), *words, "--project", str(self.root)]

    @property
    def full_environment(self) -> dict[str, str]:
        """Return what the command finds set."""
        return {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **self.environment}

    def subscribe(self, *rows: str) -> None:
        """Write the file of subscribers."""
        file = self.root / "subscribers.csv"
        file.write_text("\n".join([HEAD, *rows, ""]), "utf-8")
        file.chmod(0o600)

    def use(self, server: Any, *, pauses: tuple[int, ...] = (0, 0)) -> None:
        """Have mails sent to a server of `mail_server`."""
        (self.root / "settings.toml").write_text(f"[smtp]\npauses = {list(pauses)}\n", "utf-8")
        told = {
            "host": "127.0.0.1",
            "port": str(server.port),
            "ca_file": str(server.ca_file),
            "timeout": "60",
        }
        told |= {"sender": "AICHR–UN briefings <desk@example.org>", "user": "briefings"}
        told |= {"password": "kLo9-wordless-sesame"}
        self.environment.update({f"PRESSROOM_SMTP_{name.upper()}": text for name, text in told.items()})

    def correct(self, old: str, new: str) -> None:
        """Change a text in the activities, wherever it stands."""
        file = self.root / "data" / "activities.csv"
        before = file.read_text("utf-8")
        assert old in before
        file.write_text(before.replace(old, new), "utf-8")


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Have the system refuse to write more than so many bytes into a file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
