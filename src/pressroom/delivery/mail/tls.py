"""How the mail server has to prove who it is, and what to do where it does not, or speaks no TLS."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from ipaddress import ip_address

from pressroom.delivery.settings import SettingsError, Smtp

# OpenSSL's numbers of what is wrong with a certificate (X509_V_ERR_...).
_NOT_YET, _EXPIRED = 9, 10
_SIGNED_BY_ITSELF, _SIGNED_BY_A_STRANGER = 18, (19, 20, 21)
_ANOTHERS = (62, 64)

_NOT_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG")
"""What OpenSSL calls an answer that is no TLS, such as a greeting in plain text."""


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
