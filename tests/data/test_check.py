"""The check finds every kind of fault, says where it stands, and finds them all at once.

Each case copies the real dataset, breaks one thing, and expects exactly what that breaks.
"""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest

from kits import NOTE
from pressroom.data import Finding, check_dataset, schema

DATA = NOTE / "data"


class Desk:
    """The real dataset in a folder of its own, to be broken."""

    def __init__(self, folder):
        self.folder = Path(shutil.copytree(DATA, folder / "data"))

    def rows(self, table):
        return list(csv.reader(io.StringIO(self.text(table), newline="")))

    def text(self, table):
        return (self.folder / f"{table}.csv").read_text(encoding="utf-8")

    def write(self, table, content):
        data = content if isinstance(content, bytes) else content.encode()
        (self.folder / f"{table}.csv").write_bytes(data)

    def save(self, table, rows, **dialect):
        buffer = io.StringIO(newline="")
        csv.writer(buffer, lineterminator="\n", **dialect).writerows(rows)
        self.write(table, buffer.getvalue())

    def put(self, table, key, **cells):
        """Set cells of the row whose first cell is `key`; return the row's number."""
        rows = self.rows(table)
        number = next(n for n, row in enumerate(rows, start=1) if row[0] == key)
        for column, value in cells.items():
            rows[number - 1][rows[0].index(column)] = value
        self.save(table, rows)
        return number

    def describe(self, change):
        path = self.folder / "datapackage.json"
        descriptor = json.loads(path.read_text(encoding="utf-8"))
        change(descriptor)
        path.write_text(json.dumps(descriptor, ensure_ascii=False), encoding="utf-8")

    def check(self):
        return check_dataset(self.folder)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_the_real_dataset_has_no_fault():
    assert [str(finding) for finding in check_dataset(DATA)] == []


TRAINING, FIRST, SECOND, OLD = (
    "bhr-training-2017",
    "aichr-un-meeting-1",
    "aichr-un-meeting-2",
    "gender-equality-seminar-2011",
)
NOTE = "background-note"

