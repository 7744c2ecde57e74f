"""A kit from any one table builds at once; what cannot be one is refused, and nothing is written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from kits import FOREIGN
from pressroom.data.findings import DatasetError, Refusal
from pressroom.desk.scaffold.kit import read_draft, write_kit
from warm_commands import run_warm

BRIEFINGS = Path(sys.executable).with_name("briefings")
SALES = FOREIGN / "data" / "sales.csv"

ODD = """\
Nr,Wer & wo (Ort),Tag,aktiv,class,Wert
1,"Größe ""groß"", =1+1; <b>",2018-05-15,true,a,1.5
2,Café,2018-05-16,false,b,2
3,Café,2018-05-15,true,,
"""


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def run(kit: Path, *words: str) -> str:
    done = run_warm(kit, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_types_and_the_key_are_described() -> None:
    draft = read_draft(SALES)
    assert dict(draft.types) == {"id": "string", "region": "string", "amount": "integer"}
    assert (draft.name, draft.title, draft.key) == ("sales", "Sales", "id")
    assert dict(draft.correct({"amount": "number"}).types)["amount"] == "number"


@pytest.mark.parametrize(
    ("types", "key", "words"),
    [
        ({"amout": "number"}, None, "nearest: amount"),
        ({"amount": "numbr"}, None, "nearest: number"),
        ({"region": "integer"}, None, 'row 2, column region: "north" is not a whole number'),
        ({}, "region", '"region" tells no rows apart'),
    ],
)
def test_a_wrong_correction_is_refused(types: dict[str, str], key: str | None, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        read_draft(SALES).correct(types, key)


def test_who_sits_at_a_terminal_is_asked_again_after_a_slip(tmp_path: Path) -> None:
    here, there = os.openpty()
    command = [BRIEFINGS, "init", "kit", "--from", SALES]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdin=there, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    os.write(here, b"amount=numbr\nnonsense\namount=number\n\nelsewhere\nregion\n")
    said = process.communicate(timeout=120)[0].decode()
    assert process.returncode == 0, said
    for words in (
        "nearest: number",
        "nonsense is not COLUMN=TYPE",
        "amount  number",
        "'elsewhere' is not one of",
    ):
        assert words in said
    descriptor = json.loads((tmp_path / "kit" / "data" / "datapackage.json").read_text("utf-8"))
    fields = descriptor["resources"][0]["schema"]["fields"]
    assert {field["name"]: field["type"] for field in fields}["amount"] == "number"
    [notebook] = (tmp_path / "kit" / "notebooks").glob("*.ipynb")
    assert "one of sales.region" in notebook.read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("id;region\n1;north\n", "separated by semicolons"),
        ("id,id\n1,2\n", "the column id is there twice"),
        ("id,,x\n1,2,3\n", "a column has no name"),
        ("", "the file is empty"),
        ("id,region\n", "has no rows"),
        ("id,region\n1,north,too\n", "stands in no named column"),
        ("id,region\n1,caf\xe9\n".encode("latin-1"), "not UTF-8"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: str | bytes, words: str) -> None:
    with pytest.raises((DatasetError, Refusal), match=words):
        read_draft(write(tmp_path / "table.csv", content))


def test_a_folder_that_is_not_empty_stays_as_it_is(tmp_path: Path) -> None:
    write(tmp_path / "mine.txt", "mine")
    with pytest.raises(Refusal, match="is not empty"):
        write_kit(tmp_path, read_draft(SALES), "region")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_column_that_is_none_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="nearest: region"):
        write_kit(tmp_path / "kit", read_draft(SALES), "regoin")
    assert not (tmp_path / "kit").exists()


SLUGS = {
    "Wer & wo (Ort)": ["gr-sse-gross-1-1-b", "caf"],
    "Tag": ["2018-05-15", "2018-05-16"],
    "aktiv": ["true", "false"],
    "class": ["a", "b"],
    "Nr": ["1", "2", "3"],
    "Wert": ["1-5", "2-0"],
}
"""What a kit that briefs a column of `ODD` calls its documents."""


@pytest.mark.slow
def test_any_column_can_be_briefed(tmp_path: Path) -> None:
    """Each column has a kit of its own, whose notebooks differ alone: one kit has them all."""
    table = write(tmp_path / "Ein Blatt.csv", ODD)
    for number, column in enumerate(SLUGS):
        run(tmp_path, "init", f"kit-{number}", "--from", str(table), "--for-each", column)
        [notebook] = (tmp_path / f"kit-{number}" / "notebooks").glob("*.ipynb")
        notebook.rename(tmp_path / "kit-0" / "notebooks" / f"family-{number}.ipynb")
    kit = tmp_path / "kit-0"
    assert "no findings" in run(kit, "check")
    assert f"{sum(map(len, SLUGS.values()))} built" in run(kit, "build")
    for number, slugs in enumerate(SLUGS.values()):
        made = kit / "reports" / "current" / f"family-{number}"
        assert sorted(path.stem for path in made.glob("*.pdf")) == sorted(slugs)
        with pikepdf.open(made / f"{slugs[0]}.pdf") as pdf:
            assert str(pdf.docinfo["/Title"]).startswith("Ein blatt: ")


@pytest.mark.slow
def test_each_briefing_reads_its_own_rows_alone(tmp_path: Path) -> None:
    kit = tmp_path / "kit"
    run(tmp_path, "init", "kit", "--from", str(SALES), "--for-each", "region")
    assert "3 built" in run(kit, "build")
    assert len((kit / "README.md").read_text("utf-8").splitlines()) <= 10
    described = json.loads((kit / "data" / "datapackage.json").read_text("utf-8"))
    assert described["resources"][0]["schema"]["primaryKey"] == "id"
    write(kit / "data" / "sales.csv", SALES.read_text("utf-8").replace("s4,east,300", "s4,east,301"))
    assert "1 built, 2 up to date" in run(kit, "build")
