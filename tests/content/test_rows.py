import doctest
from datetime import date

import pandas as pd
import pytest

from aichr_briefings.content import rows
from aichr_briefings.content.rows import in_order, ordered, records


def test_examples_in_docstrings_hold():
    assert doctest.testmod(rows).attempted > 0
    assert doctest.testmod(rows).failed == 0


def test_what_is_missing_is_none_whatever_its_type():
    frame = pd.DataFrame(
        {
            "text": pd.array(["a", None], dtype="string"),
            "whole": pd.array([1, None], dtype="Int64"),
            "part": [0.5, float("nan")],
            "day": pd.to_datetime(["2018-05-15", None]),
            "list": [("x",), ()],
        }
    )
    first, second = records(frame)
    assert first == {"text": "a", "whole": 1, "part": 0.5, "day": date(2018, 5, 15), "list": ("x",)}
    assert second == {"text": None, "whole": None, "part": None, "day": None, "list": ()}
    assert type(first["whole"]) is int


def test_rows_stay_as_they_are():
    given = [{"a": 1}, {"a": 2}]
    assert records(given) == given
    assert records(pd.DataFrame({"a": []})) == []


@pytest.mark.parametrize("asked", [{}, {"year": 2018}, {"status": "planned"}, {"theme": "disability"}])
def test_frames_and_rows_have_one_order(ds, asked):
    activities = ds.activities(**asked)
    assert records(in_order(activities)) == ordered(activities)
    assert ordered(records(activities)[::-1])[-1] == ordered(activities)[-1]