CELLS = [
    # table, key, column, what is typed there, words of the message, nearest
    ("activities", TRAINING, "type", "trainng", "not one of the codes", "training"),
    ("activities", TRAINING, "type", "", "empty, but every row needs", None),
    ("activities", TRAINING, "participants_target", "sixty", "whole number", None),
    ("activities", TRAINING, "participants_target", "0", "less than 1", None),
    ("organisations", "DPA", "is_agency", "yes", "neither true nor false", None),
    ("countries", "VNM", "code", "Vnm", "of the form", None),
    ("milestones", "plan-of-action", "country", "LAP", "not a code of countries.csv", "LAO"),
    ("activities", FIRST, "places", "IND/Jakarta", "is not in the column", "IDN"),
    ("activities", FIRST, "places", "IDN/", "write IDN alone", None),
    ("activities", FIRST, "aichr_lead", "IDN;IND", "countries.code", "IDN"),
    ("activities", TRAINING, "moved_to", "2018", 'needs status to be "postponed", but it is "held"', None),
    ("activities", TRAINING, "number", "2", "needs series to be filled", None),
    (
        "series",
        "aichr-un-meetings",
        "reference",
        "aichr-un-meeting-2",
        "no held and dated activity",
        "aichr-un-meeting-1",
    ),
    ("series", "lemkin-seminar", "reference", "last held", "another series has a reference", None),
    ("activities", FIRST, "series", "aichr-meetings", "series.csv", "aichr-un-meetings"),
    ("activities", "crc-dialogue-2018", "follows", "crc-workshop", "activities.csv", "crc-workshop-2017"),
    ("organisations", "UN-ACT", "parent", "UNPD", "organisations.csv", "UNDP"),
    ("activities", TRAINING, "themes", "bhr;enviroment", "themes.code", "environment"),
    ("activities", TRAINING, "themes", "bhr;bhr", "twice", None),
    ("activities", TRAINING, "provisions", "2016-2020:1.2.44", "provisions.id", "2016-2020:1.2.4"),
    ("instruments", "UNGPS", "activities", "bhr-training", "activities.id", TRAINING),
    ("activities", OLD, "provisions", "2016-2020:1.2.4", "of 2016 to 2020, and this row of 2011", None),
    ("activities", TRAINING, "end", "2017-11-12", "before the start", None),
    ("activities", TRAINING, "end", "2016", "before the start", None),
    ("activities", "disability-dialogues", "end", "2019", "without a start", None),
    ("activities", TRAINING, "start", "2017-11-31", "no day of the calendar", None),
    ("activities", TRAINING, "start", "13.11.2017", "write YYYY-MM-DD", None),
    ("milestones", "plan-of-action", "date", "Sept 2016", "no partial date", None),
    ("statements", "cooperation-since", "subject", "co-operation", "not on the list subjects", "cooperation"),
    (
        "discrepancies",
        "european-council",
        "subject",
        "bhr-dialogue",
        "not on the list subjects",
        "bhr-dialogue-2018",
    ),
    ("statements", "cooperation-since", "kind", "sinc", "not one of the codes", "since"),
    ("activities", TRAINING, "sources", f"{NOTE}:B.II.1/1", "not a locator", None),
    ("activities", TRAINING, "sources", f"{NOTE}#B.II.1/1, {NOTE}#A/1", "holds two locators", None),
    ("activities", TRAINING, "sources", "backgroundnote#A/1", "not a source", NOTE),
    ("activities", TRAINING, "sources", "", "empty, but every row needs", None),
    ("organisations", "UNDP", "parent", "UNDP", "leads back to itself", None),
    ("activities", TRAINING, "themes_origin", "", "stated or assigned", None),
    ("activities", FIRST, "themes_origin", "stated", "said of no theme", None),
    ("activities", TRAINING, "summary", "Well done 🎉.", "U+1F389 (Party popper)", None),
    ("activities", TRAINING, "venue", "a\x0bb", "U+000B", None),
    (
        "activities",
        TRAINING,
        "venue",
        "a\ufeffb",
        "U+FEFF (Zero width no-break space)",
        None,
    ),
    ("activities", TRAINING, "venue", "a\u202eb", "U+202E (Right-to-left override) stands for nothing", None),
    ("countries", "IDN", "name", "Indo\ue000nesia", "U+E000", None),
    ("activities", TRAINING, "venue", "a\u2028b", "U+2028", None),
    ("activities", TRAINING, "venue", "a\x00b", "U+0000 is a control character", None),
    ("activities", TRAINING, "venue", "a\x7fb", "U+007F is a control character", None),
    ("activities", TRAINING, "title", " ", "empty, but every row needs this; it holds only U+0020", None),
    ("activities", TRAINING, "title", "\xa0", "only U+00A0", None),
    ("activities", TRAINING, "title", "\u200b", "only U+200B", None),
    ("activities", TRAINING, "sources", " ; ", "empty, but every row needs", None),
    ("activities", TRAINING, "participants_target", "1_0", "plain digits", None),
    ("activities", TRAINING, "participants_target", " 30", "plain digits", None),
    ("activities", TRAINING, "participants_target", "9" * 30, "too large", None),
    ("activities", TRAINING, "start", "04/06/2018", '"04/06/2018" is no partial date', None),
    ("activities", TRAINING, "start", "2017-11-13/2017-11-14", "is two dates", None),
]


@pytest.mark.parametrize(("table", "key", "column", "typed", "words", "nearest"), CELLS)
def test_one_broken_cell_is_one_finding(desk, table, key, column, typed, words, nearest):
    number = desk.put(table, key, **{column: typed})
    (found,) = [f for f in desk.check() if (f.file, f.row) == (f"{table}.csv", number)]
    assert (found.severity, found.column, found.nearest) == ("error", column, nearest)
    assert found.value == typed or (typed and found.value in typed)
    assert words in found.message
    line = str(found)
    assert line.startswith(f"{table}.csv, row {number}, column {column}: ")
    assert "\n" not in line
    assert nearest is None or line.endswith(f"nearest: {nearest}")


@pytest.mark.parametrize(
    ("key", "start", "words"),
    [
        (SECOND, "2019-10-02", "2019-10-02 is past as of 2019-10-03, but the status is planned"),
        (
            "eia-consultation-2019",
            "2019-11-19",
            "2019-11-19 is still ahead as of 2019-11-18, but the status is held",
        ),
    ],
)
def test_a_doubtful_status_is_a_warning(desk, key, start, words):
    number = desk.put("activities", key, start=start, end="")
    (found,) = desk.check()
    assert (found.severity, found.row, found.column, found.message) == ("warning", number, "start", words)


