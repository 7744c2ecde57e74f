import doctest
import re
from datetime import date
from types import SimpleNamespace

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from pressroom.data.findings import DatasetError
from pressroom.pages import (
    CareItem,
    badged,
    care_box,
    change_list,
    commentary,
    data_table,
    masthead,
    method,
    phrases,
    say,
    use_phrases,
)
from pressroom.pages.html.page import html_of
from pressroom.pages.markup.document import read_document
from pressroom.pages.phrases import PHRASES, Phrases, find_phrase_faults, read_phrases, speaking

GERMAN = {
    "as_of": "Stand: {days}",
    "care": "Mit Vorsicht",
    "care_letter": "Mit Vorsicht, {letter}",
    "method": "Methode",
    "plotted": "Die Werte",
    "unsigned": "Kein Teil der Quelle.",
    "changes": "Seit {release} vom {day}: {counts}",
    "added_one": "eine Ergänzung",
    "added": "Neu",
}


@pytest.fixture
def german():
    yield use_phrases(SimpleNamespace(language="de", phrases=GERMAN))
    use_phrases(SimpleNamespace(language=None, phrases=None))


def test_examples_in_docstrings_hold():
    assert doctest.testmod(phrases).failed == 0


@pytest.mark.parametrize("language", PHRASES)
def test_a_language_has_no_phrase_that_english_has_not(language):
    assert list(find_phrase_faults({"language": language, "phrases": PHRASES[language]})) == []


@pytest.mark.parametrize(
    ("descriptor", "message"),
    [
        ({"phrases": {"methd": "M"}}, r'there is no phrase "methd"; allowed: as_of, .*; nearest: method'),
        ({"phrases": {"page": "Seite {page}"}}, r'the phrase "page" lacks \{pages\}: "Seite \{page\}"'),
        ({"phrases": {"care": "Care {n}"}}, r'the phrase "care" has \{n\}, which stands for nothing'),
        ({"phrases": {"care": " "}}, 'the phrase "care" is no text'),
        ({"phrases": {"care": 3}}, 'the phrase "care" is no text'),
        ({"phrases": {"care": "\N{GRINNING FACE}"}}, r'the phrase "care": no bundled font can show U\+1F600'),
        ({"phrases": ["care"]}, '"phrases" is not an object'),
        ({"phrases": {"months": "one, two"}}, 'the phrase "months" has 2 words .*, and a year 12 months'),
        ({"phrases": {"id.methd": "M"}}, r'there is no phrase "id.methd"; allowed: id.as_of, .*: id.method'),
        ({"phrases": {"Bahasa.care": "M"}}, r'there is no phrase "Bahasa.care"; allowed: as_of, '),
        ({"phrases": {"id.ordinal": "ke-"}}, r'the phrase "id.ordinal" lacks \{n\}'),
        ({"language": "German"}, '"language" is "German", which is no tag'),
        ({"language": 1}, '"language" is "1", which is no tag'),
    ],
)
def test_what_cannot_be_said_is_refused_by_name(descriptor, message):
    with pytest.raises(DatasetError, match=rf"^datapackage.json: {message}"):
        read_phrases(descriptor)


def test_a_kit_speaks_in_its_own_words(german):
    assert german.language == "de"
    assert care_box([CareItem("a", "b")]).html.startswith('<aside class="care" aria-label="Mit Vorsicht">')
    assert 'aria-label="Mit Vorsicht, a"' in badged("one", "a").html
    assert "<h2>Methode</h2>" in method("m").html
    assert "<caption>Die Werte</caption>" in data_table(["a"], [[1]]).html
    assert '<p class="by">Kein Teil der Quelle.</p>' in commentary("words").html
    changes = change_list([("added", "a row")], release="one", day="3 Oct 2019").html
    assert "<h2>Seit one vom 3 Oct 2019: Eine Ergänzung</h2>" in changes
    assert '<span class="k">Neu</span>' in changes
    assert say("data") == "The data as a table", "what a kit does not say stays English"


def test_a_masthead_hands_on_what_the_setters_say(german):
    day = date(2019, 10, 3)
    given = {"project": "P", "as_of": (day, day), "origin": "stated", "title": "T", "lede": []}
    html = masthead("Family", **given).html
    assert '<header class="masthead" data-short="Family" lang="de" data-phrases="{' in html
    assert "Stand: 3 Oct" in html
    use_phrases(SimpleNamespace(language=None, phrases={}))
    assert '<header class="masthead" data-short="Family">' in masthead("Family", **given).html


