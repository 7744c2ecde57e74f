"""The mail server: one connection for many recipients. The only module that imports smtplib.

What the server says to a message is a `Reply`, about one recipient. What concerns all recipients (no
connection, no TLS, a wrong password, a sender it does not take) is a `ServerError`. Neither ever holds a
secret.
"""

from __future__ import annotations

import smtplib
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from ipaddress import ip_address
from time import sleep
from typing import Literal

from aichr_briefings.dataset.findings import quote
from aichr_briefings.delivery.addresses import read_mailbox
from aichr_briefings.delivery.settings import SettingsError, Smtp

State = Literal["accepted", "refused", "deferred"]

POLICY = SMTP.clone(cte_type="7bit")
"""How messages are written: for any server, whether it takes 8 bits or not."""

INTERNATIONAL = SMTPUTF8.clone(cte_type="7bit")
"""... and to an address with letters beyond ASCII."""

PATIENCE = 3
"""Connections that may break one after the other, without a message accepted, before we stop."""

_CLOSING = 421
_TOO_LARGE = 552
_GO_AHEAD = 354


class ServerError(Exception):
    """The server takes no mail at all; the message says at which step, and what to do."""


@dataclass(frozen=True)
class Reply:
    """What became of a message: the server has it, will never take it, or may take it later.

    Attributes
    ----------
    text
        In the server's words, or what went wrong in ours.
    """

    state: State
    text: str


class Line:
    """A connection to the server, opened when first needed, kept, and opened anew when it broke."""

    def __init__(self, settings: Smtp) -> None:
        self._settings = settings
        self._context = make_context(settings)
        self._server: smtplib.SMTP | None = None
        self._broken = 0

    def close(self) -> None:
        """Say goodbye, if there is still somebody there."""
        server, self._server = self._server, None
        if server:
            with suppress(OSError):  # of which smtplib's errors are a kind
                server.quit()
            server.close()

    def send(
        self, message: EmailMessage, recipient: Address, *, before: Callable[[], None] = lambda: None
    ) -> Reply:
        """Hand a message over for one recipient, and return what the server said.

        Parameters
        ----------
        before
            Called once the server has agreed to recipient and message, just before it gets the latter.

        Raises
        ------
        ServerError
            If the server takes mail from us for nobody.
        """
        sender = read_sender(self._settings)
        server = self._open()
        try:
            reply = self._converse(server, message, sender, recipient, before)
        except (smtplib.SMTPException, OSError) as error:
            return self._give_up(error)
        if reply.state == "accepted":
            self._broken = 0
        return reply

    def _converse(
        self,
        server: smtplib.SMTP,
        message: EmailMessage,
        sender: Address,
        recipient: Address,
        before: Callable[[], None],
    ) -> Reply:
        international = not (sender.addr_spec + recipient.addr_spec).isascii()
        if international and not server.has_extn("smtputf8"):
            return Reply(
                "refused", "the address needs SMTPUTF8 for the letters before its @, and the server has none"
            )
        content = message.as_bytes(policy=INTERNATIONAL if international else POLICY)
        options = ["SMTPUTF8", "BODY=8BITMIME"] if international else []
        if server.has_extn("size"):
            options.append(f"size={len(content)}")
        code, said = server.mail(sender.addr_spec, options)
        if code != 250:
            return self._judge_sender(code, said)
        code, said = server.rcpt(recipient.addr_spec)
        if code not in (250, 251):
            return self._judge(code, said)
        code, said = server.docmd("DATA")
        if code != _GO_AHEAD:
            return self._judge(code, said)
        before()
        server.send(_stuff(content))
        return self._judge(*server.getreply())

    def _judge_sender(self, code: int, said: bytes) -> Reply:
        if code >= 500 and code != _TOO_LARGE:
            told = self._say(code, said)
            raise ServerError(f"the server takes no mail from {self._settings.sender}: {told}")
        return self._judge(code, said)

    def _judge(self, code: int, said: bytes) -> Reply:
        """Return a server's answer as a reply."""
        if code in (_CLOSING, -1):
            raise smtplib.SMTPServerDisconnected(self._say(code, said))
        state: State = "accepted" if 200 <= code < 300 else "refused" if code >= 500 else "deferred"
        return Reply(state, self._say(code, said))

    def _give_up(self, error: Exception) -> Reply:
        """Drop a broken connection; return what to say of the recipient, who may have better luck later."""
        self._drop()
        self._broken += 1
        told = f"the connection broke: {self._scrub(str(error)) or type(error).__name__}"
        if self._broken >= PATIENCE:
            raise ServerError(f"{told}; {self._broken} times without a mail accepted") from None
        return Reply("deferred", told)

    def _open(self) -> smtplib.SMTP:
        """Return a connection that is ready for the next message."""
        if self._server:
            try:
                if self._server.rset()[0] == 250:
                    return self._server
            except (smtplib.SMTPException, OSError):
                pass  # it was closed while we were not looking, which loses nothing
            self._drop()
        for pause in (*self._settings.pauses, None):
            try:
                self._server = self._connect()
                return self._server
            except smtplib.SMTPConnectError as error:
                if error.smtp_code >= 500 or pause is None:
                    told = self._say(error.smtp_code, error.smtp_error)
                    raise ServerError(f"{self._place} turned us away: {told}") from None
                sleep(pause)
        raise AssertionError("the last pause is None")

    def _connect(self) -> smtplib.SMTP:
        """Return a new connection, with TLS and logged in."""
        settings = self._settings
        try:
            if settings.security == "tls":
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    settings.host, settings.port, timeout=settings.timeout, context=self._context
                )
            else:
                server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
        except smtplib.SMTPConnectError:
            raise
        except (smtplib.SMTPException, OSError) as error:
            raise ServerError(f"there is no connection to {self._place}: {self._explain(error)}") from None
        try:
            self._prepare(server)
        except BaseException:
            server.close()
            raise
        return server

    def _prepare(self, server: smtplib.SMTP) -> None:
        step = "greet"
        try:
            server.ehlo_or_helo_if_needed()
            if self._settings.security == "starttls":
                step = "start TLS"
                server.starttls(context=self._context)
                server.ehlo()
            if self._settings.user:
                step = "log in"
                server.login(self._settings.user, self._settings.password)
        except (smtplib.SMTPException, OSError) as error:
            told = self._explain(error)
            raise ServerError(f"{self._place} did not let us {step}: {told}") from None

    def _explain(self, error: Exception) -> str:
        """Return what went wrong before the first mail, and what to do, without any secret."""
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"{error.verify_message}; smtp.ca_file may name the certificate of who signed it"
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return f"{self._scrub(str(error)).rstrip('.')}; see smtp.security and smtp.user"
        if isinstance(error, smtplib.SMTPResponseException):
            return self._say(error.smtp_code, error.smtp_error)
        return self._scrub(str(error)) or type(error).__name__

    def _say(self, code: int, said: bytes | str) -> str:
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return " ".join(self._scrub(f"{code} {text}").split())

    def _scrub(self, text: str) -> str:
        """Return a text without the password, should a server say it back."""
        user, password = self._settings.user, self._settings.password
        plain = f"\0{user}\0{password}".encode()
        for secret in (b64encode(plain).decode(), b64encode(password.encode()).decode(), password):
            text = text.replace(secret, "***") if password else text
        return "".join(mark if mark.isprintable() else " " for mark in text)

    @property
    def _place(self) -> str:
        return f"{self._settings.host}:{self._settings.port}"

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server:
            server.close()


