"""The dataset cannot be changed, its queries give what was asked, and refuse what it does not know."""

import json
import shutil
from dataclasses import FrozenInstanceError

import pandas as pd
import pytest

from aichr_briefings.record import open_dataset
from kits import NOTE
from pressroom.data import DatasetError, PartialDate, UnknownCode

FIRST_MEETING = "2018-05-15"


def text(name, **more):
    return {"name": name, "type": "string", **more}


def items(name, source=None):
    return text(name, list=True, **({"itemsFrom": source} if source else {}))


SCHEMAS = {
    "activities": [
        text("id"),
        text("status", constraints={"enum": ["held", "planned", "ongoing", "cancelled"]}),
        text("start", partialDate=True),
        text("end", partialDate=True),
        items("themes", "themes.code"),
        items("provisions", "provisions.id"),
        items("sources"),
    ],
    "participations": [
        text("activity"),
        text("organisation"),
        text("role", constraints={"enum": ["supporter", "participant"]}),
        items("sources"),
    ],
    "organisations": [
        text("code"),
        text("group", constraints={"enum": ["UN", "ASEAN"]}),
        {"name": "is_agency", "type": "boolean"},
        text("parent"),
    ],
    "themes": [text("code"), {"name": "order", "type": "integer"}],
    "provisions": [text("id"), text("plan"), text("status")],
    "plans": [text("code"), text("from", partialDate=True), text("to", partialDate=True)],
    "statements": [
        text("id"),
        text("subject", itemsFrom="subjects"),
        text("kind", constraints={"enum": ["aim", "finding"]}),
    ],
    "discrepancies": [text("id"), text("subject", itemsFrom="subjects")],
}

DERIVED = {
    "activities": {"agencies": {"gather": "participations.agency", "by": "activity"}},
    "participations": {"agency": {"lookUp": "organisations.agency", "by": "organisation"}},
    "organisations": {"agency": {"climb": "parent", "where": {"is_agency": True}}},
}

KEYS = {"activity": ("activities", "id"), "organisation": ("organisations", "code")}

LISTS = {
    "agencies": {"from": "organisations.code", "where": {"is_agency": True}, "orderBy": "code"},
    "themes": {"from": "themes.code", "orderBy": "order"},
    "years": {"from": "activities.year", "where": {"status": ["held", "planned"]}, "orderBy": "year"},
    "provisions": {"from": "provisions.id", "where": {"status": "given"}},
    "subjects": {"from": ["activities.id", "organisations.code", "themes.code"], "values": "cooperation"},
}

ROWS = {
    "activities": """\
        late,held,2018-06-04,2018-06-06,water;soil,2016-2020:1,note#A/1
        vague,held,2018,,water,2016-2020:1,note#A/1
        undated,held,,,soil,2016-2020:1;2016-2020:2,note#A/1
        meeting,held,2018-05-15,,,,note#A/1
        early,held,2011-09-05,2011-09-06,soil,2016-2020:1,note#A/1
        dropped,cancelled,2020,,,,note#A/1
        ahead,planned,2019-11-19,,water,2016-2020:2,note#A/1""",
    "participations": """\
        late,LAB,supporter,note#A/1
        late,CLUB,participant,note#A/1
        vague,ALPHA,supporter,note#A/1
        meeting,ALPHA,participant,note#A/1
        meeting,BETA,participant,note#A/1
        undated,ALPHA,supporter,note#A/1""",
    "organisations": "BETA,UN,true,\nALPHA,UN,true,\nLAB,UN,false,ALPHA\nCLUB,ASEAN,false,\n",
    "themes": "water,2\nsoil,1\nair,3\n",
    "provisions": "2016-2020:1,2016-2020,given\n2016-2020:2,2016-2020,given\n2016-2020:3,2016-2020,elided\n",
    "plans": "2016-2020,2016,2020\n",
    "statements": "s1,ALPHA,aim\ns2,late,finding\ns3,cooperation,aim\n",
    "discrepancies": "d1,late\n",
}


