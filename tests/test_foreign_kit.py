"""A kit of another desk, with one table and no helper package, is pressed and published as ours is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kits import FOREIGN
from warm_commands import run_warm

pytestmark = pytest.mark.slow

OURS = re.compile(
    r"asean|agenc(?:y|ies)|provision|plan of action|undp|unicef|meeting|background.note", re.IGNORECASE
)
"""Words that only our own desk has."""


def run(kit: Path, *words: str) -> str:
    """Run a command in the kit; return what it prints."""
    done = run_warm(kit, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a built copy of the foreign kit."""
    root = tmp_path_factory.mktemp("foreign") / "kit"
    shutil.copytree(FOREIGN, root)
    assert "no findings" in run(root, "check")
    assert "3 built" in run(root, "build")
    return root


def test_its_briefings_are_listed_by_its_own_column(kit: Path) -> None:
    assert run(kit, "list").split() == [
        *("region/north", "(region=north)"),
        *("region/south", "(region=south)"),
        *("region/east", "(region=east)"),
    ]


def test_a_changed_row_makes_its_readers_stale_alone(kit: Path) -> None:
    table = kit / "data" / "sales.csv"
    before = table.read_text("utf-8")
    table.write_text(before.replace("s3,south,45", "s3,south,46"), "utf-8")
    assert run(kit, "explain").splitlines() == [
        "region/north: up to date",
        "region/south: to be built",
        "  sales(region=south): 1 changed (s3: amount)",
        "region/east: up to date",
    ]
    assert "1 built, 2 up to date" in run(kit, "build")
    table.write_text(before, "utf-8")
    assert "1 built, 2 up to date" in run(kit, "build")


def test_it_is_released_and_distributed_without_a_word_of_ours(kit: Path) -> None:
    (kit / "settings.toml").write_text('[smtp]\nsender = "Sales <sales@example.org>"\n', "utf-8")
    (kit / "subscribers.csv").write_text(
        "address,name,selectors,formats\nann@example.org,Ann,region=south,pdf;html\n", "utf-8"
    )
    run(kit, "release", "one")
    run(kit, "approve", "one", "--by", "Ann")
    assert "3 briefings" in run(kit, "site")
    assert "3 briefings" in run(kit, "pack", "--title", "Sales", "region")
    assert "1 mail" in run(kit, "deliver", "--dry-run", "mails")
    table = kit / "data" / "sales.csv"
    table.write_text(table.read_text("utf-8").replace("s4,east,300", "s4,east,301"), "utf-8")
    run(kit, "build")
    assert "amount 301, was 300" in run(kit, "diff", "one")
    pages = [*(kit / "reports").rglob("*.html"), *(kit / "mails").rglob("*.eml")]
    assert len(pages) > 8
    for page in pages:
        shown = re.sub(
            r"<(style|script)\b.*?</\1>|[A-Za-z0-9+/=]{60,}", "", page.read_text("utf-8"), flags=re.DOTALL
        )
        assert OURS.findall(shown) == [], page
