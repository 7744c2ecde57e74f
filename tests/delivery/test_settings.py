"""Settings: the file, the environment that wins, and what is said of a wrong one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pressroom.delivery import settings as module
from pressroom.delivery.settings import FILE, SettingsError, read_settings

ROOT = Path(__file__).resolve().parents[2]


def test_without_a_file_all_lies_in_the_project(tmp_path: Path) -> None:
    settings = read_settings(tmp_path, {})
    assert settings.releases == tmp_path / "releases"
    assert settings.subscribers == tmp_path / "subscribers.csv"
    assert settings.site == tmp_path / "reports" / "site"


def test_the_example_says_the_defaults(tmp_path: Path) -> None:
    example = (ROOT / "settings.example.toml").read_text("utf-8")
    without = read_settings(tmp_path, {})
    (tmp_path / FILE).write_text(example, "utf-8")
    assert read_settings(tmp_path, {}) == without


def test_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('releases = "a"\nmaintainers = ["x@y.z"]\n[smtp]\nhost = "b"\n', "utf-8")
    environment = {
        "PRESSROOM_RELEASES": "/elsewhere",
        "PRESSROOM_SMTP_PASSWORD": "secret",
        "PRESSROOM_MAINTAINERS": "one@example.org, two@example.org",
        "PRESSROOM_SMTP_PORT": "2525",
        "PRESSROOM_DATA": "no setting",
    }
    settings = read_settings(tmp_path, environment)
    assert settings.releases == Path("/elsewhere")
    assert settings.maintainers == ("one@example.org", "two@example.org")
    assert (settings.smtp.host, settings.smtp.port, settings.smtp.password) == ("b", 2525, "secret")
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('relases = "x"', 'no setting "relases".*nearest: releases'),
        ('site = "x"\n<<<<<<< HEAD\n', "merge conflict, line 2"),
        ('[smtp]\nhots = "x"', 'no setting "smtp.hots".*nearest: smtp.host'),
        ("releases = 3", '"releases" has to be a path, not "3"'),
        ('releases = ""', '"releases" has to be a path'),
        ("attachment_limit = -1", "whole number, 0 or more"),
        ("attachment_limit = true", "whole number, 0 or more"),
        ("maintainers = [1]", "a list of texts"),
        ("maintainers = 1", "a list of texts"),
        ('smtp = "x"', "has to be a table"),
        ('[smtp]\nsecurity = "ssl"', '"smtp.security" is "ssl".*starttls'),
        ('[smtp]\nsender = "a\\nb"', "a text of one line"),
        ("releases = ", "is not TOML"),
        ("[smtp]\nport = 99999", '"smtp.port" has to be from 1 to 65535'),
        ("[smtp]\ntimeout = 0", '"smtp.timeout" at least 1'),
        ('site_url = "javascript:alert(1)"', "has to begin with https://"),
        ('list_id = "briefings"', '"list_id" is "briefings"; it has to be names joined by dots'),
        ('list_id = "<a.b>"', '"list_id" is'),
        ('list_id = "a..b"', '"list_id" is'),
        ('unsubscribe_url = "https://example.org/leave"', '"unsubscribe_url" is .*{address} once'),
        ('unsubscribe_url = "http://example.org/{address}"', "it has to be an https:// address"),
        ('unsubscribe_url = "https://{address}/"', "in its path or query"),
        ('unsubscribe_url = "https://example.org#{address}"', "in its path or query"),
        ('unsubscribe_url = "https://example.org/{address}/{address}"', "once"),
        ('unsubscribe_url = "https://example.org/{address}>,<https://eve"', "unsubscribe_url"),
        (f'unsubscribe_url = "https://example.org/{"x" * 400}{{address}}"', "at most 400 characters"),
        ("smtp.password_file = 3", '"smtp.password_file" has to be a path'),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / FILE).write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=said):
        read_settings(tmp_path, {})


def test_a_number_in_the_environment_is_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"smtp\.port"):
        read_settings(tmp_path, {"PRESSROOM_SMTP_PORT": "25\n"})


def test_a_wrong_password_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(tmp_path, {"PRESSROOM_SMTP_PASSWORD": "se\ncret"})
    assert "cret" not in str(refused.value)


def test_what_is_told_of_the_mail_server_is_taken_out_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_taken", {})
    monkeypatch.setenv("PRESSROOM_SMTP_PASSWORD", "secret")
    monkeypatch.setenv("PRESSROOM_RELEASES", "/elsewhere")
    first, again = read_settings(tmp_path), read_settings(tmp_path)
    assert first == again
    assert (again.smtp.password, again.releases) == ("secret", Path("/elsewhere"))
    assert "secret" not in os.environ.values()
    assert os.environ["PRESSROOM_RELEASES"] == "/elsewhere"  # notebooks look there, too


def test_a_misspelt_variable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"smtp\.pasword"):
        read_settings(tmp_path, {"PRESSROOM_SMTP_PASWORD": "x"})
