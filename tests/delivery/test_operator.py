"""What the operator's pages say: their commands work as they stand, and the messages they quote are real."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from house import BRIEFINGS, ROOT, House
from mail_server import PASSWORD, MailServer, run_mail_server

from kits import NOTE
from pressroom.delivery.log import Line, write_line
from pressroom.delivery.run.checks import has_no_cron

CRONTAB = """#!/bin/sh
if [ "$1" = -l ]; then cat {file} 2>/dev/null || {{ echo "no crontab for you" >&2; exit 1; }}
else cat > {file}; fi
"""
FIRST = "## Five minutes for the operator"


def read_section(page: str, heading: str) -> str:
    """Return a section of a how-to, without its heading."""
    text = (ROOT / "docs" / "how-to" / page).read_text("utf-8")
    return text.split(f"{heading}\n", 1)[1].split("\n## ", 1)[0]


def list_blocks(text: str, kind: str) -> list[str]:
    """Return the blocks of a kind, such as ``sh``, without what stands above their lines."""
    found = re.findall(rf"^ *```(?:{{code-block}} )?{kind}\n(?::[^\n]*\n)*(.*?)^ *```", text, re.M | re.S)
    return [str(block) for block in found]


@pytest.mark.slow
def test_the_first_five_minutes_work_as_they_are_written(tmp_path: Path) -> None:
    root, section = tmp_path / "project", read_section("run-on-schedule.md", FIRST)
    shutil.copytree(NOTE / "data", root / "data")
    (root / "notebooks").mkdir()
    for name in ("notebooks/year.ipynb", "settings.example.toml", "subscribers.example.csv"):
        shutil.copy(ROOT / name, root / name)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "crontab").write_text(CRONTAB.format(file=tmp_path / "table"), "utf-8")
    (tmp_path / "bin" / "crontab").chmod(0o755)
    files, commands = (block.splitlines() for block in list_blocks(section, "sh"))
    assert files.pop(0).startswith(". .venv/bin/activate")  # there is none here, and no need of it
    with run_mail_server(tmp_path / "mail") as server:
        for line in files:
            type_in(line, root)
        (tmp_path / ".smtp-password").write_text(f"{PASSWORD}\n", "utf-8")
        (root / "subscribers.csv").write_text(*list_blocks(section, "text"), "utf-8")
        edit_settings(root / "settings.toml", *list_blocks(section, "toml"), server)
        *most, last = commands
        said = [type_in(line, root) for line in most]
        assert "127.0.0.1:" in said[0]
        assert said[0].endswith("All is well.\n")
        type_in(last, root, code=int(has_no_cron()))
        subjects = [message["Subject"] for _, message in server.accepted()]
    for words, subject in zip(TOLD, subjects, strict=True):
        assert re.search(words, subject)
    assert (root / "reports" / "site" / "current" / "index.html").is_file()
    assert "0 6 * * 1 in Asia/Jakarta" in (tmp_path / "table").read_text("utf-8")
    for name in ("settings.toml", "subscribers.csv"):
        assert (root / name).stat().st_mode & 0o077 == 0


TOLD = ("waits for approval", "[Tt]est", "release 1.0.0")
"""Of the mails that come to who follows the page: what their subjects say, in order."""


def type_in(line: str, root: Path, *, code: int = 0) -> str:
    """Run a line as an operator types it, with a home and a crontab of its own; return what it shows."""
    path = f"{root.parent / 'bin'}:{BRIEFINGS.parent}:{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(root.parent), "LANG": "C.UTF-8"}
    done = subprocess.run(
        line, shell=True, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, (line, done.stdout, done.stderr)
    return done.stdout


def edit_settings(file: Path, block: str, server: MailServer) -> None:
    """Put each line of the page where the example has that setting; then name the tests' server."""
    text = file.read_text("utf-8")
    for line in filter(lambda line: " = " in line, block.splitlines()):
        text, found = re.subn(rf"^(# )?{line.split(' = ')[0]} = .*$", line, text, flags=re.M)
        assert found == 1, line
    text = re.sub(r"^host = .*", f'host = "127.0.0.1"\nca_file = "{server.ca_file}"', text, flags=re.M)
    file.write_text(re.sub(r"^port = .*", f"port = {server.port}", text, flags=re.M), "utf-8")