SEVERAL = {"care": "Mit Vorsicht", "id.care": "Hati-hati", "id.ordinal": "ke-{n}", "th-TH.care": "ระวัง"}


@pytest.mark.parametrize(
    ("own", "spoken", "said"),
    [
        ("de", None, "Mit Vorsicht"),
        ("de", "de-AT", "Mit Vorsicht"),
        ("de", "id", "Hati-hati"),
        ("de", "id-ID", "Hati-hati"),
        ("de", "th-TH", "ระวัง"),
        ("de", "th", "Say with care"),
        ("de", "en-GB", "Say with care"),
        ("id", None, "Hati-hati"),
        (None, "id", "Hati-hati"),
    ],
)
def test_a_briefing_speaks_another_language_than_its_kit(own, spoken, said):
    phrases = read_phrases({"language": own, "phrases": SEVERAL}, language=spoken)
    assert phrases.say("care") == said
    assert phrases.language == (spoken or own)


def test_rows_of_a_table_count_before_the_descriptor():
    told = {"phrases": {"from": "wording.text", "care": "With care", "page": "{page} of {pages}"}}
    phrases = read_phrases(told, rows={"care": "Careful"})
    assert (phrases.say("care"), phrases.wording("page")) == ("Careful", "{page} of {pages}")
    assert "from" not in phrases.own
    with pytest.raises(DatasetError, match='there is no phrase "cre"'):
        read_phrases(told, rows={"cre": "Careful"})


def test_only_rows_of_the_language_are_asked_for():
    known = {"care": "Mit", "id.care": "Hati-hati", "id.methd": "faulty", "th.care": "ระวัง"}
    asked = []

    def give(wanted):
        asked[:] = [key for key in known if wanted(key)]
        return {key: known[key] for key in asked}

    ds = SimpleNamespace(language="de", phrases={"from": "wording.text"}, phrase_rows=give)
    try:
        assert use_phrases(ds).say("care") == "Mit"
        assert asked == ["care"]
        assert use_phrases(ds, "th").say("care") == "ระวัง"
        assert asked == ["th.care"]
        with pytest.raises(ValueError, match="'Bahasa' is no tag"):
            use_phrases(ds, "Bahasa")
    finally:
        use_phrases(SimpleNamespace(language=None, phrases=None))


def test_a_cell_may_end_with_its_phrases():
    from IPython.core.formatters import DisplayFormatter

    assert DisplayFormatter().format(Phrases()) == ({}, {})


def test_words_are_spoken_for_a_while_only():
    with speaking(Phrases("de", {"care": "Mit Vorsicht"})):
        assert say("care") == "Mit Vorsicht"
    assert say("care") == "Say with care"


def test_changes_are_counted_by_their_kind():
    changes = [("added", "a"), ("corrected", "b"), ("added", "c"), ("withdrawn", "d")]
    html = change_list(changes, release="two", day="3 Oct 2019", class_="changed").html
    assert html.startswith('<section class="changed"><h2>One correction, two additions and one withdrawal ')
    assert [*re.findall('class="k">(.*?)<', html)] == ["Added", "Corrected", "Added", "Withdrawn"]
    assert not change_list([], release="two", day="")


def test_a_value_is_no_placeholder():
    assert Phrases().say("changes", counts="{day}", release="{x}", day="1") == "{day} since release {x} of 1"


def test_what_a_notebook_displays_by_itself_speaks_as_its_masthead(german):
    own = {"true": "ja", "table": "Tabelle", "rows": "{n} Zeilen", "columns": "{n} Spalten"}
    words = Phrases("de", own).to_json().replace('"', "&quot;")
    head = f'<header class="masthead" lang="de" data-phrases="{words}"><b class="family">F</b></header>'
    cells = "".join(f"<td>{value}</td>" for value in ("True", *"1234567"))
    table = f'<table class="dataframe"><tbody><tr>{cells}</tr></tbody></table>'
    frame = f"<div>{table}<p>1 rows × 8 columns</p></div>"
    outputs = [new_output("display_data", data={"text/html": html}) for html in (frame, head)]
    html = html_of(read_document(new_notebook(cells=[new_code_cell("x", outputs=outputs)])))
    assert "<td>ja</td>" in html
    assert 'aria-label="Tabelle"' in html
    assert "1 Zeilen, 8 Spalten." in html
    assert say("true") == "yes", "the page speaks for itself alone"
