import doctest
import shutil

import pytest

from aichr_briefings import note, page, phrases, themes, years
from aichr_briefings import rows as facts
from aichr_briefings.record import open_dataset
from aichr_briefings.rows import in_order
from aichr_briefings.tables import activities_table, lines_served
from pressroom.pages import records

ON_RECORD = ("held", "ongoing")


def pick(ds, *ids):
    return [row for row in ds.activities() if row["id"] in ids]


def test_titles_stay_within_fourteen_words(ds):
    for theme in records(ds.table("themes")):
        title = themes.theme_title(ds, theme, ds.activities(theme=theme["code"], status=ON_RECORD))
        assert len(title.split()) <= 14, title


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ((), ""),
        (("bhr-training-2017",), "a training in November 2017"),
        (("disability-dialogues",), "undated dialogues"),
        (("juvenile-justice-study",), "an ongoing study"),
        (("bhr-dialogue-2018", "bhr-dialogue-2019"), "dialogues in June 2018 and June 2019"),
        (("lemkin-seminar-2017", "disability-dialogues"), "a seminar in 2017 and undated dialogues"),
    ],
)
def test_activities_are_named_together(ds, ids, said):
    assert phrases.named_together(pick(ds, *ids)) == said


@pytest.mark.parametrize(
    ("agency", "counts"),
    [
        ("UNDP", (3, 1, 0)),
        ("UNICEF", (2, 1, 2)),
        ("OHCHR", (2, 1, 0)),
        ("UN-WOMEN", (0, 1, 0)),
        ("IOM", (0, 0, 0)),
    ],
)
def test_what_follows_comes_before_and_cannot_be_placed(ds, meeting, agency, counts):
    assert facts.dated_since(ds.activities(agency=agency, status=ON_RECORD), meeting) == counts


def test_an_agency_without_activities_is_a_failure_and_a_theme_is_not(ds):
    none = ds.activities()[:0]
    with pytest.raises(facts.EmptyRecordError, match="no activity is recorded for WHO"):
        facts.recorded(none, of="WHO", if_empty="failure")
    assert facts.recorded(none, of="a theme", if_empty="finding") == []
    with pytest.raises(ValueError, match="'maybe'"):
        facts.recorded(none, of="a theme", if_empty="maybe")


def test_planned_activities_are_not_on_record(ds):
    kept = facts.recorded(ds.activities(), of="the note", if_empty="failure")
    assert {row["status"] for row in kept} == {"held", "ongoing"}
    assert len(kept) == 18


def test_activities_stand_in_the_order_of_their_ends(ds):
    ids = facts.ids(in_order(ds.activities(year=2018)))
    assert ids[0] == "expression-dialogue-2018"
    assert ids[-1] == "crc-dialogue-2018", "a date of the year alone stands behind its days"
    assert facts.ids(in_order(ds.activities()))[-2:] == ["disability-dialogues", "aichr-un-meeting-2"]


@pytest.mark.parametrize(
    ("year", "title"),
    [
        (2011, "2011: one recorded activity, in a year outside the note's list"),
        (2017, "2017: four recorded activities, one dated to the day"),
        (2018, "2018: nine recorded activities, six of them after the 1st AICHR-UN Meeting"),
        (2019, "2019: three recorded activities, and the 2nd AICHR-UN Meeting ahead"),
    ],
)
def test_titles_of_years(ds, meeting, year, title):
    mine, planned = ds.activities(year=year, status=ON_RECORD), ds.activities(year=year, status="planned")
    assert years.year_title(year, mine, planned, meeting, ds) == title


@pytest.mark.parametrize(
    ("year", "finding"),
    [
        (2011, "Told outside the note's list, which does not cover 2011"),
        (2017, "Three stand in the note's list for 2017, one elsewhere"),
        (2018, "Six stand in the note's list for 2018, three elsewhere"),
        (2019, "Two stand in the note's list for 2019, one elsewhere"),
    ],
)
def test_the_record_against_the_list(ds, year, finding):
    assert years.list_finding(ds, ds.activities(year=year, status=ON_RECORD), year) == finding


@pytest.mark.parametrize(
    ("theme", "carried"),
    [
        ("bhr", "all with UNDP"),
        ("disability", "both with UNICEF"),
        ("environment", "with UNEP"),
        ("water-sanitation", "one of them with OHCHR"),
        ("women-children", "with UNICEF, UN Women and UNDP"),
    ],
)
def test_who_carries_a_theme(ds, theme, carried):
    assert phrases.carried_by(ds, ds.activities(theme=theme, status=ON_RECORD)) == carried


