"""Alarms come on a change and once a day, by a second channel if not by mail, and none is never told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from house import House
from mail_server import run_mail_server

from pressroom.data.findings import Finding
from pressroom.delivery.run.alarm import beat
from pressroom.delivery.run.sent_alarms import Memory, digest_faults, read_memory, say_now, write_memory
from pressroom.delivery.settings import SettingsError, read_settings

NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)


def fault(place: str = "mail to ann@b.org", reason: str = "450 4.2.0 queued as 7F3A21") -> Finding:
    return Finding(file=place, message=reason)


def test_equal_faults_are_known_for_a_day() -> None:
    year = fault("year/2019", "<Thing at 0x7f31> is none of 5")
    told = Memory(digest_faults([fault(), year]), say_now(NOW))
    later = NOW + timedelta(hours=5)
    again = fault("year/2019", "<Thing at 0x8b00> is none of 5")
    assert told.knows([again, fault(reason="450 4.2.0 queued as 9F8A11")], later)
    assert not told.knows([fault()], later)
    assert not told.knows([fault(), fault("year/2017")], later)
    assert not told.knows([fault(), fault("year/2019", "<Thing at 0x8b00> is none of 6")], later)
    assert not told.knows([fault(), year], NOW + timedelta(hours=23, minutes=50))
    assert not told.knows([fault(), year], NOW - timedelta(days=400))  # the clock was ahead


def test_what_is_remembered_outlasts_a_folder_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "own"))
    (tmp_path / "file").write_text("")
    lost = Memory("", say_now(NOW), ("a run: the disk is full",))
    write_memory(tmp_path / "file" / "_state", lost)
    assert read_memory(tmp_path / "file" / "_state") == lost
    (tmp_path / "file").unlink()
    told = Memory("digest", say_now(NOW + timedelta(hours=1)))
    write_memory(tmp_path / "file" / "_state", told)
    assert read_memory(tmp_path / "file" / "_state") == told


@contextmanager
def listen(answers: list[int]) -> Iterator[tuple[str, list[str]]]:
    """Have a web server on this machine that gives these answers, one a call; yield it and what it heard."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(answers.pop(0))
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/beat", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def use_command(house: House, tmp_path: Path) -> Path:
    """Have alarms given to a command that appends them to a file, as an operator's own would."""
    script = tmp_path / "tell"
    script.write_text(f'#!/bin/sh\ncat >> "{tmp_path}/told"\n', "utf-8")
    script.chmod(0o755)
    house.environment["PRESSROOM_ALARM_COMMAND"] = str(script)
    house.environment["PRESSROOM_MAINTAINERS"] = "one@example.org"
    house.environment["XDG_STATE_HOME"] = str(tmp_path / "own")
    return tmp_path / "told"


@pytest.mark.slow
def test_the_command_is_told_what_no_mail_could_bring_and_only_on_a_change(
    house: House, tmp_path: Path
) -> None:
    told = use_command(house, tmp_path)
    house.correct("2017-11-14,2017-11-16", "2017-11-14,2017-11-13")
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
    for _ in range(5):
        house.run("run", code=2)
    text = told.read_text("utf-8")
    assert text.count("the run of") == 1
    assert "activities.csv, row" in text
    assert "no connection" not in text  # an alarm tells why the run failed
    house.correct("2017-11-14,2017-11-13", "2017-11-15,2017-11-13")
    house.run("run", code=2)
    assert told.read_text("utf-8").count("the run of") == 2


@pytest.mark.slow
def test_releases_that_cannot_be_used_are_told_of(house: House, tmp_path: Path) -> None:
    told = use_command(house, tmp_path)
    shutil.move(house.root / "releases", tmp_path / "away")
    (house.root / "releases").write_text("")
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        for _ in range(3):
            house.run("run", code=1)
        [(_, mail)] = server.accepted()
    assert "the folder of the releases" in mail.get_content()
    assert not told.exists()


@pytest.mark.slow
def test_what_nobody_could_be_told_the_next_run_tells_that_can(house: House, tmp_path: Path) -> None:
    house.environment["PRESSROOM_MAINTAINERS"] = "one@example.org"
    house.environment["XDG_STATE_HOME"] = str(tmp_path / "own")
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
    shutil.move(house.root / "releases", tmp_path / "away")
    (house.root / "releases").write_text("")
    house.run("run", code=1)
    (house.root / "releases").unlink()
    shutil.move(tmp_path / "away", house.root / "releases")
    house.subscribe()
    with run_mail_server(tmp_path / "mail-2") as server:
        house.use(server)
        house.run("run")
        house.run("run")
        [(_, mail)] = server.accepted()
    assert "is good; earlier ones failed" in mail["Subject"]
    assert "nobody could be told" in mail.get_content()
    assert "the folder of the releases" in mail.get_content()


@pytest.mark.slow
def test_a_heartbeat_beats_at_good_runs_alone(house: House, tmp_path: Path) -> None:
    house.environment["PRESSROOM_HEARTBEAT"] = "beats/last"
    house.run("run")
    beat = house.root / "beats" / "last"
    first = beat.stat().st_mtime_ns
    house.correct("2017-11-14,2017-11-16", "2017-11-14,2017-11-13")
    house.run("run", code=2)
    assert beat.stat().st_mtime_ns == first
    house.correct("2017-11-14,2017-11-13", "2017-11-14,2017-11-16")
    with listen([200, 503]) as (address, heard):
        house.environment["PRESSROOM_HEARTBEAT"] = address
        house.run("run")
        assert heard == ["/beat"]
        assert "the setting heartbeat" in house.run("run", code=1).stderr


def test_a_heartbeat_takes_no_other_files_place(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("dear diary")
    [fault] = beat("mine", tmp_path)
    assert "is no heartbeat" in fault.reason
    assert (tmp_path / "mine").read_text() == "dear diary"
    assert beat("beat", tmp_path) == beat("beat", tmp_path) == ()


@pytest.mark.parametrize("address", ["http://example.org/x", "ftp://localhost/x", "file:///etc/passwd"])
def test_a_heartbeat_goes_out_in_secret_or_not_at_all(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match="heartbeat"):
        read_settings(tmp_path, {"PRESSROOM_HEARTBEAT": address})


@pytest.mark.slow
def test_an_edit_during_a_run_is_one_line_and_one_retry(house: House) -> None:
    """The year 2017's cell changes another year's notebook input while the edition is being built."""
    notebook = house.root / "notebooks" / "year.ipynb"
    told = json.loads(notebook.read_text("utf-8"))
    code = [cell for cell in told["cells"] if cell["cell_type"] == "code"]
    meddle = [
        "from pathlib import Path\n",
        f"meant = Path({str(house.root / 'data' / 'terms.csv')!r})\n",
        f"count = Path({str(house.root / 'count')!r})\n",
        "if year == 2017 and (not count.exists() or len(count.read_text()) < {limit}):\n",
        "    count.open('a').write('x')\n",
        "    meant.write_text(meant.read_text() + '\\n')\n",
    ]
    source = code[1]["source"]
    code[1]["source"] = [line.replace("{limit}", "1") for line in meddle] + source
    notebook.write_text(json.dumps(told), "utf-8")
    house.run("run")
    assert (house.root / "count").read_text() == "x"
    code[1]["source"] = [line.replace("{limit}", "9") for line in meddle] + source
    notebook.write_text(json.dumps(told), "utf-8")
    done = house.run("run", code=1)
    assert done.stderr.count("changed while the edition was being built, twice") == 1
    assert len(done.stderr.splitlines()) == 2
