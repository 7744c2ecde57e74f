"""A delivery that is killed: the next one repeats nothing that was noted as accepted, and completes."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from house import House
from mail_server import MailServer, run_mail_server

from pressroom.delivery.mail.ledger import open_ledger

PEOPLE = 40
KILLS = range(1, PEOPLE, 7)
"""After how many mails each time: the first, one of the last, and some between."""


def read_accepted(house: House) -> set[str]:
    with open_ledger(house.root / "releases" / "_state") as ledger:
        return {mail.message_id for mail in ledger.list() if mail.state == "accepted"}


def list_ids(server: MailServer) -> list[str]:
    return [str(message["Message-ID"]) for _, message in server.accepted()]


def kill_amid(house: House, server: MailServer, mails: int, more: float, *words: str) -> None:
    """Start a command that mails, and kill it some seconds after so many mails have arrived."""
    command = house.command(*words)
    pipe = subprocess.DEVNULL
    with subprocess.Popen(command, env=house.full_environment, stdout=pipe, stderr=pipe) as process:
        while len(list(server.folder.glob("*.eml"))) < mails and process.poll() is None:
            time.sleep(0.001)
        time.sleep(more)
        process.kill()


@pytest.mark.slow
def test_a_killed_delivery_goes_on_where_it_was(house: House, tmp_path: Path) -> None:
    house.subscribe(*(f"p{number}@example.org,,year=2017,pdf" for number in range(PEOPLE)))
    chance, interrupted = random.Random(5), 0
    for mails in KILLS:
        for file in (house.root / "releases" / "_state").glob("ledger*"):
            file.unlink()
        (house.root / "releases" / "deliveries.jsonl").unlink(missing_ok=True)
        with run_mail_server(tmp_path / f"mail-{mails}") as server:
            house.use(server)
            kill_amid(house, server, mails, chance.uniform(0, 0.02), "deliver")
            kept, before = read_accepted(house), list_ids(server)
            interrupted += 0 < len(kept) < PEOPLE
            assert kept <= set(before), "written down, but the server has it not"
            house.run("deliver")
            after = list_ids(server)
            assert kept.isdisjoint(after[len(before) :]), "repeated what was written down"
            assert len(set(after)) == PEOPLE
            assert len(after) <= PEOPLE + 1, "only the one that was under way may come twice"
            assert len(read_accepted(house)) == PEOPLE
    assert interrupted > len(KILLS) / 2, "few kills fell between the first mail and the last"


@pytest.mark.slow
def test_a_killed_recall_tells_everybody_in_the_end(house: House, tmp_path: Path) -> None:
    """Killed before the first mail, amid them or after the last: whoever has the release is told once."""
    people = 12
    house.subscribe(*(f"p{number}@example.org,,year=2017,pdf" for number in range(people)))
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("approve", "two")
        house.run("deliver")
    chance = random.Random(7)
    for mails in (0, 0, 1, 4, 7, people):
        copy = House(tmp_path / f"project-{chance.random()}", house.environment)
        shutil.copytree(house.root, copy.root, symlinks=True)
        with run_mail_server(copy.root / "mail") as server:
            copy.use(server)
            more = chance.uniform(0, 0.02 if mails else 0.6)
            kill_amid(copy, server, mails, more, "recall", "two", "--reason", "It is wrong")
            kept, before = read_accepted(copy), list_ids(server)
            copy.run("recall", "two", "--reason", "It is wrong")
            after = list_ids(server)
            assert kept.isdisjoint(after[len(before) :]), "repeated what was written down"
            assert len(set(after)) == people
            assert len(after) <= people + 1
        with open_ledger(copy.root / "releases" / "_state") as ledger:
            assert {held["year/2017"].release for held in ledger.holdings().values()} == {"one"}
