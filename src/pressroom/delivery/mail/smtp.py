"""The mail server: one connection for many recipients. The only module that imports smtplib.

What the server says to a message is a `Reply`, about one recipient. What concerns all recipients (no
connection, no TLS, a wrong password, a sender it does not take) is a `ServerError`. Neither ever holds a
secret.
"""

from __future__ import annotations

import smtplib
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from time import sleep
from typing import Any, Literal

from pressroom.delivery.mail.addresses import read_envelope_sender, read_sender
from pressroom.delivery.mail.mime import Message
from pressroom.delivery.mail.trust import (
    advise,
    advise_on_silence,
    advise_without_starttls,
    find_password,
    is_anothers,
    make_context,
)
from pressroom.delivery.settings import Smtp

State = Literal["accepted", "refused", "deferred"]

PATIENCE = 3
"""Connections that may break one after the other, without a message accepted, before we stop."""

RECEIPT = 600
"""Seconds that a server may take to say that it has a message: as many as RFC 5321 (4.5.3.2.6) gives it."""

_CLOSING = 421
_TOO_LARGE = 552
_GO_AHEAD = 354
_ASKED, _LOGGED_IN = 334, 235
_KNOWN = frozenset({"CRAM-MD5", "PLAIN", "LOGIN"})


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
        read_sender(settings)
        self._sender = read_envelope_sender(settings)
        self._settings = replace(settings, password=find_password(settings))
        self._context = make_context(settings)
        self._server: smtplib.SMTP | None = None
        self._broken = 0

    def close(self) -> None:
        """Say goodbye, if there is still somebody there."""
        if self._server:
            with suppress(OSError):  # of which smtplib's errors are a kind
                self._server.quit()
        self.drop()

    def drop(self) -> None:
        """End the connection without a word."""
        server, self._server = self._server, None
        if server:
            server.close()

    def connect(self) -> str:
        """Connect, with TLS and logged in, as before a mail, and return what was reached; send nothing.

        Raises
        ------
        ServerError
            If there is no way to the server, or it does not let us in.
        """
        sock = self._open().sock
        tls = sock.version() if isinstance(sock, ssl.SSLSocket) else "no TLS"
        who = f"logged in as {self._settings.user}" if self._settings.user else "without a log-in"
        return f"{self._place}, {tls}, {who}"

    def send(self, message: Message, *, before: Callable[[], None] = lambda: None) -> Reply:
        """Hand a message over for its recipient, and return what the server said.

        Parameters
        ----------
        before
            Called once the server has agreed to recipient and message, just before it gets the latter.

        Raises
        ------
        ServerError
            If the server takes mail from us for nobody.
        """
        server = self._open()
        try:
            reply = self._converse(server, message, before)
        except (smtplib.SMTPException, OSError) as error:
            return self._give_up(error)
        if reply.state == "accepted":
            self._broken = 0
        return reply

    def _converse(self, server: smtplib.SMTP, message: Message, before: Callable[[], None]) -> Reply:
        texts = (self._sender, message.to.address, message.content)
        international = not all(text.isascii() for text in texts)
        if international and not server.has_extn("smtputf8"):
            return Reply(
                "refused", "the address needs SMTPUTF8 for the letters before its @, and the server has none"
            )
        options = ["SMTPUTF8", "BODY=8BITMIME"] if international else []
        if server.has_extn("size"):
            options.append(f"size={len(message.content)}")
        code, said = server.mail(self._sender, options)
        if code != 250:
            return self._judge_sender(code, said)
        code, said = server.rcpt(message.to.address)
        if code not in (250, 251):
            return self._judge(code, said)
        code, said = server.docmd("DATA")
        if code != _GO_AHEAD:
            return self._judge(code, said)
        before()
        server.send(_stuff(message.content))
        return self._judge(*self._await_receipt(server))

    def _await_receipt(self, server: smtplib.SMTP) -> tuple[int, bytes]:
        """Return what the server says to the whole message; to give it up too early brings a second copy."""
        _limit(server, max(RECEIPT, self._settings.timeout))
        try:
            return server.getreply()
        finally:
            _limit(server, self._settings.timeout)

    def _judge_sender(self, code: int, said: bytes) -> Reply:
        if code >= 500 and code != _TOO_LARGE:
            answer = self._say(code, said)
            sender = self._settings.envelope_sender or self._settings.sender
            raise ServerError(f"the server takes no mail from {sender}: {answer}")
        return self._judge(code, said)

    def _judge(self, code: int, said: bytes) -> Reply:
        """Return a server's answer as a reply."""
        if code in (_CLOSING, -1):
            raise smtplib.SMTPServerDisconnected(self._say(code, said))
        state: State = "accepted" if 200 <= code < 300 else "refused" if code >= 500 else "deferred"
        return Reply(state, self._say(code, said))

    def _give_up(self, error: Exception) -> Reply:
        """Drop a broken connection; return what to say of the recipient, who may have better luck later."""
        self.drop()
        self._broken += 1
        reason = f"the connection broke: {self._scrub(str(error)) or type(error).__name__}"
        if self._broken >= PATIENCE:
            raise ServerError(f"{reason}; {self._broken} times without a mail accepted") from None
        return Reply("deferred", reason)

    def _open(self) -> smtplib.SMTP:
        """Return a connection that is ready for the next message."""
        if self._server:
            try:
                if self._server.rset()[0] == 250:
                    return self._server
            except (smtplib.SMTPException, OSError):
                pass  # it was closed while we were not looking, which loses nothing
            self.drop()
        for pause in (*self._settings.pauses, None):
            try:
                self._server = self._connect()
                return self._server
            except smtplib.SMTPConnectError as error:
                if error.smtp_code >= 500 or pause is None:
                    answer = self._say(error.smtp_code, error.smtp_error)
                    raise ServerError(f"{self._place} turned us away: {answer}") from None
                sleep(pause)
        raise AssertionError("the last pause is None")

    def _connect(self) -> smtplib.SMTP:
        """Return a new connection, with TLS and logged in."""
        try:
            server = self._reach(self._context)
        except smtplib.SMTPConnectError:
            raise
        except (smtplib.SMTPException, OSError) as error:
            reason = self._explain(error)
            if isinstance(error.__context__, TimeoutError):
                reason += f"; {advise_on_silence(self._settings)}"
            raise ServerError(f"there is no connection to {self._place}: {reason}") from None
        try:
            self._prepare(server)
        except BaseException:
            server.close()
            raise
        return server

    def _reach(self, context: ssl.SSLContext | None) -> smtplib.SMTP:
        """Return a new connection; TLS that begins with a command is still to come."""
        settings = self._settings
        if settings.security == "tls":
            return smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout, context=context)
        return smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)

    def _prepare(self, server: smtplib.SMTP) -> None:
        step = "greet"
        try:
            server.ehlo_or_helo_if_needed()
            if self._settings.security == "starttls":
                step = "start TLS"
                if not server.has_extn("starttls"):
                    raise smtplib.SMTPNotSupportedError(advise_without_starttls(self._settings))
                server.starttls(context=self._context)
                server.ehlo()
            if self._settings.user:
                step = "log in"
                self._log_in(server)
        except (smtplib.SMTPException, OSError) as error:
            reason = self._explain(error)
            raise ServerError(f"{self._place} did not let us {step}: {reason}") from None

    def _log_in(self, server: smtplib.SMTP) -> None:
        """Log in; what is not ASCII goes as UTF-8 (RFC 4616), which smtplib's own way cannot send."""
        user, password = self._settings.user, self._settings.password
        offered = server.esmtp_features.get("auth", "").upper().split()
        if not _KNOWN.intersection(offered):
            raise smtplib.SMTPNotSupportedError(_advise_without_log_in(offered))
        if (user + password).isascii():
            server.login(user, password)
            return
        if "PLAIN" in offered:
            code, said = server.docmd("AUTH", "PLAIN " + _encode(f"\0{user}\0{password}"))
        elif "LOGIN" in offered:
            code, said = server.docmd("AUTH", "LOGIN " + _encode(user))
            code, said = server.docmd(_encode(password)) if code == _ASKED else (code, said)
        else:
            raise smtplib.SMTPNotSupportedError(
                "letters beyond ASCII in user or password need AUTH PLAIN or LOGIN, which the server lacks"
            )
        if code != _LOGGED_IN:
            raise smtplib.SMTPAuthenticationError(code, said)

    def _explain(self, error: Exception) -> str:
        """Return what went wrong before the first mail, and what to do, without any secret."""
        if isinstance(error, smtplib.SMTPResponseException):
            return self._say(error.smtp_code, error.smtp_error)
        names = self._ask_names() if is_anothers(error) else []
        wrong = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else str(error)
        parts = (wrong.rstrip(".") or type(error).__name__, advise(error, self._settings, names))
        return self._scrub("; ".join(filter(None, parts)))

    def _ask_names(self) -> list[str]:
        """Return the names that the server's certificate has, if all else of it is good."""
        context = make_context(self._settings)
        assert context
        context.check_hostname = False
        with suppress(smtplib.SMTPException, OSError):
            server = self._reach(context)
            try:
                if self._settings.security == "starttls":
                    server.starttls(context=context)
                assert isinstance(server.sock, ssl.SSLSocket)
                certificate: Any = server.sock.getpeercert()
                return [str(name) for _, name in certificate.get("subjectAltName", ())]
            finally:
                server.close()
        return []

    def _say(self, code: int, said: bytes | str) -> str:
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return " ".join(self._scrub(f"{code} {text}").split())

    def _scrub(self, text: str) -> str:
        """Return a text without the password, should a server say it back."""
        user, password = self._settings.user, self._settings.password
        said = password.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        for secret in (_encode(f"\0{user}\0{password}"), _encode(password), password, said):
            text = text.replace(secret, "***") if password else text
        return "".join(mark if mark.isprintable() else " " for mark in text)

    @property
    def _place(self) -> str:
        return f"{self._settings.host}:{self._settings.port}"


