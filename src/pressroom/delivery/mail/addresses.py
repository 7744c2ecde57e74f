"""Mail addresses: whether a text is one, and one way to write it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from pressroom.data.findings import quote
from pressroom.delivery.settings import Settings, SettingsError, Smtp

_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NAMED = re.compile(r'(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^"<>@,;]*))\s*<(?P<address>[^<>]*)>')


@dataclass(frozen=True)
class Mailbox:
    """Who writes or gets a mail: a name, which may be empty, and a clean address."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """Return what stands after the @."""
        return self.address.rpartition("@")[2]


def clean_address(text: str) -> str:
    """Return a mail address with its domain as the mail system knows it: in small letters of ASCII.

    Raises
    ------
    ValueError
        If it is none; the message says why.

    Examples
    --------
    >>> clean_address("Désirée@Bücher.Example")
    'Désirée@xn--bcher-kva.example'
    >>> clean_address("ann@straße.example")
    'ann@xn--strae-oqa.example'
    """
    local, at, domain = text.rpartition("@")
    if not at:
        raise ValueError("an address has an @")
    # "=?" begins an encoded word, which some programs decode wherever it stands.
    if not _LOCAL.fullmatch(local) or "=?" in local or len(local.encode()) > 64:
        raise ValueError(f"what stands before the @ is {quote(local)}, which no address has")
    name = _encode(domain)
    labels = name.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels) or (len(labels) < 2 and name != "localhost"):
        raise ValueError(f"what stands after the @ is {quote(domain)}, which is no domain")
    if len(local.encode()) + len(name) > 253:
        raise ValueError("it is too long")
    return f"{local}@{name}"


def identify(address: str) -> str:
    """Return what two ways to write a person's address share: no server tells letters by their case.

    Examples
    --------
    >>> identify("Ann@example.org") == identify("ann@example.org")
    True
    """
    return unicodedata.normalize("NFC", address.casefold())


def read_mailbox(text: str) -> Mailbox:
    """Return the one who is named in a text such as ``Briefings <briefings@example.org>``.

    Raises
    ------
    ValueError
        If that is not one address.
    """
    if not (found := _NAMED.fullmatch(text.strip())):
        return Mailbox("", clean_address(text.strip()))
    quoted = re.sub(r"\\(.)", r"\1", found["quoted"] or "")
    return Mailbox(flatten(found["plain"] or quoted), clean_address(found["address"].strip()))


def read_sender(settings: Smtp) -> Mailbox:
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
        message = f'"smtp.sender" is {quote(settings.sender)}: {error}; {hint}'
        raise SettingsError(message) from None


def read_envelope_sender(settings: Smtp) -> str:
    """Return the address that what cannot be delivered goes back to.

    Raises
    ------
    SettingsError
        If it, or the sender in its place, is not one address.
    """
    if not settings.envelope_sender:
        return read_sender(settings).address
    try:
        return clean_address(settings.envelope_sender)
    except ValueError as error:
        message = f'"smtp.envelope_sender" is {quote(settings.envelope_sender)}: {error}'
        raise SettingsError(f'{message}; it is an address alone, such as "bounces@example.org"') from None


def read_reply_to(settings: Settings) -> Mailbox | None:
    """Return who gets answers; None if the sender does.

    Raises
    ------
    SettingsError
        If that is not one address.
    """
    if not settings.reply_to:
        return None
    try:
        return read_mailbox(settings.reply_to)
    except ValueError as error:
        message = f'"reply_to" is {quote(settings.reply_to)}: {error}'
        raise SettingsError(f'{message}; it is who gets answers, such as "Desk <desk@example.org>"') from None


def flatten(text: str) -> str:
    """Return a text on one line, without anything that could end a header or cannot be encoded.

    Examples
    --------
    >>> flatten("Ann\\r\\nBcc: bob@example.org\\x00")
    'Ann Bcc: bob@example.org'
    """
    return " ".join(blank(text).split())


def blank(text: str) -> str:
    """Return a text with a space for each line break and each mark that cannot be seen.

    Examples
    --------
    >>> blank("  one\\u202e\\ttwo\\nthree")
    '  one  two three'
    """
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(mark if _is_plain(mark) else " " for mark in whole)


def _is_plain(mark: str) -> bool:
    return mark.isprintable() or mark in "\u200b\u200c\u200d"  # which some scripts are written with


def _encode(domain: str) -> str:
    """Return a domain in ASCII, by IDNA 2008 (Python's own codec would send ``straße`` to ``strasse``)."""
    if domain.isascii():
        return domain.lower()
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""
