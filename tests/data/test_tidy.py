from __future__ import annotations

import csv
import io
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kits import NOTE
from pressroom.data.findings import DatasetError
from pressroom.data.package import read_package
from pressroom.data.sheets import parse_cell, read_sheet
from pressroom.data.tidy import _quote, check_tidiness, tidy_tables, write_files

DATA = NOTE / "data"


def read_rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


def values(folder: Path) -> dict[str, list[str]]:
    """Return what each row of each table says, whatever the order of the rows."""
    told = {}
    for resource in read_package(folder).resources:
        sheet = read_sheet(resource)
        told[resource.name] = sorted(
            repr([parse_cell(f, c) for f, c in zip(resource.fields, row.cells, strict=True)])
            for row in sheet.rows
        )
    return told


def mess_up(text: str, rng: random.Random) -> bytes:
    """Return a table as a careless spreadsheet might save it; it says the same."""
    header, *rows = list(csv.reader(io.StringIO(text)))
    columns = list(range(len(header)))
    rng.shuffle(columns)
    rng.shuffle(rows)
    out = io.StringIO()
    quoting = rng.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
    writer = csv.writer(out, lineterminator=rng.choice(["\n", "\r\n"]), quoting=quoting)
    extra = [""] * rng.randrange(3)
    for row in [header, *rows]:
        writer.writerow([row[place] for place in columns] + extra)
        if rng.random() < 0.1:
            writer.writerow([""] * (len(header) + len(extra)))
    return rng.choice([b"", b"\xef\xbb\xbf"]) + out.getvalue().encode()


@given(st.text(alphabet='ab ,;"\r\n\t\u2028é'))
def test_a_cell_is_written_as_csv_writes_it(text: str) -> None:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(["a", text, "b"])
    assert f"a,{_quote(text)},b\n" == line.getvalue()


def test_the_projects_tables_are_tidy() -> None:
    assert tidy_tables(read_package(DATA)) == {}


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_tidying_changes_no_value_and_once_is_enough(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder, rng = tmp_path_factory.mktemp("data") / "data", random.Random(seed)
    shutil.copytree(DATA, folder)
    for path in folder.glob("*.csv"):
        path.write_bytes(mess_up(path.read_text("utf-8"), rng))
    before = values(folder)
    write_files(folder, tidy_tables(read_package(folder)))
    assert values(folder) == before
    assert tidy_tables(read_package(folder)) == {}
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]
    header = (DATA / "activities.csv").read_bytes().split(b"\n", 1)[0]
    assert (folder / "activities.csv").read_bytes().startswith(header + b"\n")


def test_rows_are_sorted_by_what_the_descriptor_says_and_equal_ones_stay(tmp_path: Path) -> None:
    folder = shutil.copytree(DATA, tmp_path / "data")
    path = folder / "activities.csv"
    header, *rows = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text(header + "".join(reversed(rows)), "utf-8")
    write_files(folder, tidy_tables(read_package(folder)))
    tidied = read_rows(path)
    starts = [row["start"] for row in tidied]
    assert starts[:2] == ["2011-09-05", "2017-11-13"]
    assert starts[2:5] == ["2017", "2017", "2017"]  # a year stands behind its days
    assert starts.index("2018-06-04") < starts.index("2018-06")
    assert starts[-1] == ""
    ids = [row["id"] for row in tidied]
    same = ("water-workshop-2017", "crc-workshop-2017", "lemkin-seminar-2017")
    assert [id for id in ids if id in same] == list(same)
    assert read_rows(folder / "participations.csv")[0]["activity"] == "gender-equality-seminar-2011"


def test_lists_have_no_blanks_between_their_items(tmp_path: Path) -> None:
    folder = shutil.copytree(DATA, tmp_path / "data")
    path = folder / "activities.csv"
    path.write_text(
        path.read_text("utf-8").replace("trafficking;women-children", "trafficking ; women-children;")
    )
    [finding] = check_tidiness(folder)
    assert (finding.severity, finding.file) == ("warning", "activities.csv")
    assert "briefings tidy" in finding.message
    assert tidy_tables(read_package(folder))["activities.csv"] == (DATA / "activities.csv").read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("code,name,short_name\n", "code,name,short_name,remark\n", '"remark" is not described'),
        ("IDN,", "IDN,Indonesia,x,lost,", "stands in no named column"),
        ("code,name", "code;name", "semicolons"),
    ],
)
def test_nothing_is_written_where_something_would_be_lost(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    folder = shutil.copytree(DATA, tmp_path / "data")
    path = folder / "countries.csv"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(DatasetError, match=words):
        tidy_tables(read_package(folder))
