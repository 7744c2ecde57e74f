"""The ledger: what is written when, and that it is not lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pressroom.delivery.mail.ledger import BOUNCES, RECALL, Bounce, Entry, Holding, Ledger, open_ledger
from pressroom.delivery.mail.ledger_file import FILE, LedgerError, describe, is_alike
from pressroom.edition.manifest import Record

ONE = Entry("<1@b.org>", "ann@b.org", "one", {"agency/undp": "a1", "year/2017": "b1"})
TWO = Entry("<2@b.org>", "ann@b.org", "two", {"year/2017": "b2"})


def read_states(ledger: Ledger) -> dict[str, tuple[str, str]]:
    return {mail.message_id: (mail.state, mail.reply) for mail in ledger.list()}


def test_only_what_was_accepted_is_held(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.plan([ONE])
        ledger.begin(ONE)
        assert read_states(ledger) == {ONE.message_id: ("sending", "")}
        ledger.finish(ONE, "deferred", "450 later")
        assert ledger.holdings() == {}
        ledger.begin(ONE)
        ledger.finish(ONE, "accepted", "250 ok")
    with open_ledger(tmp_path) as ledger:
        assert ledger.holdings() == {
            "ann@b.org": {"agency/undp": Holding("one", "a1"), "year/2017": Holding("one", "b1")}
        }
        ledger.plan([TWO])
        ledger.finish(TWO, "accepted", "250 ok")
        assert ledger.holdings() == {
            "ann@b.org": {"agency/undp": Holding("one", "a1"), "year/2017": Holding("two", "b2")}
        }
        assert ledger.count("one") == {"accepted": 1}


def test_a_plan_forgets_what_is_to_be_sent_no_more_and_nothing_else(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.plan([ONE, TWO])
        ledger.finish(ONE, "accepted", "250 ok")
        ledger.plan([])
        assert read_states(ledger) == {ONE.message_id: ("accepted", "250 ok")}
        ledger.plan([ONE])
        assert read_states(ledger) == {ONE.message_id: ("accepted", "250 ok")}


def bounce(ledger: Ledger, entry: Entry, sent: str = "", status: str = "5.1.1") -> bool:
    mail = ledger.find_mail(entry.message_id)
    assert mail is not None
    return ledger.bounce(mail, Bounce(entry.message_id, sent, mail.at, status, "nobody"))


def accept(ledger: Ledger, *entries: Entry) -> None:
    ledger.plan(entries, is_all=False)
    for entry in entries:
        ledger.finish(entry, "accepted", "250 ok")


def test_a_mail_that_came_back_takes_only_what_it_brought(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        accept(ledger, ONE, TWO, Entry("<3@b.org>", "bob@b.org", "one", {"agency/undp": "a1"}))
        assert bounce(ledger, ONE)
        assert ledger.holdings() == {
            "ann@b.org": {"year/2017": Holding("two", "b2")},
            "bob@b.org": {"agency/undp": Holding("one", "a1")},
        }
        accept(ledger, ONE)
        assert not bounce(ledger, ONE), "the same notice, read twice"
        assert "agency/undp" in ledger.holdings()["ann@b.org"]
        assert bounce(ledger, ONE, "a day later")
        assert ledger.holdings()["ann@b.org"] == {"year/2017": Holding("two", "")}


def test_whose_newer_copy_came_back_has_the_earlier_one(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        accept(ledger, ONE, TWO)
        bounce(ledger, TWO)
        assert ledger.holdings()["ann@b.org"] == {
            "agency/undp": Holding("one", "a1"),
            "year/2017": Holding("one", ""),
        }


def test_a_recall_that_came_back_leaves_what_it_recalled(tmp_path: Path) -> None:
    told = {"kind": RECALL, "recalled": ("one",), "dropped": ("agency/undp",)}
    recall = Entry("<4@b.org>", "ann@b.org", "two", {"year/2017": "b2"}, **told)  # type: ignore[arg-type]
    with open_ledger(tmp_path) as ledger:
        accept(ledger, ONE, recall)
        assert ledger.holdings() == {"ann@b.org": {"year/2017": Holding("two", "b2")}}
        bounce(ledger, recall)
        assert ledger.holdings()["ann@b.org"] == {
            "agency/undp": Holding("one", ""),
            "year/2017": Holding("one", ""),
        }


def test_what_another_mail_of_the_release_brought_stays(tmp_path: Path) -> None:
    again = Entry("<9@b.org>", "Ann@b.org", "one", {"agency/undp": "a1"}, kind="again")
    with open_ledger(tmp_path) as ledger:
        accept(ledger, ONE, again)
        bounce(ledger, ONE)
        assert ledger.holdings() == {"ann@b.org": {"agency/undp": Holding("one", "a1")}}
        bounce(ledger, again)
        assert ledger.holdings() == {}


def test_an_address_is_paused_by_mails_that_came_back_for_good_until_it_is_cleared(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        accept(ledger, ONE, TWO)
        for number in range(BOUNCES):
            bounce(ledger, ONE, f"full {number}", "4.2.2")
        for number in range(BOUNCES - 1):
            bounce(ledger, ONE, f"gone {number}")
        assert ledger.paused() == set()
        bounce(ledger, TWO)
        assert ledger.paused() == {"ann@b.org"}
        assert ledger.clear_bounces("ANN@b.org") == 2 * BOUNCES
        assert ledger.paused() == set()
        assert ledger.clear_bounces("ANN@b.org") == 0
        assert not bounce(ledger, TWO), "what was cleared is still known"
        for number in range(BOUNCES):
            assert ledger.paused() == set()
            bounce(ledger, TWO, f"again {number}")
        assert ledger.paused() == {"ann@b.org"}
        ledger.forget("ann@b.org")
        assert (ledger.paused(), ledger.bounces()) == (set(), [])


def test_what_is_no_ledger_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    with pytest.raises(LedgerError, match="not a database"), open_ledger(tmp_path):
        pass


def test_a_ledger_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    with open_ledger(tmp_path):
        pass
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(LedgerError, match="of version 9"), open_ledger(tmp_path):
        pass


def make_record(digest: str = "a", notebook: str = "n", *, extra: str = "", page: str = "p") -> Record:
    reads = [{"query": "count", "arguments": {"year": 2017}, "digest": digest}]
    reads += [{"query": "previous", "arguments": {}, "digest": extra}]
    reads += [{"query": "row", "arguments": {"key": extra}, "digest": "r"}] if extra else []
    inputs = {"notebook": notebook, "dataset": digest}
    return Record("year", "2017", {"year": 2017}, "built", inputs, reads, outputs={"year/2017.html": page})


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (make_record(), True),
        (make_record(page="q"), True),
        (make_record(extra="it looked back"), True),
        (make_record(digest="b"), False),
        (make_record(notebook="m"), False),
    ],
)
def test_a_briefing_is_what_it_read_and_how_it_was_made(other: Record, expected: bool) -> None:
    assert is_alike(describe(make_record()), describe(other)) is expected
