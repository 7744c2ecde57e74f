"""``briefings site`` and ``briefings pack``: where they write, and that only what was approved goes there."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from pressroom.cli.app import app
from pressroom.delivery.releases import Releases

pytestmark = pytest.mark.slow


@pytest.fixture
def project(frozen: Releases, tmp_path: Path) -> Path:
    """Return a copy of a project with two releases, of which nobody approved the newer."""
    root = tmp_path / "project"
    shutil.copytree(frozen.folder.parent, root, ignore=shutil.ignore_patterns("reports"))
    Releases(root / "releases").withdraw("2026-11", by="Ann", now=datetime.now(UTC))
    return root


def run(project: Path, *arguments: str) -> Any:
    return CliRunner().invoke(app, [*arguments, "--project", str(project)])


def test_a_site_goes_where_the_setting_says_unless_told_otherwise(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(project, "site").exit_code == 0
    assert (project / "reports" / "site" / "current" / "index.html").is_file()
    monkeypatch.setenv("PRESSROOM_SITE", str(tmp_path / "set"))
    assert run(project, "site").exit_code == 0
    assert (tmp_path / "set" / "current" / "index.html").is_file()
    shutil.rmtree(tmp_path / "set")
    told = json.loads(run(project, "site", "--output", str(tmp_path / "told"), "--json").stdout)
    assert told == {
        "index": str(tmp_path / "told" / "current" / "index.html"),
        "releases": 1,
        "briefings": 4,
    }
    assert not (tmp_path / "set").exists()


def test_what_nobody_approved_stays_out_of_the_readers_folder(project: Path) -> None:
    assert "1 release, 4 briefings" in run(project, "site").stdout
    assert "2 releases" in run(project, "site", "--unapproved").stdout
    reports = project / "reports"
    assert not (reports / "site" / "current" / "releases" / "2026-11").exists()
    assert (reports / "site-unapproved" / "current" / "releases" / "2026-11").is_dir()


def test_the_site_says_where_readers_find_it_but_not_where_it_is_unapproved(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESSROOM_SITE_URL", "https://example.org/briefings")
    for arguments, folder, is_told in (([], "site", True), (["--unapproved"], "site-unapproved", False)):
        assert run(project, "site", *arguments).exit_code == 0
        site = project / "reports" / folder / "current"
        assert (site / "sitemap.xml").exists() == is_told
        assert ("https://example.org/briefings/feed.xml" in (site / "feed.xml").read_text("utf-8")) == is_told


def test_without_an_approved_release_both_say_what_to_do(project: Path) -> None:
    Releases(project / "releases").withdraw("2026-10", by="Ann", now=datetime.now(UTC))
    for arguments in (["site"], ["pack", "--title", "x"]):
        done = run(project, *arguments)
        assert done.exit_code == 2
        assert "`briefings approve NAME`" in done.stderr


def test_a_pack_is_of_the_last_approved_release_or_of_the_named_one(project: Path, tmp_path: Path) -> None:
    done = run(project, "pack", "--title", "2nd Meeting", "--json", "year=2019")
    folder = project / "reports" / "packs"
    assert json.loads(done.stdout) == {
        "archive": str(folder / "2nd-meeting.zip"),
        "book": str(folder / "2nd-meeting.pdf"),
        "release": "2026-10",
        "briefings": ["year/2019"],
    }
    assert (folder / "2nd-meeting.pdf").read_bytes().startswith(b"%PDF-")
    for name in ("one.pdf", "one.zip", "one"):
        output = ("--output", str(tmp_path / name))
        told = json.loads(run(project, "pack", "--title", "x", "--json", *output, "year=2019").stdout)
        assert Path(told["archive"]).suffix != ".pdf"
        assert Path(told["book"]).name == "one.pdf"
    named = ("pack", "--title", "x", "--release", "2026-11", "year=2019")
    refused = run(project, *named)
    assert refused.exit_code == 2
    assert 'no approved release "2026-11"' in refused.stderr
    assert "1 briefing of 2026-11" in run(project, *named, "--unapproved").stdout
    old = ("pack", "--title", "x", "--release", "2026-10", "year=2019")
    assert "superseded" not in run(project, *old).stderr
    assert "release 2026-10 is superseded by 2026-11" in run(project, *old, "--unapproved").stderr


def test_a_pack_for_a_briefing_is_named_after_it(project: Path, tmp_path: Path) -> None:
    done = run(project, "pack", "--for", "year=2019", "--json")
    folder = project / "reports" / "packs"
    assert json.loads(done.stdout) == {
        "archive": str(folder / "year-2019.zip"),
        "book": str(folder / "year-2019.pdf"),
        "release": "2026-10",
        "briefings": ["year/2019", "agency/undp", "agency/unicef"],
    }
    assert "warning: year/2019 links to theme/bhr, " in done.stderr
    output = ("--output", str(tmp_path / "one.pdf"), "--title", "2nd Meeting")
    named = run(project, "pack", "--for", "year=2019", *output, "agency=UNDP")
    assert (named.exit_code, named.stderr) == (0, "")
    assert (tmp_path / "one.zip").is_file()
    with ZipFile(folder / "year-2019.zip") as alone, ZipFile(tmp_path / "one.zip") as told:
        titles = [json.loads(pack.read("manifest.json"))["title"] for pack in (alone, told)]
    assert titles == ["2019", "2nd Meeting"]
    for arguments in (["--for", "agency"], ["--for", "year=2019", "theme"], []):
        refused = run(project, "pack", *arguments)
        assert refused.exit_code == 2
        assert "Missing option '--title'" in refused.stderr or "; allowed: " in refused.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["year-2019.pdf", "year-2019.zip"]
