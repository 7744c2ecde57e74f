"""A release that was made before there were plans, places and marks: opened, compared, delivered against."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from house import House
from mail_server import run_mail_server

from kits import EARLIER
from pressroom.data.package import read_package
from pressroom.data.previous import RELEASE
from pressroom.delivery.changes import compare
from pressroom.delivery.releases import Releases
from pressroom.pages.differences import say_row_change

pytestmark = pytest.mark.slow

LATER = ("plans", "organisation_names", "revisions", "lines", "terms", "wording")
CORRECTION = "Training on business and human rights – date 14–16 November 2017, was 13–16 November 2017"


@pytest.fixture
def aged(house: House) -> House:
    """Return the project, whose first release holds the tables as they were then."""
    release = house.root / "releases" / "one"
    for table in LATER:
        (release / "data" / f"{table}.csv").unlink()
    shutil.copytree(EARLIER, release / "data", dirs_exist_ok=True)
    digest = read_package(release / "data").digest
    for file in (release / RELEASE, release / "edition" / "manifest.json"):
        told = json.loads(file.read_text("utf-8"))
        told["dataset"]["digest"] = digest
        file.write_text(json.dumps(told), "utf-8")
    house.run("approve", "one", "--by", "Ann")
    return house


def test_it_is_opened_and_stays_as_it_is(aged: House) -> None:
    data = aged.root / "releases" / "one" / "data"
    before = {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()}
    assert "one" in aged.run("releases").stdout
    one = Releases(aged.root / "releases", aged.root / "data").open("one")
    one.require_intact()
    assert {"places", "number", "moved_to"} <= set(one.package.resource("activities").labels)
    assert {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()} == before


def test_what_is_kept_otherwise_is_no_change(aged: House) -> None:
    changes = compare(*Releases(aged.root / "releases", aged.root / "data").list())
    assert [say_row_change(row) for row in changes.main] == [f"Corrected: {CORRECTION}"]
    told = aged.run("diff", "one", "two").stdout
    assert CORRECTION in told
    assert "Withdrawn" not in told


def test_who_has_it_hears_of_the_correction_alone(aged: House, tmp_path: Path) -> None:
    aged.subscribe("ann@example.org,Ann,year=2017,pdf", "dan@example.org,,year=2019,")
    with run_mail_server(tmp_path / "mail") as server:
        aged.use(server)
        aged.run("deliver")
        aged.run("approve", "two")
        assert "1 mail accepted; nothing changed for 1 subscriber" in aged.run("deliver").stdout
        to, mail = server.accepted()[-1]
    body = mail.get_body(("plain",))
    assert to == "ann@example.org"
    assert body is not None
    text = " ".join(body.get_content().split())
    assert f"What changed since release one: - Corrected: {CORRECTION}" in text
    assert "Added" not in text
