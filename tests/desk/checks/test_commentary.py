from pathlib import Path

import pytest

from pressroom.desk.checks.project import check_all_commentary

SIGNED = "---\nauthor: A. Analyst\ndate: 2019-11-01\n---\nWords.\n"
BRIEFINGS = ["agency/undp", "agency/unep", "year/2018"]


def tell(data: Path, files: dict[str, str], briefings: list[str] | None = BRIEFINGS) -> list[str]:
    for name, text in files.items():
        path = data / "commentary" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    found = check_all_commentary(data, briefings, faulty=["theme"])
    return [f"{finding.severity}: {finding}" for finding in found]


@pytest.mark.parametrize(
    "text",
    [SIGNED, "\ufeff" + SIGNED, SIGNED.replace("\n", "\r\n"), SIGNED.replace("date: ", "note: x\nDate:")],
)
def test_a_signed_one_is_fine(tmp_path: Path, text: str) -> None:
    assert tell(tmp_path, {"agency/undp.md": text}) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "Words.",
            "error: commentary/agency/undp.md: it has no author and no date: a commentary begins with",
        ),
        ("---\nauthor: A\n---\nWords.", "the date is missing; a commentary begins with"),
        ("---\nauthor:\ndate: 2019-11-01\n---\nWords.", "the author is missing"),
        ("---\nautor: A\ndate: 2019-11-01\n---\nWords.", 'the author is missing; is "autor" meant to be it?'),
        (
            SIGNED.replace("2019-11-01", "1 November"),
            'the date "1 November" is no day; write it as YYYY-MM-DD',
        ),
        (SIGNED.replace("2019-11-01", "2019-11-31"), "is no day"),
        (SIGNED.replace("2019-11-01", "20191101"), "is no day"),
        (SIGNED.replace("A. Analyst", "\u200b"), "the author is missing"),
        (SIGNED + "漢", "commentary/agency/undp.md, row 6: no bundled font can show U+6F22"),
        ("", "warning: commentary/agency/undp.md: it says nothing"),
        (SIGNED.replace("Words.", ""), "warning: commentary/agency/undp.md: it says nothing below its head"),
    ],
)
def test_what_is_wrong_with_the_text_is_told(tmp_path: Path, text: str, message: str) -> None:
    [said] = tell(tmp_path, {"agency/undp.md": text})
    assert message in said


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "agency/undpp.md",
            'there is no briefing "agency/undpp", so nobody sees this commentary; nearest: agency/undp',
        ),
        ("agency/UNDP.md", "nearest: agency/undp"),
        ("agnecy/unep.md", "nearest: agency/unep"),
        ("agency/undp.txt", "its name does not end in .md"),
        ("agency/undp.MD", "its name does not end in .md"),
        ("undp.md", "it is in the wrong place"),
        ("agency/more/undp.md", "it is in the wrong place"),
    ],
)
def test_what_nobody_would_see_is_a_warning(tmp_path: Path, name: str, message: str) -> None:
    [said] = tell(tmp_path, {name: SIGNED})
    assert said.startswith(f"warning: commentary/{name}: ")
    assert message in said


def test_errors_in_what_nobody_would_see_are_warnings(tmp_path: Path) -> None:
    said = tell(tmp_path, {"agency/undpp.md": "Words."})
    assert [line.partition(":")[0] for line in said] == ["warning", "warning"]


def test_what_is_not_utf_8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "commentary" / "agency" / "undp.md"
    path.parent.mkdir(parents=True)
    path.write_bytes("Café".encode("latin-1"))
    [said] = tell(tmp_path, {})
    assert said.startswith("error: commentary/agency/undp.md: the file is not UTF-8 (byte 0xE9)")


@pytest.mark.parametrize("name", ["theme/anything.md", ".ipynb_checkpoints/a.md", "agency/.undp.md.swp"])
def test_what_nobody_can_tell_or_is_hidden_is_left_alone(tmp_path: Path, name: str) -> None:
    assert tell(tmp_path, {name: SIGNED}) == []


def test_without_a_list_of_briefings_none_is_missed(tmp_path: Path) -> None:
    assert tell(tmp_path, {"agency/nobody.md": SIGNED}, None) == []
