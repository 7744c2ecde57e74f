"""How the mail server has to prove who it is."""

from __future__ import annotations

import ssl
from ipaddress import ip_address

from pressroom.delivery.settings import SettingsError, Smtp


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