@pytest.fixture
def mailed(house: House, tmp_path: Path) -> House:
    """Return a project whose release ``one`` was mailed and is on the site; the mail server is gone."""
    house.subscribe("asha@example.org,Asha,year=2017,pdf")
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
    house.run("site")
    return house


def lose_approvals(house: House) -> str:
    shutil.rmtree(house.root / "releases" / "_state" / "approvals")
    return f"site: {house.run('site', code=2).stderr}"


def lose_ledger(house: House) -> str:
    (house.root / "releases" / "_state" / "ledger.sqlite").unlink()
    told = house.run("status", code=1).stdout
    return told + house.run("deliver", code=2).stderr


def lose_password(house: House) -> str:
    del house.environment["PRESSROOM_SMTP_PASSWORD"]
    return f"deliver: {house.run('deliver', code=2).stderr}"


def run_ahead(house: House) -> str:
    for step in ("begin", "run"):
        write_line(house.root / "releases" / "_state", Line("2999-01-01T06:00:00.000+00:00", step, True, 1))
    return house.run("status").stdout + house.run("doctor", code=1).stdout


def kill_run(house: House) -> str:
    write_line(house.root / "releases" / "_state", Line("2026-11-26T06:00:00.000+00:00", "check", True, 1))
    return house.run("status", code=1).stdout


def have_two_states(house: House) -> str:
    (house.root / "releases" / ".state").mkdir()
    return house.run("status", code=2).stderr


def withdraw(house: House) -> str:
    return house.run("approve", "one", "--withdraw").stdout + house.run("doctor", code=1).stdout


def forget(house: House) -> str:
    done = [
        house.run(*words) for words in (("unsubscribe", "asha@example.org"), ("forget", "asha@example.org"))
    ]
    return "".join(one.stdout + one.stderr for one in done)


def refuse_password(house: House) -> str:
    with run_mail_server(house.root.parent / "other", password="another") as server:
        house.use(server)
        return house.run("doctor", code=1).stdout


QUOTED: Mapping[Callable[[House], str], tuple[str, ...]] = {
    lose_approvals: ("neither approved nor withdrawn", "restore the folder from a copy; if it is to go"),
    lose_ledger: (
        "the delivery ledger is not the one of the last delivery",
        "ledger.sqlite is missing, and deliveries.jsonl tells of mails",
        "if everybody is to get everything once more that this ledger does not know of",
    ),
    lose_password: ("no password is set", "holds it for one shell, of which no timer knows"),
    run_ahead: (
        "which is still to come",
        "that is still to come: the clock was ahead then, or is behind now",
    ),
    kill_run: ("killed", "it came as far as check; the next run makes it good"),
    have_two_states: ("are both there", "see which is the newer, and move the other out of the folder"),
    withdraw: ("is approved no more; what was mailed stays where it is.", "which was withdrawn"),
    forget: ("is taken out", "now without an address", "that `deliver --dry-run` wrote, stay as they are."),
    refuse_password: ("did not let us log in: 535 5.7.8 Authentication credentials invalid",),
    lambda house: house.run("doctor", code=1).stdout: ("there is no connection", "Connection refused"),
}
"""What the page quotes, by what brings it about; other tests fill disks, and edit during a build."""


@pytest.mark.slow
@pytest.mark.parametrize(("spoil", "words"), QUOTED.items())
def test_what_is_quoted_is_what_is_said(
    mailed: House, spoil: Callable[[House], str], words: tuple[str, ...]
) -> None:
    said = spoil(mailed)
    page = (ROOT / "docs" / "how-to" / "when-something-went-wrong.md").read_text("utf-8")
    for one in words:
        assert one in said
        assert one in page


def test_each_row_of_what_is_seen_leads_to_its_section() -> None:
    page = (ROOT / "docs" / "how-to" / "when-something-went-wrong.md").read_text("utf-8")
    headings = re.findall(r"^## (.+)$", page, re.M)
    anchors = {heading.lower().replace(" ", "-").replace(",", "") for heading in headings}
    assert set(re.findall(r"\]\(#([\w-]+)\)", page)) == anchors
