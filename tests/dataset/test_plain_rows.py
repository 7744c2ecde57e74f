import pytest

from aichr_briefings.dataset import UnknownCode, open_dataset
from aichr_briefings.dataset.reads import take_reads
from aichr_briefings.pages import records
from kits import NOTE

MEETINGS = "aichr-un-meetings"


@pytest.fixture
def ds(monkeypatch):
    monkeypatch.setenv("AICHR_BRIEFINGS_DATA", str(NOTE / "data"))
    take_reads()
    return open_dataset()


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("activities", {"agency": "UNDP"}),
        ("activities", {"year": 2018, "columns": ("id", "earliest", "precision")}),
        ("unplaced", {"since": "2018-05-15"}),
        ("participations", {"agency": "OHCHR", "columns": ("role", "via")}),
        ("statements", {"subject": ["UNDP", "UNICEF"]}),
        ("table", {"name": "provisions"}),
    ],
)
def test_rows_are_what_the_frame_holds_and_the_same_read(ds, query, asked):
    frame = getattr(ds, query)(**asked)
    (read,) = take_reads()
    columns = read["arguments"]["columns"]
    assert columns == list(frame.columns)
    rows = [{label: row[label] for label in columns} for row in ds.rows(query, **asked)]
    assert rows
    assert rows == records(frame)
    assert take_reads() == [read]


def test_rows_cannot_reach_the_dataset(ds):
    row = ds.rows("table", name="themes")[0]
    with pytest.raises(TypeError):
        row["name"] = "changed"
    assert (row | {"name": "changed"})["name"] == "changed" != row["name"]


def test_activities_of_a_series(ds):
    whole = ds.activities()
    wanted = list(whole.loc[(whole["series"] == MEETINGS).fillna(False), "id"])
    assert list(ds.activities(series=MEETINGS)["id"]) == wanted
    assert ds.count(series=MEETINGS, status="held") == 1
    with pytest.raises(UnknownCode, match='"no-series"'):
        ds.activities(series="no-series")


def test_rows_by_another_column_than_the_key(ds):
    asked = {"keys": ["UN Women", "nobody", "UNDP"], "by": "short_name", "columns": ("code", "short_name")}
    rows = ds.rows("table", name="organisations", **asked)
    assert rows.values("code") == ["UN-WOMEN", "UNDP"]
    with pytest.raises(UnknownCode):
        ds.table("organisations", keys=["UNDP"], by="nickname")
