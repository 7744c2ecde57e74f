import doctest
from types import SimpleNamespace

import pytest

from pressroom.data import date_words
from pressroom.pages import fragments, use_phrases, words


@pytest.mark.parametrize("module", [words, date_words, fragments], ids=lambda module: module.__name__)
def test_examples_in_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0
    assert doctest.testmod(module).attempted > 0


@pytest.mark.parametrize(
    ("n", "noun", "said"),
    [
        (0, "recorded activity", "no recorded activities"),
        (1, "recorded activity", "one recorded activity"),
        (2, "local authority", "two local authorities"),
        (12, "study", "twelve studies"),
        (13, "dialogue", "13 dialogues"),
        (2, "survey", "two surveys"),
        (3, "Round Table", "three Round Tables"),
    ],
)
def test_number_and_noun_agree(n, noun, said):
    assert words.counted(n, noun) == said


def test_a_count_below_zero_is_refused():
    with pytest.raises(ValueError, match="-1"):
        words.number(-1)


@pytest.mark.parametrize(
    ("items", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists_read_as_phrases(items, said):
    assert words.listed(items) == said


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (1, 1, "it"), (2, 2, "both"), (5, 5, "all five"),
        (0, 3, "none of the three"), (1, 2, "one of the two"), (14, 19, "14 of the 19"),
    ],
)  # fmt: skip
def test_a_share_is_told_as_a_subject(part, whole, said):
    assert words.share(part, whole) == said


@pytest.mark.parametrize(
    ("noun", "said"),
    [("training", "a training"), ("ongoing study", "an ongoing study"), ("Apple", "an Apple")],
)
def test_articles(noun, said):
    assert words.article(noun) == said


def test_empty_sentences_leave_a_paragraph():
    assert words.paragraph(["", "  "]) == ""
    assert words.paragraph(["one", "", "two?"]) == "One. Two?"


@pytest.mark.parametrize(
    ("start", "end", "short", "said"),
    [
        ("", "", True, "undated"),
        ("2017", "", True, "2017"),
        ("2018-06", "", True, "June 2018"),
        ("2018-12", "", True, "December 2018"),
        ("2018-12-07", "", True, "7 Dec 2018"),
        ("2017-11-13", "2017-11-16", True, "13–16 Nov 2017"),
        ("2018-04-11", "2018-04-12", True, "11–12 April 2018"),
        ("2018-09-30", "2018-10-02", True, "30 Sep – 2 Oct 2018"),
        ("2018-12-30", "2019-01-02", False, "30 December 2018 – 2 January 2019"),
        ("2018-06", "2018-08", False, "June – August 2018"),
        ("2018-06-04", "2018-06-04", False, "4 June 2018"),
    ],
)
def test_dates_are_told_as_exactly_as_they_are_recorded(start, end, short, said):
    assert words.when(start, end, short=short) == said


@pytest.mark.parametrize(
    ("given", "html"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("AT&T", "AT&amp;T"),
        ("is inferred.", "is <em>inferred</em>."),
        ("the bureau's role", "the bureau’s role"),
    ],
)
def test_text_is_escaped_and_set(given, html):
    assert fragments.text(given).html == html


def test_attributes_are_escaped():
    assert fragments.element("td", "x", data_l='"><b>').html == '<td data-l="&quot;&gt;&lt;b&gt;">x</td>'


def test_names_that_must_not_break_are_kept_whole(monkeypatch):
    monkeypatch.setattr(fragments, "_whole", {})
    assert fragments.text("a NORTH-EAST & South").html == "a NORTH-EAST &amp; South"
    fragments.keep_whole("NORTH-EAST", "& South")
    whole = '<span class="nb">NORTH-EAST</span> <span class="nb">&amp; South</span>'
    assert fragments.text("a NORTH-EAST & South, inferred").html == f"a {whole}, <em>inferred</em>"
    fragments._find_special.cache_clear()


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("2018-05-15", "on 15 May 2018"),
        ("2018-06", "in June 2018"),
        ("2018", "in 2018"),
        (None, "at no stated date"),
    ],
)
def test_dates_take_their_preposition(start, said):
    assert words.at_date(start) == said


