import pytest

from aichr_briefings.content.abbreviations import abbreviations
from aichr_briefings.content.fragments import join
from aichr_briefings.content.names import look_up, short_names, theme_names
from aichr_briefings.dataset import UnknownCode
from aichr_briefings.dataset.reads import take_reads


def test_names_are_asked_for_at_once_and_alone(ds):
    take_reads()
    assert short_names(ds, ["UNDP", None, "UN-WOMEN", "UNDP"]) == {"UN-WOMEN": "UN Women", "UNDP": "UNDP"}
    (read,) = take_reads()
    assert read["arguments"] == {
        "table": "organisations",
        "where": {"code": ["UN-WOMEN", "UNDP"]},
        "columns": ["code", "short_name"],
    }


def test_without_keys_nothing_is_asked(ds):
    take_reads()
    assert look_up(ds, "series", [None], "title") == {}
    assert take_reads() == []


def test_an_unknown_key_is_refused(ds):
    with pytest.raises(UnknownCode, match="NOBODY"):
        short_names(ds, ["NOBODY"])


def test_themes_stand_in_the_order_of_their_table(ds):
    everything = [str(code) for code in ds.table("themes")["code"]]
    assert list(theme_names(ds, reversed(everything))) == everything


def test_only_abbreviations_that_are_printed_are_spelled_out(ds):
    shown = [{"text": "A dialogue of UNEP with the ACWC, not of unesco", "agencies": ("UNDP", "UN-WOMEN")}]
    words = join(abbreviations(ds, shown)).html
    for name in ("ACWC, ", "AICHR, ", "UNDP, ", "UNEP, "):
        assert name in words
    for name in ("UNESCO, ", "UN Women, ", "OHCHR, "):
        assert name not in words


def test_of_more_than_three_agencies_none_is_spelled_out(ds):
    words = join(abbreviations(ds, [{"agencies": ("DPA", "ESCAP", "ILO", "IOM")}])).html
    assert "ESCAP, " not in words
