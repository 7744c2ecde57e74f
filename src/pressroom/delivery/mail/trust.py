"""How we and the mail server prove to each other who we are: the password, and TLS."""

from __future__ import annotations

import os
import ssl
import stat
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path

from pressroom.data.findings import quote
from pressroom.delivery.settings import SettingsError, Smtp

CREDENTIAL = "smtp_password"
"""What systemd calls the password that it hands over (``LoadCredential``)."""

WAYS = (
    '"smtp.password_file" names a file that holds it and that only you can read (chmod 600);'
    " PRESSROOM_SMTP_PASSWORD holds it for one shell, of which no timer knows"
)

_FOLDER = "CREDENTIALS_DIRECTORY"

# OpenSSL's numbers of what is wrong with a certificate (X509_V_ERR_...).
_NOT_YET, _EXPIRED = 9, 10
_SIGNED_BY_ITSELF, _SIGNED_BY_A_STRANGER = 18, (19, 20, 21)
_ANOTHERS = (62, 64)

_NOT_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG")
"""What OpenSSL calls an answer that is no TLS, such as a greeting in plain text."""


def find_password(settings: Smtp, environment: Mapping[str, str] = os.environ) -> str:
    """Return the password: the setting itself, else systemd's credential, else what `password_file` holds.

    Parameters
    ----------
    environment
        The variables that may name systemd's folder of credentials.

    Raises
    ------
    SettingsError
        If there is a user without a password, or the file does not hold one.
    """
    if settings.password or not settings.user:
        return settings.password
    for label, path in _list_files(settings, environment):
        return _read(label, path)
    raise SettingsError(f'no password is set for "smtp.user" ({quote(settings.user)}): {WAYS}')


def make_context(settings: Smtp) -> ssl.SSLContext | None:
    """Return how TLS is checked: certificates must be good, but for this machine's own server.

    Raises
    ------
    SettingsError
        If TLS is off for another machine, or the certificates cannot be read.
    """
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


def is_anothers(error: Exception) -> bool:
    """Return whether a certificate is good, but for another host."""
    return isinstance(error, ssl.SSLCertVerificationError) and error.verify_code in _ANOTHERS


def advise(error: Exception, settings: Smtp, names: Iterable[str] = ()) -> str:
    """Return what to do about a fault of the way to the server; empty if nothing is known.

    Parameters
    ----------
    names
        Those of a certificate that is another host's, if they are known.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        return _advise_on_certificate(error.verify_code, settings, ", ".join(names))
    if isinstance(error, ssl.SSLError) and error.reason in _NOT_TLS and settings.security == "tls":
        return (
            f"the server does not speak TLS from the first byte on port {settings.port}:"
            ' set smtp.security = "starttls"'
        )
    return ""


def advise_on_silence(settings: Smtp) -> str:
    """Return what to do where a server is there, but never greets us."""
    if settings.security != "starttls":
        return "see that smtp.port is right"
    return (
        "if the server speaks TLS from the first byte, as is usual on port 465, it waits for us:"
        ' set smtp.security = "tls"'
    )


def advise_without_starttls(settings: Smtp) -> str:
    """Return what to do where a server offers no STARTTLS."""
    own = ', or "none", since the server is this machine\'s own' if is_loopback(settings.host) else ""
    return (
        f"it offers no STARTTLS on port {settings.port}; use another port, such as 587, or set"
        f' smtp.security = "tls" and smtp.port = 465{own}'
    )


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


def _list_files(settings: Smtp, environment: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    if folder := environment.get(_FOLDER):
        path = Path(folder, CREDENTIAL)
        if os.path.lexists(path):
            yield f"the credential {CREDENTIAL} ({path})", path
    if settings.password_file:
        yield f'the setting "smtp.password_file" ({settings.password_file})', settings.password_file


def _read(label: str, path: Path) -> str:
    """Return the one line of a file; bytes that are no UTF-8 as the environment would have them."""
    try:
        content = _read_file(path)
    except OSError as error:
        raise SettingsError(f"{label} cannot be read: {error.strerror}") from None
    text = content.decode("utf-8", "surrogateescape").removesuffix("\n").removesuffix("\r")
    if not text:
        raise SettingsError(f"{label} is empty; it has to hold the password, on one line")
    if any(mark < " " for mark in text):
        raise SettingsError(f"{label} has to hold the password alone, on one line; it holds more")
    return text


def _read_file(path: Path) -> bytes:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):  # nobody may ever write into a pipe
            raise OSError(0, "it is not a file")
        return file.read()


def _advise_on_certificate(code: int, settings: Smtp, names: str) -> str:
    trusted = f"smtp.ca_file ({settings.ca_file}) does" if settings.ca_file else "the system's authorities do"
    if code == _EXPIRED:
        return "whoever runs the server has to renew it, unless this machine's clock is wrong"
    if code == _NOT_YET:
        return "see that this machine's clock is right, then ask whoever runs the server"
    if code in _ANOTHERS:
        whose = f"it is for {names}; " if names else ""
        return f"{whose}set smtp.host to a name that the certificate has"
    if code == _SIGNED_BY_ITSELF:
        return f"{trusted} not vouch for it; smtp.ca_file may name this certificate, if it is the right one"
    if code in _SIGNED_BY_A_STRANGER:
        return f"{trusted} not vouch for it; smtp.ca_file may name the certificate of who signed it"
    return "ask whoever runs the server"
