"""Names of the time of a record, and places in words."""

from __future__ import annotations

from datetime import date

import pytest

from pressroom.pages.names import NamesThen, name_places

EARLIER = [
    {"body": "N", "short": "North Co", "from": "1990", "to": "2017-06"},
    {"body": "E", "short": "East", "from": "", "to": "2020"},
]


@pytest.mark.parametrize(
    ("code", "first", "last", "said"),
    [
        ("N", date(2016, 1, 1), date(2016, 12, 31), "North Co (now North Ltd)"),
        ("N", date(2017, 1, 1), date(2017, 12, 31), "North Ltd"),  # it may have been after
        ("N", date(1989, 5, 1), date(1989, 5, 1), "North Ltd"),
        ("N", None, None, "North Ltd"),
        ("E", date(2016, 1, 1), date(2016, 1, 1), "East"),
        ("S", date(2016, 1, 1), date(2016, 1, 1), "South"),
    ],
)
def test_a_name_is_that_of_the_time(code: str, first: date | None, last: date | None, said: str) -> None:
    names = NamesThen({"N": "North Ltd", "E": "East", "S": "South"}, EARLIER, of="body", name="short")
    assert names.at(code, {"earliest": first, "latest": last}) == said


def test_places_stand_by_their_countries() -> None:
    places = [("BEL", "Ghent"), ("FRA", ""), ("BEL", "Liège"), ("", "Geneva")]
    assert name_places(places, {"BEL": "Belgium", "FRA": "France"}) == (
        "Ghent and Liège, Belgium; France; Geneva"
    )
