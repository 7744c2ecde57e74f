"""A real Postfix with its configuration, queue and ports in a folder; nothing of the system's is used.

It takes mails on a port, hands them to the next server, and puts what comes back into a Maildir.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

POSTFIX = shutil.which("postfix", path=f"{os.environ['PATH']}:/usr/sbin")
IS_THERE = POSTFIX is not None and os.geteuid() == 0
"""Whether it can be run here: it starts as root, and gives up its rights."""

HOME = "sender.example"
"""The domain whose mails stay here, in the Maildir."""

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mx.{home}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = permit_mynetworks, reject
alias_maps =
alias_database =
local_recipient_maps =
relayhost = [127.0.0.1]:{next_port}
smtp_dns_support_level = disabled
notify_classes =
virtual_mailbox_domains = {home}
virtual_mailbox_base = {folder}/home
virtual_mailbox_maps = static:desk/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
{more}
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """One that is running: where it takes mails, and the Maildir of what came back."""

    port: int
    maildir: Path

    def list_mails(self) -> list[Path]:
        """Return the mails that came back."""
        return sorted((self.maildir / "new").glob("*"))

    def await_mails(self, number: int) -> list[Path]:
        """Return the mails that came back once there are so many."""
        await_until(lambda: len(self.list_mails()) >= number)
        return self.list_mails()


@contextmanager
def run_postfix(next_port: int, more: str = "") -> Iterator[Postfix]:
    """Run it until the block ends; `more` lines of its configuration count.

    It gives up its rights, and so has to lie where others can look: pytest closes its own folders to them.
    """
    with TemporaryDirectory(prefix="postfix-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        with _run(Path(folder), next_port, more) as postfix:
            yield postfix


@contextmanager
def _run(folder: Path, next_port: int, more: str) -> Iterator[Postfix]:
    import pwd

    assert POSTFIX is not None
    owner = pwd.getpwnam("postfix")
    port = find_port()
    told = {"folder": folder, "home": HOME, "next_port": next_port, "uid": owner.pw_uid, "gid": owner.pw_gid}
    for name in ("config", "queue", "data", "home"):
        (folder / name).mkdir(parents=True)
    for name in ("data", "home"):
        os.chown(folder / name, owner.pw_uid, owner.pw_gid)
    (folder / "config" / "main.cf").write_text(_MAIN.format(**told, more=more), "utf-8")
    (folder / "config" / "master.cf").write_text(_MASTER.format(port=port), "utf-8")
    command = [POSTFIX, "-c", str(folder / "config")]
    subprocess.run([*command, "start"], check=True, stderr=subprocess.DEVNULL)
    try:
        await_until(lambda: _answers(port))
        yield Postfix(port, folder / "home" / "desk")
    finally:
        subprocess.run([*command, "stop"], check=True, stderr=subprocess.DEVNULL)


def await_until(is_so: Callable[[], bool], seconds: int = 60) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "nothing came in time"
        time.sleep(0.05)


def find_port() -> int:
    """Return a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