@contextmanager
def open_line(settings: Smtp) -> Iterator[Line]:
    """Yield a line to the server; nothing is opened before the first message.

    Raises
    ------
    SettingsError
        If no sender or no password is set, or TLS is off for another machine.
    """
    line = Line(settings)
    try:
        yield line
    except BaseException:
        line.drop()  # in the middle of a message, a goodbye would be a part of it
        raise
    line.close()


def _advise_without_log_in(offered: list[str]) -> str:
    """Return what to do where no way to log in is known to both sides."""
    if offered:
        return f"it offers {', '.join(offered)}, none of which is for a user and a password; ask who runs it"
    return (
        "it offers no log-in (AUTH) here; leave smtp.user empty if it asks nobody who they are,"
        ' else use its port for submission: 587 with smtp.security = "starttls", or 465 with "tls"'
    )


def _limit(server: smtplib.SMTP, seconds: float) -> None:
    """Set how long the server may take to answer."""
    if server.sock is not None:  # it is gone when the connection broke
        server.sock.settimeout(seconds)


def _encode(secret: str) -> str:
    """Return a secret as a server gets it; bytes that are no UTF-8 as the environment had them."""
    return b64encode(secret.encode("utf-8", "surrogateescape")).decode()


def _stuff(content: bytes) -> bytes:
    """Return a message as it is sent: dots at the start of a line doubled, a lone one at the end."""
    dotted = b"\r\n" + content
    stuffed = dotted.replace(b"\r\n.", b"\r\n..")[2:]
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"
