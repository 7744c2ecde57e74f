import pytest

from aichr_briefings import agencies, reference_meeting
from aichr_briefings.naming import call, call_meeting, title_of, titles_of
from aichr_briefings.rows import around, ids, sources_of, unstated_of, without

ON_RECORD = ("held", "ongoing")


def mine_of(ds, agency):
    return ds.activities(agency=agency, status=ON_RECORD)


@pytest.mark.parametrize(
    ("agency", "topics"),
    [
        ("UNDP", [("bhr", "2015"), ("trafficking", ""), ("women-children", "")]),
        ("UNICEF", [("women-children", ""), ("disability", "")]),
        ("OHCHR", [("expression-media", ""), ("water-sanitation", "")]),
        ("OSAPG", [("genocide-prevention", "")]),
        ("IOM", []),
    ],
)
def test_a_title_names_what_a_source_or_an_official_title_says(ds, agency, topics):
    found = [(topic.code, topic.since) for topic in agencies.topics(ds, agency, mine_of(ds, agency))]
    assert found == [pair for pair in topics if pair in found]
    assigned = {"OSAPG": "genocide-prevention", "UNDP": "women-children"}.get(agency)
    assert assigned not in dict(found), "the editors' own word for it stands in no title"


@pytest.mark.parametrize(
    ("agency", "parts"),
    [
        (
            "UNDP",
            [("co-host", "", 1), ("co-organiser", "", 1), ("supporter", "UN-ACT", 1), ("supporter", "", 1)],
        ),
        ("OSAPG", [("inviter", "", 1)]),
        ("IOM", []),
    ],
)
def test_what_an_agency_did_stands_by_role_in_order(ds, meeting, agency, parts):
    others = without(mine_of(ds, agency), meeting)
    found = [(part.role, part.through, len(part.activities)) for part in agencies.parts(ds, agency, others)]
    assert found == parts


def test_each_role_of_the_dataset_has_its_wording(ds):
    [field] = [field for field in ds.package.resource("participations").fields if field.name == "role"]
    for role in field.enum:
        assert ds.say(f"did.{role}", be="is", was="was")


def test_who_is_named_at_a_meeting(ds, meeting):
    party = agencies.delegation(ds, meeting, apart="UNDP")
    assert party.leading == ["UN-RC-IDN", "OHCHR"]
    assert party.others == ["DPA", "ILO", "IOM", "UN Women", "UNEP", "UNESCO", "UNHCR", "UNICEF"]
    assert [row["id"] for row in party.audiences] == ["meeting-1-delegation"]
    assert ds.participations(activity=meeting["id"], agency="UNDP")
    assert not ds.participations(activity=meeting["id"], agency="ESCAP")
    assert agencies.alone_at(ds, meeting, apart="IOM") == ["DPA", "ILO", "UNHCR"]


@pytest.mark.parametrize(
    ("agency", "counts"),
    [
        ("UNDP", (3, 1, 0, 0)),
        ("UNICEF", (1, 1, 2, 1)),
        ("OHCHR", (2, 1, 0, 0)),
        ("IOM", (0, 0, 0, 0)),
    ],
)
def test_how_activities_lie_to_a_meeting(ds, meeting, agency, counts):
    assert tuple(map(len, around(mine_of(ds, agency), meeting))) == counts


def test_what_came_of_an_activity_is_told_outcome_first(ds):
    came = agencies.came_of(ds, ds.activities())
    assert {key: rows[0]["kind"] for key, rows in came.items()} == {
        "expression-dialogue-2018": "finding",
        "water-workshop-2017": "outcome",
    }


def test_who_shares_a_theme_only_by_assignment_is_told_apart(ds):
    assert agencies.sharing(ds, "UNICEF", "women-children") == {"UN Women": False, "UNDP": True}
    assert agencies.sharing(ds, "UNDP", "trafficking") == {}


