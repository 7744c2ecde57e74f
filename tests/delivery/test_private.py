"""Whatever holds addresses is its owner's alone: under any umask, and also if it was not before."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pressroom.delivery.log import LOG, Line, read_lines, write_line
from pressroom.delivery.mail.ledger import Entry, open_ledger
from pressroom.delivery.mail.ledger_file import FILE
from pressroom.delivery.storage import keep_private, lock_file, open_private

LINE = Line("2026-11-26T06:00:00.000+00:00", "deliver", False, 1, {"why": ["mail to ann@example.org"]})


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def list_modes(folder: Path) -> set[tuple[str, int]]:
    """Return what is a file or a folder, with its mode, of a folder and all in it."""
    modes = [path.stat().st_mode for path in (folder, *folder.rglob("*"))]
    return {("folder" if stat.S_ISDIR(mode) else "file", stat.S_IMODE(mode)) for mode in modes}


PRIVATE = {("folder", 0o700), ("file", 0o600)}


def test_state_is_made_for_its_owner_alone(umask: int, tmp_path: Path) -> None:
    for name, make in {
        "log": lambda folder: write_line(folder, LINE),
        "ledger": lambda folder: open_ledger(folder).__enter__(),
        "lock": lambda folder: lock_file(folder / "lock").__enter__(),
    }.items():
        make(tmp_path / name)
        assert list_modes(tmp_path / name) == PRIVATE, name


def test_a_ledger_s_journal_is_its_owner_s_alone(umask: int, tmp_path: Path) -> None:
    entry, seen = Entry("<1@b.org>", "ann@b.org", "one", {"year/2017": "a"}), []
    with open_ledger(tmp_path) as ledger:
        ledger._connection.set_trace_callback(lambda _: seen.append(list_modes(tmp_path)))
        ledger.plan([entry])
        ledger.finish(entry, "accepted", "250 ok")
    assert seen
    assert all(modes == PRIVATE for modes in seen)


def test_what_was_open_to_others_is_closed_when_it_is_used(tmp_path: Path) -> None:
    write_line(tmp_path, LINE)
    with open_ledger(tmp_path):
        pass
    (tmp_path / "approvals").mkdir()
    (tmp_path / "approvals" / "one.json").write_text("{}", "utf-8")
    for use in (
        lambda: write_line(tmp_path, LINE),
        lambda: read_lines(tmp_path),
        lambda: open_ledger(tmp_path).__enter__(),
        lambda: lock_file(tmp_path / "lock").__enter__(),
    ):
        for path in (tmp_path, *tmp_path.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
        use()
        assert list_modes(tmp_path) == PRIVATE


def test_nothing_is_open_to_others_for_a_moment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("chmod", "fchmod"):
        monkeypatch.setattr(os, name, lambda *_, **__: None)
    before = os.umask(0)
    try:
        os.close(open_private(keep_private(tmp_path / "new") / "file", os.O_WRONLY))
    finally:
        os.umask(before)
    assert list_modes(tmp_path / "new") == PRIVATE


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """Return a folder with a file that others are to read."""
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "page.html").write_text("public", "utf-8")
    (tmp_path / "public").chmod(0o755)
    (tmp_path / "public" / "page.html").chmod(0o644)
    return tmp_path / "public"


def test_a_folder_that_is_a_link_is_refused(public: Path, tmp_path: Path) -> None:
    (tmp_path / "state").symlink_to(public)
    with pytest.raises(OSError, match="state"):
        keep_private(tmp_path / "state")
    assert list_modes(public) == {("folder", 0o755), ("file", 0o644)}


def test_a_link_in_a_folder_is_neither_followed_nor_opened(public: Path, tmp_path: Path) -> None:
    state = keep_private(tmp_path / "state")
    (state / "approvals").symlink_to(public)
    (state / FILE).symlink_to(public / "page.html")
    (state / LOG).symlink_to(public / "page.html")
    keep_private(state)
    with pytest.raises(OSError, match=FILE), open_ledger(state):
        pass
    for use in (lambda: write_line(state, LINE), lambda: read_lines(state)):
        with pytest.raises(OSError, match=LOG):
            use()
    assert list_modes(public) == {("folder", 0o755), ("file", 0o644)}
    assert (public / "page.html").read_text("utf-8") == "public"


@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_WRONLY, os.O_RDWR])
def test_a_pipe_is_refused_and_waited_for_by_nobody(flags: int, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / LOG)
    with pytest.raises(OSError, match=LOG):
        open_private(tmp_path / LOG, flags)
