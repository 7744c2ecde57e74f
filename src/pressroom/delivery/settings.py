"""Where releases lie and who is told: ``settings.toml`` in the project's folder; the environment wins.

An environment variable is named like the setting, PRESSROOM_RELEASES or, of the mail server,
PRESSROOM_SMTP_PASSWORD, so that a secret need be in no file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from pressroom.data.conflicts import find_conflict
from pressroom.data.files import NotPlainError, read_text
from pressroom.data.findings import Refusal, advise, find_nearest, quote
from pressroom.data.names import PREFIX

FILE = "settings.toml"

SECURITY = ("starttls", "tls", "none")
_OTHERS = ("DATA", "WARM")
"""Variables of ours that are no setting."""

_taken: dict[str, str] = {}


class SettingsError(Refusal):
    """A setting is unknown or cannot be understood; the message says which, and what is allowed."""


@dataclass(frozen=True)
class Smtp:
    """The mail server.

    Attributes
    ----------
    security
        ``"starttls"``, ``"tls"`` from the first byte, or ``"none"``, which only this machine's own server may
        have.
    user, password
        Empty where the server asks for none; the password is in no representation.
    sender
        Who writes, such as ``Briefings <briefings@example.org>``.
    ca_file
        Certificates that are trusted instead of the system's, or None.
    timeout
        Seconds that the server may take for an answer.
    pauses
        Seconds to wait before a recipient whom the server put off is tried again, one for each further try.
    """

    host: str = "localhost"
    port: int = 25
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    ca_file: Path | None = None
    timeout: int = 30
    pauses: tuple[int, ...] = (10, 60)


@dataclass(frozen=True)
class Settings:
    """All settings; a path in the file is seen from the project's folder.

    Attributes
    ----------
    releases
        The folder of the releases, of the delivery ledger and of the log.
    subscribers
        The file that says who gets what.
    site
        The folder that the site is written to.
    site_url
        Where readers find the site; links in mails lead there. Empty if it is nowhere.
    maintainers
        Addresses that are told of a failed run.
    attachment_limit
        Bytes that a mail may have; above, it holds links.
    """

    releases: Path
    subscribers: Path
    site: Path
    site_url: str = ""
    maintainers: tuple[str, ...] = ()
    attachment_limit: int = 8_000_000
    smtp: Smtp = field(default_factory=Smtp)


def read_settings(
    root: Path, environment: Mapping[str, str] | None = None, *, file: Path | None = None
) -> Settings:
    """Return the settings of a project.

    Parameters
    ----------
    file
        Where they stand, if not in the project's folder.
    environment
        The variables that count; without them, this process', of which those of the mail server are taken
        away: whatever is started from then on does not inherit the password.

    Raises
    ------
    SettingsError
        If the file cannot be read, or a setting is unknown or not of its kind.
    """
    told = _read_file(file or root / FILE)
    server = told.pop("smtp", {})
    if not isinstance(server, dict):
        raise SettingsError(f'{FILE}: "smtp" has to be a table, [smtp]')
    for name, text in _list_variables(_take_variables() if environment is None else environment).items():
        (server if name.startswith("smtp_") else told)[name.removeprefix("smtp_")] = text
    smtp = Smtp(**{name: _read(Smtp, root, name, value, "smtp.") for name, value in server.items()})
    if smtp.security not in SECURITY:
        raise SettingsError(f'"smtp.security" is {quote(smtp.security)}{advise(SECURITY, None)}')
    if not 1 <= smtp.port <= 65535 or not smtp.timeout:
        raise SettingsError('"smtp.port" has to be from 1 to 65535, and "smtp.timeout" at least 1')
    values = {name: _read(Settings, root, name, value) for name, value in told.items()}
    defaults = {"releases": "releases", "subscribers": "subscribers.csv", "site": "reports/site"}
    if values.get("site_url") and not values["site_url"].startswith(("https://", "http://")):
        raise SettingsError(
            f'"site_url" is {quote(values["site_url"])}; it has to begin with https:// or http://'
        )
    return Settings(**{name: root / path for name, path in defaults.items()} | values, smtp=smtp)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        text = read_text(path.resolve().parent, path.resolve().name)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, NotPlainError) as error:
        raise SettingsError(f"{path.name} cannot be read: {error}") from None
    if conflict := find_conflict(text):
        raise SettingsError(f"{path.name}: {conflict}")
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.name} is not TOML: {error}") from None


def _take_variables() -> Mapping[str, str]:
    for name in [name for name in os.environ if name.startswith(f"{PREFIX}SMTP_")]:
        _taken[name] = os.environ.pop(name)
    return {**os.environ, **_taken}


def _list_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that the environment gives, by name."""
    names = [name for name in environment if name.startswith(PREFIX)]
    return {
        name.removeprefix(PREFIX).lower(): environment[name]
        for name in names
        if name.removeprefix(PREFIX) not in _OTHERS
    }


def _read(owner: type, root: Path, name: str, value: Any, prefix: str = "") -> Any:
    """Return a setting's value, as its field has it."""
    kinds = {entry.name: str(entry.type) for entry in fields(owner) if entry.name != "smtp"}
    if name not in kinds:
        known = [prefix + known for known in kinds]
        hint = advise(known, find_nearest(prefix + name, known))
        raise SettingsError(f"there is no setting {quote(prefix + name)}{hint}")
    try:
        return _KINDS[kinds[name]](value, root)
    except (TypeError, ValueError):
        said = _SAID[kinds[name]]
        shown = "" if name == "password" else f", not {quote(str(value))}"
        raise SettingsError(f"the setting {quote(prefix + name)} has to be {said}{shown}") from None


def _text(value: Any, root: Path) -> str:
    if not isinstance(value, str) or any(ord(mark) < ord(" ") for mark in value):
        raise ValueError
    return value


def _path(value: Any, root: Path) -> Path:
    if not _text(value, root):
        raise ValueError
    return root / Path(value).expanduser()


def _number(value: Any, root: Path) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str) or int(value) < 0:
        raise ValueError
    return int(value)


def _texts(value: Any, root: Path) -> tuple[str, ...]:
    items = [item.strip() for item in value.split(",")] if isinstance(value, str) else value
    return tuple(_text(item, root) for item in items if item)


def _numbers(value: Any, root: Path) -> tuple[int, ...]:
    items = value.split(",") if isinstance(value, str) else value
    return tuple(_number(item, root) for item in items)


_KINDS: Mapping[str, Any] = {
    "str": _text,
    "Path": _path,
    "Path | None": _path,
    "int": _number,
    "tuple[str, ...]": _texts,
    "tuple[int, ...]": _numbers,
}
_SAID = {
    "str": "a text of one line",
    "Path": "a path",
    "Path | None": "a path",
    "int": "a whole number, 0 or more",
    "tuple[str, ...]": "a list of texts",
    "tuple[int, ...]": "a list of whole numbers",
}