def test_what_the_sources_leave_open(ds):
    gaps = unstated_of(mine_of(ds, "UNDP"))
    assert [ids(rows) for rows in gaps] == [
        ["bhr-training-2017", "bhr-dialogue-2018"],
        ["trafficking-workshop-2018"],
        ["trafficking-workshop-2018"],
        [],
    ]


def test_what_an_agency_only_receives_stands_apart(ds):
    told = agencies.by_part(ds, ds.activities(agency="UNICEF", year=2019))
    assert {name: ids(rows) for name, rows in told.items()} == {
        "UNICEF (intended recipient)": ["juvenile-justice-study"]
    }
    assert [*agencies.by_part(ds, ds.activities(year=2017))] == ["OSAPG", "UNDP", "UNICEF"]


def test_no_two_activities_are_called_alike(ds):
    names = call(ds.activities())
    assert len(set(names.values())) == len(names)
    assert names["aichr-un-meeting-1"] == "the 1st Meeting"
    assert names["bhr-training-2017"] == "the training of November 2017"
    assert names["disability-dialogues"] == "the undated dialogues"
    assert names["juvenile-justice-study"] == "the study on juvenile justice"
    alike = [row for row in ds.activities() if row["start"] == "2017" and row["type"] == "workshop"]
    assert len({names[row["id"]] for row in alike}) == len(alike) == 2


def test_what_shares_kind_date_and_title_is_called_by_its_place(ds):
    row = ds.row("activities", "bhr-training-2017")
    other = {**row, "id": "another", "sources": ("background-note#B.III.2017/9",)}
    assert list(call([row, other]).values()) == [
        "the training on business and human rights (13–16 November 2017, B.II.1/1)",
        "the training on business and human rights (13–16 November 2017, B.III.2017/9)",
    ]


def test_activities_of_one_title_are_named_together(ds):
    rows = ds.activities(agency="UNDP")
    alike = [row for row in rows if row["short_title"] == "Dialogue on business and human rights"]
    assert len(alike) == 2
    assert titles_of(alike) == ["dialogues on business and human rights"]
    seminar = ds.row("activities", "lemkin-seminar-2017")
    assert titles_of([seminar, *alike[:1], {**seminar, "id": "another"}]) == [
        "the Raphael Lemkin Seminar",
        "a dialogue on business and human rights",
    ]


def test_a_part_is_over_unless_an_activity_goes_on(ds):
    activities = {"UNDP": ds.activities(agency="UNDP"), "UNICEF": ds.activities(agency="UNICEF")}
    over = {
        part.role: part.is_over for code, own in activities.items() for part in agencies.parts(ds, code, own)
    }
    assert [role for role, is_over in over.items() if not is_over] == ["recipient"]


def test_a_meeting_without_a_number_is_called_by_its_year(ds, meeting):
    assert call_meeting({**meeting, "number": None}) == "the Meeting of 2018"
    assert call_meeting({**meeting, "number": None, "start": None}) == "the undated Meeting"


@pytest.mark.parametrize(
    ("activity", "title"),
    [
        ("bhr-training-2017", "a training on business and human rights"),
        ("lemkin-seminar-2017", "the Raphael Lemkin Seminar"),
        ("disability-dialogues", "dialogues on disability rights"),
        ("aichr-un-meeting-1", "the 1st AICHR-UN Meeting"),
    ],
)
def test_an_activity_is_named_with_its_article(ds, activity, title):
    assert title_of(ds.row("activities", activity)) == title


def test_too_many_places_are_not_cited(ds):
    rows = ds.activities(agency="UNDP")
    assert sources_of(rows) == []
    assert sources_of(list(rows)[:1]) == list(rows[0]["sources"])


def test_what_is_planned_for_all_concerns_each(ds):
    for agency in ds.codes("agencies"):
        assert ids(agencies.concerning(ds, agency)) == ["aichr-un-meeting-2"]


def test_the_reference_counts_as_the_last_held(ds):
    assert agencies.presence_over(ds, "UNDP") == [(reference_meeting(ds), True)]
