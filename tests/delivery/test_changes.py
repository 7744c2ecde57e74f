"""What changed between two releases, and for whom; by what was read, never by bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pressroom.delivery.changes import Changes, compare
from pressroom.delivery.freeze import open_current
from pressroom.delivery.releases import Releases
from pressroom.edition.build import build_edition
from pressroom.pages.differences import say_row_change
from pressroom.run.inputs import find_project

if TYPE_CHECKING:
    from house import House

TRAINING = "Training on business and human rights"


def since_two(house: House) -> Changes:
    """Return what a build now changes from release ``two``."""
    project = find_project(house.root)
    assert build_edition(project).is_good
    return compare(Releases(house.root / "releases").open("two"), open_current(project))


def kinds(changes: Changes) -> dict[str, tuple[str, bool]]:
    return {id: (change.kind, change.is_correction) for id, change in changes.briefings.items()}


def test_a_correction_reaches_those_who_read_it(house: House) -> None:
    changes = compare(*Releases(house.root / "releases").list())
    [row] = changes.main
    assert say_row_change(row) == (
        f"Corrected: {TRAINING} – date 14–16 November 2017, was 13–16 November 2017"
    )
    assert changes.briefings["year/2017"].is_correction
    assert changes.briefings["year/2017"].lines == (say_row_change(row),)
    assert "year/2018" not in changes.briefings


@pytest.mark.slow
def test_nothing_changed_is_nothing(house: House) -> None:
    changes = since_two(house)
    assert (changes.rows, changes.briefings) == ((), {})
    assert "Nothing changed" in house.run("diff", "two").stdout


@pytest.mark.slow
def test_an_unread_column_changes_no_briefing(house: House) -> None:
    house.correct('2016-2020:1.2.4,,"Four days', '2016-2020:1.2.5,,"Four days')
    changes = since_two(house)
    assert [field.label for field in changes.rows[0].fields] == ["provisions"]
    assert changes.briefings == {}


@pytest.mark.slow
def test_an_addition_is_no_correction(house: House) -> None:
    file = house.root / "data" / "activities.csv"
    row = next(line for line in file.read_text("utf-8").splitlines() if line.startswith("crc-workshop-2017,"))
    with file.open("a", encoding="utf-8") as rows:
        rows.write(row.replace("crc-workshop-2017", "crc-workshop-2016").replace(",2017", ",2016") + "\n")
    changes = since_two(house)
    assert [change.verb for change in changes.main] == ["Added"]
    assert kinds(changes)["year/2016"] == ("new", False)
    assert not any(change.is_correction for change in changes.briefings.values())


@pytest.mark.slow
def test_another_notebook_is_another_method(house: House) -> None:
    notebook = house.root / "notebooks" / "year.ipynb"
    notebook.write_text(notebook.read_text("utf-8").replace("Year briefing", "A year's briefing"), "utf-8")
    changes = since_two(house)
    assert set(kinds(changes).values()) == {("method", False)}
    assert "its notebook" in changes.briefings["year/2018"].lines[0]


@pytest.mark.slow
def test_a_notebook_that_shows_the_same_changes_nothing(house: House) -> None:
    """Its remarks are for the analyst: the documents are equal, byte for byte."""
    notebook = house.root / "notebooks" / "year.ipynb"
    told = json.loads(notebook.read_text("utf-8"))
    remark = next(cell for cell in told["cells"] if "analyst-only" in cell["metadata"].get("tags", []))
    remark["source"] = "**Another remark.**"
    notebook.write_text(json.dumps(told), "utf-8")
    assert kinds(since_two(house)) == {}


@pytest.mark.slow
def test_data_win_over_method(house: House) -> None:
    notebook = house.root / "notebooks" / "year.ipynb"
    notebook.write_text(notebook.read_text("utf-8").replace("Year briefing", "A year's briefing"), "utf-8")
    house.correct("2017-11-14,2017-11-16", "2017-11-13,2017-11-16")
    told = kinds(since_two(house))
    assert told["year/2017"] == ("data", True)
    assert {kind for kind, _ in told.values()} == {"data", "method"}


@pytest.mark.slow
def test_commentary_is_told(house: House) -> None:
    file = house.root / "data" / "commentary" / "year" / "2018.md"
    file.parent.mkdir(parents=True)
    file.write_text("---\nauthor: A. Analyst\ndate: 2026-11-26\n---\nA remark.\n", "utf-8")
    changes = since_two(house)
    assert kinds(changes) == {"year/2018": ("data", False)}
    assert changes.briefings["year/2018"].lines == ("The analyst's commentary was added.",)


@pytest.mark.slow
def test_a_family_that_is_gone_is_removed(house: House) -> None:
    (house.root / "notebooks" / "year.ipynb").rename(house.root / "notebooks" / "years.ipynb")
    assert {kind for kind, _ in kinds(since_two(house)).values()} == {"new", "removed"}


def test_diff_is_for_readers_and_for_machines(house: House) -> None:
    told = house.run("diff", "one", "two").stdout
    assert told.startswith("From one to two: activities: 1 corrected.")
    assert TRAINING in told
    machines = json.loads(house.run("diff", "one", "two", "--json").stdout)
    assert machines["rows"][0]["fields"][0]["old"] == "13–16 November 2017"
    assert [b["id"] for b in machines["briefings"] if b["correction"]] == list(
        compare(*Releases(house.root / "releases").list()).briefings
    )
    assert "nearest" in house.run("diff", "onne", code=2).stderr


@pytest.mark.slow
def test_looking_back_is_no_reason_to_publish(house: House) -> None:
    """The page of release ``two`` tells of ``one``; when readers have ``two``, that is told no more."""
    house.run("approve", "two")
    house.correct('2016-2020:1.2.4,,"Four days', '2016-2020:1.2.5,,"Four days')
    changes = since_two(house)
    editions = (house.root / "releases" / "two" / "edition", house.root / "reports" / "current")
    pages = [(edition / "year" / "2017.html").read_text("utf-8") for edition in editions]
    assert ["correction since release one" in page for page in pages] == [True, False]
    assert changes.briefings == {}


@pytest.mark.parametrize("name", ["release.json", "edition/manifest.json"])
def test_a_release_that_cannot_be_read_is_named(house: House, name: str) -> None:
    (house.root / "releases" / "two" / name).unlink()
    assert "releases/two" in house.run("diff", "one", "two", code=2).stderr


@pytest.mark.slow
def test_a_correction_elsewhere_is_none_here(house: House) -> None:
    """Each page reads something of all activities; that another one was added corrects nothing on it."""
    file = house.root / "data" / "activities.csv"
    row = next(line for line in file.read_text("utf-8").splitlines() if line.startswith("crc-workshop-2017,"))
    with file.open("a", encoding="utf-8") as rows:
        rows.write(row.replace("crc-workshop-2017", "crc-workshop-2016").replace(",2017", ",2016") + "\n")
    house.run("build")
    one, current = Releases(house.root / "releases").open("one"), open_current(find_project(house.root))
    changes = compare(one, current)
    assert changes.briefings["year/2017"].is_correction
    others = [c for c in changes.briefings.values() if c.id not in ("year/2017", "year/2016")]
    assert not any(change.is_correction for change in others), others


def test_frozen_data_that_were_altered_are_not_believed(house: House) -> None:
    file = house.root / "releases" / "two" / "data" / "activities.csv"
    file.write_text(file.read_text("utf-8").replace("2017-11-14", "2017-11-13"), "utf-8")
    assert "is damaged" in house.run("diff", "one", "two", code=2).stderr


def test_data_that_are_not_built_yet_are_not_compared(house: House) -> None:
    house.correct("2017-11-14,2017-11-16", "2017-11-15,2017-11-16")
    assert "briefings build" in house.run("diff", "two", code=2).stderr


@pytest.mark.slow
def test_what_is_still_to_be_built_is_told_first(house: House) -> None:
    house.correct("2017-11-14,2017-11-16", "2017-11-15,2017-11-16")
    house.correct("2018-05-15", "2018-05-16")
    house.run("build", "year=2017")
    told = house.run("diff", "two").stdout.splitlines()
    assert told[0].startswith("The current edition is partly stale: 1 briefing is still to be built")
    assert told[1:4] == ["  year/2018", "", "From two to current: activities: 2 corrected."]
    assert json.loads(house.run("diff", "two", "--json").stdout)["stale"] == ["year/2018"]
    house.run("build")
    assert house.run("diff", "two").stdout.startswith("From two to current")
    (house.root / "notebooks" / "year.ipynb").rename(house.root / "notebooks" / "years.ipynb")
    stale = json.loads(house.run("diff", "two", "--json").stdout)["stale"]
    assert {name.partition("/")[0] for name in stale} == {"year", "years"}