@pytest.fixture
def folder(tmp_path):
    resources = []
    for name, fields in SCHEMAS.items():
        header = ",".join(field["name"] for field in fields)
        rows = "\n".join(line.strip() for line in ROWS[name].splitlines())
        (tmp_path / f"{name}.csv").write_text(f"{header}\n{rows}\n", encoding="utf-8")
        schema = {"fields": fields, "primaryKey": fields[0]["name"]}
        schema["foreignKeys"] = [
            {
                "fields": field["name"],
                "reference": dict(zip(("resource", "fields"), key, strict=True)),
            }
            for field in fields
            if (key := KEYS.get(field["name"]))
        ]
        more = {"interval": ["start", "end"]} if name == "activities" else {}
        derived = {label: one | {"itemsFrom": "agencies"} for label, one in DERIVED.get(name, {}).items()}
        resources.append({"name": name, "path": f"{name}.csv", "schema": schema, "derived": derived} | more)
    descriptor = {
        "name": "small",
        "title": "A small dataset",
        "project": "Small",
        "version": "2.0",
        "lists": LISTS,
        "resources": resources,
    }
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return tmp_path


@pytest.fixture
def small(folder):
    return open_dataset(folder)


def ids(rows):
    return rows.values("id")


def test_the_descriptor_is_told(small, folder):
    assert (small.path, small.title, small.project, small.version) == (
        folder,
        "A small dataset",
        "Small",
        "2.0",
    )
    assert (small.sources, small.coverage) == ({}, ())
    assert len(small.digest) == 64


@pytest.mark.parametrize("name", ["project", "digest", "package", "tables"])
def test_no_attribute_can_be_set(small, name):
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        setattr(small, name, "changed")


@pytest.mark.parametrize(
    "ask",
    [
        lambda d: d.activities().frame(),
        lambda d: d.unplaced(year=2018).frame(),
        lambda d: d.participations().frame(),
        lambda d: d.table("organisations").frame(),
        lambda d: d.statements().frame(),
        lambda d: d.table("activities").frame(),
    ],
)
def test_no_change_of_a_frame_reaches_the_dataset(small, ask):
    before, frame = ask(small), ask(small)
    column = frame.columns[0]
    frame.loc[0, column] = "changed"
    frame[column].array[0] = "changed"
    frame.pop(column)
    frame.attrs["note"] = "changed"
    pd.testing.assert_frame_equal(ask(small), before)
    assert not ask(small).attrs


def test_activities_come_by_date_and_the_undated_last(small):
    assert ids(small.activities()) == [
        "early",
        "vague",
        "meeting",
        "late",
        "ahead",
        "dropped",
        "undated",
    ]


def test_derived_columns_have_honest_types(small):
    frame = small.activities().frame().set_index("id")
    assert (str(frame["year"].dtype), frame["earliest"].dtype.kind) == ("Int64", "M")
    assert frame["precision"].cat.ordered
    assert frame["precision"].cat.categories.tolist() == ["day", "month", "year", "undated"]
    assert frame.loc["vague", ["earliest", "latest", "precision", "year"]].tolist() == [
        pd.Timestamp("2018-01-01"),
        pd.Timestamp("2018-12-31"),
        "year",
        2018,
    ]
    assert frame.loc["undated", ["earliest", "latest", "year"]].isna().all()
    assert frame.loc["late", ["themes", "agencies"]].tolist() == [("water", "soil"), ("ALPHA",)]
    assert frame.loc["meeting", "agencies"] == ("ALPHA", "BETA")
    assert frame.loc["early", "agencies"] == ()


@pytest.mark.parametrize(
    ("asked", "certain", "unplaced"),
    [
        ({"agency": "ALPHA"}, ["vague", "meeting", "late", "undated"], []),
        ({"agency": "BETA"}, ["meeting"], []),
        ({"theme": "soil"}, ["early", "late", "undated"], []),
        ({"theme": "air"}, [], []),
        ({"year": 2018}, ["vague", "meeting", "late"], ["undated"]),
        ({"year": "2018", "theme": "soil"}, ["late"], ["undated"]),
        ({"year": 2016}, [], ["undated"]),
        ({"status": "planned"}, ["ahead"], []),
        ({"status": ("held", "planned"), "theme": "water"}, ["vague", "late", "ahead"], []),
        ({"provision": "2016-2020:1"}, ["vague", "late"], ["undated"]),
        ({"provision": "2016-2020:3"}, [], []),
        ({"since": FIRST_MEETING}, ["late", "ahead", "dropped"], ["vague", "undated"]),
        ({"since": PartialDate("2018-06")}, ["ahead", "dropped"], ["vague", "late", "undated"]),
        ({"since": FIRST_MEETING, "year": 2018}, ["late"], ["vague", "undated"]),
        ({"since": FIRST_MEETING, "provision": "2016-2020:2", "agency": "ALPHA"}, [], ["undated"]),
    ],
)
def test_the_certain_and_the_unplaced_are_told_apart(small, asked, certain, unplaced):
    assert ids(small.activities(**asked)) == certain
    assert small.count(**asked) == len(certain)
    assert ids(small.unplaced(**asked)) == unplaced
    assert small.unplaced(**asked).frame().columns.equals(small.activities().frame().columns)


