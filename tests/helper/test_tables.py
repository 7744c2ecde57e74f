"""Tables of activities: the columns that they may have."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from aichr_briefings.record import Record, open_dataset
from aichr_briefings.tables import activities_table
from kits import NOTE


@pytest.fixture
def wider(tmp_path: Path) -> Record:
    """The dataset with a column more, which has a title."""
    data = tmp_path / "data"
    shutil.copytree(NOTE / "data", data)
    descriptor = json.loads((data / "datapackage.json").read_text("utf-8"))
    table = next(entry for entry in descriptor["resources"] if entry["name"] == "activities")
    table["schema"]["fields"].append({"name": "language", "type": "string", "title": "Working language"})
    (data / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    head, *rows = (data / "activities.csv").read_text("utf-8").splitlines()
    lines = [f"{head},language", f"{rows[0]},Khmer", *(f"{row}," for row in rows[1:])]
    (data / "activities.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return open_dataset(data)


def test_a_column_that_an_analyst_added_has_its_title(wider: Record) -> None:
    html = activities_table(wider, wider.activities(), "Activities", columns=("date", "language")).html
    assert '<th scope="col">Working language</th>' in html
    assert '<td data-l="Working language">Khmer</td>' in html
    assert '<span class="none">not stated</span>' in html


@pytest.mark.parametrize(
    ("column", "title", "value"),
    [
        ("participants_target", "Participants aimed at", "60"),
        ("aichr_lead", "Lead in the AICHR", "Thailand"),
        ("themes", "Themes", "Business and human rights"),
        ("series", "Series", ""),
        ("venue", "Venue", ""),
        ("start", "Start", ""),
        ("precision", "Precision", "month"),
        ("year", "Year", "2018"),
    ],
)
def test_any_column_of_the_table_is_taken(ds: Record, column: str, title: str, value: str) -> None:
    html = activities_table(ds, ds.activities(), "Activities", columns=("date", column)).html
    assert f'<th scope="col">{title}</th>' in html
    assert value in html


def test_a_title_is_asked_of_the_descriptor_alone(wider: Record, ds: Record) -> None:
    assert (wider.label("activities", "language"), ds.label("activities", "venue")) == (
        "Working language",
        "venue",
    )


@pytest.mark.parametrize(
    ("column", "nearest"), [("langauge", "language"), ("agency", "agencies"), ("dates", "date")]
)
def test_a_wrong_column_names_those_there_are(wider: Record, column: str, nearest: str) -> None:
    with pytest.raises(ValueError, match=f'no column "{column}" of activities') as refused:
        activities_table(wider, wider.activities(), "Activities", columns=("date", column))
    told = str(refused.value)
    assert told.endswith(f"nearest: {nearest}")
    assert all(name in told for name in ("part", "account", "language", "participants_target", "agencies"))