# In another language --------------------------------------------------------------------------

BAHASA = {
    "months": "Januari, Februari, Maret, April, Mei, Juni, Juli, Agustus, September, Oktober, November, "
    "Desember",
    "months_short": "Jan, Feb, Mar, Apr, Mei, Jun, Jul, Agu, Sep, Okt, Nov, Des",
    "date_days": "{first} s.d. {last} {month} {year}",
    "undated": "tanpa tanggal",
    "at_day": "pada {date}",
    "at_month": "pada bulan {date}",
    "at_year": "pada tahun {date}",
    "at_none": "pada tanggal yang tidak disebut",
    "years": "{first} sampai {last}",
    "numbers": "satu, dua, tiga, empat, lima",
    "no": "tidak ada",
    "and": "dan",
    "list_last": "{first}, {and} {last}",
    "ordinal": "ke-{n}",
    "article": "{noun}",
    "share": "{part} dari {whole}",
    "share_none": "tidak satu pun dari {whole}",
    "share_all": "semua {whole}",
}


@pytest.fixture
def bahasa():
    use_phrases(SimpleNamespace(language="id", phrases=BAHASA))
    yield
    use_phrases(SimpleNamespace(language=None, phrases=None))


@pytest.mark.parametrize(
    ("said", "words_said"),
    [
        (lambda: words.when("2018-05-04", "2018-05-07"), "4 s.d. 7 Mei 2018"),
        (lambda: words.when("2018-08-04", short=True), "4 Agu 2018"),
        (lambda: words.when("2018-08", short=True), "Agustus 2018"),
        (lambda: words.when("2018-12-30", "2019-01-02"), "30 Desember 2018 – 2 Januari 2019"),
        (lambda: words.when(""), "tanpa tanggal"),
        (lambda: words.at_date("2018-05-15"), "pada 15 Mei 2018"),
        (lambda: words.at_date("2018-05"), "pada bulan Mei 2018"),
        (lambda: words.at_date("2018"), "pada tahun 2018"),
        (lambda: words.at_date(None), "pada tanggal yang tidak disebut"),
        (lambda: words.year_spans([2017, 2018, 2019, 2021]), "2017 sampai 2019 dan 2021"),
        (lambda: words.number(5), "lima"),
        (lambda: words.number(6), "6"),
        (lambda: words.counted(2, "kegiatan"), "dua kegiatan"),
        (lambda: words.counted(0, "kegiatan"), "tidak ada kegiatan"),
        (lambda: words.counted(2, "Sitzung|Sitzungen"), "dua Sitzungen"),
        (lambda: words.by_count(3, none="-", one="-", many="{n} kunjungan"), "tiga kunjungan"),
        (lambda: words.listed("ab"), "a dan b"),
        (lambda: words.listed("abc"), "a, b, dan c"),
        (lambda: words.listed("abc", last="atau"), "a, b, atau c"),
        (lambda: words.share(2, 4), "dua dari empat"),
        (lambda: words.share(0, 4), "tidak satu pun dari empat"),
        (lambda: words.share(3, 3), "semua tiga"),
        (lambda: words.ordinal(2), "ke-2"),
        (lambda: words.article("usulan"), "usulan"),
    ],
)
def test_words_are_those_of_the_language(bahasa, said, words_said):
    assert said() == words_said


def test_a_language_without_a_full_stop_gets_none():
    use_phrases(SimpleNamespace(language="th", phrases={"sentence": "{sentence}"}))
    try:
        assert words.paragraph(["มีสาม", "ไม่มี"]) == "มีสาม ไม่มี"
    finally:
        use_phrases(SimpleNamespace(language=None, phrases=None))


def test_text_in_another_language_says_so(bahasa):
    made = fragments.in_language("en", "A & B")
    assert made.html == '<span lang="en">A &amp; B</span>'
    assert fragments.in_language("id-ID", "A").html == "A", "the page is in that language"
    assert not fragments.in_language("en", "")
    with pytest.raises(ValueError, match="'English' is no tag"):
        fragments.in_language("English", "A")
