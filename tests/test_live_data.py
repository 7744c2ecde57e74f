"""The live dataset is held to what must always be so, never to what it says today."""

from __future__ import annotations

import json

import pytest

from kits import ROOT
from pressroom.data import check_dataset, open_dataset

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_it_has_no_errors() -> None:
    assert [str(finding) for finding in check_dataset(ROOT / "data") if finding.severity == "error"] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_family_has_a_briefing(path) -> None:
    from pressroom.run.parameters import list_choices, read_parameters

    parameters = read_parameters(json.loads(path.read_text("utf-8")), path)
    dataset = open_dataset(ROOT / "data")
    for parameter in parameters:
        if parameter.fans_out:
            assert list_choices(parameter, dataset.codes)