@pytest.mark.parametrize(
    ("ask", "value", "nearest"),
    [
        (lambda d: d.activities(agency="alpha").frame(), "alpha", "ALPHA"),
        (lambda d: d.activities(agency="LAB").frame(), "LAB", None),
        (lambda d: d.activities(agency="").frame(), "", None),
        (lambda d: d.count(theme="watr"), "watr", "water"),
        (lambda d: d.unplaced(provision="2016-2020:9").frame(), "2016-2020:9", "2016-2020:1"),
        (lambda d: d.activities(status=("held", "planed")).frame(), "planed", "planned"),
        (lambda d: d.activities(year="20018").frame(), "20018", "2018"),
        (lambda d: d.activities(year=True).frame(), True, None),
        (lambda d: d.participations(activity="lat").frame(), "lat", "late"),
        (lambda d: d.participations(organisation="LABS").frame(), "LABS", "LAB"),
        (lambda d: d.participations(role="support").frame(), "support", "supporter"),
        (lambda d: d.select("organisations", {"group": "un"}).frame(), "un", "UN"),
        (lambda d: d.organisation("Beta"), "Beta", "BETA"),
        (lambda d: d.statements(subject=["late", "lately"]).frame(), "lately", "late"),
        (lambda d: d.statements(kind="aims").frame(), "aims", "aim"),
        (lambda d: d.discrepancies(subject="co-operation").frame(), "co-operation", "cooperation"),
        (lambda d: d.table("theme").frame(), "theme", "themes"),
        (lambda d: d.row("themes", "wate"), "wate", "water"),
        (lambda d: d.codes("agency"), "agency", "agencies"),
        (lambda d: d.codes("themes.cod"), "themes.cod", "themes.code"),
    ],
)
def test_unknown_codes_are_refused_with_the_nearest(small, ask, value, nearest):
    with pytest.raises(UnknownCode) as caught:
        ask(small)
    assert (caught.value.value, caught.value.nearest) == (value, nearest)
    assert str(value) in str(caught.value)


def test_a_date_that_is_none_is_refused(small):
    with pytest.raises(ValueError, match="May 2018"):
        small.activities(since="May 2018").frame()


def test_code_lists(small):
    assert small.codes("agencies") == ("ALPHA", "BETA")
    assert small.codes("themes") == ("soil", "water", "air")
    assert small.codes("years") == ("2011", "2018", "2019")
    assert small.codes("provisions") == ("2016-2020:1", "2016-2020:2")
    assert set(small.codes("activities.themes")) == {"soil", "water"}
    assert small.codes("organisations.parent") == ("ALPHA",)


def test_participations_roll_up_to_the_agency(small):
    frame = small.participations(agency="ALPHA").frame()
    assert frame.columns.tolist() == ["activity", "organisation", "agency", "role", "sources"]
    assert frame["organisation"].tolist() == ["LAB", "ALPHA", "ALPHA", "ALPHA"]
    assert small.participations(organisation="CLUB").frame()["agency"].isna().all()
    assert small.participations(activity="late", role="supporter").frame()["organisation"].tolist() == ["LAB"]


def test_tables_and_rows(small):
    assert small.organisation("LAB") == {
        "code": "LAB",
        "agency": "ALPHA",
        "group": "UN",
        "is_agency": False,
        "parent": "ALPHA",
    }
    row = small.row("activities", "undated")
    assert (row["start"], row["earliest"], row["year"], row["agencies"]) == (None, None, None, ("ALPHA",))
    assert type(small.row("themes", "soil")["order"]) is int
    assert small.select("organisations", {"group": "UN", "is_agency": True}).frame()["code"].tolist() == [
        "BETA",
        "ALPHA",
    ]
    assert small.table("themes").frame()["order"].tolist() == [2, 1, 3]
    assert ids(small.statements(subject=("late", "cooperation"))) == ["s2", "s3"]
    assert ids(small.statements(subject="ALPHA", kind="finding")) == []
    assert ids(small.statements(subject=[])) == []
    assert ids(small.discrepancies(subject="late")) == ["d1"]


