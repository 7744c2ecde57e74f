"""The dataset against the background note's facts; every expectation was typed from reading the note."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from aichr_briefings.record import Record, open_dataset
from kits import NOTE

DATA = NOTE / "data"

# activity: type, status, start, end, venue, city, country
ACTIVITIES = {
    "gender-equality-seminar-2011": ("seminar", "held", "2011-09-05", "2011-09-06", "", "", ""),
    "bhr-training-2017": ("training", "held", "2017-11-13", "2017-11-16", "", "", ""),
    "lemkin-seminar-2017": ("seminar", "held", "2017", "", "", "Auschwitz", "POL"),
    "crc-workshop-2017": ("workshop", "held", "2017", "", "", "", ""),
    "water-workshop-2017": ("workshop", "held", "2017", "", "", "", ""),
    "expression-dialogue-2018": ("dialogue", "held", "2018-04-11", "2018-04-12", "", "Medan", "IDN"),
    "aichr-un-meeting-1": ("meeting", "held", "2018-05-15", "", "ASEAN Secretariat", "Jakarta", "IDN"),
    "bhr-dialogue-2018": ("dialogue", "held", "2018-06-04", "2018-06-06", "", "", ""),
    "trafficking-workshop-2018": ("workshop", "held", "2018-06", "", "", "", "VNM"),
    "article-14-workshop-2018": ("workshop", "held", "2018-08", "", "", "", ""),
    "water-meeting-2018": ("meeting", "held", "2018-11", "", "", "", ""),
    "focal-points-meeting-2018": ("meeting", "held", "2018-12-07", "", "", "Washington DC", "USA"),
    "education-workshop-2018": ("workshop", "held", "2018-12", "", "", "", ""),
    "crc-dialogue-2018": ("dialogue", "held", "2018", "", "", "", ""),
    "bhr-dialogue-2019": ("dialogue", "held", "2019-06-10", "2019-06-11", "", "Bangkok", "THA"),
    "eia-consultation-2019": ("consultation", "held", "2019-10-02", "2019-10-03", "", "Yangon", "MMR"),
    "juvenile-justice-study": ("study", "ongoing", "2019", "", "", "", ""),
    "aichr-un-meeting-2": ("meeting", "planned", "2019-11-19", "", "", "Bangkok", "THA"),
    "disability-dialogues": ("dialogue", "held", "", "", "", "", ""),
}

# activity: where the note tells it
TOLD_IN = {
    "gender-equality-seminar-2011": {"B.II.5/1"},
    "bhr-training-2017": {"B.II.1/1", "B.III.2017/1"},
    "lemkin-seminar-2017": {"B.III.2017/2"},
    "crc-workshop-2017": {"B.II.5/2", "B.III.2017/3"},
    "water-workshop-2017": {"B.III.2018/6"},
    "expression-dialogue-2018": {"B.II.3/1", "B.III.2018/2"},
    "aichr-un-meeting-1": {"B.I.1/1"},
    "bhr-dialogue-2018": {"B.II.1/1", "B.III.2018/4"},
    "trafficking-workshop-2018": {"B.III.2018/3"},
    "article-14-workshop-2018": {"B.III.2018/5"},
    "water-meeting-2018": {"B.III.2018/6"},
    "focal-points-meeting-2018": {"B.I.2/2"},
    "education-workshop-2018": {"B.III.2018/1"},
    "crc-dialogue-2018": {"B.II.5/2", "B.III.2017/3"},
    "bhr-dialogue-2019": {"B.II.1/2", "B.III.2019/1"},
    "eia-consultation-2019": {"B.II.4/1"},
    "juvenile-justice-study": {"B.III.2019/2"},
    "aichr-un-meeting-2": {"B.I.1/2"},
    "disability-dialogues": {"B.II.2/1"},
}

FIRST_MEETING = "aichr-un-meeting-1"

# agency: its activities, and its roles in each
AGENCIES: dict[str, dict[str, set[str]]] = {
    "DPA": {FIRST_MEETING: {"participant"}},
    "ESCAP": {"bhr-dialogue-2018": {"supporter"}},
    "ILO": {FIRST_MEETING: {"participant"}},
    "IOM": {FIRST_MEETING: {"participant"}},
    "OHCHR": {
        FIRST_MEETING: {"delegation-lead"},
        "expression-dialogue-2018": {"supporter"},
        "article-14-workshop-2018": {"supporter"},
        "water-meeting-2018": {"supporter"},
    },
    "OSAPG": {"lemkin-seminar-2017": {"inviter"}},
    "UN-WOMEN": {FIRST_MEETING: {"participant"}, "gender-equality-seminar-2011": {"partner"}},
    "UNDP": {
        FIRST_MEETING: {"participant"},
        "bhr-training-2017": {"co-host", "supporter"},
        "bhr-dialogue-2018": {"co-organiser", "supporter"},
        "trafficking-workshop-2018": {"supporter", "technical-input"},
        "bhr-dialogue-2019": {"supporter"},
    },
    "UNEP": {FIRST_MEETING: {"participant"}, "eia-consultation-2019": {"supporter"}},
    "UNESCO": {FIRST_MEETING: {"participant"}, "expression-dialogue-2018": {"supporter"}},
    "UNHCR": {FIRST_MEETING: {"participant"}},
    "UNICEF": {
        FIRST_MEETING: {"participant"},
        "crc-workshop-2017": {"supporter", "technical-input"},
        "crc-dialogue-2018": {"supporter", "technical-input"},
        "education-workshop-2018": {"supporter"},
        "juvenile-justice-study": {"recipient"},
        "disability-dialogues": {"supporter"},
    },
}

# activity: the bodies that are no UN agency, and their roles
OTHERS: dict[str, dict[str, set[str]]] = {
    "gender-equality-seminar-2011": {"AICHR": {"organiser"}},
    "bhr-training-2017": {"AICHR": {"co-host"}},
    "lemkin-seminar-2017": {"AICHR": {"invitee"}, "AIPR": {"partner"}},
    "crc-workshop-2017": {"AICHR": {"organiser", "participant"}, "ACWC": {"participant"}},
    "crc-dialogue-2018": {"AICHR": {"organiser", "participant"}, "ACWC": {"participant"}},
    "expression-dialogue-2018": {"AICHR": {"organiser"}},
    FIRST_MEETING: {"AICHR": {"participant"}, "UN-RC-IDN": {"delegation-lead"}},
    "bhr-dialogue-2018": {
        "AICHR": {"co-organiser"},
        "IACHR": {"participant"},
        "ACHPR": {"participant"},
        "EUROPEAN-COUNCIL": {"participant"},
    },
    "focal-points-meeting-2018": {"AICHR": {"participant"}, "ASEC": {"participant"}},
}

YEARS = {2011: 1, 2017: 4, 2018: 9, 2019: 4}

# theme: activities under the note's own heading (or told there), and those that the editors put there
THEMES: dict[str, tuple[set[str], set[str]]] = {
    "bhr": ({"bhr-training-2017", "bhr-dialogue-2018", "bhr-dialogue-2019"}, set()),
    "disability": ({"disability-dialogues"}, {"education-workshop-2018"}),
    "expression-media": ({"expression-dialogue-2018"}, set()),
    "environment": ({"eia-consultation-2019"}, set()),
    "women-children": (
        {"gender-equality-seminar-2011", "crc-workshop-2017", "crc-dialogue-2018"},
        {"education-workshop-2018", "trafficking-workshop-2018", "juvenile-justice-study"},
    ),
    "sustainable-development": (set(), set()),
    "trafficking": (set(), {"trafficking-workshop-2018"}),
    "water-sanitation": (set(), {"water-workshop-2017", "water-meeting-2018"}),
    "genocide-prevention": (set(), {"lemkin-seminar-2017"}),
}
THEMES_OF_THE_NOTE = {
    "bhr",
    "disability",
    "expression-media",
    "environment",
    "women-children",
    "sustainable-development",
}
WITHOUT_THEME = {
    FIRST_MEETING,
    "aichr-un-meeting-2",
    "focal-points-meeting-2018",
    "article-14-workshop-2018",
}

LEADS = {
    "article-14-workshop-2018": "IDN",
    "water-meeting-2018": "MYS",
    "juvenile-justice-study": "THA",
}

SERIES = {
    "aichr-un-meetings": {FIRST_MEETING, "aichr-un-meeting-2"},
    "focal-points-meetings": {"focal-points-meeting-2018"},
    "interregional-dialogues": {"bhr-dialogue-2018", "bhr-dialogue-2019"},
    "lemkin-seminar": {"lemkin-seminar-2017"},
}

# subject, kind, number (or none), date (or none), locator
FACTS = [
    ("cooperation", "since", None, "2009", "A/1"),
    ("cooperation", "topic", None, "2016-09", "A/2"),
    ("cooperation", "offer", None, "2017-11-13", "A/3"),
    ("cooperation", "reaffirmation", None, None, "A/4"),
    (FIRST_MEETING, "audience", None, None, "B.I.1/1"),
    (FIRST_MEETING, "topic", None, None, "B.I.1/1"),
    (FIRST_MEETING, "topic", None, None, "B.I.1/1"),
    ("focal-points-meetings", "since", None, "2011", "B.I.2/1"),
    ("focal-points-meetings", "mandate", None, None, "B.I.2/1"),
    ("focal-points-meetings", "aim", None, "2017-03-24", "B.I.2/1"),
    ("focal-points-meeting-2018", "audience", None, None, "B.I.2/2"),
    ("focal-points-meeting-2018", "topic", 13, "2016", "B.I.2/2"),
    ("UNDP", "since", None, "2015", "B.II.1/1"),
    ("bhr-training-2017", "audience", 60, None, "B.II.1/1"),
    ("bhr-training-2017", "audience", None, None, "B.III.2017/1"),
    ("bhr-dialogue-2018", "audience", None, None, "B.II.1/1"),
    ("bhr-dialogue-2018", "aim", None, None, "B.III.2018/4"),
    ("bhr-dialogue-2019", "aim", 2, None, "B.II.1/2"),
    ("bhr-dialogue-2019", "topic", None, None, "B.III.2019/1"),
    ("disability-dialogues", "topic", None, None, "B.II.2/1"),
    ("expression-media", "topic", None, None, "B.II.3/1"),
    ("expression-dialogue-2018", "audience", 10, None, "B.II.3/1"),
    ("expression-dialogue-2018", "finding", None, None, "B.II.3/1"),
    ("expression-dialogue-2018", "aim", None, None, "B.III.2018/2"),
    ("eia-consultation-2019", "aim", None, None, "B.II.4/1"),
    ("eia-consultation-2019", "expected-output", None, None, "B.II.4/1"),
    ("eia-consultation-2019", "topic", None, None, "B.II.4/1"),
    ("gender-equality-seminar-2011", "topic", None, None, "B.II.5/1"),
    ("women-children", "topic", None, None, "B.II.5/2"),
    ("UNICEF", "topic", None, None, "B.II.5/2"),
    ("lemkin-seminar-2017", "audience", 2, None, "B.III.2017/2"),
    ("crc-workshop-2017", "topic", None, None, "B.III.2017/3"),
    ("crc-dialogue-2018", "topic", None, None, "B.III.2017/3"),
    ("trafficking-workshop-2018", "topic", None, None, "B.III.2018/3"),
    ("water-meeting-2018", "topic", None, None, "B.III.2018/6"),
    ("water-workshop-2017", "outcome", None, None, "B.III.2018/6"),
    ("juvenile-justice-study", "expected-output", None, None, "B.III.2019/2"),
]

# date, city, country, locators
MILESTONES = [
    ("2009", "", "", {"A/1"}),
    ("2011", "", "", {"Annex/1"}),
    ("2016-09", "Vientiane", "LAO", {"A/2", "Annex/1"}),
    ("2017-03-24", "", "", {"B.I.2/1"}),
    ("2017-11-13", "Manila", "PHL", {"A/3", "A/4"}),
    ("2018-05-15", "Jakarta", "IDN", {"B.I.1/1"}),
]

# subject, and the places that differ or leave a doubt
DIFFERENCES = [
    ("bhr-training-2017", {"B.II.1/1", "B.III.2017/1"}),  # co-host or supporter; audiences
    ("bhr-dialogue-2018", {"B.II.1/1", "B.III.2018/4"}),  # title, days or month, UNDP alone or with ESCAP
    ("bhr-dialogue-2018", {"B.II.1/1"}),  # "European Council"
    ("interregional-dialogues", {"B.II.1/2", "B.III.2019/1"}),  # "2019" or "Second"
    ("expression-dialogue-2018", {"B.II.3/1", "B.III.2018/2"}),  # UNESCO alone or with OHCHR
    ("eia-consultation-2019", {"B.II.4/1", "B.III.2019/1", "B.III.2019/2"}),  # not in the list for 2019
    ("crc-workshop-2017", {"B.II.5/2", "B.III.2017/3"}),  # "a couple of activities"
    ("crc-dialogue-2018", {"B.II.5/2", "B.III.2017/3"}),  # of 2018, listed under 2017
    ("disability-dialogues", {"B.II.2/1", "B.III.2018/1"}),  # several, undated; one of them listed?
    ("juvenile-justice-study", {"B.III.2019/2"}),  # no start, no end
    ("lemkin-seminar-2017", {"B.III.2017/2"}),  # invited, attendance not told
    ("water-workshop-2017", {"B.III.2018/6"}),  # no title, organiser, place
    ("AICHR", {"A/1", "A/3"}),  # two forms of the name
    ("AICHR", {"B.III.2018/5", "B.III.2018/6", "B.III.2019/2"}),  # "AICHR Indonesia": its lead?
    ("PLAN-2016-2020", {"Annex/1.2.2", "Annex/1.2.4"}),  # [...]
    ("cooperation", {"B.I.1/2", "B.II.4/1"}),  # the note bears no date
]

LOCATORS = {
    *("A/1", "A/2", "A/3", "A/4"),
    *("B.I.1/1", "B.I.1/2", "B.I.2/1", "B.I.2/2"),
    *("B.II.1/1", "B.II.1/2", "B.II.2/1", "B.II.3/1", "B.II.4/1", "B.II.5/1", "B.II.5/2"),
    *("B.III.2017/1", "B.III.2017/2", "B.III.2017/3"),
    *("B.III.2018/1", "B.III.2018/2", "B.III.2018/3", "B.III.2018/4", "B.III.2018/5", "B.III.2018/6"),
    *("B.III.2019/1", "B.III.2019/2"),
    *("Annex/1", "Annex/1.2.1", "Annex/1.2.2", "Annex/1.2.4", "Annex/1.2.5", "Annex/1.2.6"),
    *("Annex/1.2.7", "Annex/1.2.8", "Annex/1.2.9", "Annex/1.2.10"),
}


@pytest.fixture(scope="module")
def dataset() -> Record:
    return open_dataset(DATA)


@pytest.fixture(scope="module")
def activities(dataset: Record) -> pd.DataFrame:
    return dataset.activities().frame().set_index("id")


def locate(sources: tuple[str, ...]) -> set[str]:
    return {source.removeprefix("background-note#") for source in sources}


def plain(value: object) -> object:
    return "" if pd.isna(value) else value


def find_roles(participations: pd.DataFrame) -> dict[tuple[str, str], set[str]]:
    return participations.groupby(["activity", "organisation"])["role"].agg(set).to_dict()


def test_activities_are_those_of_the_note(activities: pd.DataFrame) -> None:
    assert set(activities.index) == set(ACTIVITIES)
    assert len(activities) == 19


@pytest.mark.parametrize("activity", ACTIVITIES)
def test_activity_has_the_type_dates_and_place_of_the_note(activities: pd.DataFrame, activity: str) -> None:
    columns = ["type", "status", "start", "end", "venue"]
    *told, city, country = ACTIVITIES[activity]
    assert [plain(activities.at[activity, column]) for column in columns] == told
    place = "/".join(filter(None, (country, city)))
    assert activities.at[activity, "places"] == ((place,) if place else ())


@pytest.mark.parametrize("activity", TOLD_IN)
def test_activity_cites_every_place_that_tells_it(activities: pd.DataFrame, activity: str) -> None:
    assert locate(activities.at[activity, "sources"]) == TOLD_IN[activity]


def test_agencies_are_those_of_the_note(dataset: Record) -> None:
    assert set(dataset.codes("agencies")) == set(AGENCIES)


@pytest.mark.parametrize("agency", AGENCIES)
def test_agency_has_its_activities(dataset: Record, agency: str) -> None:
    assert set(dataset.activities(agency=agency).values("id")) == set(AGENCIES[agency])


@pytest.mark.parametrize(
    ("agency", "number"),
    [
        ("DPA", 1),
        ("ESCAP", 1),
        ("ILO", 1),
        ("IOM", 1),
        ("OHCHR", 4),
        ("OSAPG", 1),
        ("UN-WOMEN", 2),
        ("UNDP", 5),
        ("UNEP", 2),
        ("UNESCO", 2),
        ("UNHCR", 1),
        ("UNICEF", 6),
    ],
)
def test_count_per_agency(dataset: Record, agency: str, number: int) -> None:
    assert dataset.count(agency=agency) == number


def test_roles_are_those_of_the_note(dataset: Record) -> None:
    expected = {
        (activity, agency): roles for agency, of in AGENCIES.items() for activity, roles in of.items()
    }
    for activity, bodies in OTHERS.items():
        expected |= {(activity, body): roles for body, roles in bodies.items()}
    assert find_roles(dataset.participations().frame()) == expected


def test_a_project_and_a_regional_office_stood_between(dataset: Record) -> None:
    through = dataset.participations().frame().dropna(subset="via")
    told = {tuple(row) for row in through[["activity", "organisation", "via"]].itertuples(index=False)}
    assert told == {
        ("trafficking-workshop-2018", "UNDP", "UN-ACT"),
        ("aichr-un-meeting-1", "OHCHR", "OHCHR-SEARO"),
    }
    assert dataset.organisation("UN-ACT")["parent"] == "UNDP"
    assert dataset.organisation("OHCHR-SEARO")["parent"] == "OHCHR"


def test_first_meeting_brought_ten_agencies_under_two_leads(
    dataset: Record, activities: pd.DataFrame
) -> None:
    assert activities.at[FIRST_MEETING, "agencies"] == (
        *("DPA", "ILO", "IOM", "OHCHR", "UN-WOMEN", "UNDP", "UNEP", "UNESCO", "UNHCR", "UNICEF"),
    )
    leads = dataset.participations(activity=FIRST_MEETING, role="delegation-lead").frame()
    assert set(leads["organisation"]) == {"OHCHR", "UN-RC-IDN"}


def test_activities_without_an_agency(activities: pd.DataFrame) -> None:
    nobody = activities[activities["agencies"].map(len) == 0]
    assert set(nobody.index) == {"water-workshop-2017", "focal-points-meeting-2018", "aichr-un-meeting-2"}


@pytest.mark.parametrize(("year", "number"), YEARS.items())
def test_count_per_year(dataset: Record, year: int, number: int) -> None:
    assert dataset.count(year=year) == number


def test_years_and_the_undated(dataset: Record, activities: pd.DataFrame) -> None:
    assert {int(year) for year in dataset.codes("years")} == set(YEARS)
    assert set(activities.index[activities["precision"] == "undated"]) == {"disability-dialogues"}
    assert dataset.coverage == (2017, 2018, 2019)


def test_themes_are_those_of_the_note_and_three_of_the_editors(dataset: Record) -> None:
    themes = dataset.table("themes").frame().set_index("code")["origin"]
    assert set(themes.index) == set(THEMES)
    assert set(themes.index[themes == "stated"]) == THEMES_OF_THE_NOTE


@pytest.mark.parametrize("theme", THEMES)
def test_theme_has_its_activities_stated_and_assigned(dataset: Record, theme: str) -> None:
    of_theme = dataset.activities(theme=theme).frame()
    stated, assigned = THEMES[theme]
    assert set(of_theme.loc[of_theme["themes_origin"] == "stated", "id"]) == stated
    assert set(of_theme.loc[of_theme["themes_origin"] == "assigned", "id"]) == assigned


def test_activities_without_a_theme(activities: pd.DataFrame) -> None:
    without = activities[activities["themes"].map(len) == 0]
    assert set(without.index) == WITHOUT_THEME
    assert without["themes_origin"].isna().all()


def test_planned_ongoing_and_cancelled(dataset: Record) -> None:
    assert list(dataset.activities(status="planned").values("id")) == ["aichr-un-meeting-2"]
    assert list(dataset.activities(status="ongoing").values("id")) == ["juvenile-justice-study"]
    assert dataset.count(status="cancelled") == 0


def test_leads_are_the_representatives_that_the_note_names(activities: pd.DataFrame) -> None:
    assert {activity: leads[0] for activity, leads in activities["aichr_lead"].items() if leads} == LEADS


def test_follow_ups_are_those_that_the_note_tells(activities: pd.DataFrame) -> None:
    follows = {activity: plain(parent) or () for activity, parent in activities["follows"].items()}
    assert {activity: parent for activity, parent in follows.items() if parent} == {
        "crc-dialogue-2018": "crc-workshop-2017",
        "water-meeting-2018": "water-workshop-2017",
    }


@pytest.mark.parametrize("series", SERIES)
def test_series_has_its_occurrences(activities: pd.DataFrame, series: str) -> None:
    assert set(activities.index[(activities["series"] == series).fillna(False)]) == SERIES[series]


def test_only_the_disability_dialogues_stand_for_several(activities: pd.DataFrame) -> None:
    assert set(activities.index[activities["stands_for"] == "several"]) == {"disability-dialogues"}


def test_only_the_training_has_a_target(activities: pd.DataFrame) -> None:
    assert activities["participants_target"].dropna().to_dict() == {"bhr-training-2017": 60}


@pytest.mark.parametrize(("subject", "kind", "number", "date", "locator"), FACTS)
def test_fact_has_its_statement(
    dataset: Record, subject: str, kind: str, number: int | None, date: str | None, locator: str
) -> None:
    found = [
        (None if pd.isna(row.number) else row.number, plain(row.date) or None, locate(row.sources))
        for row in dataset.statements(subject=subject, kind=kind).frame().itertuples()
    ]
    assert (number, date, {locator}) in found


def test_no_number_but_those_of_the_note(dataset: Record) -> None:
    numbers = dataset.statements().frame().dropna(subset="number")
    assert sorted(numbers["number"]) == [2, 2, 10, 13, 60]


def test_gender_seminar_had_three_aims(dataset: Record) -> None:
    assert len(dataset.statements(subject="gender-equality-seminar-2011", kind="aim").frame()) == 3


def test_milestones_are_those_of_the_note(dataset: Record) -> None:
    rows = dataset.table("milestones").frame().itertuples()
    found = [(row.date, plain(row.city), plain(row.country), locate(row.sources)) for row in rows]
    assert sorted(found, key=lambda row: row[0]) == MILESTONES


@pytest.mark.parametrize(("subject", "places"), DIFFERENCES)
def test_difference_is_recorded(dataset: Record, subject: str, places: set[str]) -> None:
    assert places in [locate(sources) for sources in dataset.discrepancies(subject=subject).values("sources")]


def test_no_other_difference_is_recorded(dataset: Record) -> None:
    assert len(dataset.discrepancies().frame()) == len(DIFFERENCES)


def test_plan_of_action_has_nine_lines_and_one_left_out(dataset: Record) -> None:
    numbers = (1, 2, 4, 5, 6, 7, 8, 9, 10)
    assert dataset.codes("provisions") == tuple(f"2016-2020:1.2.{number}" for number in numbers)
    lines = dataset.table("provisions").frame().set_index("id")["status"]
    assert lines[lines == "elided"].index.tolist() == ["2016-2020:1.2.3"]


def test_instruments_have_the_dates_of_the_note(dataset: Record) -> None:
    adopted = dataset.table("instruments").frame().set_index("code")["adopted"]
    assert adopted.dropna().to_dict() == {
        "UNGPS": "2011",
        "HRC-RES-34-17": "2017-03-24",
        "PLAN-2016-2020": "2016-09",
        "PARTNERSHIP-2011": "2011",
    }
    assert set(adopted[adopted.isna()].index) == {
        *("CEDAW", "CRC", "AHRD", "PHNOM-PENH-STATEMENT", "CHAIR-STATEMENT-9"),
    }


def test_what_is_certainly_dated_since_the_first_meeting(dataset: Record) -> None:
    certain = {
        *("bhr-dialogue-2018", "trafficking-workshop-2018", "article-14-workshop-2018"),
        *("water-meeting-2018", "focal-points-meeting-2018", "education-workshop-2018"),
        *("bhr-dialogue-2019", "eia-consultation-2019", "juvenile-justice-study", "aichr-un-meeting-2"),
    }
    assert set(dataset.activities(since="2018-05-15").values("id")) == certain
    assert set(dataset.unplaced(since="2018-05-15").values("id")) == {
        "crc-dialogue-2018",
        "disability-dialogues",
    }


def test_information_is_of_the_days_between_yangon_and_bangkok(dataset: Record) -> None:
    as_of = dataset.as_of
    assert as_of is not None
    assert (as_of.start.isoformat(), as_of.end.isoformat()) == ("2019-10-03", "2019-11-18")
    assert as_of.origin == "inferred"


def test_every_place_of_the_note_is_cited_and_no_other() -> None:
    cited = set()
    for path in DATA.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                cited.update(row.get("sources", "").split(";"))
    of_note = {source for source in cited if source.startswith("background-note#")}
    assert locate(tuple(of_note)) == LOCATORS
    assert cited - of_note <= {"", "reference#organisations"}
