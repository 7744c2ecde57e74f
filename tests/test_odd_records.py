"""Records that are odd and right: what the check passes is built, and its pages say what is so."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

from kits import copy_kit
from kits.grown import copy_grown
from kits.sheets import Cells, fill_row
from pressroom.data import check_dataset
from pressroom.edition.build import build_edition
from pressroom.run.inputs import find_project

pytestmark = pytest.mark.slow

ODD: dict[str, list[Cells]] = {
    "organisations": [
        {"code": "UNAIDS", "name": "Joint Programme", "short_name": "UNAIDS", "group": "UN",
         "is_agency": "true", "sources": "background-note#A/1"},
    ],
    "plans": [
        {"code": "empty", "title": "Plan without lines", "short_title": "Plan", "from": "2021", "to": "2025",
         "sources": "background-note#A/1"},
        {"code": "silent", "title": "Plan without activities", "short_title": "Plan", "from": "2021-03",
         "to": "2025-12-31", "sources": "background-note#A/1"},
    ],
    "provisions": [
        {"id": "silent:1", "plan": "silent", "paragraph": "1", "section": "One", "heading": "One",
         "summary": "One.", "status": "given", "sources": "background-note#A/1"},
        {"id": "silent:2", "plan": "silent", "paragraph": "2", "section": "One", "status": "elided",
         "sources": "background-note#A/1"},
    ],
    "themes": [
        {"code": "ahead", "name": "Ahead", "description": "Ahead.", "order": "99", "origin": "stated",
         "sources": "background-note#A/1"},
    ],
    "activities": [
        {"id": "aichr-un-meeting-2", "status": "held", "start": "", "end": ""},
        {"id": "lemkin-seminar-2017", "start": "", "provisions": "", "places": ""},
        {"id": "eia-consultation-2019", "status": "postponed", "moved_to": "2021"},
        {"id": "juvenile-justice-study", "start": "", "end": ""},
        {"id": "expression-dialogue-2018", "status": "cancelled", "start": "", "end": ""},
        {"id": "crc-dialogue-2018", "format": "hybrid", "places": ""},
        {"id": "water-meeting-2018", "format": "online", "venue": "A platform"},
        {"id": "ahead-2031", "title": "Ahead", "short_title": "Ahead", "type": "study", "status": "planned",
         "start": "2031", "stands_for": "several", "themes": "ahead", "themes_origin": "assigned",
         "summary": "Ahead.", "sources": "background-note#A/1"},
        {"id": "long-2015", "title": "Long", "short_title": "Long", "type": "training", "status": "ongoing",
         "start": "2015-06", "end": "2022", "format": "online", "stands_for": "one",
         "provisions": "2016-2020:1.2.4;silent:1", "summary": "Long.", "sources": "background-note#A/1"},
    ],
    "organisation_names": [
        {"organisation": "OHCHR", "name": "Centre for Human Rights", "short_name": "CHR", "to": "1993",
         "sources": "background-note#A/1"},
    ],
    "revisions": [
        {"table": "activities", "row": "bhr-training-2017", "column": "end", "value": "2017-11-15",
         "kind": "corrected", "sources": "background-note#A/1"},
        {"table": "activities", "row": "bhr-training-2017", "column": "themes", "value": "disability",
         "kind": "corrected", "sources": "background-note#A/1"},
        {"table": "themes", "row": "bhr", "column": "name", "value": "", "kind": "refined",
         "sources": "background-note#A/1"},
    ],
}  # fmt: skip
"""What is rare and right: rows that leave out, or have, what no row of the note does."""

PRESS = "aichr-press#2024-12-01/1"
NOTE = "background-note#A/1"
ADDRESS = "https://www.example.org/en/press-releases/2022-11-17-the-aichr-and-the-un-meet-again.html"


def act(id: str, **cells: str) -> Cells:
    title = id.replace("-", " ").capitalize()
    return {"id": id, "title": title, "short_title": title, "type": "workshop", "status": "held",
            "stands_for": "one", "summary": f"{title}.", "sources": PRESS} | cells  # fmt: skip


def part(activity: str, organisation: str, role: str = "supporter") -> Cells:
    return {"activity": activity, "organisation": organisation, "role": role, "sources": PRESS}


def agency(code: str) -> Cells:
    return {"code": code, "name": f"Office {code}", "short_name": code, "group": "UN", "is_agency": "true",
            "sources": PRESS}  # fmt: skip


def revise(table: str, row: str, column: str, value: str) -> Cells:
    return {
        "table": table,
        "row": row,
        "column": column,
        "value": value,
        "kind": "corrected",
        "sources": NOTE,
    }


MIGRATION = {"themes": "migration", "themes_origin": "stated"}
UN = {"type": "meeting", "series": "aichr-un-meetings"}
GROUP = {"type": "meeting", "series": "working-group"}

ODDER: dict[str, list[Cells]] = {
    "sources": [
        {"code": "odd", "mark": "Ø-1", "title": "Report of the “Working Group” & <b>others</b> [draft]",
         "short_title": "report <2>", "url": "https://example.org/a?b=1&c=[2]", "published": "2020",
         "as_of_start": "2020-06-30", "as_of_end": "2020-06-30", "as_of_origin": "inferred"},
        {"code": "same", "mark": "S", "title": "Same day", "short_title": "same-day paper",
         "as_of_end": "2020-06-30"},
        {"code": "undated-paper", "mark": "U", "title": "Undated paper", "short_title": "undated paper"},
    ],
    "coverage": [
        {"source": "odd", "from": "2011", "to": "2012", "scope": "All", "listed_at": "p{year}/"},
        {"source": "undated-paper", "from": "2030", "to": "2030", "scope": "All"},
    ],
    "organisations": [agency("OCA"), agency("OPA"), agency("NOWHERE"), agency("OCHA")],
    "organisation_names": [
        {"organisation": "OCHA", "name": "Relief Office", "short_name": "UNDRO", "from": "1972",
         "to": "2017-12", "sources": PRESS},
        {"organisation": "OCHA", "name": "Department", "short_name": "DHA", "from": "2018-01",
         "to": "2022-06-30", "sources": PRESS},
    ],
    "plans": [
        {"code": "twin", "title": "Twin Plan", "short_title": "Plan of Action", "from": "2021",
         "to": "2025", "sources": PRESS},
    ],
    "provisions": [
        {"id": "twin:1.2.1", "plan": "twin", "paragraph": "1.2.1", "section": "S", "heading": "Twin",
         "summary": "Twin.", "status": "given", "sources": PRESS},
    ],
    "series": [
        {"id": "working-group", "title": "Working Group Meetings", "summary": "Meetings.", "sources": PRESS},
    ],
    "activities": [
        act("odd-places", start="2022-03-01", end="2022-03-05", aichr_lead="THA;PHL", participants="120",
            places="IDN/Jakarta;IDN/Bandung;THA/Bangkok", **MIGRATION,
            sources=f"odd#§ 3 (b), “quoted” <x> & #7;odd#p12/para-4;odd#/lead;odd#{ADDRESS}"),
        act("tie", status="ongoing", start="2020", format="online", sources="odd#1;same#2", **MIGRATION),
        act("told-by-undated", type="study", status="ongoing", start="2012", sources="undated-paper#a/1"),
        act("hybrid", format="hybrid", start="2022-06", **MIGRATION),
        act("moved", status="postponed", start="2024-05", moved_to="2025-03", places="VNM", **MIGRATION),
        act("put-off", status="postponed", start="2024-06-01", **MIGRATION),
        act("undated-off", status="postponed"),
        act("new-year", start="2022-12-30", end="2023-01-03", places="SGP", **MIGRATION,
            provisions="2021-2025:1.2.1;twin:1.2.1;work-plan:3.1"),
        act("called-off", status="cancelled", start="2023-05", **MIGRATION),
        act("lost-plan", status="planned", start="2020-02", sources=NOTE),
        act("early-un-meeting", start="2017-02-03", **UN),
        act("undated-un-meeting", **UN),
        act("off-un-meeting", status="cancelled", number="7", start="2024-10", **UN),
        act("moved-un-meeting", status="postponed", number="8", start="2024-11", moved_to="2026", **UN),
        act("group-1", number="1", start="2023-08-21", end="2023-08-22", **GROUP),
        act("group-3", number="3", status="planned", **GROUP),
        *(act(f"ocha-{start or 'undated'}", start=start, themes="bhr", themes_origin="stated")
          for start in ("2017-06", "2018", "2022", "2023-02-02", "")),
        act("long-one", start="2018", end="2024-02", type="training", status="ongoing",
            provisions="2016-2020:1.2.4;2021-2025:1.2.1"),
    ],
    "participations": [
        part("called-off", "OCA"), part("moved", "OPA"), part("put-off", "OPA"), part("odd-places", "UNDP"),
        part("odd-places", "OCHA"), part("tie", "UNDP"), part("told-by-undated", "UNEP"),
        part("hybrid", "UNDP"), part("new-year", "UNDP"), part("early-un-meeting", "OHCHR", "participant"),
        part("undated-un-meeting", "ILO", "participant"), part("group-1", "UNEP"),
        part("long-one", "UNICEF"), part("moved-un-meeting", "OHCHR", "participant"),
        *(part(f"ocha-{start or 'undated'}", "OCHA")
          for start in ("2017-06", "2018", "2022", "2023-02-02", "")),
    ],
    "revisions": [
        revise("activities", "new-year", "status", "planned"),
        revise("activities", "new-year", "themes", "disability;bhr"),
        revise("activities", "new-year", "places", "IDN/Jakarta;ZZZ/Nowhere"),
        revise("activities", "moved", "moved_to", "2025"),
        revise("activities", "long-one", "provisions", "2016-2020:1.2.4"),
        revise("activities", "long-one", "number", "3"),
        revise("organisations", "OCHA", "is_agency", "false"),
        revise("participations", "group-1", "role", "partner"),
        revise("series", "working-group", "since", "2022"),
    ],
}  # fmt: skip
"""The same for a record of many sources, plans and meetings."""


def lay_out(root: Path, rows: dict[str, list[Cells]]) -> Path:
    for table, own in rows.items():
        for row in own:
            fill_row(root / "data", table, row)
    assert [str(f) for f in check_dataset(root / "data") if f.severity == "error"] == []
    assert build_edition(find_project(root)).failed == ()
    return root / "reports" / "current"


def test_nothing_that_the_check_passes_fails_in_the_build(tmp_path: Path) -> None:
    lay_out(copy_kit(tmp_path / "kit"), ODD)


@pytest.fixture(scope="module")
def current(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out(copy_grown(tmp_path_factory.mktemp("odder") / "kit"), ODDER)


SAID = [
    ("agency/undp", "Jakarta and Bandung, Indonesia; Bangkok, Thailand"),
    ("agency/undp", f"Ø-1 {ADDRESS}"),
    ("agency/undp", "/lead, "),
    ("agency/undp", "Report of the “Working Group” & <b>others</b> [draft], https://example.org/a?b=1&c=[2]"),
    ("agency/undp", "online and in person, place not stated"),
    ("agency/undp", "30 Dec 2022 – 3 Jan 2023"),
    ("agency/unep", "; the oldest undated"),
    ("agency/unep", "the 1st AICHR-UN Meeting"),
    ("agency/ocha", "until December 2017: UNDRO, until 30 June 2022: DHA"),
    ("theme/bhr", "UNDRO (now OCHA)"),
    ("theme/bhr", "DHA (now OCHA)"),
    ("agency/oca", "One was cancelled or postponed."),
    ("agency/opa", "postponed to March 2025, as of November 2024"),
    ("agency/nowhere", "The record names NOWHERE in no activity that was held or goes on."),
    ("meeting/moved-un-meeting", "November 2024, postponed to 2026"),
    ("theme/migration", "Background note: Disability rights, Business and human rights."),
    ("theme/migration", "Background note: Jakarta, Indonesia; Nowhere, ZZZ. AICHR press releases, otherwise: Singapore"),  # noqa: E501
    ("theme/migration", "Background note: 2025. AICHR press releases, otherwise: March 2025, which is recorded."),  # noqa: E501
    ("background-note/background-note", "Working Group Meetings: since"),
    ("background-note/background-note", "Office OCHA: is agency"),
    ("background-note/background-note", "Undated off"),
    ("year/2022", "New year"),
    ("year/2023", "New year"),
    ("provision/twin-1-2-1", "New year"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "words"), SAID)
def test_a_page_says_what_is_so(current: Path, page: str, words: str) -> None:
    told = html.parse(current / f"{page}.html").getroot().text_content()
    assert words in " ".join(told.split()), page


def test_no_page_links_to_another_twice(current: Path) -> None:
    for path in sorted(current.glob("meeting/*.html")):
        links = html.parse(path).getroot().xpath("//nav[@class='see']//a/@href")
        assert links
        assert len(set(links)) == len(links), path.stem