def test_a_finding_tells_what_is_allowed(desk):
    desk.put("activities", TRAINING, status="hold", themes="bhr;soil", sources="note#A/1")
    allowed = {finding.column: finding.allowed for finding in desk.check()}
    assert allowed["status"] == ("held", "planned", "ongoing", "cancelled", "postponed")
    assert "environment" in allowed["themes"]
    assert allowed["sources"] == (NOTE, "reference")


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2019-10", "", 0),
        ("2019-10-02", "2019-10-03", 0),
        ("2019-10-01", "2019-10-02", 1),
        ("2019-09", "", 1),
        ("", "", 0),
    ],
)
def test_only_what_is_certainly_past_is_warned_of(desk, start, end, count):
    desk.put("activities", SECOND, start=start, end=end)
    assert len(desk.check()) == count


@pytest.mark.parametrize(("start", "count"), [("2015", 1), ("2016", 0), ("", 0), ("2021", 1)])
def test_only_what_is_certainly_outside_a_plan_is_an_error(desk, start, count):
    desk.put("activities", "crc-workshop-2017", start=start, end="", provisions="2016-2020:1.2.4")
    assert [f.column for f in desk.check() if f.severity == "error"] == ["provisions"] * count


def test_an_identifier_twice_is_told_once(desk):
    rows = desk.rows("themes")
    twin = [*rows[1]]
    twin[rows[0].index("order")] = "99"
    desk.save("themes", [*rows, twin])
    (finding,) = desk.check()
    assert (finding.row, finding.column, finding.value) == (len(rows) + 1, "code", rows[1][0])
    assert "in row 2 already" in finding.message


def test_a_unique_value_twice_is_told(desk):
    number = desk.put("themes", "disability", order="1")
    (finding,) = desk.check()
    assert (finding.row, finding.column) == (number, "order")
    assert "in row 2 already" in finding.message


def test_a_participation_twice_is_told(desk):
    rows = desk.rows("participations")
    desk.save("participations", [*rows, rows[1]])
    (finding,) = desk.check()
    assert finding.row == len(rows) + 1
    assert "activity, organisation, role" in finding.message


def test_a_circle_of_followers_is_told(desk):
    first = desk.put("activities", "crc-workshop-2017", follows="crc-dialogue-2018")
    second = desk.put("activities", "crc-dialogue-2018", follows="crc-workshop-2017")
    assert {(f.row, f.column) for f in desk.check()} == {(first, "follows"), (second, "follows")}


def test_a_subject_of_two_kinds_is_told(desk):
    number = desk.put("statements", "cooperation-since", subject="bhr")
    rows = desk.rows("series")
    rows.append(["bhr", *rows[1][1:]])
    desk.save("series", rows)
    found = {finding.row: finding for finding in desk.check()}
    assert "themes.code and in series.id" in found[number].message


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text + "\n\n",
        lambda text: text + ",,,,,\n , ,\n",
        lambda text: text.replace("\n", "\n,,,,,\n", 1),
    ],
    ids=["bom", "crlf", "blank", "commas", "commas-above"],
)
def test_the_habits_of_a_spreadsheet_are_no_findings(desk, spoil):
    for table in ("activities", "themes", "statements"):
        desk.write(table, spoil(desk.text(table)))
    assert desk.check() == []


UNREADABLE = [
    (lambda d: d.save("themes", d.rows("themes"), delimiter=";"), "themes.csv", "semicolons"),
    (
        lambda d: d.write("series", d.text("series").replace("held", "hèld").encode("latin-1", "replace")),
        "series.csv",
        "not UTF-8",
    ),
    (lambda d: d.write("series", d.text("series").encode("utf-16")), "series.csv", "UTF-16"),
    (lambda d: (d.folder / "countries.csv").unlink(), "countries.csv", "no such file"),
    (lambda d: d.write("activities", ""), "activities.csv", "empty"),
    (
        lambda d: d.write("themes", d.text("themes").replace("description", "descriptoin")),
        "themes.csv",
        "description is missing",
    ),
    (
        lambda d: d.write("organisations", d.text("organisations") + '"broken'),
        "organisations.csv",
        "quotation mark",
    ),
]


@pytest.mark.parametrize(("spoil", "file", "words"), UNREADABLE)
def test_a_table_that_cannot_be_read_hides_nothing_and_accuses_nobody(desk, spoil, file, words):
    other = "milestones"
    number = desk.put(other, "plan-of-action", date="2016-13")
    spoil(desk)
    findings = desk.check()
    assert [(f.file, f.row) for f in findings if f.file != file] == [(f"{other}.csv", number)]
    assert [words in f.message for f in findings if f.file == file] == [True]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (
            lambda text: text.replace("\n", ",spill\n", 2).replace(",spill", "", 1),
            '"spill" stands in no named column',
        ),
        (
            lambda text: text.replace("code,", "code,colour,").replace("\nbhr,", "\nbhr,red,"),
            '"colour" is not described',
        ),
    ],
)
def test_what_stands_beside_the_columns_is_told(desk, spoil, words):
    desk.write("themes", spoil(desk.text("themes")))
    assert any(words in finding.message for finding in desk.check())


