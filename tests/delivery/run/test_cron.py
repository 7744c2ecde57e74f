"""A real cron daemon starts a real run, once, in its bare environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import House

from pressroom.delivery.log import Line, read_last_run
from pressroom.delivery.releases import Releases

PATIENCE = 150
PID = Path("/var/run/crond.pid")


@pytest.fixture
def own_crontab() -> Iterator[None]:
    """Put this user's crontab back as it was."""
    before = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False)
    yield
    if before.returncode == 0:
        subprocess.run(["crontab", "-"], input=before.stdout, text=True, check=True)
    else:
        subprocess.run(["crontab", "-r"], capture_output=True, check=False)


@pytest.fixture
def cron() -> Iterator[None]:
    """Have a cron daemon at work: the machine's own, or one for the time of the test."""
    if is_running():
        yield
        return
    program = shutil.which("cron", path="/usr/sbin:/usr/bin:/sbin:/bin")
    assert program, "there is no cron here; Debian's package is called cron"
    # Whatever this process has in its environment, cron's children get none of it that matters.
    daemon = subprocess.Popen([program, "-f"], env={"PATH": "/usr/bin:/bin"})
    yield
    daemon.terminate()
    daemon.wait(10)


def is_running() -> bool:
    try:
        os.kill(int(PID.read_text()), 0)
    except (OSError, ValueError):
        return False
    return "cron" in Path(f"/proc/{PID.read_text().strip()}/comm").read_text()


def wait_for_run(state: Path) -> list[Line]:
    """Return the lines of the first run that ends."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        lines = read_last_run(state)
        if lines and lines[-1].step == "run":
            return lines
        time.sleep(0.5)
    raise AssertionError("cron started no run, or it did not end")


@pytest.mark.slow
def test_cron_starts_a_run_in_its_bare_environment(house: House, own_crontab: None, cron: None) -> None:
    house.correct("2017-11-14,2017-11-16", "2017-11-15,2017-11-16")
    house.run("schedule", "--cron", "* * * * *", "--auto", "--install")
    try:
        lines = wait_for_run(house.root / "releases" / "_state")
    finally:
        house.run("schedule", "--remove")
    assert all(line.is_good for line in lines), lines
    assert [line.step for line in lines][-4:] == ["approve", "site", "deliver", "run"]
    assert "1.0.0" in house.run("releases").stdout
    assert (house.root / "reports" / "site" / "current" / "index.html").is_file()
    assert (
        str(house.root)
        not in subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False).stdout
    )


@pytest.mark.slow
def test_a_run_finds_the_settings_of_the_shell_that_installed_it(
    house: House, own_crontab: None, cron: None, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "50% of \\%, it's ours"
    shutil.move(house.root / "releases", elsewhere)
    house.environment["PRESSROOM_RELEASES"] = str(elsewhere)
    house.run("schedule", "--cron", "* * * * *", "--install")
    try:
        lines = wait_for_run(Releases(elsewhere).state)
    finally:
        house.run("schedule", "--remove")
    assert all(line.is_good for line in lines), lines
    assert not (house.root / "releases").exists()
