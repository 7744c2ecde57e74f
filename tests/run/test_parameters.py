"""The parameters cell as a contract, and papermill's reading of the same lines."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.run.notebook import NotebookError, number_cells, read_notebook, read_title
from pressroom.run.parameters import (
    Parameter,
    ParameterError,
    check_values,
    parse_value,
    read_parameters,
)

ODD = Path(__file__).parents[1] / "notebooks"
CODES = {"agencies": ("UNDP", "UNICEF", "UN-WOMEN"), "years": ("2017", "2018")}

AGENCY = Parameter("agency", "str", "UNDP", "agencies", "the UN agency briefed")
YEAR = Parameter("year", "int", 2018, "years")


def choose(name: str) -> tuple[str, ...]:
    """Return a code list of these tests."""
    if name not in CODES:
        raise ValueError(f"no list {name}")
    return CODES[name]


def read_cell(source: str) -> tuple[Parameter, ...]:
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}
    return read_parameters({"cells": [cell]}, Path("family.ipynb"))


@pytest.mark.parametrize(
    ("line", "parameter"),
    [
        ('agency: str = "UNDP"  # one of agencies; the UN agency briefed', AGENCY),
        ("year: int = 2018  # one of years", YEAR),
        ("year:int=-3", Parameter("year", "int", -3)),
        ("share : float = 1  # of one", Parameter("share", "float", 1.0, None, "of one")),
        ("wide: bool = True", Parameter("wide", "bool", True)),
        ("theme: str = ''  # one of themes.code", Parameter("theme", "str", "", "themes.code")),
        ("x: str = 'a'  # ONE OF agencies;", Parameter("x", "str", "a", "agencies")),
        ("x: str = 'a'  # oneself; not a list", Parameter("x", "str", "a", None, "oneself; not a list")),
    ],
)
def test_a_line_gives_type_default_choices_and_help(line: str, parameter: Parameter) -> None:
    assert read_cell(f"# above\n\n{line}\n") == (parameter,)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1", "is not a declaration"),
        ("import os", "is not a declaration"),
        ("x: int = 1\nx + 1", "line 2"),
        ("x: int", "has no default"),
        ("x: list = []", "allowed: str, int, float, bool"),
        ("x: str | None = None", 'has the type "str | None"'),
        ("x: int = '1'", 'the default of x is "1" (str), not a whole number'),
        ("x: int = True", "not a whole number"),
        ("x: str = str(1)", "is no literal"),
        ("x: str = f'{1}'", "is no literal"),
        ("x: int = 1\nx: int = 2", "declared twice"),
        ("x: str = 'a=b'", "papermill misreads"),
        ("x: str = 'a#b'", "papermill misreads"),
        ("x: int = 1  # a = b", "papermill misreads"),
        ("x: int = 1  # type: float", "papermill takes"),
        ("x: int = (1)", "alone on one line"),
        ("x: int = 1; y: int = 2", "alone on one line"),
        ("x: str = (\n'a')", "alone on one line"),
        ("x: str = 'a'  # one of", "one of NAME; help"),
        ("x: int =", "is not Python"),
        ("x: str = '''a\nb'''", "alone on one line"),
    ],
)
def test_what_papermill_would_not_list_alike_is_refused(source: str, said: str) -> None:
    with pytest.raises(NotebookError) as refused:
        read_cell(source)
    assert said in str(refused.value)
    assert "family.ipynb: cell [1] (parameters), line " in str(refused.value)


def test_two_parameters_cells_are_named_as_jupyterlab_numbers_them() -> None:
    path = ODD / "two-cells.ipynb"
    with pytest.raises(NotebookError, match=r"two-cells.ipynb: cell \[1\] and cell \[3\] are all tagged"):
        read_parameters(read_notebook(path), path)


def test_no_parameters_cell_is_no_parameter() -> None:
    assert read_parameters(read_notebook(ODD / "plain.ipynb"), ODD / "plain.ipynb") == ()


def inspect_cell(source: str, folder: Path) -> list[tuple[str, str, str, str]]:
    """Return what papermill's own inspection lists."""
    import nbformat
    import papermill

    nb = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    )
    nb.cells.append(nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]}))
    path = folder / "inspected.ipynb"
    nbformat.write(nb, path)
    listed = papermill.inspect_notebook(str(path)).values()
    return [(p["name"], p["inferred_type_name"], p["default"], p["help"]) for p in listed]


LITERALS = st.one_of(
    st.tuples(st.just("str"), st.text(max_size=12).map(repr)),
    st.tuples(st.just("int"), st.integers().map(repr)),
    st.tuples(st.just("float"), st.floats(allow_nan=False, allow_infinity=False).map(repr)),
    st.tuples(st.just("bool"), st.booleans().map(repr)),
)
LINES = st.tuples(
    st.sampled_from(["agency", "_x", "jahr_1", "größe"]),
    st.sampled_from([": ", ":", " : "]),
    LITERALS,
    st.sampled_from([" = ", "=", "  =  "]),
    st.sampled_from(
        ["", "  # help", " #help; and = more", "  ## two", "  # one of agencies; help", " # type: x"]
    )
    | st.text(max_size=8).map(lambda text: "  # " + " ".join(text.split())),
)


