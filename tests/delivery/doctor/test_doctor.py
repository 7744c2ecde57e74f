"""``briefings doctor``: what is fit for the night is well, and each spoilt copy is told, with its cure."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from house import House
from mail_server import PASSWORD, USER, MailServer, run_mail_server

from pressroom.delivery.log import Line, write_line
from pressroom.delivery.run.checks import has_no_cron

MakeOnce = Callable[[str, Callable[[Path], object]], Path]
Spoil = Callable[[House], object]

INSTALL = ("schedule", "--cron", "0 6 * * 1", "--time-zone", "Asia/Jakarta", "--install")
CRONTAB = """#!/bin/sh
if [ "$1" = -l ]; then cat {file} 2>/dev/null || {{ echo "no crontab for you" >&2; exit 1; }}
elif [ "$1" = -r ]; then rm -f {file}
else cat > {file}; fi
"""
SETTINGS = """\
maintainers = ["ann@example.org"]
alarm_command = ["/bin/cat"]
heartbeat = "beat"
[smtp]
host = "127.0.0.1"
port = {port}
ca_file = "{ca_file}"
user = "{user}"
password_file = "secret"
sender = "desk@example.org"
pauses = []
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with run_mail_server(tmp_path_factory.mktemp("mail")) as running:
        yield running


@pytest.fixture
def fit(make_once: MakeOnce, first_house: House, server: MailServer, tmp_path: Path) -> House:
    """Return a project with all that a run at night depends on; its crontab is a file, and still empty."""

    def publish(root: Path) -> None:
        shutil.copytree(first_house.root, root, symlinks=True)
        House(root).run("site")

    made = make_once("house-with-site", publish)
    house = House(shutil.copytree(made, tmp_path / "project", symlinks=True))
    serve(house, server)
    (house.root / "secret").write_text(f"{PASSWORD}\n", "utf-8")
    (house.root / "secret").chmod(0o600)
    house.subscribe("asha@example.org,Asha,year=2017,pdf")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "crontab").write_text(CRONTAB.format(file=tmp_path / "table"), "utf-8")
    (tmp_path / "bin" / "crontab").chmod(0o755)
    house.environment["PATH"] = f"{tmp_path / 'bin'}:{house.full_environment['PATH']}"
    return house


def serve(house: House, server: MailServer) -> None:
    text = SETTINGS.format(port=server.port, ca_file=server.ca_file, user=USER)
    (house.root / "settings.toml").write_text(text, "utf-8")


def put(old: str, new: str) -> Spoil:
    """Return what changes a line of the settings, or puts one before them all."""

    def change(house: House) -> None:
        file = house.root / "settings.toml"
        before = file.read_text("utf-8")
        assert old in before
        file.write_text(before.replace(old, new) if old else f"{new}\n{before}", "utf-8")

    return change


def examine(house: House, *, code: int) -> dict[str, dict[str, Any]]:
    """Return what each check says, by its name."""
    return {one["check"]: one for one in json.loads(house.run("doctor", "--json", code=code).stdout)}


def test_what_is_fit_is_well_and_stays_as_it_is(fit: House, server: MailServer) -> None:
    before = list_files(fit.root)
    done = fit.run("doctor")
    lines = done.stdout.splitlines()
    assert lines[-1] == "All is well."
    assert not [line for line in lines if line.startswith("to mend")]
    assert f"127.0.0.1:{server.port}, TLSv1.3, logged in as {USER}" in done.stdout
    assert "good     at night       the password is found" in done.stdout
    assert "note     releases       release two waits for approval" in done.stdout
    assert "note     schedule       this user's crontab has no entry for the project" in done.stdout
    assert list_files(fit.root) == before
    assert server.accepted() == []


def list_files(root: Path) -> dict[str, tuple[int, int, int]]:
    """Return how each file and folder is: mode, size, and when it was changed."""
    stats = {path.as_posix(): path.lstat() for path in root.rglob("*")}
    return {name: (stat.st_mode, stat.st_size, stat.st_mtime_ns) for name, stat in stats.items()}


