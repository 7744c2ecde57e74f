"""CSV as spreadsheets write it becomes typed frames, or is refused with a clear word."""

import csv
import doctest
import random
from dataclasses import replace
from datetime import datetime

import pandas as pd
import pytest

from pressroom.data import DatasetError, sheets
from pressroom.data.resource import Field, Resource
from pressroom.data.sheets import _BLOCK, read_cells, read_sheet, reading_once
from pressroom.data.tables import Rows, Table


def field(name, kind="string", *, is_list=False, partial=False):
    true, false = ("true", "TRUE"), ("false", "FALSE")
    return Field(name, kind, False, (), None, is_list, None, partial, true, false)


FIELDS = (
    field("id"),
    field("number", "integer"),
    field("share", "number"),
    field("flag", "boolean"),
    field("day", "date"),
    field("when", partial=True),
    field("codes", is_list=True),
)
HEADER = b"id,number,share,flag,day,when,codes\n"
ROW = b"a,1,0.5,true,2018-06-04,2018-06,x; y;\n"


def make(content):
    return Resource("t", "t.csv", FIELDS, ("id",), content)


def read_frame(resource):
    """Return a table as a frame, its index the rows' numbers."""
    numbers, cells = read_cells(resource)
    frame = Rows(Table("t", FIELDS, cells, numbers=numbers), range(len(numbers))).frame()
    return frame.set_index(pd.Index(numbers))


def test_cells_become_what_they_are():
    frame = read_frame(make(HEADER + ROW + b"b,,,,,,\n"))
    assert [str(dtype) for dtype in frame.dtypes] == [
        "string",
        "Int64",
        "Float64",
        "boolean",
        "datetime64[s]",
        "string",
        "object",
    ]
    assert frame.loc[2].tolist() == ["a", 1, 0.5, True, datetime(2018, 6, 4), "2018-06", ("x", "y")]
    assert frame.loc[3, "codes"] == ()
    assert frame.loc[3].drop(["id", "codes"]).isna().all()


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + HEADER + ROW,
        (HEADER + ROW).replace(b"\n", b"\r\n"),
        (HEADER + ROW).replace(b"\n", b"\r"),
        HEADER + ROW.rstrip(),
        HEADER + ROW + b"\n\n   \n",
        HEADER + ROW + b",,,,,,\n ,,,,,,\n,,,,,,,,,,\n",
        (HEADER + ROW).replace(b"\n", b",,\n"),
        b"codes,when,day,flag,share,number,id\nx;y,2018-06,2018-06-04,TRUE,0.5,1,a\n",
        b'"id","number","share","flag","day","when","codes"\n"a","1","0.5","true","2018-06-04","2018-06","x;y"\n',
    ],
    ids=["bom", "crlf", "cr", "no-last-line-end", "blank", "commas", "empty-columns", "order", "quoted"],
)
def test_the_habits_of_a_spreadsheet_are_survived(content):
    frame = read_frame(make(content))
    pd.testing.assert_frame_equal(frame, read_frame(make(HEADER + ROW)))


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    content = HEADER + b'"a\nsecond line\nthird",1,,,,,\n\n,,,,,,\nb,2,,,,,\n'
    assert [row.number for row in read_sheet(make(content)).rows] == [2, 5]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "t.csv: there is no such file"),
        (b"", "empty"),
        (b"\n\n", "empty"),
        ((HEADER + ROW).replace(b",", b"|").replace(b";", b" "), "separated by bars"),
        ((HEADER + ROW).replace(b",", b"\t"), "separated by tabs"),
        (HEADER.replace(b",", b";") + b"a;1;0,5;true;;;\n", "separated by semicolons"),
        (b"sep=;\n" + HEADER.replace(b",", b";"), "sep="),
        (b"sep=,\n" + HEADER + ROW, "sep="),
        (HEADER + "é".encode("latin-1") + b",1,,,,,\n", r"not UTF-8 \(byte 0xE9 on line 2\)"),
        ((HEADER + ROW).decode().encode("utf-16"), "UTF-16"),
        (
            HEADER.replace(b"share", b"shar") + ROW,
            'column share: the column share is missing; is "shar" meant',
        ),
        (HEADER.replace(b"share", b"id") + ROW, "share is missing"),
        (HEADER.strip() + b",id\n" + ROW, "id is there twice"),
        (HEADER.strip() + b",other\n" + ROW, '"other" is not described'),
        (HEADER + ROW + b'b,"1,,,,,\n', "row 3: a quotation mark"),
        (HEADER + ROW + b'"b" c,1,,,,,\n', "row 3: a quotation mark"),
        (HEADER + ROW + b"b,1\n", "row 3: the row has 2 cells, the table 7 columns"),
        (HEADER + ROW + b"b,1,,,,,,spill\n", 'row 3: "spill" stands in no named column'),
    ],
)
def test_what_would_be_misread_is_refused_with_a_clear_word(content, words):
    with pytest.raises(DatasetError, match=words):
        read_frame(make(content))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (b"b,1.5,,,,,\n", 'row 3, column number: "1.5" is not a whole number'),
        (b"b,1_0,,,,,\n", 'row 3, column number: "1_0" is not a whole number in plain digits'),
        (b"b, 30,,,,,\n", 'row 3, column number: " 30" is not a whole number in plain digits'),
        (b"b,9223372036854775808,,,,,\n", "row 3, column number: .* is too large"),
        (b"b," + b"9" * 5000 + b",,,,,\n", "row 3, column number: .* is too large"),
        (b"b,,half,,,,\n", 'row 3, column share: "half" is not a number'),
        (b"b,,,yes,,,\n", 'row 3, column flag: "yes" is neither true nor false'),
        (b"b,,,,4 June,,\n", 'row 3, column day: "4 June" is not a day'),
        (b"b,,,,,2018-6,\n", 'row 3, column when: "2018-6" is no partial date'),
    ],
)
def test_a_cell_of_another_type_is_refused_where_it_stands(row, words):
    with pytest.raises(DatasetError, match=words):
        read_frame(make(HEADER + ROW + row))


