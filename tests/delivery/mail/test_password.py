"""The password of the mail server: which place wins, and that a file of it says so when it holds none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from house import House
from mail_server import PASSWORD, USER, run_mail_server

from pressroom.delivery.mail.addresses import Mailbox
from pressroom.delivery.mail.mime import Message, compose
from pressroom.delivery.mail.smtp import Line, ServerError, open_line
from pressroom.delivery.mail.trust import CREDENTIAL, find_password
from pressroom.delivery.settings import SettingsError, Smtp, read_settings

ANN, SENDER = Mailbox("Ann", "ann@example.org"), "desk@example.org"


def make_message() -> Message:
    return compose(Mailbox("", SENDER), ANN, {"Subject": "x"}, "Good morning.\n")


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_the_setting_wins_over_systemd_s_credential_and_that_over_the_file(tmp_path: Path) -> None:
    file, folder = write(tmp_path / "file", b"of the file\n"), tmp_path / "credentials"
    environment = {"CREDENTIALS_DIRECTORY": str(folder)}
    settings = Smtp(user=USER, password_file=file)
    assert find_password(settings, {}) == "of the file"
    assert find_password(settings, environment) == "of the file"
    write(folder / CREDENTIAL, b"of systemd")
    assert find_password(settings, environment) == "of systemd"
    assert find_password(Smtp(user=USER), environment) == "of systemd"
    assert find_password(Smtp(user=USER, password="set", password_file=file), environment) == "set"


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_line_s_end_is_not_of_the_password(end: bytes, tmp_path: Path) -> None:
    file = write(tmp_path / "password", " pässwörd ".encode() + end)
    assert find_password(Smtp(user=USER, password_file=file), {}) == " pässwörd "


FAULTS = {
    "empty": (b"", "is empty; it has to hold"),
    "a line's end": (b"\n", "is empty; it has to hold"),
    "two lines": (b"sesame\nopen\n", "alone, on one line"),
    "two ends": (b"sesame\n\n", "alone, on one line"),
    "a NUL": (b"sesame\0", "alone, on one line"),
    "missing": (None, "cannot be read: No such file"),
}


@pytest.mark.parametrize(("content", "told"), FAULTS.values(), ids=FAULTS)
def test_a_file_without_a_password_is_named_before_the_first_mail(
    content: bytes | None, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)
    with run_mail_server(tmp_path / "mail") as server:
        settings = Smtp("127.0.0.1", server.port, user=USER, password_file=file, sender=SENDER)
        with pytest.raises(SettingsError, match=told) as caught, open_line(settings):
            pass
        assert server.connections() == 0
    assert f'"smtp.password_file" ({file})' in str(caught.value)
    assert "sesame" not in str(caught.value)


def test_what_is_no_file_is_refused_and_waited_for_by_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, told in {tmp_path / "pipe": "it is not a file", tmp_path: "directory"}.items():
        with pytest.raises(SettingsError, match=told):
            Line(Smtp(user=USER, password_file=path, sender=SENDER))


def test_a_user_without_a_password_logs_in_nowhere(tmp_path: Path) -> None:
    with run_mail_server(tmp_path / "mail") as server:
        settings = Smtp("127.0.0.1", server.port, user=USER, sender=SENDER)
        with pytest.raises(SettingsError, match=r'no password .* "smtp\.user" \("briefings"\)') as caught:
            Line(settings)
        assert server.connections() == 0
    for way in ("smtp.password_file", "PRESSROOM_SMTP_PASSWORD"):
        assert way in str(caught.value)
    Line(Smtp(sender=SENDER, password_file=tmp_path / "nothing"))  # nobody logs in, so nobody reads it


def test_an_empty_variable_takes_no_password_away(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[smtp]\npassword = "set"\n', "utf-8")
    assert read_settings(tmp_path, {"PRESSROOM_SMTP_PASSWORD": ""}).smtp.password == "set"
    assert read_settings(tmp_path, {"PRESSROOM_SMTP_PASSWORD": "other"}).smtp.password == "other"


def test_a_password_of_a_file_logs_in_and_is_not_told(tmp_path: Path) -> None:
    file = write(tmp_path / "password", f"{PASSWORD}\n".encode())
    answers = {"auth": [f"535 5.7.8 wrong: {PASSWORD} x"] * 2}
    with run_mail_server(tmp_path / "mail", answers) as server:
        usual = {"host": "127.0.0.1", "port": server.port, "ca_file": server.ca_file, "sender": SENDER}
        settings = Smtp(**usual, user=USER, password_file=file, timeout=60)
        with open_line(settings) as line:
            with pytest.raises(ServerError, match=r"wrong: \*\*\* x"):
                line.send(make_message())
            assert line.send(make_message()).state == "accepted"
            assert PASSWORD not in repr(settings) + repr(line)


@pytest.mark.slow
def test_only_who_sends_needs_the_file(house: House, tmp_path: Path) -> None:
    house.subscribe("ann@example.org,Ann,year=2017,pdf")
    file = tmp_path / "password"
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        del house.environment["PRESSROOM_SMTP_PASSWORD"]
        house.environment["PRESSROOM_SMTP_PASSWORD_FILE"] = str(file)
        house.run("status")
        house.run("deliver", "--dry-run", str(tmp_path / "mails"))
        assert f'"smtp.password_file" ({file}) cannot be read' in house.run("deliver", code=2).stderr
        file.write_text(f"{PASSWORD}\n", "utf-8")
        house.run("deliver")
        assert server.recipients() == ["ann@example.org"]
