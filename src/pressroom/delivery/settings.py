"""Where releases lie and who hears of them: ``settings.toml`` in the project's folder; the environment wins.

An environment variable is named like the setting, PRESSROOM_RELEASES or, of the mail server,
PRESSROOM_SMTP_HOST.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from pressroom.data.files import NotPlainError, find_conflict, read_text
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
    password_file
        The file that holds the password, or None; it is read when there is a connection to prepare.
    sender
        Who writes, such as ``Briefings <briefings@example.org>``.
    envelope_sender
        The address that what cannot be delivered goes back to; empty for the sender's.
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
    password_file: Path | None = None
    sender: str = ""
    envelope_sender: str = ""
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
        Where readers find the site; links in mails and feeds lead there. Empty if it is nowhere.
    maintainers
        Addresses that get the alarm of a failed run.
    alarm_command
        What is given an alarm, on its standard input, that no mail could bring: a program and its arguments.
    heartbeat
        The file that each good run writes anew, or the address that it calls; ``""`` for neither.
    attachment_limit
        Bytes that a mail may have; above, it holds links.
    reply_to
        Who gets subscribers' answers, such as ``The desk <desk@example.org>``; empty for the sender.
    list_id
        What names these mails as a list (RFC 2919), such as ``briefings.example.org``; empty for no name.
    unsubscribe_url
        What a mail program calls for one who leaves (RFC 8058), with ``{address}`` in it; empty if nothing.
    """

    releases: Path
    subscribers: Path
    site: Path
    site_url: str = ""
    maintainers: tuple[str, ...] = ()
    alarm_command: tuple[str, ...] = ()
    heartbeat: str = ""
    attachment_limit: int = 8_000_000
    reply_to: str = ""
    list_id: str = ""
    unsubscribe_url: str = ""
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
    content = _read_file(file or root / FILE)
    server = content.pop("smtp", {})
    if not isinstance(server, dict):
        raise SettingsError(f'{FILE}: "smtp" has to be a table, [smtp]')
    for name, text in _list_variables(_take_variables() if environment is None else environment).items():
        if text or name != "smtp_password":  # GitHub sets a secret that there is not to the empty text
            (server if name.startswith("smtp_") else content)[name.removeprefix("smtp_")] = text
    smtp = Smtp(**{name: _read(Smtp, root, name, value, "smtp.") for name, value in server.items()})
    if smtp.security not in SECURITY:
        raise SettingsError(f'"smtp.security" is {quote(smtp.security)}{advise(SECURITY, None)}')
    if not 1 <= smtp.port <= 65535 or not smtp.timeout:
        raise SettingsError('"smtp.port" has to be from 1 to 65535, and "smtp.timeout" at least 1')
    values = {name: _read(Settings, root, name, value) for name, value in content.items()}
    defaults = {"releases": "releases", "subscribers": "subscribers.csv", "site": "reports/site"}
    for name, (form, said) in _FORMS.items():
        if values.get(name) and not form.fullmatch(values[name]):
            raise SettingsError(f'"{name}" is {quote(values[name])}; it has to {said}')
    return Settings(**{name: root / path for name, path in defaults.items()} | values, smtp=smtp)


def find_variables() -> dict[str, str]:
    """Return the variables of ours in this process' environment, with those that were taken out of it."""
    return {name: text for name, text in {**os.environ, **_taken}.items() if name.startswith(PREFIX)}


def list_paths(settings: Settings) -> dict[str, Path]:
    """Return the settings that are paths, by the environment variable that may name each."""
    values = {entry.name: getattr(settings, entry.name) for entry in fields(Settings)}
    values |= {f"smtp_{entry.name}": getattr(settings.smtp, entry.name) for entry in fields(Smtp)}
    return {f"{PREFIX}{name.upper()}": path for name, path in values.items() if isinstance(path, Path)}


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
    number = int(_text(value, root)) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise ValueError
    return number


def _texts(value: Any, root: Path) -> tuple[str, ...]:
    items = [item.strip() for item in value.split(",")] if isinstance(value, str) else value
    return tuple(_text(item, root) for item in items if item)


def _numbers(value: Any, root: Path) -> tuple[int, ...]:
    items = value.split(",") if isinstance(value, str) else value
    return tuple(_number(item, root) for item in items)


_MARK = r"[\w.~:/?@!$&'()*+,;=%-]"
# Its header is one word of a line, which RFC 5322 limits; the address takes up to 400 of its bytes.
_UNSUBSCRIBE = rf"(?=.{{1,400}}$)https://[\w.:-]+[/?]{_MARK}*\{{address\}}{_MARK}*"
_SUCH = "of at most 400 characters, such as https://example.org/leave?who={address}"
_FORMS = {
    "site_url": (re.compile(r"https?://.*"), "begin with https:// or http://"),
    "heartbeat": (
        re.compile(r"(?!\w+://).*|https://.+|http://(localhost|127\.0\.0\.1|\[::1\])([:/].*)?"),
        "be a path, or an address that begins with https://",
    ),
    "list_id": (
        re.compile(r"(?=.{1,200}$)[\w-]+(\.[\w-]+)+", re.ASCII),
        'be names joined by dots, such as "briefings.example.org"',
    ),
    "unsubscribe_url": (
        re.compile(_UNSUBSCRIBE, re.ASCII),
        f"be an https:// address with {{address}} once in its path or query, {_SUCH}",
    ),
}
"""The form that a text needs, by setting, and how to say it."""

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
