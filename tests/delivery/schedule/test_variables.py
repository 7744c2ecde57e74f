"""What an operator's environment says goes with an entry, or the entry is refused; a secret never goes."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from house import House

from kits import copy_kit
from pressroom.delivery.run.checks import has_no_cron
from pressroom.delivery.schedule.crontab import make_entry
from pressroom.delivery.schedule.environment import carry, carry_elsewhere
from pressroom.delivery.schedule.times import Schedule, ScheduleError, name_own_zone
from pressroom.run.inputs import Project, find_project

NOW = datetime(2026, 11, 25, tzinfo=UTC)
WHEN = ("--cron", "0 6 * * 1", "--time-zone", "Asia/Jakarta")
SECRET = "kLo9-wordless-sesame"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "project"
    root.mkdir()
    copy_kit(root)
    return find_project(root)


def test_settings_go_as_they_are_and_paths_as_whole_ones(project: Project) -> None:
    given = {
        "PRESSROOM_SITE_URL": "https://example.org/?a=b",
        "PRESSROOM_SMTP_PORT": "587",
        "PRESSROOM_RELEASES": "elsewhere",
        "PRESSROOM_SMTP_PASSWORD_FILE": "~/password",
        "PRESSROOM_WARM": "/a/socket",
    }
    assert list(carry(project, given).items()) == [
        ("PRESSROOM_RELEASES", str(project.root / "elsewhere")),
        ("PRESSROOM_SITE_URL", "https://example.org/?a=b"),
        ("PRESSROOM_SMTP_PASSWORD_FILE", str(Path("~/password").expanduser())),
        ("PRESSROOM_SMTP_PORT", "587"),
    ]


def test_a_dataset_of_another_place_goes_and_the_project_s_own_need_not(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {"PRESSROOM_DATA": str(project.data)}
    assert carry(project, own) == carry_elsewhere(project, own) == {}
    shutil.copytree(project.data, tmp_path / "other")
    monkeypatch.setenv("PRESSROOM_DATA", "other")
    monkeypatch.chdir(tmp_path)
    elsewhere = find_project(project.root)
    assert carry(elsewhere, {"PRESSROOM_DATA": "other"}) == {"PRESSROOM_DATA": str(tmp_path / "other")}
    with pytest.raises(ScheduleError, match="PRESSROOM_DATA: a path of this machine"):
        carry_elsewhere(elsewhere, {"PRESSROOM_DATA": "other"})


def test_what_a_terminal_of_jupyterlab_has_from_the_file_stays_there(project: Project) -> None:
    given = {"PRESSROOM_RELEASES": str(project.root / "elsewhere")}
    assert carry(project, given) == given
    (project.root / "settings.toml").write_text('releases = "elsewhere"\n', "utf-8")
    assert carry(project, given) == carry_elsewhere(project, given) == {}
    other = {"PRESSROOM_RELEASES": str(project.root / "other")}
    assert carry(project, other) == other


def test_github_gets_no_path_of_this_machine(project: Project) -> None:
    paths = ("RELEASES", "SUBSCRIBERS", "SITE", "SMTP_CA_FILE", "SMTP_PASSWORD_FILE")
    for name in paths:
        given = {f"PRESSROOM_{name}": "/srv/x", "PRESSROOM_SMTP_HOST": "mail.example.org"}
        with pytest.raises(ScheduleError, match=f"PRESSROOM_{name}: a path of this machine .*new each time"):
            carry_elsewhere(project, given)
    given = {"PRESSROOM_SMTP_HOST": "mail.example.org", "PRESSROOM_SMTP_PASSWORD": SECRET}
    assert carry_elsewhere(project, given) == {"PRESSROOM_SMTP_HOST": "mail.example.org"}


@pytest.mark.parametrize("text", ["a\u0085b", "a\u202eb", "a\udcffb"])
def test_what_no_entry_can_carry_is_refused(project: Project, text: str) -> None:
    for carry_so in (carry, carry_elsewhere):
        with pytest.raises(ScheduleError, match=r"PRESSROOM_SMTP_USER holds a character .*settings\.toml"):
            carry_so(project, {"PRESSROOM_SMTP_USER": text})


def test_a_secret_goes_nowhere(project: Project) -> None:
    given = {"PRESSROOM_SMTP_PASSWORD": SECRET, "PRESSROOM_SMTP_USER": "u"}
    with pytest.raises(ScheduleError, match=r"PRESSROOM_SMTP_PASSWORD .*smtp\.password_file") as caught:
        carry(project, given)
    assert SECRET not in str(caught.value)
    file = given | {"PRESSROOM_SMTP_PASSWORD_FILE": "/srv/password"}
    assert "PRESSROOM_SMTP_PASSWORD" not in carry(project, file)
    assert carry(project, {"PRESSROOM_SMTP_PASSWORD": ""}) == {}
    for password, is_same in ((SECRET, True), ("other", False)):
        (project.root / "settings.toml").write_text(f'[smtp]\npassword = "{password}"\n', "utf-8")
        if is_same:
            assert carry(project, given) == {"PRESSROOM_SMTP_USER": "u"}
        else:
            with pytest.raises(ScheduleError, match="PRESSROOM_SMTP_PASSWORD"):
                carry(project, given)


def read_as_cron(line: str) -> str:
    """Return the command that Debian's cron hands to the shell (do_command.c): a lone % would end it."""
    command, escaped = "", False
    for mark in line.split(" ", 5)[5]:
        if escaped and mark == "%":
            command = command[:-1]
        assert mark != "%" or escaped
        escaped = not escaped and mark == "\\"
        command += mark
    return command


