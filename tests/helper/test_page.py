import shutil

import pytest

from aichr_briefings import commentary, list_abbreviations, masthead, method
from aichr_briefings.record import open_dataset
from pressroom.data.findings import DatasetError
from pressroom.pages import say, use_phrases


@pytest.fixture
def folder(data, tmp_path):
    shutil.copytree(data, tmp_path / "data")
    (tmp_path / "data" / "commentary" / "agency").mkdir(parents=True)
    return tmp_path / "data"


SIGNED = "---\nauthor: A. Analyst\ndate: 2019-11-01\n---\n"


def write(folder, words):
    (folder / "commentary" / "agency" / "un-women.md").write_text(words, encoding="utf-8")


def test_without_a_file_there_is_nothing(folder):
    assert commentary(open_dataset(folder), "agency", "UN-WOMEN").html == ""


def test_a_commentary_is_signed(folder):
    write(folder, SIGNED + "An *open* point.\n")
    html = commentary(open_dataset(folder), "agency", "UN-WOMEN").html
    assert "<em>open</em>" in html
    assert "A. Analyst, 2019-11-01. Written by a person, not part of the source." in html


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Words.", "it has no author and no date"),
        ("---\nauthor: \u200b\ndate: 2019-11-01\n---\nWords.", "the author is missing"),
        (SIGNED + "\N{GRINNING FACE}", r"no bundled font can show U\+1F600"),
    ],
)
def test_what_the_check_calls_an_error_is_never_shown(folder, words, message):
    write(folder, words)
    with pytest.raises(DatasetError, match=rf"commentary/agency/un-women.md.*: .*{message}"):
        commentary(open_dataset(folder), "agency", "UN-WOMEN")


@pytest.mark.parametrize("words", ["", " \n", "\u200b\n"])
def test_an_empty_file_shows_nothing(folder, words):
    write(folder, words)
    assert commentary(open_dataset(folder), "agency", "UN-WOMEN").html == ""


def test_html_in_a_commentary_is_shown_as_text(folder):
    write(folder, SIGNED + "# Big\n\n<script>alert(1)</script> ![x](http://example.org/x.png)\n")
    html = commentary(open_dataset(folder), "agency", "UN-WOMEN").html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<img" not in html
    assert "<h3>Big</h3>" in html


def test_a_commentary_is_a_recorded_read(folder):
    write(folder, SIGNED + "Words.")
    assert open_dataset(folder).commentary("agency", "un-women") == SIGNED + "Words."


def test_each_abbreviation_is_spelled_out_once_in_the_edition(ds):
    names = dict(list_abbreviations(ds))
    assert names["UNEP"] == "United Nations Environment Programme"
    assert names["CEDAW"].startswith("Convention on the Elimination")
    assert list(names) == sorted(names)


def test_the_method_is_short_and_leads_to_the_rest(ds):
    words = method(ds, ds.activities(agency="UNDP"))
    assert len(repr(words).split()) < 90
    assert 'href="briefing:about"' in words.html
    assert "assigned" in words.html


def test_a_masthead_sets_the_language_of_its_briefing(folder):
    with (folder / "wording.csv").open("a", encoding="utf-8") as file:
        file.write("press.id.care,Hati-hati\n")
    ds = open_dataset(folder)
    told = {"title": "Judul", "lede": ["Kalimat"]}
    assert 'lang="id"' in masthead(ds, "Naskah", **told, language="id").html
    assert say("care") == "Hati-hati"
    assert "lang=" not in masthead(ds, "Briefing", **told).html
    assert use_phrases(ds).say("care") == "Say with care"
