"""The file of subscribers: what it means, and that every fault in it is told, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from pressroom.delivery.mail.subscribers import (
    Subscriber,
    SubscribersError,
    read_subscribers,
    select_known,
)
from pressroom.run.catalogue import Briefing, Catalogue, Family
from pressroom.run.parameters import Parameter

ROOT = Path(__file__).resolve().parents[3]
HEAD = "address,name,selectors,formats"


def make_catalogue(**families: list[str]) -> Catalogue:
    made = [
        Family(
            name, Path(f"{name}.ipynb"), name, parameters=(Parameter(name, "str", codes[0], choices=name),)
        )
        for name, codes in families.items()
    ]
    briefings = [
        Briefing(name, code.lower(), {name: code}) for name, codes in families.items() for code in codes
    ]
    return Catalogue(tuple(made), tuple(briefings))


NEW = make_catalogue(agency=["UNDP", "UNICEF"], theme=["bhr", "water"])
OLD = make_catalogue(agency=["UNDP", "OSAPG"])


def write(folder: Path, *rows: str, head: str = HEAD, start: bytes = b"") -> Path:
    file = folder / "subscribers.csv"
    file.write_bytes(start + "\r\n".join([head, *rows, ""]).encode())
    file.chmod(0o600)
    return file


def test_the_example_is_good() -> None:
    found = read_subscribers(ROOT / "subscribers.example.csv", [NEW])
    assert [person.formats for person in found.people] == [("pdf",), ("pdf", "html")]
    assert select_known(NEW, found.people[0].selectors) == ("agency/undp", "theme/bhr", "theme/water")
    assert select_known(NEW, found.people[1].selectors) == tuple(b.id for b in NEW.briefings)


def test_a_spreadsheet_s_habits_are_survived(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        " theme=bhr   agency=UNDP theme=bhr,a@B.Example.ORG,html,Ann",
        ",,,",
        "",
        "*,c@example.org,,",
        head="selectors,address,formats,name",
        start=b"\xef\xbb\xbf",
    )
    assert read_subscribers(file, [NEW]).people == (
        Subscriber("a@b.example.org", "Ann", ("theme=bhr", "agency=UNDP"), ("html",)),
        Subscriber("c@example.org", "", ("*",), ("pdf",)),
    )


FAULTS = {
    "a@example.org,,agency=UNPD,": ("row 2, column selectors", "not one of its values", "nearest: UNDP"),
    "a@example.org,,agncy,": ("row 2, column selectors", "there is no family", "nearest: agency"),
    "a@example.org,,agncy=*,": ("row 2, column selectors", "there is no family", "nearest: agency"),
    "a@example.org,,,": ("row 2, column selectors", "* selects all"),
    "a@example.org,,*,pdf;htm": ("row 2, column formats", '"htm"', "allowed: pdf, html; nearest: html"),
    "a example.org,,*,": ("row 2, column address", "has an @"),
    ",Ann,*,": ("row 2, column address", "missing"),
    "a..b@example.org,,*,": ("row 2, column address", '"a..b"'),
    "a@example,,*,": ("row 2, column address", '"example"'),
    "=?utf-8?q?a?=@example.org,,*,": ("row 2, column address", "before the @"),
    "a@-x.org,,*,": ("row 2, column address", "no domain"),
    '"a@b.org, c@d.org",,*,': ("row 2, column address", "no mail address"),
    '"a@b.org\nBcc: c@d.org",,*,': ("row 2, column address", "line break"),
    'a@b.org,"Ann\nBcc: c@d.org",*,': ("row 2, column name", "line break"),
    "a@b.org,Ann\u2028Bob,*,": ("row 2, column name", "line break"),
    "a@b.org,Ann\x07,*,": ("row 2, column name", "control"),
    "a@b.org,Ann,*,pdf,more": ("row 2", "stands in no named column"),
}


@pytest.mark.parametrize(("row", "told"), FAULTS.items())
def test_a_fault_is_told_with_its_place(row: str, told: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(SubscribersError) as caught:
        read_subscribers(write(tmp_path, row), [NEW])
    assert len(caught.value.findings) == 1
    assert all(words in str(caught.value) for words in told), str(caught.value)


HEADS = {
    "<<<<<<< HEAD": ("merge conflict, line 1",),
    "address,name,selectors": ("column formats", "is missing"),
    "address,name,selectors,format": ("column formats", 'is "format" meant'),
    "address,name,selectors,formats,phone": ("row 1, column phone", 'no column "phone"'),
    "address;name;selectors;formats": ("row 1", "separated by semicolons"),
    "address,name,selectors,formats,name": ("column name", "twice"),
}


@pytest.mark.parametrize(("head", "told"), HEADS.items())
def test_a_wrong_header_is_told(head: str, told: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(SubscribersError) as caught:
        read_subscribers(write(tmp_path, "a@b.org,Ann,*,pdf", head=head), [NEW])
    assert all(words in str(caught.value) for words in told), str(caught.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    rows = ["a@b.org,Ann,*,", "x,Bob,zebra,doc", "a@B.ORG,Cid,*,"]
    with pytest.raises(SubscribersError) as caught:
        read_subscribers(write(tmp_path, *rows), [NEW])
    places = [(finding.row, finding.column) for finding in caught.value.findings]
    assert places == [(3, "address"), (3, "selectors"), (3, "formats"), (4, "address")]
    assert "is in row 2, too" in str(caught.value)


def test_what_only_an_earlier_release_had_is_doubtful(tmp_path: Path) -> None:
    found = read_subscribers(write(tmp_path, "a@b.org,,agency=OSAPG theme=bhr,"), [NEW, OLD])
    (warning,) = found.warnings
    assert str(warning).startswith('subscribers.csv, row 2, column selectors: "agency=OSAPG" names nothing')
    assert select_known(NEW, found.people[0].selectors) == ("theme/bhr",)


def test_who_else_can_read_the_file_is_told(tmp_path: Path) -> None:
    file = write(tmp_path, "a@b.org,Ann,*,")
    assert read_subscribers(file, [NEW]).warnings == ()
    file.chmod(0o640)
    (warning,) = read_subscribers(file, [NEW]).warnings
    assert "chmod 600 subscribers.csv" in str(warning)


def test_without_the_file_the_example_is_named(tmp_path: Path) -> None:
    with pytest.raises(SubscribersError, match=r"subscribers\.example\.csv"):
        read_subscribers(tmp_path / "subscribers.csv", [NEW])


def test_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "subscribers.csv").write_bytes(f"{HEAD}\na@b.org,Désirée,*,\n".encode("latin-1"))
    with pytest.raises(SubscribersError, match="not UTF-8"):
        read_subscribers(tmp_path / "subscribers.csv", [NEW])
