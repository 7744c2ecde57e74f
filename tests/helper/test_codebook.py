"""The codebook names every table, column and code that the descriptor has, each in its own section."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
CODEBOOK = (DATA / "README.md").read_text(encoding="utf-8")

TABLES = [resource["name"] for resource in PACKAGE["resources"]]
FIELDS = [
    (resource["name"], field) for resource in PACKAGE["resources"] for field in resource["schema"]["fields"]
]
CODES = [
    (table, field["name"], code)
    for table, field in FIELDS
    for code in field.get("constraints", {}).get("enum", [])
]


def find_section(table: str) -> str:
    """Return what the codebook says of a table, from its heading to the next."""
    start = CODEBOOK.index(f"### `{table}.csv`")
    return re.split(r"^##", CODEBOOK[start + 3 :], maxsplit=1, flags=re.MULTILINE)[0]


def find_columns(table: str) -> dict[str, bool]:
    """Return the columns that a table's section describes, and whether it calls them required."""
    rows = find_section(table).partition("| --- |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| (`.+?) \|", rows, flags=re.MULTILINE)
    names = [name for cell in cells for name in re.findall(r"`([^`]+)`(\\\*)?", cell)]
    return {name: bool(star) for name, star in names}


@pytest.mark.parametrize("table", TABLES)
def test_codebook_has_a_section_with_an_example(table: str) -> None:
    assert "\nExample: " in find_section(table)


def test_codebook_has_no_table_that_is_not_described() -> None:
    assert re.findall(r"^### `(\w+)\.csv`", CODEBOOK, flags=re.MULTILINE) == TABLES


@pytest.mark.parametrize(
    ("table", "field"), FIELDS, ids=lambda value: value if isinstance(value, str) else value["name"]
)
def test_codebook_describes_the_column_and_whether_it_is_required(
    table: str, field: dict[str, object]
) -> None:
    constraints = field.get("constraints", {})
    assert isinstance(constraints, dict)
    assert find_columns(table)[str(field["name"])] == constraints.get("required", False)


@pytest.mark.parametrize(("table", "column", "code"), CODES)
def test_codebook_explains_the_code(table: str, column: str, code: str) -> None:
    assert f"`{code}`" in find_section(table), column


def test_codebook_states_what_the_descriptor_states() -> None:
    assert PACKAGE["licenses"][0]["path"] in CODEBOOK


def test_examples_of_locators_are_in_use() -> None:
    tables = "".join(path.read_text(encoding="utf-8") for path in DATA.glob("*.csv"))
    for locator in re.findall(r"^\| `(background-note#[^`]+)`", CODEBOOK, flags=re.MULTILINE):
        assert re.search(re.escape(locator) + r"[;\n]", tables), locator


def test_example_row_is_in_the_table() -> None:
    rows = (DATA / "activities.csv").read_text(encoding="utf-8").splitlines()
    row = next(row for row in rows if row.startswith("trafficking-workshop-2018,"))
    example = CODEBOOK.partition("## How to read a row\n")[2].partition("\nIn words")[0]
    cells = [
        cell
        for line in re.findall(r"\| [^|]+ \| (`.+`) \|", example)
        for cell in re.findall(r"`([^`]+)`", line)
    ]
    assert cells
    assert [cell for cell in cells if cell not in row] == []