@given(lines=st.lists(LINES, min_size=1, max_size=3, unique_by=lambda line: line[0]))
def test_papermill_lists_what_is_accepted_alike(
    lines: list[tuple[str, str, tuple[str, str], str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    source = "\n".join(
        f"{name}{colon}{kind}{equals}{value}{note}" for name, colon, (kind, value), equals, note in lines
    )
    try:
        parameters = read_cell(source)
    except NotebookError:
        return
    listed = inspect_cell(source, tmp_path_factory.getbasetemp())
    assert [(name, kind) for name, kind, _, _ in listed] == [(p.name, p.type) for p in parameters]
    for (_, _, default, text), parameter in zip(listed, parameters, strict=True):
        assert type(parameter.default)(ast.literal_eval(default)) == parameter.default
        assert text.endswith(parameter.help)
        assert text == parameter.help or text.lower().startswith("one of")


def test_the_shipped_families_are_listed_alike() -> None:
    import papermill

    for path in sorted((ODD.parents[1] / "notebooks").glob("*.ipynb")):
        ours = read_parameters(read_notebook(path), path)
        theirs = papermill.inspect_notebook(str(path))
        assert [(p.name, p.type) for p in ours] == [
            (p["name"], p["inferred_type_name"]) for p in theirs.values()
        ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"agency": "UNPD", "year": 2018}, "nearest: UNDP"),
        ({"agnecy": "UNDP", "year": 2018}, 'no parameter "agnecy"; allowed: agency, year; nearest: agency'),
        ({"agency": "UNDP"}, "year (int) has no value"),
        ({"agency": "UNDP", "year": "2018"}, "year is a whole number"),
        ({"agency": "UNDP", "year": True}, "year is a whole number"),
        ({"agency": "UNDP", "year": 2019}, '"2019" is not one of years; allowed: 2017, 2018'),
        ({"agency": "", "year": 2018}, "is not one of agencies"),
    ],
)
def test_wrong_values_are_refused(values: dict[str, object], said: str) -> None:
    with pytest.raises(ParameterError) as refused:
        check_values((AGENCY, YEAR), values, choose)
    assert said in str(refused.value)


def test_values_come_back_typed_and_in_order() -> None:
    parameters = (AGENCY, YEAR, Parameter("share", "float", 0.5), Parameter("theme", "str", "", "agencies"))
    values = {"theme": "", "share": 2, "year": 2017, "agency": "UN-WOMEN"}
    checked = check_values(parameters, values, choose)
    assert list(checked.items()) == [("agency", "UN-WOMEN"), ("year", 2017), ("share", 2.0), ("theme", "")]
    assert isinstance(checked["share"], float)


def test_an_unknown_code_list_is_refused() -> None:
    with pytest.raises(ParameterError, match="agency is one of agences: no list agences"):
        check_values((Parameter("agency", "str", "UNDP", "agences"),), {"agency": "UNDP"}, choose)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [("str", "2018", "2018"), ("int", "-3", -3), ("float", "1e3", 1000.0), ("bool", "TRUE", True)],
)
def test_texts_become_values(kind: str, text: str, value: object) -> None:
    assert parse_value(Parameter("x", kind, "a"), text) == value


@pytest.mark.parametrize(
    ("kind", "text"), [("int", "1.5"), ("int", "٣"), ("float", "inf"), ("bool", "1"), ("int", "")]
)
def test_texts_that_are_no_value_are_refused(kind: str, text: str) -> None:
    with pytest.raises(ParameterError):
        parse_value(Parameter("x", kind, "a"), text)


def test_cells_count_as_in_jupyterlab() -> None:
    cells = [("markdown", "# A"), ("code", "1"), ("code", "  "), ("code", "2")]
    nb = {"cells": [{"cell_type": kind, "metadata": {}, "source": text} for kind, text in cells]}
    assert number_cells(nb) == [None, 1, None, 2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A *title*\n\nWhat\nis it?\n\nMore.", ("A *title*", "What is it?")),
        ("# A title #", ("A title", "")),
        ("# A title\n\n## Next", ("A title", "")),
        ("No heading", ("", "")),
        ("", ("", "")),
    ],
)
def test_title_and_question(text: str, expected: tuple[str, str]) -> None:
    cell = {"cell_type": "markdown", "metadata": {}, "source": text}
    assert read_title({"cells": [cell]}) == expected


@pytest.mark.parametrize("content", ["", "[]", '{"nbformat": 3}', '{"nbformat": 4, "cells": 1}', "\xff"])
def test_what_is_no_notebook_is_refused(
    content: str, tmp_path: Path, make_notebook: Callable[..., Path]
) -> None:
    path = tmp_path / "x.ipynb"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(NotebookError, match=r"x\.ipynb: "):
        read_notebook(path)
    assert read_notebook(make_notebook("1"))["nbformat"] == 4