def test_rows_are_named_as_a_spreadsheet_counts_them(desk):
    rows = desk.rows("series")
    rows[1][rows[0].index("summary")] = "one\ntwo\nthree"
    rows[2:2] = [[], [""] * len(rows[0])]
    rows[-1][rows[0].index("since")] = "201"
    rows[-1][rows[0].index("title")] = ""
    desk.save("series", rows)
    assert {(f.row, f.column) for f in desk.check()} == {(len(rows), "since"), (len(rows), "title")}


def find(descriptor, table):
    return next(entry for entry in descriptor["resources"] if entry["name"] == table)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.update(as_of={"start": "2019-10-03"}), "an earlier version kept the dataset so"),
        (lambda d: d.update(coverage="soon"), "`briefings tidy` brings it to today's form"),
        (lambda d: find(d, "sources").update(holds="source"), 'is "source"; allowed: sources, coverage'),
        (lambda d: find(d, "series").update(holds="sources"), "as another table does"),
        (lambda d: find(d, "series").update(holds="sources"), "no column mark"),
        (
            lambda d: d["resources"][0]["schema"]["foreignKeys"][0]["reference"].update(resource="land"),
            "land",
        ),
        (
            lambda d: d["resources"][0]["schema"]["fields"][3]["constraints"].update(enum="x"),
            "descriptor is faulty",
        ),
        (lambda d: d.update(title="Cooperation 🎉"), "U+1F389"),
        (lambda d: d.pop("resources"), "describes no tables"),
    ],
)
def test_a_faulty_descriptor_is_told(desk, change, words):
    desk.describe(change)
    assert any(f.file == "datapackage.json" and words in f.message for f in desk.check())


def test_a_plan_that_is_no_years_is_told(desk):
    number = desk.put("plans", "2016-2020", **{"from": "2020", "to": "2016"})
    assert [(f.file, f.row, f.column) for f in desk.check()] == [("plans.csv", number, "to")]


def test_an_undescribed_table_is_warned_of(desk):
    desk.write("notes", "id\n1\n")
    (finding,) = desk.check()
    assert (finding.severity, finding.file) == ("warning", "notes.csv")


def test_a_cell_of_nul_alone_is_empty_and_a_control_character(desk):
    desk.put("activities", TRAINING, title="\x00")
    messages = [finding.message for finding in desk.check()]
    assert any("empty" in message for message in messages)
    assert any("U+0000 is a control" in message for message in messages)


def test_commentary_that_is_no_file_is_told(desk):
    (desk.folder / "commentary" / "agency" / "undp.md").mkdir(parents=True)
    (finding,) = desk.check()
    assert (finding.file, finding.severity) == ("commentary/agency/undp.md", "error")
    assert "save it as UTF-8" in finding.message


def test_what_only_frictionless_trips_over_is_a_finding(desk, monkeypatch):
    def trip(*_):
        raise TypeError("unhashable")

    monkeypatch.setattr("frictionless.Package.from_descriptor", trip)
    monkeypatch.setattr(schema, "_find_faults", schema._find_faults.__wrapped__)  # it knows the answer
    (finding,) = desk.check()
    assert "cannot be read: unhashable" in finding.message


def test_all_findings_come_at_once_in_order(desk):
    desk.put("activities", TRAINING, type="x", end="1999", themes="y", sources="z")
    desk.put("activities", SECOND, start="2019-09")
    desk.put("participations", TRAINING, role="q")
    desk.put("themes", "bhr", order="one")
    findings = desk.check()
    assert [(f.file, f.column) for f in findings] == [
        ("activities.csv", "type"),
        ("activities.csv", "end"),
        ("activities.csv", "themes"),
        ("activities.csv", "sources"),
        ("activities.csv", "start"),
        ("participations.csv", "role"),
        ("themes.csv", "order"),
    ]


def test_no_dataset_is_one_finding(tmp_path):
    (finding,) = check_dataset(tmp_path)
    assert "there is no datapackage.json" in finding.message


def test_a_long_list_of_what_is_allowed_is_cut_short():
    finding = Finding(message="no", file="t.csv", allowed=tuple("abcdefghijklmnopqrstuvwxyz"))
    assert (
        str(finding)
        == "t.csv: no; allowed: a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, … (26 in all)"
    )