def test_an_entry_of_the_crontab_is_well_if_cron_runs(fit: House) -> None:
    fit.environment["PRESSROOM_SITE_URL"] = "https://example.org/50%"
    assert [one["severity"] for one in examine(fit, code=0)["settings"]["findings"]] == ["warning"]
    fit.run(*INSTALL)
    told = examine(fit, code=int(has_no_cron()))
    assert told["schedule"]["seen"].endswith(", 06:00 in Asia/Jakarta")
    assert told["schedule"]["good"] != has_no_cron()
    assert told["settings"]["findings"] == []
    assert "PRESSROOM_SITE_URL" in told["at night"]["seen"]


def test_who_is_mailed_nothing_needs_no_server(fit: House) -> None:
    (fit.root / "subscribers.csv").unlink()
    (fit.root / "settings.toml").write_text("", "utf-8")
    told = examine(fit, code=0)
    assert told["mail server"]["seen"].startswith("nobody is mailed")
    assert "nobody hears of a run that failed" in str(told["maintainers"]["findings"])


def link_alarm(house: House) -> None:
    (house.root / "alarm").write_text("#!/bin/sh\n", "utf-8")
    put("/bin/cat", str(house.root / "alarm"))(house)


def fill_site(house: House) -> None:
    shutil.rmtree(house.root / "reports" / "site")
    (house.root / "reports" / "site").mkdir()
    (house.root / "reports" / "site" / "thesis.txt").touch()


def swell(house: House) -> None:
    with (house.root / "reports" / "current" / "large").open("wb") as file:
        file.truncate(10**13)  # of which none is on the disk


def run_in_2999(house: House) -> None:
    for step in ("begin", "run"):
        write_line(house.root / "releases" / "_state", Line("2999-01-01T06:00:00.000+00:00", step, True, 1))


def miss_a_start(house: House) -> None:
    house.run(*INSTALL)
    write_line(house.root / "releases" / "_state", Line("2020-01-01T06:00:00.000+00:00", "begin", True, 1))


def change_entry(house: House, old: str, new: str) -> None:
    house.run(*INSTALL)
    table = house.root.parent / "table"
    before = table.read_text("utf-8")
    assert old in before
    table.write_text(before.replace(old, new), "utf-8")


def keep_password_in_shell(house: House) -> None:
    put('password_file = "secret"\n', "")(house)
    house.environment["PRESSROOM_SMTP_PASSWORD"] = PASSWORD


def lose_password_after_install(house: House) -> None:
    put('password_file = "secret"\n', "")(house)
    house.environment["PRESSROOM_SMTP_PASSWORD_FILE"] = str(house.root / "secret")
    house.run(*INSTALL)
    (house.root / "secret").rename(house.root / "secret-2")
    house.environment["PRESSROOM_SMTP_PASSWORD_FILE"] = str(house.root / "secret-2")


