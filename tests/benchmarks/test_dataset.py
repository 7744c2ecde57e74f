"""The generated dataset is as large as asked, sound, and its briefings have as many rows as the real ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from benchmarks.commands import Project
from benchmarks.dataset import DATA, generate, need_activities

from aichr_briefings.record import open_dataset
from pressroom.data import check_dataset
from pressroom.data.dataset import Dataset

LISTS = {"agency": "agencies", "theme": "themes", "provision": "provisions"}


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that generates a dataset: `make("name", activities=60, briefings=70)`."""

    def generate_here(name: str, **size: int) -> Path:
        generate(tmp_path / name, **size)
        return tmp_path / name

    return generate_here


def read_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def count_rows(ds: Dataset, family: str) -> list[int]:
    """Return how many activities each briefing of a family is about."""
    return [ds.count(**{family: code}) for code in ds.codes(LISTS[family])]


def test_one_seed_gives_the_same_bytes_and_another_gives_others(make: Callable[..., Path]) -> None:
    size = {"activities": 60, "briefings": 70}
    first, again, other = make("a", **size, seed=7), make("b", **size, seed=7), make("c", **size, seed=8)
    assert read_files(first) == read_files(again)
    assert read_files(first) != read_files(other)


@pytest.mark.parametrize(
    ("activities", "briefings"), [(19, 30), (20, 30), (60, 44), (60, 55), (60, 90), (120, 31)]
)
def test_it_has_as_many_activities_and_briefings_as_asked(
    make: Callable[..., Path], activities: int, briefings: int
) -> None:
    ds = open_dataset(make("made", activities=activities, briefings=briefings))
    assert len(ds.codes("activities.id")) == activities
    assert sum(len(ds.codes(name)) for name in LISTS.values()) == briefings


@pytest.mark.parametrize(("activities", "briefings"), [(18, 30), (19, 29), (19, 31), (120, 181)])
def test_what_cannot_be_made_is_refused_with_what_can(
    tmp_path: Path, activities: int, briefings: int
) -> None:
    with pytest.raises(ValueError, match=rf"{activities} activities.* briefings, not {briefings}"):
        generate(tmp_path / "made", activities=activities, briefings=briefings)
    assert not (tmp_path / "made").exists()


def test_fewest_activities_are_just_enough(tmp_path: Path) -> None:
    fewest = need_activities(100)
    generate(tmp_path / "enough", activities=fewest, briefings=100)
    with pytest.raises(ValueError, match="not 100"):
        generate(tmp_path / "less", activities=fewest - 1, briefings=100)


def test_it_says_how_many_rows_it_wrote(tmp_path: Path) -> None:
    rows = generate(tmp_path, activities=60, briefings=70)
    # No cell of the dataset holds a line end, so that lines are rows.
    written = {path.stem: len(path.read_text("utf-8").splitlines()) - 1 for path in tmp_path.glob("*.csv")}
    assert rows == written


def test_the_checker_finds_nothing(make: Callable[..., Path]) -> None:
    assert check_dataset(make("made", activities=100, briefings=100, seed=3)) == []


@pytest.mark.parametrize("family", LISTS)
def test_briefings_have_as_many_rows_as_the_real_ones(make: Callable[..., Path], family: str) -> None:
    real = count_rows(open_dataset(DATA), family)
    made = count_rows(open_dataset(make("made", activities=400, briefings=300)), family)
    assert len(made) > 5 * len(real)
    assert median(made) == median(real)
    assert max(made) <= max(real) + 1  # what is undated is repeated with a date, so it falls into the plan
    assert len(set(made)) >= len(set(real))


def test_what_is_told_to_all_does_not_grow(make: Callable[..., Path]) -> None:
    real, made = open_dataset(DATA), open_dataset(make("made", activities=400, briefings=100))
    for asked in ({"status": "planned"}, {"status": "ongoing"}, {"since": "2018-05-15"}):
        assert made.count(**asked) == real.count(**asked)
        assert len(made.unplaced(**asked)) == len(real.unplaced(**asked))


def test_what_has_no_briefing_belongs_to_none(make: Callable[..., Path]) -> None:
    ds = open_dataset(make("made", activities=190, briefings=30))
    repeated = (
        ds.activities().frame().loc[lambda rows: rows["id"].str.contains(r"-\d+$") & (rows["year"] == 2017)]
    )
    repeated = repeated[~repeated["id"].isin(open_dataset(DATA).codes("activities.id"))]
    assert len(repeated) > 50
    for column in ("agencies", "themes", "provisions"):
        assert not repeated[column].map(bool).any()


@pytest.mark.slow
def test_the_real_notebooks_build_on_it(make: Callable[..., Path], tmp_path: Path) -> None:
    project = Project.make(tmp_path / "project", make("made", activities=120, briefings=180))
    chosen = (
        "agency/undp-3",
        "agency/ilo-2",
        "theme/bhr-4",
        "theme=sustainable-development-1",
        "provision/2015-2020-1-2-4",
    )
    done = project.build(*chosen)
    assert f"{len(chosen)} built" in done.output