@pytest.mark.parametrize(
    ("cell", "meant"), [("the boardâ€™s", "’"), ("rÃ©sumÃ©", "é"), ("a â€“ b", "–"), ("Viá»‡t Nam", "ệ")]
)
def test_text_read_in_another_encoding_is_a_warning(desk, cell, meant):
    row = desk.put("activities", TRAINING, venue=cell)
    (finding,) = desk.check()
    assert (finding.severity, finding.row, finding.column) == ("warning", row, "venue")
    assert f'looks like a character, "{meant}"' in finding.message


@pytest.mark.parametrize("cell", ["CAFÉ’s “Ångström” – Ünïcode…", "Đà Nẵng; Việt Nam", "½ ° § £ ©"])
def test_letters_with_accents_are_no_fault(desk, cell):
    desk.put("activities", TRAINING, venue=cell)
    assert desk.check() == []


def first_field(descriptor):
    return descriptor["resources"][0]["schema"]["fields"][0]


UNKNOWN = [
    (lambda d: d["licenses"][0].update(as_of={}), '"licenses" "CC-BY', "as_of", None),
    (lambda d: d.update(helpr={}), "the descriptor has", "helpr", "helper"),
    (lambda d: find(d, "sources").update(hold="sources"), '"sources" has', "hold", "holds"),
    (lambda d: d["resources"][0].update(orderby="start"), '"activities" has', "orderby", "orderBy"),
    (
        lambda d: d["resources"][0]["schema"]["fields"][1].update(itemFrom="x"),
        '"title" has',
        "itemFrom",
        "itemsFrom",
    ),
    (lambda d: d["search"]["filters"]["year"].update(lable="x"), '"year" of "filters"', "lable", "label"),
]


@pytest.mark.parametrize(("change", "place", "key", "nearest"), UNKNOWN)
def test_a_key_that_nothing_reads_is_named_with_the_nearest(desk, change, place, key, nearest):
    desk.describe(change)
    (finding,) = desk.check()
    assert (finding.severity, finding.value, finding.nearest) == ("warning", key, nearest)
    assert re.search(place, finding.message)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2017", "2017000000", "is no year of four digits"),
        ("17", "2019", "is no year of four digits"),
        ("1000", "9999", "not from one to 500 years"),
        ("2019", "2017", "not from one to 500 years"),
    ],
)
def test_a_coverage_of_no_years_or_too_many_is_told(desk, first, last, words):
    desk.put("coverage", NOTE, **{"from": first, "to": last})
    assert [words in finding.message for finding in desk.check()] == [True]


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"as_of_start": "2020-01-01"}, "as_of_end", "before the start"),
        ({"as_of_end": "2019-10"}, "as_of_end", "2019-10"),
        ({"published": "soon"}, "published", "date"),
        ({"as_of_origin": "guessed"}, "as_of_origin", "stated, inferred"),
    ],
)
def test_a_faulty_source_is_told(desk, cells, column, words):
    desk.put("sources", NOTE, **cells)
    found = [finding for finding in desk.check() if finding.file == "sources.csv"]
    assert {finding.column for finding in found} == {column}
    assert any(words in str(finding) for finding in found)


def test_two_sources_with_one_mark_are_told(desk):
    desk.put("sources", "reference", mark="N")
    (finding,) = desk.check()
    assert (finding.column, finding.value) == ("mark", "N")


@pytest.mark.parametrize("place", ["12-13", "2022-11-17/6", "p12/para-4", "§ 3, note (a)", "Ünïcode/ß"])
def test_a_locator_may_hold_anything(desk, place):
    desk.put("activities", TRAINING, sources=f"{NOTE}#{place}")
    assert desk.check() == []


@pytest.mark.parametrize("half", ["\\ud83d", "\\uDC4D"])
def test_half_a_character_in_the_descriptor_is_told_with_its_line(desk, half):
    path = desk.folder / "datapackage.json"
    lines = path.read_text("utf-8").splitlines()
    lines[2] = lines[2].replace('": "', f'": "{half}')
    path.write_text("\n".join(lines), "utf-8")
    (finding,) = desk.check()
    assert (finding.row, finding.file) == (3, "datapackage.json")
    assert f"half a character, U+{half[2:].upper()}" in finding.message


