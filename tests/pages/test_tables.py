from datetime import date

import pandas as pd

from pressroom.pages import data_table, records, sources_cell


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


def test_the_first_cell_of_a_row_is_its_header():
    html = data_table(["Region", "Amount"], [("North & East", 3)]).html
    assert "<caption>The plotted data</caption>" in html
    assert '<tr><th scope="row">North &amp; East</th><td>3</td></tr>' in html


def test_a_cell_without_a_source_is_not_blank():
    assert sources_cell([]).html == '<td class="src">–</td>'
