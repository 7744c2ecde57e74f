"""A real mail server in a process of its own, which can fail at every step of the dialogue.

As a script it forks a server for each file of settings that it is told, and each tells its number and port.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import os
import select
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "briefings", "kLo9-wordless-sesame"

DROP = "drop"
KEEP_AND_DROP = "keep and drop"
"""After the final dot: take the message over, and break the connection instead of saying so."""

WAIT = "wait"
"""After the final dot: take the message over, and say so only after eleven seconds."""


@dataclass(frozen=True)
class MailServer:
    """A running server, and what it has accepted."""

    port: int
    folder: Path
    ca_file: Path

    def accepted(self) -> list[tuple[str, EmailMessage]]:
        """Return recipient and message of each mail that was taken over, in order."""
        return [(told["To-Envelope"], told) for told in map(parse_mail, sorted(self.folder.glob("*.eml")))]

    def recipients(self) -> list[str]:
        """Return who got mail, once for each, in order."""
        return [recipient for recipient, _ in self.accepted()]

    def senders(self) -> list[str]:
        """Return the address that each mail comes from, as the envelope says, in order."""
        return (self.folder / "senders").read_text("utf-8").splitlines()

    def connections(self) -> int:
        """Return how often somebody connected."""
        return len((self.folder / "connections").read_text("utf-8").splitlines())


@contextmanager
def run_mail_server(
    folder: Path,
    faults: Mapping[str, Sequence[str]] | None = None,
    *,
    security: str = "starttls",
    user: str = USER,
    password: str = PASSWORD,
    mechanisms: Sequence[str] = ("PLAIN", "LOGIN"),
    utf8: bool = True,
    names: Sequence[str] = ("localhost", "127.0.0.1"),
    valid: tuple[int, int] = (2000, 2038),
    signs_itself: bool = False,
) -> Iterator[MailServer]:
    """Run a server until the block ends.

    Parameters
    ----------
    faults
        By stage (``"rcpt"``, or ``"rcpt ann@example.org"``) the answers to give, one after the other,
        before it behaves; an answer is a reply, `DROP`, `KEEP_AND_DROP` or `WAIT`.
    user
        Empty: whoever comes may send.
    mechanisms
        The ways to log in, of PLAIN, LOGIN and CRAM-MD5, which here fails.
    names, valid
        The certificate's: its hosts, and in the beginning of which years its time begins and ends.
    signs_itself
        Whether the server shows the authority's own certificate.
    """
    import trustme

    folder.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    begin, end = (datetime(year, 1, 1) for year in valid)
    issued = authority.issue_cert(*names, not_before=begin, not_after=end)
    issued.private_key_and_cert_chain_pem.write_to_path(folder / "key")
    if signs_itself:
        (folder / "key").write_bytes(authority.private_key_pem.bytes() + authority.cert_pem.bytes())
    told = {"folder": str(folder), "faults": faults or {}, "security": security, "user": user, "utf8": utf8}
    told |= {"password": password, "mechanisms": list(mechanisms)}
    (folder / "config.json").write_text(json.dumps(told), "utf-8")
    (folder / "connections").write_text("", "utf-8")
    process, port = _start(folder / "config.json")
    try:
        yield MailServer(port, folder, folder / "ca.pem")
    finally:
        signal.pidfd_send_signal(process, signal.SIGTERM)
        select.select([process], [], [])
        os.close(process)


def _start(config: Path) -> tuple[int, int]:
    """Have a server forked; return a handle of its process, and its port."""
    servers = _find_servers()
    assert servers.stdin is not None
    assert servers.stdout is not None
    servers.stdin.write(f"{config}\n")
    servers.stdin.flush()
    pid, port = map(int, servers.stdout.readline().split())
    return os.pidfd_open(pid), port


@cache
def _find_servers() -> subprocess.Popen[str]:
    """Return what servers are forked from, one for each of xdist's workers: it has all imported."""
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, __file__], stdin=pipe, stdout=pipe, text=True)


def parse_mail(file: Path) -> EmailMessage:
    """Return the message in a file."""
    message = email.message_from_string(file.read_bytes().decode(), policy=email.policy.SMTPUTF8)
    assert isinstance(message, EmailMessage)
    return message