def test_a_theme_without_activity_is_a_finding(ds):
    theme = ds.row("themes", "sustainable-development")
    none = ds.activities(theme="sustainable-development")
    assert themes.theme_title(ds, theme, none).endswith("named by the note, with no activity on record")
    assert themes.spread(ds, none) == "The note records no activity under it"


@pytest.mark.parametrize(
    ("theme", "finding"),
    [
        ("bhr", "UNDP is named in all three, ESCAP in one"),
        ("women-children", "UNICEF is named in four of the six, UN Women and UNDP in one each"),
        ("water-sanitation", "OHCHR is named in one of the two, no other agency is"),
        ("environment", "UNEP is named, in the one activity"),
    ],
)
def test_in_how_many_activities_each_agency_is_named(ds, theme, finding):
    assert themes.carrier_finding(ds, ds.activities(theme=theme, status=ON_RECORD)) == finding


def test_lines_count_only_what_falls_in_the_plan_for_certain(ds):
    for agency in ds.codes("agencies"):
        mine = ds.activities(agency=agency, status=ON_RECORD)
        html = lines_served(ds, mine).html
        for line in records(ds.table("provisions")):
            own = ds.count(provision=line["id"], agency=agency, status=ON_RECORD)
            row = f"<td>{line['summary']}</td><td>{own}</td>"
            assert (row in html.replace("’", "'").replace("&#x27;", "'")) == (own > 0), (agency, line["id"])


def test_nothing_planned_is_said(ds, meeting):
    none = ds.activities()[:0]
    assert page.planned_figure(none) is None
    assert note.planned_sentence(none) == ""
    assert note.edition_title(ds, none) == "Twelve UN agencies on record with AICHR"


def test_the_note_as_a_whole(ds, meeting):
    entries = note.entries_by_agency(ds)
    assert sum(entries.values()) == 27
    assert note.leaders(entries) == ["UNICEF", "UNDP", "OHCHR"]
    assert note.alone_at_meeting(ds, meeting) == "Four agencies appear at the 1st AICHR-UN Meeting alone"
    assert note.part_of(8, 16) == "half of the activities"


def test_undated_activities_alone_are_told_without_a_year(ds):
    undated = pick(ds, "disability-dialogues")
    assert themes.time_finding(undated) == "No date is recorded"
    assert facts.together(undated, []) == undated


def test_a_cancelled_activity_is_told_apart(data, tmp_path):
    shutil.copytree(data, tmp_path / "data")
    path = tmp_path / "data" / "activities.csv"
    rows = path.read_text("utf-8").splitlines(keepends=True)
    changed = [row.replace(",held,", ",cancelled,") if row.startswith("eia-") else row for row in rows]
    path.write_text("".join(changed), "utf-8")
    changed_ds = open_dataset(tmp_path / "data")
    mine = facts.recorded(changed_ds.activities(agency="UNEP"), of="UNEP", if_empty="failure")
    cancelled = changed_ds.activities(agency="UNEP", status="cancelled")
    assert phrases.called_off_words(cancelled) == "one more was cancelled"
    shown = facts.together(cancelled, mine)
    table = activities_table(changed_ds, shown, "caption", columns=("date", "activity"))
    assert [row["status"] for row in in_order(shown)] == ["held", "cancelled"]
    assert "Cancelled · " in table.html


def test_the_themes_beside_one_are_the_nearest(ds):
    assert doctest.testmod(themes).failed == 0
    codes = list(ds.codes("themes"))
    assert themes.themes_near(ds, codes[4]) == codes
    assert len(codes) <= themes.NEAREST


@pytest.mark.parametrize("day", ["2018-05-15", "2017", "2018-06", "2018-12-07"])
def test_what_cannot_be_placed_before_or_after_a_date_began_in_its_year(ds, day):
    whole = list(ds.unplaced(since=day).frame()["id"])
    assert whole
    assert list(ds.unplaced(since=day, year=day[:4]).frame()["id"]) == whole


def test_many_activities_are_told_by_kind(ds):
    many = ds.activities(theme="women-children")
    told = phrases.named_together(many)
    assert told == "three workshops, one seminar, one dialogue and one study, from 2011 to 2019"
    undated = [row | {"years": ()} for row in map(dict, many)]
    assert phrases.named_together(undated).endswith("one study, none of them dated")
