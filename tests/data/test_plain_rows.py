import pytest

from aichr_briefings.record import open_dataset
from kits import NOTE
from pressroom.data import UnknownCode
from pressroom.data.reads import take_reads
from pressroom.pages import records

MEETINGS = "aichr-un-meetings"


@pytest.fixture
def ds(monkeypatch):
    monkeypatch.setenv("PRESSROOM_DATA", str(NOTE / "data"))
    take_reads()
    return open_dataset()


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("activities", {"agency": "UNDP"}),
        ("activities", {"year": 2018}),
        ("unplaced", {"since": "2018-05-15"}),
        ("participations", {"agency": "OHCHR"}),
        ("statements", {"subject": ["UNDP", "UNICEF"]}),
        ("table", {"name": "provisions"}),
    ],
)
def test_rows_are_what_the_frame_holds_and_the_same_read(ds, query, asked):
    frame = getattr(ds, query)(**asked).frame()
    (read,) = take_reads()
    assert read["arguments"]["columns"] == list(frame.columns)
    rows = getattr(ds, query)(**asked)
    assert len(rows) > 0
    assert list(rows) == records(frame)
    assert take_reads() == [read]


def test_rows_cannot_reach_the_dataset(ds):
    row = ds.table("themes")[0]
    with pytest.raises(TypeError):
        row["name"] = "changed"


def test_activities_of_a_series(ds):
    wanted = [row["id"] for row in ds.activities() if row["series"] == MEETINGS]
    assert ds.activities(series=MEETINGS).values("id") == wanted
    assert ds.count(series=MEETINGS, status="held") == 1
    with pytest.raises(UnknownCode, match='"no-series"'):
        ds.activities(series="no-series")


def test_rows_by_another_column_than_the_key(ds):
    rows = ds.table("organisations", keys=["UN Women", "nobody", "UNDP"], by="short_name")
    assert rows.values("code") == ["UN-WOMEN", "UNDP"]
    with pytest.raises(UnknownCode):
        ds.table("organisations", keys=["UNDP"], by="nickname")