class _Faults:
    def __init__(self, told: Mapping[str, Sequence[str]]) -> None:
        self._left = {stage: list(answers) for stage, answers in told.items()}

    def take(self, *stages: str) -> str:
        """Return the next answer that is meant to be one of these stages', or ``""``."""
        return next((left.pop(0) for stage in stages if (left := self._left.get(stage))), "")


class _Keeper:
    """Writes what was accepted."""

    def __init__(self, folder: Path, faults: _Faults) -> None:
        self._folder, self._faults, self._number = folder, faults, 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        fault = self._faults.take(f"dot {envelope.rcpt_tos[0]}", "dot")
        if fault in ("", KEEP_AND_DROP, WAIT):
            self._keep(envelope)
        if fault == WAIT:
            await asyncio.sleep(11)
            return "250 2.0.0 queued at last"
        if fault in (DROP, KEEP_AND_DROP):
            server.transport.abort()
        return fault or "250 2.0.0 queued"

    def _keep(self, envelope: Envelope) -> None:
        self._number += 1
        half, whole = self._folder / "half", self._folder / f"{self._number:06}.eml"
        content = envelope.content
        assert isinstance(content, bytes)
        half.write_bytes(f"To-Envelope: {', '.join(envelope.rcpt_tos)}\r\n".encode() + content)
        half.rename(whole)
        with (self._folder / "senders").open("a", encoding="utf-8") as log:
            log.write(f"{envelope.mail_from}\n")


class _FaultyServer(SMTP):
    def __init__(self, folder: Path, faults: _Faults, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._folder, self._faults = folder, faults

    async def _handle_client(self) -> None:
        with (self._folder / "connections").open("a", encoding="utf-8") as log:
            log.write("one\n")
        if await self._fails("connect"):
            self.transport.close()
            return
        await super()._handle_client()

    async def _fails(self, *stages: str) -> bool:
        fault = self._faults.take(*stages)
        if fault == DROP:
            self.transport.abort()
        elif fault:
            await self.push(fault)
            if fault.startswith("421"):
                self.transport.close()
        return bool(fault)

    async def smtp_EHLO(self, arg: str) -> None:  # noqa: N802
        if not await self._fails("ehlo"):
            await super().smtp_EHLO(arg)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        if not await self._fails("starttls"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        if not await self._fails("auth"):
            await super().smtp_AUTH(arg)

    async def auth_CRAM__MD5(self, _: SMTP, arguments: list[str]) -> AuthResult:  # noqa: N802
        return AuthResult(success=False, handled=False)

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
        if not await self._fails("mail"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
        if not await self._fails(f"rcpt {arg.partition('<')[2].partition('>')[0]}", "rcpt"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if await self._fails("data"):
            return
        if self._faults.take("body"):
            await self.push("354 go on")
            await self._reader.readline()
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class _Doorkeeper:
    def __init__(self, user: str, password: str) -> None:
        self._known = user.encode(), password.encode()

    def __call__(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        return AuthResult(success=(data.login, data.password) == self._known, handled=False)


async def _serve(config: Mapping[str, Any]) -> None:
    folder, faults = Path(config["folder"]), _Faults(config["faults"])
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "key")
    keeper, loop = _Keeper(folder, faults), asyncio.get_running_loop()
    options = {
        "enable_SMTPUTF8": config["utf8"],
        "tls_context": context if config["security"] == "starttls" else None,
        "require_starttls": config["security"] == "starttls",
        "hostname": "localhost",
        "loop": loop,
    }
    if config["user"]:
        options |= {"auth_required": True, "authenticator": _Doorkeeper(config["user"], config["password"])}
        options["auth_exclude_mechanism"] = {"PLAIN", "LOGIN", "CRAM-MD5"} - {*config["mechanisms"]}
    if config["security"] != "starttls":  # it does not count TLS from the first byte
        options["auth_require_tls"] = False
    server = await loop.create_server(
        lambda: _FaultyServer(folder, faults, keeper, **options),
        "127.0.0.1",
        0,
        ssl=context if config["security"] == "tls" else None,
    )
    print(os.getpid(), server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a server's end here
    for line in sys.stdin:
        if os.fork() == 0:
            asyncio.run(_serve(json.loads(Path(line.removesuffix("\n")).read_text("utf-8"))))
