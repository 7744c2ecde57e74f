"""What an earlier version kept in a hidden folder is moved once, whole, and never beside a newer one."""

from __future__ import annotations

from pathlib import Path

import pytest
from house import House

from pressroom.delivery.storage import StateError, lock_file, move_state


def hide(releases: Path) -> Path:
    return (releases / "_state").rename(releases / ".state")


@pytest.mark.slow
def test_the_first_command_moves_it(house: House) -> None:
    releases = house.root / "releases"
    old = hide(releases)
    assert "approved by Ann" in house.run("releases").stdout
    assert not old.exists()
    assert (releases / "_state" / "approvals" / "one.json").is_file()


@pytest.mark.slow
def test_the_site_stays_through_the_move(house: House) -> None:
    house.run("site")
    hide(house.root / "releases")
    assert "1 release" in house.run("site").stdout


def test_two_of_them_are_a_fault(tmp_path: Path) -> None:
    for name in (".state", "_state"):
        (tmp_path / name).mkdir()
    with pytest.raises(StateError, match="both there"):
        move_state(tmp_path)


def test_nothing_is_moved_under_a_command_at_work(tmp_path: Path) -> None:
    with lock_file(tmp_path / ".state" / "run.lock"), pytest.raises(StateError, match="earlier version"):
        move_state(tmp_path)
    assert not (tmp_path / "_state").exists()
    move_state(tmp_path)
    assert (tmp_path / "_state" / "run.lock").is_file()