APPROVALS, STATE = "releases/_state/approvals", "releases/_state"
SPOILT: Mapping[str, tuple[Spoil, str, str]] = {
    "unknown setting": (put("", "sight = 1"), "settings", 'there is no setting "sight"'),
    "overlap": (put("", 'site = "releases"'), "settings", "overlap; each has to be a place of its own"),
    "release": (
        lambda h: (h.root / "releases/two/release.json").unlink(),
        "releases",
        "move the folder away",
    ),
    "two states": (lambda h: (h.root / "releases/.state").mkdir(), "releases", "are both there"),
    "approvals": (lambda h: shutil.rmtree(h.root / APPROVALS), "site", "neither approved nor withdrawn"),
    "withdrawn": (
        lambda h: h.run("approve", "one", "--withdraw"),
        "site",
        "the site still shows release one",
    ),
    "ledger": (
        lambda h: (h.root / STATE / "ledger.sqlite").write_bytes(b"no" * 999),
        "ledger",
        "not a database",
    ),
    "no file": (lambda h: (h.root / STATE / "ledger.sqlite").mkdir(), "ledger", "Is a directory"),
    "log": (lambda h: (h.root / STATE / "runs.jsonl").mkdir(), "clock", "a directory"),
    "row": (lambda h: h.subscribe("bob@example,,*,pdf"), "subscribers", "row 2, column address"),
    "no sender": (put("desk@example.org", ""), "sender", '"smtp.sender" is not set'),
    "answers": (put("", 'reply_to = "x"'), "sender", '"reply_to" is "x"'),
    "wrong password": (
        lambda h: (h.root / "secret").write_text("x"),
        "mail server",
        "did not let us log in: 535",
    ),
    "no certificates": (put("ca.pem", "none.pem"), "mail server", '"smtp.ca_file" cannot be read'),
    "tls at once": (put("pauses = []", 'security = "tls"'), "mail server", 'set smtp.security = "starttls"'),
    "maintainers": (put("ann@", "ann"), "maintainers", "an address has an @"),
    "no alarm": (put("/bin/cat", "no-such-program"), "alarm_command", "there is no program no-such-program"),
    "closed alarm": (link_alarm, "alarm_command", "or it cannot be started"),
    "alarm here": (put("/bin/cat", "./alarm"), "alarm_command", "sought in another folder at night"),
    "beat": (put('"beat"', '"secret/beat"'), "heartbeat", "secret is no folder"),
    "beat a folder": (put('"beat"', '"data"'), "heartbeat", "data is a folder"),
    "site a file": (put("", 'site = "secret"'), "folders", "secret is no folder"),
    "site of another": (fill_site, "folders", "bears no mark that it is for the site"),
    "room": (swell, "room", "a night may need 10"),
    "clock": (run_in_2999, "clock", "which is still to come"),
    "missed": (miss_a_start, "schedule", "06:00 in Asia/Jakarta was missed"),
    "entry": (lambda h: change_entry(h, " in Asia", " at Asia"), "schedule", "does not say any more"),
    "quote": (lambda h: change_entry(h, "run --quiet", "run '"), "at night", "No closing quotation"),
    "shell": (keep_password_in_shell, "at night", "PRESSROOM_SMTP_PASSWORD is a secret"),
    "file": (lose_password_after_install, "at night", "cannot be read: No such file"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("spoil", "check", "words"), SPOILT.values(), ids=SPOILT)
def test_a_fault_is_told_by_its_check_with_its_cure(fit: House, spoil: Spoil, check: str, words: str) -> None:
    spoil(fit)
    found = examine(fit, code=1)
    assert not found[check]["good"]
    reasons = " ".join(one["reason"] + one["place"] for one in found[check]["findings"])
    assert words in reasons
    lines = fit.run("doctor", code=1).stdout.splitlines()
    assert any(line.startswith(f"to mend  {check:14} ") for line in lines)
    bad = sum(not one["good"] for one in found.values())
    assert lines[-1].startswith(f"{bad} of {len(found)} check")


@pytest.mark.slow
def test_a_server_that_is_down_or_has_no_tls_is_told(fit: House, tmp_path: Path) -> None:
    with run_mail_server(tmp_path / "plain", security="none") as plain:
        serve(fit, plain)
        assert "it offers no STARTTLS" in str(examine(fit, code=1)["mail server"])
    assert "Connection refused" in str(examine(fit, code=1)["mail server"])


@pytest.mark.slow
def test_missing_typefaces_are_told(fit: House, tmp_path: Path) -> None:
    package = tmp_path / "path" / "justmytype_intl_sea"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    environment = fit.full_environment | {"PYTHONPATH": str(package.parent)}
    done = subprocess.run(fit.command("doctor"), env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert f"{os.fspath(package)}/fonts/ofl/notosansthai" in done.stdout


def test_a_fault_that_several_checks_meet_is_told_once(fit: House) -> None:
    (fit.root / "releases" / "two" / "release.json").unlink()
    told = fit.run("doctor", code=1).stdout
    assert told.count("cannot be read") == 1
    assert "to mend  site           the same as of releases" in told


@pytest.mark.slow
def test_the_notices_of_a_recalled_release_are_in_their_place(fit: House) -> None:
    fit.run("approve", "two")
    fit.run("site")
    fit.run("recall", "two", "--reason", "It is wrong")
    assert "still shows" not in fit.run("doctor").stdout
