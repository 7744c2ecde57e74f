import pytest

from pressroom.desk.checks.cells import find_figures, is_prose


@pytest.mark.parametrize(
    ("prose", "found"),
    [
        ("There are 12 activities.", ["12"]),
        ("In 2018–2019, half of them; 45% in all, 1,200 people.", ["2018", "2019", "45%", "1,200"]),
        ("Two of them, and twenty-one others, are ahead.", ["Two"]),
        ("The 1st AICHR-UN Meeting and the 22nd session.", []),
        ("Line 1.2.4 of 2016-2020:1.2.4, see B.III.2018/4 and CO2.", []),
        ("`counts = 3` and\n```\nx = 4\n```\n[here](https://example.org/2019/x)", []),
        ("1. First\n2. Second\n\n10) Tenth", []),
        ("Article 14 of the Declaration", []),
        ("One of them; someone; often", []),
        ("## The year 2019", ["2019"]),
    ],
)
def test_a_figure_is_a_number_that_stands_for_a_fact(prose: str, found: list[str]) -> None:
    assert find_figures(prose) == found


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("year > 2017 and year < 2020", False),
        ("aichr-un-meetings", False),
        ("all of the five", True),
        ("", False),
    ],
)
def test_conditions_and_codes_are_no_prose(text: str, prose: bool) -> None:
    assert is_prose(text) is prose
