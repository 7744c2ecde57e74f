"""Families and briefings from notebooks, their names, and the selectors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pressroom.data.names import make_slug
from pressroom.run.catalogue import Catalogue, SelectorError, read_catalogue, select

CODES = {
    "agencies": ("UNDP", "UN-WOMEN"),
    "years": ("2017", "2018"),
    "twins": ("A b", "a-B"),
    "none": (),
}
MakeNotebook = Callable[..., Path]


def choose(name: str) -> tuple[str, ...]:
    """Return a code list of these tests."""
    return CODES[name]


@pytest.fixture
def catalogue(tmp_path: Path, make_notebook: MakeNotebook) -> Catalogue:
    make_notebook('#parameters\nagency: str = "UNDP"  # one of agencies', path=tmp_path / "agency.ipynb")
    cell = (
        '#parameters\nagency: str = "UNDP"  # one of agencies\nyear: int = 2017  # one of years\nn: int = 3'
    )
    make_notebook(cell, path=tmp_path / "Agency by Year.ipynb")
    make_notebook("1", path=tmp_path / "note.ipynb", first="no heading")
    return read_catalogue(tmp_path, choose)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("UN-WOMEN", "un-women"),
        ("2016-2020:1.2.4", "2016-2020-1-2-4"),
        ("Über  uns!", "ber-uns"),
        ("STRASSE", "strasse"),
        ("§", ""),
    ],
)
def test_slugs(text: str, slug: str) -> None:
    assert make_slug(text) == slug


def test_every_notebook_is_a_family_and_every_set_of_choices_a_briefing(catalogue: Catalogue) -> None:
    assert [(family.name, family.title) for family in catalogue.families] == [
        ("agency", "Title"),
        ("agency-by-year", "Title"),
        ("note", "note"),
    ]
    assert [briefing.id for briefing in catalogue.briefings] == [
        "agency/undp",
        "agency/un-women",
        "agency-by-year/undp-2017",
        "agency-by-year/undp-2018",
        "agency-by-year/un-women-2017",
        "agency-by-year/un-women-2018",
        "note/note",
    ]
    assert catalogue.briefings[3].parameters == {"agency": "UNDP", "year": 2018, "n": 3}
    assert catalogue.briefings[-1].parameters == {}


def test_families_are_ordered_by_their_metadata(tmp_path: Path, make_notebook: MakeNotebook) -> None:
    for name, order in (("a", None), ("b", 10), ("c", 20)):
        path = make_notebook("1", path=tmp_path / f"{name}.ipynb")
        nb = json.loads(path.read_text())
        nb["metadata"] = {"pressroom": {"order": order}} if order else {}
        path.write_text(json.dumps(nb))
    assert [family.name for family in read_catalogue(tmp_path, choose).families] == ["b", "c", "a"]


def test_a_choice_whose_default_is_none_does_not_fan_out(tmp_path: Path, make_notebook: MakeNotebook) -> None:
    make_notebook('#parameters\nagency: str = ""  # one of agencies', path=tmp_path / "a.ipynb")
    assert [briefing.parameters for briefing in read_catalogue(tmp_path, choose).briefings] == [
        {"agency": ""}
    ]


def test_no_choices_make_no_briefing(tmp_path: Path, make_notebook: MakeNotebook) -> None:
    make_notebook('#parameters\nx: str = "a"  # one of none', path=tmp_path / "a.ipynb")
    catalogue = read_catalogue(tmp_path, choose)
    assert catalogue.briefings == ()
    assert "is not one of none" in str(catalogue.faults["a"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('x: str = "a b"  # one of twins', '"a b" is not one of twins'),
        ('x: str = "UNPD"  # one of agencies', "nearest: UNDP"),
        ("x: int = 3  # one of agencies", 'x is a whole number, and "UNDP" is not'),
    ],
)
def test_faults_name_the_notebook_and_stop_no_other(
    line: str, said: str, tmp_path: Path, make_notebook: MakeNotebook
) -> None:
    make_notebook(f"#parameters\n{line}", path=tmp_path / "bad.ipynb")
    make_notebook("1", path=tmp_path / "good.ipynb")
    catalogue = read_catalogue(tmp_path, choose)
    assert [briefing.id for briefing in catalogue.briefings] == ["good/good"]
    assert said in str(catalogue.faults["bad"])
    assert str(catalogue.faults["bad"]).startswith("bad.ipynb: ")


@pytest.mark.parametrize("selector", ["agency=UNDP", "bad/x", "godo"])
def test_what_nobody_has_is_told_after_why(
    selector: str, tmp_path: Path, make_notebook: MakeNotebook
) -> None:
    (tmp_path / "bad.ipynb").write_text("{ broken", "utf-8")
    make_notebook("1", path=tmp_path / "good.ipynb")
    with pytest.raises(SelectorError, match=r"^bad\.ipynb: is not a notebook: .* in line 1; so (no|there)"):
        select(read_catalogue(tmp_path, choose), [selector])


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "null",
        '{"nbformat": 4, "cells": [], "metadata": []}',
        '{"nbformat": 4, "cells": [], "metadata": {"pressroom": [1]}}',
        '{"nbformat": 4, "cells": [{"cell_type": "code", "metadata": {"tags": "parameters"}}]}',
        '{"nbformat": 4, "cells": [{"cell_type": "code", "metadata": {"tags": [1]}}]}',
    ],
)
def test_what_has_not_the_form_of_a_notebook_is_a_fault(content: str, tmp_path: Path) -> None:
    (tmp_path / "bad.ipynb").write_text(content, "utf-8")
    assert list(read_catalogue(tmp_path, choose).faults) == ["bad"]


def test_two_notebooks_of_one_name_are_a_fault(tmp_path: Path, make_notebook: MakeNotebook) -> None:
    make_notebook("1", path=tmp_path / "By year.ipynb")
    make_notebook("1", path=tmp_path / "by-year.ipynb")
    fault = read_catalogue(tmp_path, choose).faults["by-year"]
    assert "By year.ipynb and by-year.ipynb would both be" in str(fault)


@pytest.mark.parametrize(
    ("selectors", "ids"),
    [
        (["note"], ["note/note"]),
        (["agency/undp", "note"], ["agency/undp", "note/note"]),
        (["year=2018"], ["agency-by-year/undp-2018", "agency-by-year/un-women-2018"]),
        (
            ["agency=UNDP"],
            ["agency/undp", "agency-by-year/undp-2017", "agency-by-year/undp-2018"],
        ),
    ],
)
def test_selectors(catalogue: Catalogue, selectors: list[str], ids: list[str]) -> None:
    assert [briefing.id for briefing in select(catalogue, selectors)] == ids


@pytest.mark.parametrize(
    ("selector", "said"),
    [
        ("agencies", "nearest: agency"),
        ("agency/unpd", 'there is no briefing "agency/unpd"'),
        ("agency/unpd", "nearest: agency/undp"),
        ("agency=UNPD", "nearest: UNDP"),
        ("agency=undp", "nearest: UNDP"),
        ("year=x", "allowed: 2017, 2018"),
        ("n=3", "allowed: agency, year"),
        ("yaer=2018", "nearest: year"),
        ("", "there is no family"),
    ],
)
def test_unknown_selectors_name_the_nearest(catalogue: Catalogue, selector: str, said: str) -> None:
    with pytest.raises(SelectorError) as refused:
        select(catalogue, [selector])
    assert said in str(refused.value)


def test_a_name_too_long_for_a_file_stops_its_briefing_alone(
    tmp_path: Path, make_notebook: MakeNotebook
) -> None:
    codes = {"codes": ("short", "x" * 300, "x" * 301, "y" * 150, "Z" * 151, "ö" * 300 + "a")}
    make_notebook('#parameters\nc: str = "short"  # one of codes', path=tmp_path / "family.ipynb")
    make_notebook("1", path=tmp_path / f"{'n' * 200}.ipynb")
    catalogue = read_catalogue(tmp_path, lambda name: codes[name])
    assert catalogue.faults == {}
    values = [str(briefing.parameters.get("c", "")) for briefing in catalogue.briefings]
    refused = [v for v, b in zip(values, catalogue.briefings, strict=True) if b.id in catalogue.refused]
    assert sorted(refused, key=len) == ["", "Z" * 151, "x" * 300, "x" * 301]
    slugs = [briefing.slug for briefing in catalogue.briefings]
    assert len({*slugs}) == len(slugs) == 7
    assert max(map(len, slugs)) <= 150
    told = " ".join(map(str, catalogue.refused.values()))
    assert 'c "xxx' in told
    assert "makes a file name of 301 letters; at most 150" in told


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        (["A b", "a-b"], 'c "A b" and c "a-b" would both be named "a-b"'),
        (["Ab", "ab", "AB"], 'c "Ab" and c "ab" and c "AB" would all be named "ab"'),
        (["x" * 200 + ".", "x" * 200], "would both be named"),
        (["\u6f22", "\u5b57"], "has no letter or digit of ASCII to be named by"),
    ],
)
def test_values_that_make_one_file_name_stop_their_own_briefings_alone(
    codes: list[str], told: str, tmp_path: Path, make_notebook: MakeNotebook
) -> None:
    make_notebook('#parameters\nc: str = "sound"  # one of codes', path=tmp_path / "family.ipynb")
    catalogue = read_catalogue(tmp_path, lambda name: ["sound", *codes])
    assert catalogue.faults == {}
    good = [b.slug for b in catalogue.briefings if b.id not in catalogue.refused]
    assert good == ["sound"]
    assert len(catalogue.refused) == len(codes)
    assert all(told in str(finding) for finding in catalogue.refused.values())
    assert [b.parameters["c"] for b in select(catalogue, [f"c={codes[1]}"])] == [codes[1]]
    plain = make_slug(codes[0])
    assert (f"family/{plain}" in catalogue.refused) == (0 < len(plain) <= 150), "its earlier copy stays"
