"""A family in Bahasa Indonesia and one in Thai, over data in English: each page keeps to its language.

These kits are checked for form only: nobody here reads either language well enough to say whether a sentence
is right, so they are no model for words, and nothing of them is shipped.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pytest
from lxml import html

from kits import TRANSLATED
from pressroom.data.package import read_package
from pressroom.data.phrase_rows import PREFIX, list_phrase_rows
from pressroom.edition.phrases import find_faulty_phrases
from pressroom.pages.phrases import PHRASES
from warm_commands import run_warm

FAMILIES = {"id": "daerah", "th": "phak"}
SHOWN = {
    "id": (
        *("Informasi per 3 Okt – 18 Nov 2019", "yang tertua per 1 Des 2018", "Untuk disampaikan"),
        *("Tiga kunjungan tercatat di Utara.", "Dua dari tiga bertanggal.", "Sampaikan dengan hati-hati"),
        *("4–7 Mei 2018", "Agustus 2018", "tanpa tanggal", "direncanakan:", "Tanpa tanggal", "Jumlah"),
        *("pada bulan Agustus 2018", "pada tanggal yang tidak disebut", "kunjungan ke-1", "ya", "tidak"),
        *("Satu koreksi dan satu tambahan sejak rilis 1 tanggal 3 Oktober 2019", "Komentar analis"),
        *("Cara membaca halaman ini", "Penerbit", "versi 1.0.0 tanggal 18 November 2019", "Kutip sebagai"),
    ),
    "th": (
        *("ข้อมูล ณ 3 ต.ค. – 18 พ.ย. 2019", "เก่าสุด ณ 1 ธ.ค. 2018", "ประเด็นสำหรับพูด"),
        *("มีการเยี่ยม สาม ครั้งในภาคเหนือ", "สอง จาก สาม มีวันที่", "พูดด้วยความระมัดระวัง"),
        *("4–7 พ.ค. 2018", "สิงหาคม 2018", "ไม่ระบุวันที่", "วางแผนไว้:", "รวม", "การเยี่ยมครั้งที่ 1"),
        *("ในเดือนสิงหาคม 2018", "ใช่", "ไม่ใช่", "ความเห็นของนักวิเคราะห์", "วิธีอ่านหน้านี้"),
        *("แก้ไขหนึ่งรายการและเพิ่มหนึ่งรายการ ตั้งแต่ฉบับ 1 วันที่ 3 ตุลาคม 2019", "อ้างอิงว่า"),
    ),
}
"""What the page on the north says: furniture, months, numbers and dates of its language."""
IN_PDF = {
    "id": ("Halaman 1 dari", "Dalam edisi ini", "Informasi per 3 Oktober sampai 18 November 2019"),
    "th": ("หน้า 1 จาก", "พฤษภาคม 2018", "3 ตุลาคม ถึง 18 พฤศจิกายน 2019", "ประเด็นสำหรับพูด"),
}
CHANGED = {
    "id": ("Komentar analis", "Catatan analis"),
    "th": ("ความเห็นของนักวิเคราะห์", "บันทึกของนักวิเคราะห์"),
}
SINCE = {
    "id": ("Yang berubah sejak rilis 1", "Dikoreksi:", "tadinya 4–7 Mei 2018", "Naskah yang datanya berubah"),
    "th": ("สิ่งที่เปลี่ยนแปลงตั้งแต่ฉบับ 1", "เดิมคือ 4–7 พฤษภาคม 2018", "เอกสารที่ข้อมูลเปลี่ยนแปลง"),
}
TITLES = ("Training for nurses", "Review of the stocks", "Talk on clean water", "Opening of the new ward")


class Kit(NamedTuple):
    """A built copy, and its page and PDF on the north."""

    language: str
    root: Path
    page: Path

    def run(self, *words: str) -> str:
        done = run_warm(self.root, *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module", params=TRANSLATED)
def kit(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kit:
    language = request.param
    root = tmp_path_factory.mktemp(language) / "kit"
    shutil.copytree(TRANSLATED[language], root)
    made = Kit(language, root, root / "reports" / "current" / FAMILIES[language] / "north.html")
    assert "no findings" in made.run("check")
    assert "2 built" in made.run("build")
    return made


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_phrase_is_said(language: str) -> None:
    assert set(_read_phrases(language)) == set(PHRASES["en"])
    assert list(find_faulty_phrases(read_package(TRANSLATED[language] / "data"))) == []


def _read_phrases(language: str) -> dict[str, str]:
    """Return what a kit says, in its descriptor or in its table."""
    package = read_package(TRANSLATED[language] / "data")
    told = {key: words for key, words in package.descriptor["phrases"].items() if key != "from"}
    rows = [record.cells for record, _ in list_phrase_rows(package)]
    return told | {cells["key"].removeprefix(PREFIX): cells["text"] for cells in rows}


@pytest.mark.slow
def test_the_page_says_which_language_it_is_in(kit: Kit) -> None:
    assert html.parse(kit.page).getroot().get("lang") == kit.language
    with pikepdf.open(kit.page.with_suffix(".pdf")) as pdf:
        assert str(pdf.Root.Lang) == kit.language


@pytest.mark.slow
def test_the_page_speaks_its_language(kit: Kit) -> None:
    told = " ".join(html.parse(kit.page).getroot().body.text_content().split())
    assert [words for words in SHOWN[kit.language] if words not in told] == []


@pytest.mark.slow
def test_the_pdf_has_the_same_words_as_text(kit: Kit) -> None:
    command = ["pdftotext", "-raw", str(kit.page.with_suffix(".pdf")), "-"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    told = " ".join(re.sub("[\u2060\u200b]", "", told).split())
    assert [words for words in (*IN_PDF[kit.language], *TITLES) if words not in told] == []


@pytest.mark.slow
def test_the_index_speaks_the_language_of_the_descriptor(kit: Kit) -> None:
    index = html.parse(kit.root / "reports" / "current" / "index.html").getroot()
    assert index.get("lang") == kit.language
    assert index.xpath("//th/@lang | //td/@lang") == [], "its lines are in the same"
    assert _find_english(kit, index.body) == []


@pytest.mark.slow
def test_what_changed_is_told_in_the_language_of_the_descriptor(kit: Kit, tmp_path: Path) -> None:
    root = tmp_path / "kit"
    shutil.copytree(kit.root, root, symlinks=True)
    copy, visits = Kit(kit.language, root, kit.page), root / "data" / "visits.csv"
    for name, date in (("1", "2018-05-04"), ("2", "2018-05-05")):
        visits.write_text(visits.read_text("utf-8").replace("2018-05-04", date), "utf-8")
        copy.run("build")
        copy.run("release", name)
        copy.run("approve", name)
    copy.run("site")
    changes = html.parse(root / "reports" / "site" / "current" / "releases" / "2" / "changes.html").getroot()
    told = " ".join(changes.text_content().split())
    assert changes.get("lang") == kit.language
    assert [words for words in SINCE[kit.language] if words not in told] == []
    assert _find_english(kit, changes.body) == []


@pytest.mark.slow
def test_no_furniture_is_left_in_english(kit: Kit) -> None:
    own = " ".join(_list_texts(html.parse(kit.page).getroot().body))
    assert _find_english(kit, html.parse(kit.page).getroot().body) == []
    assert [title for title in TITLES if title in own] == [], "what the data have in English says so"


def _find_english(kit: Kit, body: Any) -> list[str]:
    """Return the pieces of English phrases that are read or heard of a page."""
    own = " ".join(_list_texts(body))
    pieces = _split(PHRASES["en"]) - _split(_read_phrases(kit.language))  # November is the same in both
    return [piece for piece in pieces if len(piece) > 3 and re.search(rf"\b{re.escape(piece)}\b", own)]


def _split(phrases: Mapping[str, str]) -> set[str]:
    """Return what stands between the placeholders and the commas of phrases."""
    return {piece.strip(" .:“”") for words in phrases.values() for piece in re.split(r"\{\w*\}|,", words)}


def _list_texts(element: Any) -> Iterator[str]:
    """Yield what is read and heard of an element, but for what is in English."""
    if element.get("lang") == "en" or element.tag in ("style", "script"):
        return
    yield from (element.get(name) for name in ("aria-label", "alt", "title") if element.get(name))
    yield element.text or ""
    for child in element:
        yield from _list_texts(child)
        yield child.tail or ""


@pytest.mark.slow
def test_the_pdf_says_what_is_in_english(kit: Kit) -> None:
    with pikepdf.open(kit.page.with_suffix(".pdf")) as pdf:
        marked = b"".join(page.Contents.read_bytes() for page in pdf.pages)
        tags = list(_walk(pdf.Root.StructTreeRoot))
    assert len(re.findall(rb"/Lang ?\(en\)", marked)) >= 5, "in a sentence"
    assert [tag for tag, language in tags if language == "en"].count("/TD") == 4, "in a table"


def _walk(part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, pikepdf.Array):
        for each in part:
            yield from _walk(each)
    elif isinstance(part, pikepdf.Dictionary):
        if "/Lang" in part:
            yield str(part.get("/S")), str(part.Lang)
        yield from _walk(part.get("/K", pikepdf.Array()))


@pytest.mark.slow
@pytest.mark.parametrize("script", ["wide", "narrow"])
def test_charts_name_a_typeface_of_the_script(kit: Kit, script: str) -> None:
    drawings = html.parse(kit.page).getroot().xpath(f"//svg[contains(@class, '{script}')]//text")
    assert drawings
    shown = "".join(text.get("style") for text in drawings)
    assert ("Noto Sans Thai" in shown) == (kit.language == "th")


@pytest.mark.slow
def test_a_changed_wording_is_on_the_page(kit: Kit, tmp_path: Path) -> None:
    before, after = CHANGED[kit.language]
    file = kit.root / "data" / ("wording.csv" if kit.language == "id" else "datapackage.json")
    text = file.read_text("utf-8")
    assert text.count(before) >= 1
    file.write_text(text.replace(before, after), "utf-8")
    try:
        told = "wording(key=press." if kit.language == "id" else "the descriptor's phrases: changed"
        assert told in kit.run("explain", FAMILIES[kit.language])
        assert "2 built" in kit.run("build")
        assert after in kit.page.read_text("utf-8")
    finally:
        file.write_text(text, "utf-8")
        kit.run("build")


def test_the_data_are_the_same_in_both() -> None:
    tables = [(root / "data" / "visits.csv").read_text("utf-8") for root in TRANSLATED.values()]
    assert len(set(tables)) == 1
    assert json.loads((TRANSLATED["th"] / "data" / "datapackage.json").read_text("utf-8"))["language"] == "th"
