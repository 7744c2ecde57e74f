"""What differs between rows, in words; additions, corrections and withdrawals told apart."""

from __future__ import annotations

from typing import Any

import pytest

from kits import NOTE
from pressroom.data.comparison import RowChange, compare_rows, fold_parts
from pressroom.data.package import read_package
from pressroom.data.wording import read_wordings
from pressroom.pages.differences import say_row_change

MEETING = {
    "id": "m", "title": "The Meeting", "short_title": "Meeting", "status": "planned", "start": "2018-05",
    "end": None, "venue": None, "series": "old", "themes": ("bhr",), "sources": ("note#1",),
}  # fmt: skip
NAMES = {
    "old": "Old Meetings",
    "new": "New Meetings",
    "bhr": "business",
    "env": "environment",
    "UNDP": "UNDP",
    "VNM": "Viet Nam",
    "THA": "Thailand",
}


def name_of(table: str, code: str) -> str:
    return NAMES[code]


WORDINGS = read_wordings(read_package(NOTE / "data"))


def fold(changes: list[RowChange], old: Any, new: Any) -> list[RowChange]:
    part = WORDINGS["participations"].part
    assert part
    return fold_parts(changes, WORDINGS, part, old, new, {"m": MEETING}, name_of)


def say(old: dict[str, Any] | None, new: dict[str, Any] | None) -> list[str]:
    rows = [{"m": row} if row else {} for row in (old, new)]
    return [say_row_change(change) for change in compare_rows(WORDINGS["activities"], *rows, name_of)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, []),
        ({"sources": ("note#2",)}, []),
        ({"status": "held"}, ["Updated: Meeting (May 2018) – status held, was planned"]),
        ({"venue": "Hall"}, ["Updated: Meeting (May 2018) – venue now stated, Hall"]),
        ({"series": "new"}, ["Corrected: Meeting (May 2018) – series New Meetings, was Old Meetings"]),
        ({"series": None}, ["Corrected: Meeting (May 2018) – series no longer stated, was Old Meetings"]),
        ({"start": "2018-05-15"}, ["Updated: Meeting – date 15 May 2018, was May 2018"]),
        (
            {"start": "2018-05-15", "end": "2018-05-16"},
            ["Updated: Meeting – date 15–16 May 2018, was May 2018"],
        ),
        (
            {"start": "2018-05-30", "end": "2018-06-01"},
            ["Corrected: Meeting – date 30 May – 1 June 2018, was May 2018"],
        ),
        ({"start": "2018-06-15"}, ["Corrected: Meeting – date 15 June 2018, was May 2018"]),
        ({"start": "2018"}, ["Corrected: Meeting – date 2018, was May 2018"]),
        ({"start": None}, ["Corrected: Meeting – date no longer stated, was May 2018"]),
        (
            {"places": ("VNM/Hanoi", "THA", "/Geneva")},
            ["Updated: Meeting (May 2018) – place now stated, Hanoi, Viet Nam; Thailand; Geneva"],
        ),
        (
            {"themes": ("bhr", "env"), "venue": "Hall"},
            [
                (
                    "Corrected: Meeting (May 2018) – venue now stated, Hall; themes business, environment,"
                    " was business"
                )
            ],
        ),
    ],
)
def test_a_change_is_told_field_by_field(change: dict[str, Any], said: list[str]) -> None:
    assert say(MEETING, MEETING | change) == said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (("VNM",), ("VNM/Hanoi",), "Updated: Meeting (May 2018) – place Hanoi, Viet Nam, was Viet Nam"),
        (
            ("VNM",),
            ("VNM/Hanoi", "THA"),
            "Updated: Meeting (May 2018) – place Hanoi, Viet Nam; Thailand, was Viet Nam",
        ),
        (
            ("VNM/Hanoi",),
            ("VNM/Hue",),
            "Corrected: Meeting (May 2018) – place Hue, Viet Nam, was Hanoi, Viet Nam",
        ),
        (("THA",), ("VNM/Hanoi",), "Corrected: Meeting (May 2018) – place Hanoi, Viet Nam, was Thailand"),
    ],
)
def test_a_city_in_a_country_that_was_told_corrects_nothing(
    old: tuple[str, ...], new: tuple[str, ...], said: str
) -> None:
    assert say(MEETING | {"places": old}, MEETING | {"places": new}) == [said]


def test_rows_come_and_go() -> None:
    assert say(None, MEETING) == ["Added: Meeting (May 2018)"]
    assert say(MEETING, None) == ["Withdrawn: Meeting (May 2018)"]


def test_only_what_a_reader_was_told_otherwise_is_a_correction() -> None:
    for change, is_correction in (
        ({"status": "held"}, False),
        ({"venue": "X"}, False),
        ({"series": "new"}, True),
    ):
        [found] = compare_rows(WORDINGS["activities"], {"m": MEETING}, {"m": MEETING | change}, name_of)
        assert found.is_correction == is_correction
    [withdrawn] = compare_rows(WORDINGS["activities"], {"m": MEETING}, {}, name_of)
    [added] = compare_rows(WORDINGS["activities"], {}, {"m": MEETING}, name_of)
    assert (withdrawn.is_correction, added.is_correction) == (True, False)


def part(role: str) -> dict[str, str]:
    return {"activity": "m", "organisation": "UNDP", "role": role}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (["host"], ["host"], []),
        ([], ["host"], ["Updated: Meeting (May 2018) – role of UNDP now stated, host"]),
        (["host"], [], ["Corrected: Meeting (May 2018) – role of UNDP no longer stated, was host"]),
        (
            ["host", "partner"],
            ["partner", "co-host"],
            ["Corrected: Meeting (May 2018) – role of UNDP co-host and partner, was host and partner"],
        ),
    ],
)
def test_who_took_part_belongs_to_the_activity(old: list[str], new: list[str], said: list[str]) -> None:
    folded = fold([], map(part, old), map(part, new))
    assert [say_row_change(change) for change in folded] == said


def test_roles_join_what_else_changed_but_not_an_addition() -> None:
    changes = compare_rows(
        WORDINGS["activities"], {"m": MEETING}, {"m": MEETING | {"venue": "Hall"}}, name_of
    )
    [folded] = fold(changes, [], [part("host")])
    assert [field.label for field in folded.fields] == ["venue", "role of UNDP"]
    added = compare_rows(WORDINGS["activities"], {}, {"m": MEETING}, name_of)
    assert fold(added, [], [part("host")]) == added


def test_other_records_are_known_by_their_words() -> None:
    long = "word " * 40
    old, new = ({"s": {"id": "s", "text": text, "number": n}} for text, n in ((long, 1), (long, 2)))
    [change] = compare_rows(WORDINGS["statements"], old, new, name_of)
    assert say_row_change(change).startswith("Corrected: statement “word word")
    assert "…” – number 2, was 1" in say_row_change(change)
    assert len(say_row_change(change)) < 150


def test_a_long_text_is_told_from_its_first_difference_on() -> None:
    old, new = ({"m": MEETING | {"title": f"{'word ' * 40}{last}"}} for last in ("early.", "late."))
    [change] = compare_rows(WORDINGS["activities"], old, new, name_of)
    assert say_row_change(change).endswith("title … word late., was … word early.")


def test_a_heading_may_be_put_together_from_columns() -> None:
    plan = {"code": "p", "title": "Plan of Action", "from": 2016, "to": 2020}
    [added] = compare_rows(WORDINGS["plans"], {}, {"p": plan}, name_of)
    assert say_row_change(added) == "Added: plan “Plan of Action, 2016 to 2020”"
    assert WORDINGS["plans"].find_heading(plan | {"to": None}) == ""
