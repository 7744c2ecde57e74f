"""Facts of the record: what activities are called, how they lie in time, what years and lines hold."""

import doctest
import shutil

import pytest

from aichr_briefings import agencies, find_lists, meetings, naming, note, plain_table, statements, subjects
from aichr_briefings import rows as facts
from aichr_briefings.agencies import by_agency, named_in, topics
from aichr_briefings.record import open_dataset
from aichr_briefings.rows import in_order
from aichr_briefings.subjects import serving
from aichr_briefings.tables import activities_table

ON_RECORD = ("held", "ongoing")


def pick(ds, *ids):
    return [row for row in ds.activities() if row["id"] in ids]


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


def test_the_themes_beside_one_are_the_nearest(ds):
    assert doctest.testmod(subjects).failed == 0
    codes = list(ds.codes("themes"))
    assert subjects.themes_near(ds, codes[4]) == codes
    assert len(codes) <= subjects.NEAREST


@pytest.mark.parametrize("day", ["2018-05-15", "2017", "2018-06", "2018-12-07"])
def test_what_cannot_be_placed_before_or_after_a_date_began_in_its_year(ds, day):
    whole = list(ds.unplaced(since=day).frame()["id"])
    assert whole
    assert list(ds.unplaced(since=day, year=day[:4]).frame()["id"]) == whole


def test_many_activities_are_told_by_kind(ds):
    many = ds.activities(theme="women-children")
    told = naming.named_together(many)
    assert told == "three workshops, one seminar, one dialogue and one study, from 2011 to 2019"
    undated = [row | {"years": ()} for row in map(dict, many)]
    assert naming.named_together(undated).endswith("one study, none of them dated")


@pytest.mark.parametrize(
    ("agency", "counts"),
    [
        ("UNDP", (3, 1, 0, 0)),
        ("UNICEF", (1, 1, 2, 1)),
        ("OHCHR", (2, 1, 0, 0)),
        ("UN-WOMEN", (0, 1, 0, 0)),
        ("IOM", (0, 0, 0, 0)),
    ],
)
def test_what_follows_comes_before_and_cannot_be_placed(ds, meeting, agency, counts):
    placed = facts.around(ds.activities(agency=agency, status=ON_RECORD), meeting)
    assert tuple(map(len, placed)) == counts


@pytest.mark.parametrize(
    ("year", "inside", "others"), [(2011, 0, 0), (2017, 3, 1), (2018, 6, 0), (2019, 2, 0)]
)
def test_the_record_beside_the_notes_own_list(ds, year, inside, others):
    mine = ds.activities(year=year, status=ON_RECORD)
    assert len(note.listed_inside(ds, mine, year)) == inside
    assert bool(find_lists(ds, year)) == (year != 2011)
    # The list for 2017 tells of the dialogue that followed in 2018.
    told = facts.ids(note.listed_of_others(ds, mine, year))
    assert told == {2017: ["crc-dialogue-2018"], 2018: ["water-workshop-2017"]}.get(year, [])


def test_agencies_by_year_are_those_of_each_year(ds):
    counts = agencies.count_by_year(ds)
    assert list(counts) == list(ds.coverage)
    assert counts == {2017: 3, 2018: 11, 2019: 3}


def test_agencies_stand_by_how_much_they_have(ds):
    mine = ds.activities(theme="women-children", status=ON_RECORD)
    assert {body: len(rows) for body, rows in by_agency(ds, mine).items()} == {
        "UNICEF": 4,
        "UN Women": 1,
        "UNDP": 1,
    }
    assert next(iter(by_agency(ds, mine))) == "UNICEF"
    assert list(named_in(ds, mine)) == ["UNICEF", "UN-WOMEN", "UNDP"]
    assert by_agency(ds, []) == named_in(ds, []) == {}


def test_topics_of_several_agencies_leave_out_what_is_assigned(ds):
    found = [topic.code for topic in topics(ds, "", ds.activities(year=2018))]
    assert found[:2] == ["bhr", "expression-media"]
    assert "water-sanitation" in found, "a title says it itself"
    assert "disability" not in found


def test_what_follows_what_and_who_is_named_with_it(ds):
    mine = ds.activities(theme="women-children", status=ON_RECORD)
    pairs = [(first["id"], row["id"]) for first, row in subjects.follow_ups(ds, mine)]
    assert pairs == [("crc-workshop-2017", "crc-dialogue-2018")]
    assert subjects.leads(ds, pick(ds, "water-meeting-2018"))[0][0] == ["Malaysia"]