AWKWARD = [
    "https://example.org/?a=b&c;#d",
    "AICHR–UN briefings <desk@example.org>",
    'it\'s 100% "ours" $HOME `id` \\ * !',
    r"\%",
    r"a\\%b\\\%%",
    r"'\%'",
    "",
    "-n",
    "~",
]


@pytest.mark.parametrize("text", AWKWARD)
def test_a_shell_reads_back_what_a_crontab_carries(text: str, tmp_path: Path) -> None:
    variables = {"PRESSROOM_A": text, "PRESSROOM_B": "b"}
    entry = make_entry(Schedule("0 6 * * 1", name_own_zone()), tmp_path / text, [], variables, NOW)
    before, _, after = read_as_cron(entry.splitlines()[2]).partition("briefings run")
    words = before.rpartition(" ")[0]
    assert "LANG=C.UTF-8 " in words
    program = "python3 -c 'import json, os, sys; print(json.dumps([dict(os.environ), sys.argv]))'"
    done = subprocess.run(["sh", "-c", f"{words} {program} run{after}"], capture_output=True, text=True)
    found, arguments = json.loads(done.stdout)
    assert (found["PRESSROOM_A"], found["PRESSROOM_B"]) == (text, "b")
    assert str(tmp_path / text) in arguments


def test_an_entry_carries_the_operator_s_settings_and_no_others(house: House, crontab: Path) -> None:
    (house.root / "settings.toml").write_text('releases = "releases"\nsite = "reports/web"\n', "utf-8")
    house.environment["PRESSROOM_SITE_URL"] = "https://example.org/100%"
    shown = house.run("schedule", *WHEN).stdout
    assert not crontab.exists()
    installed = house.run("schedule", *WHEN, "--install").stdout
    first = crontab.read_text("utf-8")
    assert shown == installed == first
    assert r" LANG=C.UTF-8 PRESSROOM_SITE_URL=https://example.org/100\% /" in first
    assert first.count("PRESSROOM_") == 1
    house.run("schedule", *WHEN, "--install")
    assert crontab.read_text("utf-8") == first
    assert house.run("schedule", "--list").stdout == first
    assert ", 06:00 in Asia/Jakarta" in house.run("status", code=int(has_no_cron())).stdout
    house.environment["PRESSROOM_SITE_URL"] = "https://example.com/"
    house.run("schedule", *WHEN, "--install")
    assert crontab.read_text("utf-8").count("# briefings: begin") == 1
    assert "https://example.com/" in crontab.read_text("utf-8")
    house.run("schedule", "--remove")
    assert not crontab.exists()


def test_releases_that_the_file_names_are_not_taken_for_the_operator_s(house: House, crontab: Path) -> None:
    (house.root / "settings.toml").write_text('releases = "elsewhere"\n', "utf-8")
    for form in ((), ("--systemd",), ("--github",)):
        assert "PRESSROOM_RELEASES" not in house.run("schedule", *WHEN, *form).stdout
    house.environment["PRESSROOM_RELEASES"] = "mine"
    whole = str(house.root / "mine")
    assert f"PRESSROOM_RELEASES={whole} " in house.run("schedule", *WHEN).stdout
    assert f"Environment=PRESSROOM_RELEASES={whole}\n" in house.run("schedule", *WHEN, "--systemd").stdout
    assert "PRESSROOM_RELEASES: a path" in house.run("schedule", *WHEN, "--github", code=2).stderr


def test_no_form_of_an_entry_holds_the_password(house: House, crontab: Path, tmp_path: Path) -> None:
    house.environment.update(PRESSROOM_SMTP_PASSWORD=SECRET, PRESSROOM_SMTP_USER="briefings")
    for form in ((), ("--install",), ("--systemd",)):
        done = house.run("schedule", *WHEN, *form, code=2)
        assert "smtp.password_file" in done.stderr
        assert done.stdout == ""
        assert SECRET not in done.stderr
    assert not crontab.exists()
    workflow = house.run("schedule", *WHEN, "--github").stdout
    assert SECRET not in workflow
    env = yaml.safe_load(workflow)["jobs"]["run"]["steps"][4]["env"]
    assert env == {
        "PRESSROOM_SMTP_PASSWORD": "${{ secrets.PRESSROOM_SMTP_PASSWORD }}",
        "PRESSROOM_SMTP_USER": "briefings",
    }
    (tmp_path / "password").write_text(SECRET)
    house.environment["PRESSROOM_SMTP_PASSWORD_FILE"] = str(tmp_path / "password")
    units = house.run("schedule", *WHEN, "--systemd").stdout
    assert f"LoadCredential=smtp_password:{tmp_path / 'password'}\n" in units
    assert f"Environment=PRESSROOM_SMTP_PASSWORD_FILE={tmp_path / 'password'}\n" in units
    assert SECRET not in units + house.run("schedule", *WHEN, "--install").stdout
    assert SECRET not in crontab.read_text("utf-8")
