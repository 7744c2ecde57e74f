"""The password of the mail server: where it may stand, and which place wins."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
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