def test_lines_count_only_what_falls_in_the_plan_for_certain(ds):
    counts = subjects.count_by_line(ds)
    assert {line: n for line, n in counts.items() if n} == {
        "2016-2020:1.2.4": 14,
        "2016-2020:1.2.6": 2,
        "2016-2020:1.2.7": 1,
        "2016-2020:1.2.9": 2,
    }
    for agency in ds.codes("agencies"):
        mine = ds.activities(agency=agency, status=ON_RECORD)
        served = {line["id"]: len(rows) for line, rows in serving(ds, mine)}
        own = {line: ds.count(provision=line, agency=agency, status=ON_RECORD) for line in counts}
        assert served == {line: n for line, n in own.items() if n}, agency


def test_a_reason_belongs_to_its_own_line(ds):
    row = {**pick(ds, "crc-workshop-2017")[0], "provisions": ("a", "b"), "provisions_reason": ("one", "two")}
    assert subjects.reasons([row], {"id": "b"}) == {"crc-workshop-2017": "two"}
    assert subjects.reasons([row], {"id": "c"}) == {}
    assert subjects.reasons([{**row, "provisions_reason": ("one",)}], {"id": "b"}) == {}


def test_the_note_as_a_whole(ds, meeting):
    entries = note.entries_by_agency(ds)
    assert sum(entries.values()) == 27
    assert note.leaders(entries) == ["UNICEF", "UNDP", "OHCHR"]
    assert agencies.alone_at(ds, meeting) == ["DPA", "ILO", "IOM", "UNHCR"]
    left = {why: facts.ids(rows) for why, rows in note.uncounted(ds).items()}
    assert left == {
        "undated": ["disability-dialogues"],
        "outside": ["gender-equality-seminar-2011"],
        "none": ["water-workshop-2017"],
    }


def test_a_cancelled_activity_is_told_apart(data, tmp_path):
    shutil.copytree(data, tmp_path / "data")
    path = tmp_path / "data" / "activities.csv"
    rows = path.read_text("utf-8").splitlines(keepends=True)
    changed = [row.replace(",held,", ",cancelled,") if row.startswith("eia-") else row for row in rows]
    path.write_text("".join(changed), "utf-8")
    changed_ds = open_dataset(tmp_path / "data")
    mine = facts.recorded(changed_ds.activities(agency="UNEP"), of="UNEP", if_empty="failure")
    cancelled = changed_ds.activities(agency="UNEP", status="cancelled")
    shown = facts.together(cancelled, mine)
    table = activities_table(changed_ds, shown, "caption", columns=("date", "activity"))
    assert [row["status"] for row in in_order(shown)] == ["held", "cancelled"]
    assert "Cancelled · " in table.html
    assert statements.deeds_told(changed_ds, cancelled, {}) == []


def test_a_deed_is_told_in_the_words_of_the_table(ds):
    told = statements.deeds_told(ds, ds.activities(theme="bhr"), {"bhr-dialogue-2018": ["b"]})
    assert [line.words for line in told] == [
        "AICHR and UNDP co-hosted a training on business and human rights, on 13–16 November 2017.",
        (
            "AICHR and UNDP co-organised a dialogue on business and human rights, on 4–6 June 2018;"
            " ESCAP supported it."
        ),
        "UNDP supported AICHR's dialogue on business and human rights in Bangkok, on 10–11 June 2019.",
    ]
    assert [line.care for line in told] == [[], ["b"], []]
    workshop = ds.activities(theme="women-children", year=2017)
    assert statements.deeds_told(ds, workshop, {})[0].words.startswith("UNICEF supported a training workshop")
    seminar = statements.deeds_told(ds, ds.activities(year=2011), {})[0].words
    assert seminar.startswith("UN Women cooperated in AICHR's seminar on substantive gender equality, on")


def test_a_deed_bears_the_letters_of_what_it_says(ds):
    dialogue = pick(ds, "bhr-dialogue-2018")
    own = ["bhr-dialogue-2018-told-twice", "european-council", "dialogue-numbers"]
    badges = {"bhr-dialogue-2018": ["a", "b", "c"], **dict(zip(own, (["a"], ["b"], ["c"]), strict=True))}
    assert [line.care for line in statements.deeds_told(ds, dialogue, badges)] == [["a"]]