@pytest.mark.parametrize("odd", ["\0", "\x1b", "\ufeff", "\u202e", "\ue000"])
def test_what_no_page_can_show_is_refused_in_the_descriptor_too(desk, odd):
    desk.describe(lambda d: d.update(project=f"a{odd}b"))
    (finding,) = desk.check()
    assert f"U+{ord(odd):04X}" in finding.message
    assert finding.file == "datapackage.json"


def test_a_key_that_is_there_twice_is_refused(desk):
    path = desk.folder / "datapackage.json"
    path.write_text(path.read_text("utf-8").replace("{", '{"title": "x",', 1), "utf-8")
    (finding,) = desk.check()
    assert 'has "title" twice' in finding.message


def test_an_order_by_no_column_is_refused_with_the_nearest(desk):
    desk.describe(lambda d: d["resources"][0].update(orderBy="strat"))
    (finding,) = desk.check()
    assert '"orderBy" of activities names no column: "strat"' in finding.message
    assert "nearest: start" in finding.message


def say_parts(descriptor):
    fields = next(r for r in descriptor["resources"] if r["name"] == "provisions")["schema"]["fields"]
    for name, side in (("plan", "before"), ("paragraph", "after")):
        next(field for field in fields if field["name"] == name)["equals"] = {"of": "id", side: ":"}


@pytest.mark.parametrize(
    ("column", "cell", "part"),
    [
        ("paragraph", "2004-02-01", "1.2.4"),
        ("paragraph", "1.2.40", "1.2.4"),
        ("plan", "2016-2021", "2016-2020"),
    ],
)
def test_a_cell_that_another_of_its_row_disproves_is_told(desk, column, cell, part):
    desk.describe(say_parts)
    assert desk.check() == []
    row = desk.put("provisions", "2016-2020:1.2.4", **{column: cell})
    finding = next(finding for finding in desk.check() if "says" in finding.message)
    assert (finding.row, finding.value, finding.allowed) == (row, cell, (part,))
    assert 'id says "2016-2020:1.2.4"' in finding.message


@pytest.mark.parametrize(
    "told",
    [
        "id",
        {"of": "id"},
        {"of": "nothing", "after": ":"},
        {"of": "id", "after": ":", "before": ":"},
        {"of": "id", "after": 3},
    ],
)
def test_a_part_that_cannot_be_understood_is_told(desk, told):
    desk.describe(lambda d: first_field(d).update(equals=told))
    (finding,) = desk.check()
    assert '"equals" of activities.id' in finding.message


@pytest.mark.parametrize("places", ["THA", "THA/Bangkok", "THA/Bangkok;VNM", "/Geneva", "THA/A/B"])
def test_what_stands_behind_a_code_is_free(desk, places):
    desk.put("activities", "bhr-dialogue-2018", places=places)
    assert desk.check() == []


def test_a_code_with_more_behind_it_is_one_of_those_there_are(desk):
    row = desk.put("activities", "bhr-dialogue-2018", places="THA/Bangkok;VNN/Hanoi")
    (finding,) = desk.check()
    assert (finding.file, finding.row, finding.column) == ("activities.csv", row, "places")
    assert finding.message == '"VNN" is not in the column countries.code'
    assert finding.nearest == "VNM"


@pytest.mark.parametrize(
    ("change", "column", "value", "words"),
    [
        ({"refused": ["led to"]}, "title", "What Led  to it", '"Led to" may not stand in this column'),
        ({"refused": ["only"]}, "title", "Commonly", None),
        ({"refused": ["because", "because of"]}, "title", "because of rain", '"because of" may not stand'),
        ({"maxWords": 3}, "title", "one two three", None),
        ({"maxWords": 3}, "title", "one two three four", '"one two three four" has 4 words; 3 are allowed'),
    ],
)
def test_a_column_limits_and_refuses_words(desk, change, column, value, words):
    fields = next(r for r in json.loads((desk.folder / "datapackage.json").read_text("utf-8"))["resources"]
                  if r["name"] == "milestones")["schema"]["fields"]  # fmt: skip
    place = [field["name"] for field in fields].index(column)
    for row in desk.rows("milestones")[1:]:
        desk.put("milestones", row[0], **{column: "Short"})
    desk.describe(
        lambda d: next(r for r in d["resources"] if r["name"] == "milestones")["schema"]["fields"][
            place
        ].update(change)
    )
    row = desk.put("milestones", "plan-of-action", **{column: value})
    found = desk.check()
    assert len(found) == (words is not None)
    if words is not None:
        assert words in found[0].message
        assert (found[0].file, found[0].row, found[0].column) == ("milestones.csv", row, column)
