"""What papermill was given, held to the contract."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from click import ClickException
from nbformat import from_dict
from nbformat.v4 import new_code_cell, new_notebook
from papermill.parameterize import parameterize_notebook

from kits import FOREIGN, NOTE
from pressroom.data.locate import VARIABLE
from pressroom.run.given_parameters import GivenError, require_given
from pressroom.run.parameters import ParameterError

CONTRACT = 'agency: str = "UNDP"  # one of agencies\nyear: int = 2018\nshare: float = 1\nnote: str = ""'


def give(source: str | None, given: dict[str, Any], *, language: str = "python") -> Any:
    """Return a notebook as papermill leaves it that was given these parameters."""
    nb = new_notebook(cells=[new_code_cell("print()", metadata={"tags": []})])
    if source is not None:
        nb.cells.insert(0, new_code_cell(source, metadata={"tags": ["parameters"]}))
    nb.metadata.kernelspec = {"name": "python3", "language": language, "display_name": ""}
    nb.metadata.papermill = {"parameters": {}}
    if not given:
        return from_dict(nb)
    return parameterize_notebook(from_dict(nb), given)


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(VARIABLE, raising=False)
    return NOTE / "notebooks" / "agency.ipynb"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"agncy": "UNICEF"}, 'there is no parameter "agncy"; .*nearest: agency'),
        ({"Year": 2018}, "nearest: year"),
        ({"zebra": 1}, "allowed: agency, year, share, note$"),
        ({"agency": "UNICEFF"}, 'agency: "UNICEFF" is not one of agencies; .*nearest: UNICEF'),
        ({"agency": ""}, "is not one of agencies"),
        ({"agency": None}, "agency is text, and None is no value$"),
        ({"note": None}, 'None is no value; "" stands for none'),
        ({"year": None}, "year is a whole number, and None is no value"),
        ({"year": 2018.0}, 'year is a whole number, and "2018.0" is a number'),
        ({"year": True}, "is True or False"),
        ({"year": [2018]}, "is of type list"),
        ({"agency": 7}, "agency is text"),
        ({"share": "half"}, "share is a number"),
    ],
)
def test_another_name_type_or_code_is_refused(path: Path, given: dict[str, Any], said: str) -> None:
    with pytest.raises(GivenError, match=said):
        require_given(give(CONTRACT, given), path)


@pytest.mark.parametrize(
    "given",
    [{}, {"agency": "UNICEF"}, {"year": -3, "share": 2, "note": ""}, {"PAPERMILL_INPUT_PATH": "in.ipynb"}],
)
def test_what_is_declared_is_taken(path: Path, given: dict[str, Any]) -> None:
    require_given(give(CONTRACT, given), path)


def test_the_cell_that_gives_counts_too(path: Path) -> None:
    nb = give(CONTRACT, {"agency": "UNICEF"})
    del nb.metadata["papermill"]
    require_given(nb, path)
    nb.cells[1].source += "\nyeer = 2017"
    with pytest.raises(GivenError, match="nearest: year"):
        require_given(nb, path)


def test_not_a_number_is_a_number(path: Path) -> None:
    require_given(give(CONTRACT, {"share": float("nan")}), path)


def test_a_list_that_nobody_knows_refuses_nothing(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nb = give(CONTRACT, {"agency": "ELSEWHERE"})
    require_given(nb, FOREIGN / "notebooks" / "agency.ipynb")
    monkeypatch.chdir(tmp_path)
    require_given(nb, tmp_path / "out.ipynb")
    monkeypatch.setenv(VARIABLE, str(NOTE / "data"))
    with pytest.raises(GivenError, match="not one of agencies"):
        require_given(nb, tmp_path / "out.ipynb")


def test_a_notebook_without_our_contract_still_has_names(path: Path) -> None:
    require_given(give("alpha = 1\nbeta = None", {"alpha": "x"}), path)
    with pytest.raises(GivenError, match="nearest: alpha"):
        require_given(give("alpha = 1", {"alhpa": 1}), path)
    with pytest.raises(GivenError, match="this notebook declares none"):
        require_given(give(None, {"alpha": 1}), path)
    require_given(give("alpha <- 1", {"beta": 1}, language="R"), path)


def test_papermill_prints_the_sentence_and_a_worker_can_send_it() -> None:
    error = pickle.loads(pickle.dumps(GivenError("no")))
    assert isinstance(error, ClickException)
    assert isinstance(error, ParameterError)
    assert (str(error), error.format_message()) == ("no", "no")