@contextmanager
def open_line(settings: Smtp) -> Iterator[Line]:
    """Yield a line to the server; nothing is opened before the first message.

    Raises
    ------
    SettingsError
        If no sender is set, or TLS is off for another machine.
    """
    line = Line(settings)
    try:
        yield line
    finally:
        line.close()


def send(settings: Smtp, messages: Iterable[EmailMessage]) -> list[Reply]:
    """Hand over messages, each to the one whom its ``To`` names, and return what became of each."""
    with open_line(settings) as line:
        return [line.send(message, message["To"].addresses[0]) for message in messages]


def read_sender(settings: Smtp) -> Address:
    """Return who writes.

    Raises
    ------
    SettingsError
        If that is not set, or not one address.
    """
    hint = 'it is who writes, such as "Briefings <briefings@example.org>"'
    if not settings.sender:
        raise SettingsError(f'"smtp.sender" is not set; {hint}')
    try:
        return read_mailbox(settings.sender)
    except ValueError as error:
        told = f'"smtp.sender" is {quote(settings.sender)}: {error}; {hint}'
        raise SettingsError(told) from None


def make_context(settings: Smtp) -> ssl.SSLContext | None:
    """Return how TLS is checked: certificates must be good, but for this machine's own server.

    Raises
    ------
    SettingsError
        If TLS is off for another machine, no sender is set, or the certificates cannot be read.
    """
    read_sender(settings)
    local = is_loopback(settings.host)
    if settings.security == "none":
        if not local:
            raise SettingsError(
                f'"smtp.security" is "none", which only this machine\'s own server may have;'
                f' for {settings.host} take "starttls" or "tls"'
            )
        return None
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:
        raise SettingsError(f'"smtp.ca_file" cannot be read: {settings.ca_file}: {error}') from None
    if local and not settings.ca_file:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine by its name alone.

    Examples
    --------
    >>> [is_loopback(host) for host in ("localhost", "127.0.0.1", "::1", "mail.example.org", "10.0.0.1")]
    [True, True, True, False, False]
    """
    try:
        return host.lower() == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _stuff(content: bytes) -> bytes:
    """Return a message as it is sent: dots at the start of a line doubled, a lone one at the end."""
    dotted = b"\r\n" + content
    stuffed = dotted.replace(b"\r\n.", b"\r\n..")[2:]
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"
