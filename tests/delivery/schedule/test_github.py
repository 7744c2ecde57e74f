from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from pressroom.delivery.schedule.github import BRANCH, make_workflow
from pressroom.delivery.schedule.times import Schedule, ScheduleError

NOW = datetime(2026, 11, 25, tzinfo=UTC)
GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | GIT,
    )
    return done.stdout


def run_step(text: str, name: str, folder: Path) -> None:
    steps = yaml.safe_load(text)["jobs"]["run"]["steps"]
    [script] = [step["run"] for step in steps if step.get("name") == name]
    subprocess.run(["bash", "-e", "-c", script], cwd=folder, check=True, env=os.environ | GIT)


def test_the_workflow_starts_in_utc_and_looks_if_it_is_time() -> None:
    told = yaml.safe_load(make_workflow(Schedule("0 6 * * 1", "Asia/Jakarta"), ["--auto"], {}, NOW))
    assert told[True] == {"schedule": [{"cron": "0 23 * * *"}], "workflow_dispatch": None}  # YAML's "on"
    commands = [step.get("run", "") for step in told["jobs"]["run"]["steps"]]
    assert ".venv/bin/briefings run --auto --due '0 6 * * 1' --time-zone Asia/Jakarta" in commands
    names = [step.get("name") for step in told["jobs"]["run"]["steps"]]
    assert names.index("Restore the releases and the ledger") < names.index("Build, release, deliver")


def test_files_with_addresses_are_closed_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SETTINGS", "SUBSCRIBERS"):
        monkeypatch.setenv(name, "ann@example.org")
    text = make_workflow(Schedule("0 6 * * 1", "UTC"), [], {}, NOW)
    run_step(text, "Write what git does not hold", tmp_path)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"settings.toml": 0o600, "subscribers.csv": 0o600}


def test_releases_and_ledger_survive_from_one_machine_to_the_next(tmp_path: Path) -> None:
    text = make_workflow(Schedule("0 6 * * 1", "UTC"), [], {}, NOW)
    origin, first = tmp_path / "origin.git", tmp_path / "first"
    git(tmp_path, "init", "--quiet", "--bare", str(origin))
    git(tmp_path, "clone", "--quiet", str(origin), str(first))
    (first / ".gitignore").write_text("/releases/\n")
    git(first, "add", "--all")
    git(first, "commit", "--quiet", "--message", "project")
    git(first, "push", "--quiet", "origin", "HEAD")
    for number, (before, made) in enumerate(
        [([], "1.0.0"), (["1.0.0"], "2.0.0"), (["1.0.0", "2.0.0"], "2.0.0")]
    ):
        machine = tmp_path / f"machine-{number}"
        git(tmp_path, "clone", "--quiet", "--depth", "1", origin.as_uri(), str(machine))
        run_step(text, "Restore the releases and the ledger", machine)
        assert sorted(path.name for path in (machine / "releases").glob("[0-9]*")) == before
        release = machine / "releases" / made
        release.mkdir(exist_ok=True)
        (release / "release.json").write_text("{}")
        (machine / "releases" / ".ledger").write_text(made)
        run_step(text, "Keep the releases and the ledger", machine)  # the third time there is nothing new
    assert git(origin, "show", f"{BRANCH}:.ledger") == "2.0.0"
    assert git(origin, "ls-tree", "--name-only", "HEAD").split() == [".gitignore"]


def test_a_run_on_github_finds_what_the_entry_carries() -> None:
    told = {"PRESSROOM_SITE_URL": 'https://example.org/#: "a" \\n', "PRESSROOM_SMTP_USER": "désk {x} 🗝"}
    steps = yaml.safe_load(make_workflow(Schedule("0 6 * * 1", "UTC"), [], told, NOW))["jobs"]["run"]["steps"]
    [found] = [step["env"] for step in steps if step.get("name") == "Build, release, deliver"]
    assert found == {"PRESSROOM_SMTP_PASSWORD": "${{ secrets.PRESSROOM_SMTP_PASSWORD }}", **told}
    with pytest.raises(ScheduleError, match="PRESSROOM_SITE_URL holds an expression of GitHub's"):
        make_workflow(Schedule("0 6 * * 1", "UTC"), [], {"PRESSROOM_SITE_URL": "${{ secrets.X }}"}, NOW)
