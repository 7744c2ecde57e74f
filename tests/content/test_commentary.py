import shutil

import pytest

from aichr_briefings.content.commentary import commentary
from aichr_briefings.dataset import open_dataset


@pytest.fixture
def folder(data, tmp_path):
    shutil.copytree(data, tmp_path / "data")
    (tmp_path / "data" / "commentary" / "agency").mkdir(parents=True)
    return tmp_path / "data"


def write(folder, words):
    (folder / "commentary" / "agency" / "un-women.md").write_text(words, encoding="utf-8")


def test_without_a_file_there_is_nothing(folder):
    assert commentary(open_dataset(folder), "agency", "UN-WOMEN").html == ""


def test_a_commentary_is_signed(folder):
    write(folder, "---\nauthor: A. Analyst\ndate: 2019-11-01\n---\nAn *open* point.\n")
    html = commentary(open_dataset(folder), "agency", "UN-WOMEN").html
    assert "<em>open</em>" in html
    assert "A. Analyst, 2019-11-01. Written by a person, not part of the source." in html


def test_html_in_a_commentary_is_shown_as_text(folder):
    write(folder, "# Big\n\n<script>alert(1)</script> ![x](http://example.org/x.png)\n")
    html = commentary(open_dataset(folder), "agency", "UN-WOMEN").html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<img" not in html
    assert "<h3>Big</h3>" in html


def test_a_commentary_is_a_recorded_read(folder):
    write(folder, "Words.")
    assert open_dataset(folder).commentary("agency", "un-women") == "Words."