def test_an_activity_is_told_in_its_own_lines(data, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(data, folder)
    head, place = "subject,order,text,sources,care,holds_while,reviewed\n", "background-note#B.II.5/1"
    first, second = "AICHR held a seminar.", "It had three aims."
    lines = [f"gender-equality-seminar-2011,{n},{text},{place},,,\n" for n, text in ((1, first), (2, second))]
    (folder / "lines.csv").write_text(head + "".join(lines), "utf-8")
    ds = open_dataset(folder)
    rows = ds.activities(year=2011)
    assert [line.words for line in statements.deeds_told(ds, rows, {})] == [first]
    assert [line.words for line in statements.aims_told(ds, rows, {}, {})] == [second]


def test_a_column_of_ones_own_says_where_it_is_silent(ds):
    mine = pick(ds, "bhr-training-2017", "lemkin-seminar-2017")
    own = {"Why": {"bhr-training-2017": "a reason"}}
    html = activities_table(ds, mine, "caption", columns=("short", "Why"), own=own).html
    assert "a reason" in html
    assert "not stated" in html
    with pytest.raises(ValueError, match="Why"):
        activities_table(ds, mine, "caption", columns=("short", "Why"))


def test_meetings_stand_beside_the_one_before_and_the_ones_after(ds, meeting):
    second = ds.row("activities", "aichr-un-meeting-2")
    assert meetings.before(ds, second)["id"] == meeting["id"]
    assert meetings.before(ds, meeting) is None
    assert facts.ids(meetings.later(ds, meeting)) == ["aichr-un-meeting-2"]
    after = meetings.after(ds, meeting)
    assert len(after) == 7
    assert all(row["agencies"] and row["status"] == "held" for row in after)
    assert meetings.after(ds, {**meeting, "start": ""}) == []
    assert meetings.where(ds, meeting) == "ASEAN Secretariat, Jakarta, Indonesia"
    assert meetings.bodies(ds, meeting, "ASEAN") == ["AICHR"]
    assert "not stated" in plain_table("c", ["", "1st"], [("When", "")], silent="not stated").html


def made(*kinds, several=0):
    rows = [
        {"id": str(n), "type": kind, "status": "held", "start": f"201{n}", "end": None, "series": None,
         "number": None, "stands_for": "several" if n < several else "one", "precision": "year",
         "earliest": n + 1, "latest": n + 1}
        for n, kind in enumerate(kinds)
    ]  # fmt: skip
    return rows, {row["id"]: f"the {row['type']} of {row['start']}" for row in rows}


@pytest.mark.parametrize(
    ("kinds", "several", "told"),
    [
        (["study"], 0, "the study of 2010"),
        (["study"] * 3, 0, "the study of 2010, the study of 2011 and the study of 2012"),
        (["study"] * 4 + ["seminar"] * 2, 0, "four studies and two seminars"),
        (["dialogue"] * 4 + ["seminar"] * 2, 1, "three dialogues, two seminars and dialogues in 2010"),
    ],
)  # fmt: skip
def test_from_six_on_activities_are_told_by_kind(kinds, several, told):
    assert naming.tell(*made(*kinds, several=several)) == told


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        (["seminar", "study", "seminar"], ["seminars", "a study"]),
        (["seminar", "study", "dialogue", "training", "study"], ["studies", "a seminar", "other activities"]),
    ],
)
def test_a_title_names_three_kinds_or_the_two_that_are_most(kinds, told):
    assert naming.kinds_of(made(*kinds)[0]) == told


def test_of_many_lines_the_last_are_counted(ds):
    served = [([{"id": str(n), "plan": "p", "paragraph": f"1.{n}", "heading": "Texts"}], made("study")[0])
              for n in range(6)]  # fmt: skip
    told = subjects.assigned_to(ds, served, made("study")[1])
    assert told[0] == "the study of 2010 to line 1.0 (texts)"
    assert told[1] == "of these, the study of 2010 to line 1.1 (texts) as well", "it is not counted twice"
    assert subjects.assigned_to(ds, served, made("study")[1], few=0)[1:] == ["some to five more lines"]
    assert len(told) == 4
    assert told[-1] == "some to three more lines"