SIGNED = "---\nauthor: A. Analyst\ndate: 2019-11-01\n---\nSaid well."


def test_commentary_is_read_and_stays_inside(small, folder):
    (folder / "commentary" / "agency").mkdir(parents=True)
    (folder / "commentary" / "agency" / "alpha.md").write_text(SIGNED, encoding="utf-8")
    assert small.commentary("agency", "alpha") == SIGNED
    assert small.commentary("agency", "beta") is None
    for family, slug in (("..", "x"), ("agency", "../alpha"), ("agency", "")):
        with pytest.raises(ValueError, match="is no name"):
            small.commentary(family, slug)


def test_commentary_that_cannot_be_read_is_refused_by_its_name(small, folder):
    (folder / "commentary" / "agency" / "beta.md").mkdir(parents=True)
    (folder / "commentary" / "agency" / "alpha.md").write_bytes("Café".encode("latin-1"))
    with pytest.raises(DatasetError, match=r"commentary/agency/alpha.md: .* save it as UTF-8"):
        small.commentary("agency", "alpha")
    with pytest.raises(DatasetError, match=r"commentary/agency/beta.md: this is a folder"):
        small.commentary("agency", "beta")


def test_one_dataset_is_kept_until_its_bytes_change(small, folder):
    assert open_dataset(folder).tables is small.tables
    (folder / "themes.csv").write_text("code,order\nsoil,1\n", encoding="utf-8")
    assert open_dataset(folder).codes("themes") == ("soil",)
    assert small.codes("themes") == ("soil", "water", "air")


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (
            "themes.csv",
            "water,2",
            "water,two",
            'themes.csv, row 2, column order: "two" is not a whole number',
        ),
        (
            "activities.csv",
            "2018-06-06",
            "2018-06-02",
            "activities.csv, row 2, column end: .* before the start",
        ),
        ("activities.csv", "2011-09-05", "2011-9-5", "activities.csv, row 6, column start"),
        (
            "activities.csv",
            "2018-06-04,2018-06-06",
            "2018-06-04/2018-06-06,",
            "activities.csv, row 2, column start: .* is two dates",
        ),
        ("activities.csv", "2011-09-05", "04/06/2018", 'column start: "04/06/2018" is no partial date'),
        ("organisations.csv", "BETA,UN,true", "BETA,UN,yes", "organisations.csv, row 2, column is_agency"),
        (
            "themes.csv",
            "water,2",
            "water,99999999999999999999",
            "themes.csv, row 2, column order: .* too large",
        ),
        (
            "datapackage.json",
            '"orderBy": "order"',
            '"orderBy": "ordre"',
            'the list "themes" looks at "themes.ordre", which is no column of a table; nearest: themes.order',
        ),
        ("datapackage.json", '"by": "activity"', '"by": "activty"', "participations.activty"),
        ("datapackage.json", '"climb": "parent"', '"climb": "parents"', "organisations.parents"),
        ("datapackage.json", '"lookUp": "organ', '"lookup": "organ', "needs one of climb, lookUp, gather"),
        ("datapackage.json", '"where": {"is_agency": true}', '"where": {}', "asks nothing"),
    ],
)
def test_what_cannot_be_read_is_refused_where_it_stands(folder, file, old, new, words):
    path = folder / file
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")
    with pytest.raises(DatasetError, match=words):
        open_dataset(folder)


def test_a_missing_table_is_refused(folder):
    (folder / "themes.csv").unlink()
    with pytest.raises(DatasetError, match=r"themes.csv: there is no such file"):
        open_dataset(folder)


def test_a_circle_of_parents_does_not_hang(folder):
    path = folder / "organisations.csv"
    path.write_text(
        "code,group,is_agency,parent\nALPHA,UN,false,BETA\nBETA,UN,false,ALPHA\nLAB,UN,true,\nCLUB,UN,false,LAB\n"
    )
    assert open_dataset(folder).codes("agencies") == ("LAB",)


def test_the_real_dataset_opens():
    data = NOTE / "data"
    real = open_dataset(data)
    assert real.count() == len(real.table("activities").frame()) > 0


def test_a_copied_dataset_has_the_same_digest(folder, small, tmp_path_factory):
    copy = shutil.copytree(folder, tmp_path_factory.mktemp("copy") / "data")
    assert open_dataset(copy).digest == small.digest