def test_a_cell_may_be_long_and_what_breaks_off_in_it_is_told():
    limit = csv.field_size_limit()
    text = "x" * 200_000
    frame = read_frame(make(HEADER + f"{text},1,,,,,\n".encode()))
    assert frame.loc[2, "id"] == text
    with pytest.raises(DatasetError, match="unexpected end of data"):
        read_frame(make(HEADER + f'"{text},1,,,,,\n'.encode()))
    assert csv.field_size_limit() == limit


def test_a_long_table_is_read_as_its_rows_are_one_by_one():
    rng, lines, expected = random.Random(1), [], []
    for number in range(2, 3 * _BLOCK):
        kind = rng.choice(["plain"] * 30 + ["blank", "commas", "long", "no id"])
        cells = ["" if kind == "no id" else f"id {number % 7}", str(number), "", "", "", "", "x;y"]
        lines.append({"blank": "", "commas": ",,,,"}.get(kind, ",".join(cells) + ",," * (kind == "long")))
        if kind not in ("blank", "commas"):
            expected.append((number, tuple(cells)))
    sheet = read_sheet(make(HEADER + "\n".join(lines).encode()))
    assert (list(sheet.rows), sheet.problems) == (expected, ())
    assert list(sheet.column("number")) == [cells[1] for _, cells in expected]


def test_a_blank_row_as_wide_as_the_others_is_passed_over():
    for blank in (b",,,,,,\n", b" ,,,, ,,\n"):
        sheet = read_sheet(make(HEADER + ROW * 2 + blank + ROW))
        assert list(sheet.numbers) == [2, 3, 5]


def test_a_row_that_breaks_off_is_counted_in_a_long_table():
    content = HEADER + ROW * 2 * _BLOCK + b'b,"1,,,,,\n'
    with pytest.raises(DatasetError, match=f"row {2 * _BLOCK + 2}: a quotation mark"):
        read_sheet(make(content))
    with pytest.raises(DatasetError, match=f"row {2 * _BLOCK + 2}: a quotation mark"):
        read_sheet(make(content.replace(b"share", b"shar", 1)))  # it may be why a column is missing


def test_what_is_read_once_is_what_lies_there():
    with reading_once():
        one = read_sheet(make(HEADER + ROW))
        again = read_sheet(make(HEADER + ROW))
        assert again.columns is one.columns
        with pytest.raises(DatasetError, match="row 3"):
            read_cells(make(HEADER + ROW + b"b,1.5,,,,,\n"))
        other = replace(make(HEADER + ROW), fields=tuple(reversed(FIELDS)))
        assert list(read_sheet(other).column("number")) == ["1"]
        for file in ("t.csv", "u.csv"):
            short = read_sheet(replace(make(HEADER + b"b,1\n"), file=file))
            assert [short.resource.file, *(problem.file for problem in short.problems)] == [file, file]
    assert read_sheet(make(HEADER + ROW)).columns is not one.columns


def test_the_largest_whole_numbers_are_read():
    frame = read_frame(make(HEADER + b"a,9223372036854775807,,,,,\nb,-9223372036854775808,,,,,\n"))
    assert frame["number"].tolist() == [2**63 - 1, -(2**63)]


def test_the_examples_hold():
    assert doctest.testmod(sheets).failed == 0
