"""The grown kit: every page of many sources, plans and meetings is built, and says only what is so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from aichr_briefings import agencies, counted, open_dataset, reference_meeting
from aichr_briefings.record import Record
from kits import copy_kit
from kits.grown import copy_grown
from kits.questions import find_faults
from kits.sheets import fill_row
from pressroom.data import check_dataset
from pressroom.desk.checks.sentences import check_sentences
from pressroom.edition.build import build_edition
from pressroom.pages import number, when
from pressroom.run.inputs import find_project

pytestmark = pytest.mark.slow

WITHOUT_QUESTIONS = ("index", "about", "background-note")

Pages = dict[str, html.HtmlElement]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_grown(tmp_path_factory.mktemp("grown") / "kit")
    assert [f for f in check_dataset(root / "data") if f.severity == "error"] == []
    return root


@pytest.fixture(scope="module")
def record(grown: Path) -> Record:
    return open_dataset(grown / "data")


@pytest.fixture(scope="module")
def pages(grown: Path) -> Pages:
    result = build_edition(find_project(grown))
    assert not result.failed
    current = grown / "reports" / "current"
    found = sorted(current.rglob("*.html"))
    return {
        path.relative_to(current).with_suffix("").as_posix(): html.parse(path).getroot() for path in found
    }


def say(page: html.HtmlElement) -> str:
    """Return the words of a page, but for its drawings."""
    return " ".join(
        " ".join(page.xpath("//body//text()[not(ancestor::svg) and not(ancestor::style)]")).split()
    )


def list_rows(page: html.HtmlElement) -> Iterator[html.HtmlElement]:
    yield from page.xpath("//table[contains(@class, 'rec')]/tbody/tr")


def test_every_briefing_is_there(pages: Pages, record: Record) -> None:
    for name, family in (
        ("agencies", "agency"),
        ("themes", "theme"),
        ("years", "year"),
        ("provisions", "provision"),
    ):
        assert len([page for page in pages if page.startswith(f"{family}/")]) == len(record.codes(name))


def test_its_sentences_read_as_english(grown: Path, pages: Pages) -> None:
    slips = check_sentences(grown / "reports" / "current", grown / "notebooks")
    assert [str(finding) for finding in slips] == []


def test_lines_to_take_hold_and_stand_in_their_order(grown: Path, record: Record) -> None:
    assert [str(f) for f in check_dataset(grown / "data") if f.file in ("lines.csv", "terms.csv")] == []
    assert [row["order"] for row in record.lines("UNDP")] == [1, 2, 3, 4]
    assert [row["short"] for row in record.terms(kind="abbreviation")] == ["UPR"]


def test_each_care_letter_leads_from_what_it_marks_to_its_item(pages: Pages) -> None:
    for name, page in pages.items():
        marks = {link.removeprefix("#") for link in page.xpath("//a[contains(@class, 'ref')]/@href")}
        assert marks == {*page.xpath("//aside[contains(@class, 'care')]//li/@id")}, name


def test_what_a_line_to_take_bears_stands_beside_the_lines(pages: Pages) -> None:
    lines = {name: page.xpath("//section[contains(@class, 'say')]//a/@href") for name, page in pages.items()}
    assert any(lines.values())
    for name, marks in lines.items():
        beside = pages[name].xpath("(//aside[contains(@class, 'care')])[1]//li/@id")
        assert {mark.removeprefix("#") for mark in marks if "#care" in mark} <= {*beside}, name


def test_agencies_are_those_on_record_wherever_they_are_counted(pages: Pages, record: Record) -> None:
    """One that is named in what is planned alone has a page, and is counted nowhere."""
    held = {"status": ("held", "ongoing")}
    n = sum(bool(record.count(agency=code, **held)) for code in record.codes("agencies"))
    assert n < len(record.codes("agencies"))
    assert f"AICHR and {number(n)} UN agencies" in say(pages["index"])
    assert f"of the {number(n)} UN agencies on record" in say(pages["year/2022"])
    assert f"of {n} agencies" in say(pages["year/2022"])


def test_a_meeting_names_a_body_as_it_was_called_then(pages: Pages) -> None:
    then, now = say(pages["meeting/aichr-un-meeting-1"]), say(pages["meeting/aichr-un-meeting-5"])
    assert "DPA (now DPPA), ILO, IOM" in then
    assert "DPA (now" not in now
    assert "DPPA" in now


def test_a_revision_says_of_what_from_what_to_what_and_by_which_source(pages: Pages) -> None:
    told = (
        "Workshop on trafficking in persons: date. Background note: June 2018. AICHR press releases, "
        "more exactly: 21–22 June 2018, which is recorded."
    )
    for name in ("agency/undp", "theme/trafficking", "meeting/aichr-un-meeting-1", "year/2018"):
        assert told in say(pages[name]), name
    assert "Workshop on trafficking in persons: place Background note: Viet Nam" in say(
        pages["background-note/background-note"]
    )


def test_a_question_names_the_plans_where_there_are_several(pages: Pages) -> None:
    assert "Which lines of the plans, assigned by whom?" in say(pages["agency/unicef"])
    assert "Which lines of the ASEAN-UN Plan of Action, assigned by whom?" in say(pages["agency/osapg"])


def test_four_to_six_questions_have_answers_of_at_most_50_words(pages: Pages) -> None:
    asking = {name: page for name, page in pages.items() if not name.startswith(WITHOUT_QUESTIONS)}
    assert find_faults(asking) == []


def list_lines(page: html.HtmlElement) -> list[str]:
    return [" ".join(line.text_content().split()) for line in page.xpath("//ol[@class='lines']/li")]


def test_no_briefing_is_without_lines_to_take(pages: Pages) -> None:
    """Where nobody wrote any, they are computed; on the whole, the record of this kit has two."""
    whole = {"background-note/background-note": 2}
    for name, page in pages.items():
        if name not in ("index", "about/about"):
            assert len(list_lines(page)) >= whole.get(name, 3), name


def test_a_meeting_without_lines_of_its_own_tells_of_itself(pages: Pages) -> None:
    held, planned = (list_lines(pages[f"meeting/aichr-un-meeting-{n}"]) for n in (3, 6))
    assert held[0] == "The 3rd AICHR-UN Meeting was held on 24–25 November 2020, online. R 2020-11-25/1"
    assert held[1].startswith("At the 3rd Meeting, the record names UNDP and UNEP.")
    assert planned[0].startswith("The 6th AICHR-UN Meeting is planned for November 2025.")
    assert planned[1].startswith("The 5th AICHR-UN Meeting was held")


def test_a_line_says_its_section_and_where_the_plans_own_words_stand(pages: Pages, record: Record) -> None:
    for line in record.table("provisions"):
        page = pages.get(f"provision/{line['id'].replace(':', '-').replace('.', '-')}")
        if page is not None:
            assert str(line["section"]) in say(page.xpath("//p[@class='subject']")[0])
    told = say(pages["provision/work-plan-3-1"])
    assert "as test data allow; where agreed" in told
    assert "take the plan’s own words, as the test report gives them: T p3." in told


def test_pages_show_two_to_four_figures(pages: Pages) -> None:
    for name, page in pages.items():
        figures = len(page.xpath("//ul[contains(@class, 'figures')]/li"))
        assert 2 <= figures <= 4 or name in ("index", "about/about"), (name, figures)


def test_a_title_has_at_most_14_words(pages: Pages) -> None:
    titles = {name: " ".join(page.xpath("//h1")[0].text_content().split()) for name, page in pages.items()}
    assert {name: title for name, title in titles.items() if len(title.split()) > 14} == {}


def test_no_row_is_without_its_source(pages: Pages) -> None:
    cells = [
        (name, cell) for name, page in pages.items() for cell in page.xpath("//td[contains(@class, 'src')]")
    ]
    assert cells
    assert [name for name, cell in cells if not re.search(r"\w", cell.text_content())] == []


def test_a_citation_bears_the_mark_of_its_source(pages: Pages) -> None:
    marks = {mark for page in pages.values() for cell in page.xpath("//td[contains(@class, 'src')]")
             for mark in re.findall(r"(?:^|, )\s*(\w+)", cell.text_content())}  # fmt: skip
    assert marks == {"N", "P", "R", "T"}


def test_the_note_is_told_of_where_it_is_cited_alone(pages: Pages) -> None:
    told = [page for name, page in pages.items() if name != "index"]
    silent = [page for page in told if "AICHR Background Note on Human Rights" not in say(page)]
    assert len(silent) > 2, "lines of a plan that the note does not know"
    assert [page for page in silent if re.search(r"\bthe note\b", say(page.xpath("//main")[0]), re.I)] == []


def test_each_source_of_a_page_is_told_with_its_dates(pages: Pages) -> None:
    told = say(pages["agency/undp"])
    for words in (
        "N: AICHR Background Note on Human Rights Cooperation, as of 3 October – 18 November 2019",
        "R: Press releases of the AICHR, 2011 to 2024, published in December 2024, as of 30 November 2024",
        "Information as of 31 Jan 2025, stated ; the oldest as of 3 Oct – 18 Nov 2019",
    ):
        assert words in told.replace("stated;", "stated ;")


def test_the_method_tells_of_each_source_whose_mark_is_printed(pages: Pages) -> None:
    titles = {
        "N": "AICHR Background Note on Human Rights",
        "P": "Press release of ASEAN",
        "R": "Press releases of the AICHR",
        "T": "Test data, made up for tests",
    }
    short = {
        "N": "background note",
        "P": "ASEAN press release",
        "R": "AICHR press releases",
        "T": "test report",
    }
    for name, page in pages.items():
        cited = " ".join(cell.text_content() for cell in page.xpath("//td[contains(@class, 'src')]"))
        charts = " ".join(
            cell.text_content() for cell in page.xpath("//figure//*[contains(text(), 'Source:')]")
        )
        told = say(page)
        for mark, title in titles.items():
            if re.search(rf"(?:^|\s|,){mark}\s[\w.]", cited) or short[mark] in charts:
                assert title in told, (name, mark)


def test_the_note_counts_as_the_years_and_agencies_do(pages: Pages, record: Record) -> None:
    told = say(pages["background-note/background-note"])
    recorded = [
        code for code in record.codes("agencies") if record.count(agency=code, status=("held", "ongoing"))
    ]
    assert f"{len(recorded)} UN agencies" in told
    assert len(recorded) < len(record.codes("agencies"))
    held = {"status": ("held", "ongoing")}
    years = {year: record.activities(year=year, **held) for year in record.codes("years")}
    most = max(years, key=lambda year: sum(bool(row["agencies"]) for row in years[year]))
    assert f"fall in {most}" in told


def test_an_agencys_lines_count_its_meetings_too(pages: Pages, record: Record) -> None:
    mine = record.activities(agency="UNDP", provision="2021-2025:1.2.1", status=("held", "ongoing"))
    told = f"{counted(len(mine), 'activity')} to line 1.2.1 of the Plan of Action 2021–2025"
    assert told in say(pages["agency/undp"])


def test_an_agencys_page_shows_each_activity_that_it_counts(pages: Pages, record: Record) -> None:
    for agency in record.codes("agencies"):
        page = pages[f"agency/{agency.lower()}"]
        shown = {" ".join(row.text_content().split()) for row in list_rows(page)}
        for activity in record.activities(agency=agency):
            title = activity["title"].partition(": ")[0]
            titles = title, activity["short_title"]  # a crowded page has them by their short titles
            assert any(title in row for title in titles for row in shown), (agency, title)


def test_an_agencys_count_is_that_of_the_record(pages: Pages, record: Record) -> None:
    for agency in record.codes("agencies"):
        n = record.count(agency=agency, status=("held", "ongoing"))
        figures = " ".join(
            pages[f"agency/{agency.lower()}"].xpath("//ul[contains(@class, 'figures')]//text()")
        )
        assert n < 2 or re.search(rf"\b{n}\b", figures)


def test_presence_is_told_over_all_meetings(pages: Pages) -> None:
    told = (
        "We are named at four of the five meetings held: the 1st Meeting, the 2nd Meeting, the 3rd Meeting "
    )
    assert told in say(pages["agency/undp"])
    assert "UNDP was in the UN delegation at the 5th AICHR-UN Meeting" in say(pages["agency/undp"])


def test_who_is_only_planned_for_has_a_page_that_says_so(pages: Pages) -> None:
    told = say(pages["agency/unaids"])
    assert "The record names UNAIDS in no activity that was held or goes on." in told
    assert "Planned dialogue" in told


def test_what_is_not_held_is_told_as_of_its_source(pages: Pages) -> None:
    told = say(pages["agency/unfpa"])
    assert ", postponed to June 2025, as of January 2025" in told
    assert ", ongoing as of January 2025" in told
    assert ", cancelled" in told
    assert "Two more were cancelled or postponed" in told


def test_an_activity_of_several_years_stands_in_each_and_counts_once(pages: Pages, record: Record) -> None:
    for year in range(2019, 2024):
        assert "Training programme" in say(pages[f"year/{year}"])
    assert "Training programme" not in say(pages["year/2024"])
    mine = record.activities(agency="UNFPA", status=("held", "ongoing"))
    strip = agencies.strip_by_year(record.coverage, mine, reference_meeting(record))
    assert all("ongoing" in strip[str(year)] for year in (2019, 2021, 2022, 2023))
    data = pages["theme/migration"].xpath("//details//tr[th='UNFPA']")[0]
    whole = record.count(agency="UNFPA", theme="migration", status=("held", "ongoing"))
    assert data.xpath("./td[last()]")[0].text_content() == str(whole)


@pytest.mark.parametrize(
    ("page", "caption", "row"),
    [
        ("theme/migration", "on migration, and what is planned or was cancelled or postponed",
         "Cancelled workshop, cancelled"),
        ("theme/migration", "on migration", "Postponed seminar, postponed to June 2025, as of January 2025"),
        ("year/2023", "of 2023, and what was cancelled or postponed", "Cancelled workshop, cancelled"),
        ("agency/unfpa", "AICHR, and what is planned or was cancelled or postponed", ", cancelled"),
        ("provision/work-plan-3-1", "; what is planned or was cancelled or postponed is not counted",
         "Cancelled workshop, cancelled"),
    ],
)  # fmt: skip
def test_a_table_says_what_of_it_was_called_off(pages: Pages, page: str, caption: str, row: str) -> None:
    captions = [" ".join(told.text_content().split()) for told in pages[page].xpath("//table/caption")]
    assert any(caption in told for told in captions), captions
    assert any(row in " ".join(made.text_content().split()) for made in list_rows(pages[page]))


def test_a_sentence_lists_no_more_than_a_reader_can_hold(pages: Pages) -> None:
    """Who was at a meeting, and how many were named in each year, are told whole: that is what is asked."""
    whole = ("are named", "UN agencies named:")
    for name, page in pages.items():
        for words in (" ".join(found.text_content().split()) for found in page.xpath("//p | //li | //dd")):
            for sentence in re.split(r"[.;:] ", words):
                long = re.search(r"(?:[^,]{2,60}, ){6,}[^,]{2,60} and ", sentence)
                assert not long or any(word in words for word in whole), (name, sentence)


def test_each_page_is_dated_by_the_sources_that_it_names(pages: Pages, record: Record) -> None:
    days = {
        source.mark: when(source.as_of.end.isoformat())
        for source in record.sources.values()
        if source.mark and source.as_of
    }
    for name, page in pages.items():
        if name in ("index", "about/about"):  # which tells of all sources, and not how to read itself
            continue
        head, foot = (
            " ".join(page.xpath(f"//{part}")[0].text_content().split()) for part in ("header", "footer")
        )
        [method] = page.xpath("//section[contains(@class, 'method')]/p")
        told = " ".join(method.text_content().split())
        used = [mark for mark in days if re.search(rf"(?:Sources?\.|\.) {mark}: ", told)]
        newest, oldest = max(used, key="NPRT".index), min(used, key="NPRT".index)
        assert f"as of {days[newest]} (stated)" in foot or newest == oldest == "N", (name, used, foot)
        assert days[oldest] in foot, (name, used, foot)
        assert ("the oldest" in foot) == (newest != oldest), (name, used, foot)
        assert ("the oldest" in head) == (newest != oldest)


def test_a_name_of_the_time_bears_todays(pages: Pages) -> None:
    assert "DPA (now DPPA)" in say(pages["theme/migration"])
    assert "until 31 December 2018: DPA" in say(pages["agency/dpa"])


def test_a_refined_date_stands_with_the_earlier_one(pages: Pages) -> None:
    told = say(pages["year/2018"])
    assert "August 2018. AICHR press releases, more exactly: 14–15 August 2018, which is recorded." in told
    assert "not stated. AICHR press releases: Semarang, Indonesia, which is recorded." in told


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("2016-2020-1-2-1", "Line 1.2.1 of the Plan of Action 2016–2020"),
        ("2021-2025-1-2-1", "Line 1.2.1 of the Plan of Action 2021–2025"),
        ("work-plan-3-1", "Line 3.1 of the Work Plan 2021–2025"),
    ],
)
def test_a_line_is_named_with_its_plan(pages: Pages, slug: str, name: str) -> None:
    [title] = pages[f"provision/{slug}"].xpath("//h1")
    assert " ".join(title.text_content().split()).startswith(name)
    assert name.removeprefix("Line ") in say(pages["index"])


def test_the_year_without_coverage_is_not_covered(pages: Pages) -> None:
    assert "what is told of 2020 is no list of the year" in say(pages["year/2020"])


def test_a_meeting_that_was_held_changes_two_rows_and_adds_one(tmp_path: Path) -> None:
    """An analyst records it: the activity, the series that told it as planned, and the source.

    That all briefings are built then, `test_record_grows` sees.
    """
    root = copy_kit(tmp_path / "kit")
    data = root / "data"
    minutes = {"code": "minutes", "mark": "M", "title": "Minutes", "short_title": "minutes",
               "as_of_start": "2019-11-25", "as_of_end": "2019-11-25"}  # fmt: skip
    fill_row(data, "sources", minutes)
    fill_row(data, "activities", {"id": "aichr-un-meeting-2", "status": "held", "sources": "minutes#1"})
    fill_row(data, "series", {"id": "aichr-un-meetings", "summary": "Meetings, held in 2018 and 2019."})
    assert check_dataset(root / "data") == []
    assert build_edition(find_project(root), ["agency=ILO"]).is_good
    record = open_dataset(root / "data")
    assert reference_meeting(record)["id"] == "aichr-un-meeting-2"
    page = html.parse(root / "reports" / "current" / "agency" / "ilo.html").getroot()
    assert "Who was at the 2nd AICHR-UN Meeting in November 2019 is not on record." in say(page)
    assert "We are named at one of the two meetings held: the 1st Meeting." in say(page)
