"""A run killed at each step and at random: no reader sees half of anything, and the next one completes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from house import House
from mail_server import MailServer, run_mail_server

from pressroom.data.package import read_package
from pressroom.delivery.log import read_last_run
from pressroom.delivery.mail.ledger import open_ledger
from pressroom.delivery.releases import Releases
from pressroom.edition.generation import is_intact
from pressroom.edition.manifest import read_manifest

STEPS = ("begin", "check", "build", "release", "approve", "site", "deliver")
RANDOM = 2
PATIENCE = 60


def kill_run(house: House, is_time: Callable[[], bool]) -> None:
    """Start a run, and kill it with all its children when it is time, unless it has ended by itself."""
    running = subprocess.Popen(
        house.command("run", "--auto", "--quiet"),
        env=house.full_environment,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    limit = time.monotonic() + PATIENCE
    while running.poll() is None and not is_time():
        assert time.monotonic() < limit
        time.sleep(0.002)
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def at_step(house: House, step: str, before: str) -> Callable[[], bool]:
    """Return whether the log of a newer run than `before` has a step."""

    def is_time() -> bool:
        lines = read_last_run(house.root / "releases" / "_state")
        return any(line.step == step and line.run > before for line in lines)

    return is_time


def after(seconds: float) -> Callable[[], bool]:
    """Return whether so much time has passed from now on."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def require_whole(house: House) -> None:
    """Fail if a reader, or the next run, could meet half of anything."""
    for release in Releases(house.root / "releases").list():
        release.require_intact()
        assert read_package(release.data).digest == release.manifest.dataset["digest"]
    current = house.root / "reports" / "current"
    manifest = read_manifest(current)
    assert manifest is not None
    assert all(is_intact(current, record.outputs) for record in manifest.records.values())
    site = house.root / "reports" / "site" / "current"
    for page in site.rglob("*.html") if site.exists() else ():
        assert page.read_bytes().rstrip().endswith(b"</html>"), page
    for page in site.rglob("*.pdf") if site.exists() else ():
        assert page.read_bytes().rstrip().endswith(b"%%EOF"), page


def count_mails(server: MailServer) -> Counter[str]:
    return Counter(str(mail["Message-ID"]) for _, mail in server.accepted())


def list_recorded(house: House) -> set[str]:
    """Return the mails that the ledger has as accepted."""
    with open_ledger(house.root / "releases" / "_state") as ledger:
        return {mail.message_id for mail in ledger.list() if mail.state == "accepted"}


class History:
    """What the server had of each mail when the ledger first said that it was accepted."""

    def __init__(self, house: House, server: MailServer) -> None:
        self.house, self.server = house, server
        self.final: dict[str, int] = {}

    def require_no_repetition(self) -> None:
        now = count_mails(self.server)
        for id in list_recorded(self.house):
            assert now[id] == self.final.setdefault(id, now[id]), f"{id} came again"


@pytest.mark.slow
def test_whenever_a_run_is_killed_the_next_one_makes_it_good(house: House, tmp_path: Path) -> None:
    house.subscribe(
        "asha@example.org,Asha,year=2017,pdf", "bo@example.org,Bo,*,pdf", "chi@example.org,Chi,year=*,html"
    )
    choose, day = random.Random(7), 14
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("run", "--auto")
        history = History(house, server)
        for number in range(len(STEPS) + RANDOM):
            new = (day - 9) % 5 + 10  # another day of the training, so that there is something to release
            house.correct(f"2017-11-{day},2017-11-16", f"2017-11-{new},2017-11-16")
            day = new
            if number < len(STEPS):
                before = read_last_run(house.root / "releases" / "_state")[0].run
                kill_run(house, at_step(house, STEPS[number], before))
            else:
                kill_run(house, after(choose.uniform(0.2, 3.5)))
            require_whole(house)
            history.require_no_repetition()
            if number % 4 == 3:
                house.run("run", "--auto")
                history.require_no_repetition()
        house.run("run", "--auto")
        history.require_no_repetition()
        house.run("run", "--auto")
        history.require_no_repetition()
        releases = Releases(house.root / "releases")
        assert len(releases.list()) > len(STEPS), "there was too little to release for a kill to matter"
        last = releases.last(unapproved=False)
        assert last is not None
        assert f"2017-11-{day}," in (last.data / "activities.csv").read_text("utf-8")
        newest = [to for to, mail in server.accepted() if f"release {last.name}:" in str(mail["Subject"])]
        assert Counter(newest) == {"asha@example.org": 1, "bo@example.org": 1, "chi@example.org": 1}
