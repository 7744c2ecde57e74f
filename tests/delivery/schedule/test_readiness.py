"""An entry that could not do its work at night is refused, with what to do, and nothing is installed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from house import House

from pressroom.delivery.schedule.environment import require_ready
from pressroom.delivery.schedule.times import ScheduleError

SENDER = 'sender = "desk@example.org"'
TOLD: Mapping[str, tuple[str, str]] = {
    "no sender": ("", '"smtp.sender" is not set'),
    "no such address": ('[smtp]\nsender = "nobody"', '"smtp.sender" is "nobody"'),
    "no such bounces": (f'[smtp]\n{SENDER}\nenvelope_sender = "x"', '"smtp.envelope_sender" is "x"'),
    "no such answers": (f'reply_to = "x"\n[smtp]\n{SENDER}', '"reply_to" is "x"'),
    "no password": (f'[smtp]\nuser = "u"\n{SENDER}', 'no password is set for "smtp.user" ("u")'),
    "no file": (f'[smtp]\nuser = "u"\npassword_file = "secret"\n{SENDER}', "cannot be read: No such file"),
    "no certificates": (f'[smtp]\nca_file = "ca.pem"\n{SENDER}', '"smtp.ca_file" cannot be read'),
    "no security": (f'[smtp]\nhost = "a.example"\nsecurity = "none"\n{SENDER}', "only this machine's own"),
    "no setting": ("sight = 1", 'there is no setting "sight"'),
}


@pytest.mark.parametrize(("settings", "told"), TOLD.values(), ids=TOLD)
def test_what_a_run_would_lack_is_said(settings: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(settings, "utf-8")
    (tmp_path / "subscribers.csv").write_text("address,name,selectors,formats\n", "utf-8")
    with pytest.raises(ScheduleError, match="Nothing was installed") as caught:
        require_ready(tmp_path, {})
    assert str(caught.value).count(told) == 1


def test_all_that_a_run_would_lack_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('maintainers = ["a@b.org"]\n[smtp]\nuser = "u"\n', "utf-8")
    with pytest.raises(ScheduleError) as caught:
        require_ready(tmp_path, {})
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize("place", ["setting", "file", "variable"])
def test_a_password_is_found_without_this_shell(place: str, tmp_path: Path) -> None:
    (tmp_path / "subscribers.csv").write_text("address,name,selectors,formats\n", "utf-8")
    (tmp_path / "secret").write_text("sesame\n", "utf-8")
    line = {"setting": 'password = "sesame"', "file": 'password_file = "secret"', "variable": ""}[place]
    (tmp_path / "settings.toml").write_text(f'[smtp]\nuser = "u"\n{SENDER}\n{line}\n', "utf-8")
    variables = {"PRESSROOM_SMTP_PASSWORD_FILE": "secret"} if place == "variable" else {}
    require_ready(tmp_path, variables)


def test_a_credential_of_this_shell_is_not_the_run_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "smtp_password").write_text("sesame", "utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "settings.toml").write_text(f'maintainers = ["a@b.c"]\n[smtp]\nuser = "u"\n{SENDER}', "utf-8")
    with pytest.raises(ScheduleError, match="no password is set"):
        require_ready(tmp_path, {})


def test_who_is_mailed_nothing_needs_no_sender(tmp_path: Path) -> None:
    require_ready(tmp_path, {})


def test_a_program_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    for name, mode in (("gone", None), ("closed", 0o600)):
        monkeypatch.setattr(sys, "argv", [str(tmp_path / name)])
        if mode:
            (tmp_path / name).touch(mode)
        with pytest.raises(ScheduleError, match=f"there is no program {tmp_path / name}"):
            require_ready(tmp_path, {})
    (tmp_path / "briefings").touch(0o700)
    require_ready(tmp_path, {})


def test_nothing_is_installed_that_could_not_work(house: House, crontab: Path) -> None:
    house.subscribe("asha@example.org,Asha,year=2017,pdf")
    words = ("schedule", "--cron", "0 6 * * 1", "--time-zone", "Asia/Jakarta")
    assert "# 0 6 * * 1 in Asia/Jakarta" in house.run(*words).stdout
    done = house.run(*words, "--install", code=2)
    assert '"smtp.sender" is not set' in done.stderr
    assert done.stdout == ""
    assert not crontab.exists()
    house.environment["PRESSROOM_SMTP_SENDER"] = "desk@example.org"
    house.run(*words, "--install")
    assert "PRESSROOM_SMTP_SENDER=desk@example.org" in crontab.read_text("utf-8")
