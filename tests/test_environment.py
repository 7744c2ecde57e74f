"""pyproject.toml, environment.yml and requirements.lock say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")

# Where conda-forge calls a package otherwise than pyproject.toml does.
CONDA_NAMES = {
    "matplotlib": "matplotlib-base",
    "brotli": "brotli-python",
    "typst": "typst-py",
    "jupyter-client": "jupyter_client",
    "jupyter-server": "jupyter_server",
}
# What conda-forge lacks, so that pip installs it there too.
PIP_ONLY = {"cronsim", "justmytype-western-core", "justmytype-intl-sea", "ziamath"}

RUN_TIME = [Requirement(line) for line in PROJECT["dependencies"]]
DEVELOPMENT = [Requirement(line) for line in PROJECT["optional-dependencies"]["dev"]]


def read_conda_packages() -> dict[str, SpecifierSet]:
    """Return the bounds in environment.yml by conda-forge name."""
    lines = [line for line in ENVIRONMENT["dependencies"] if isinstance(line, str)]
    return {name: SpecifierSet(bounds) for name, _, bounds in (line.partition(" ") for line in lines)}


def read_pip_lines() -> list[str]:
    """Return the lines under `pip:` in environment.yml."""
    [section] = [line for line in ENVIRONMENT["dependencies"] if isinstance(line, dict)]
    return section["pip"]


def read_pins() -> list[dict[str, Any]]:
    """Return each pin of requirements.lock: name, version, marker (None for always) and hashes."""
    pins: list[dict[str, Any]] = []
    for line in LOCK.splitlines():
        if pin := re.fullmatch(r"([\w.-]+)==(\S+)(?: ; (.+?))? \\", line):
            name, version, marker = pin.groups()
            pins.append({"name": name, "version": version, "marker": marker and Marker(marker), "hashes": []})
        elif digest := re.fullmatch(r"    --hash=sha256:([0-9a-f]{64})(?: \\)?", line):
            pins[-1]["hashes"].append(digest[1])
        else:
            assert re.fullmatch(r"    # .+", line), f"not a pin, a hash or a comment: {line!r}"
    return pins


def test_environment_has_the_name_channel_and_python_of_the_project() -> None:
    assert ENVIRONMENT["name"] == PROJECT["name"]
    assert ENVIRONMENT["channels"][0] == "conda-forge"
    assert read_conda_packages()["python"] == SpecifierSet(PROJECT["requires-python"])


def test_environment_has_the_run_time_dependencies_with_equal_bounds() -> None:
    wanted = {CONDA_NAMES.get(r.name, r.name): r.specifier for r in RUN_TIME if r.name not in PIP_ONLY}
    found = read_conda_packages()
    del found["python"], found["pip"]
    assert found == wanted


def test_environment_gets_from_pip_only_what_conda_forge_lacks_and_the_project_itself() -> None:
    wanted = {r.name: r.specifier for r in RUN_TIME if r.name in PIP_ONLY}
    *packages, project = read_pip_lines()
    assert project == "-e ."
    assert {r.name: r.specifier for r in map(Requirement, packages)} == wanted


@pytest.mark.parametrize("python", ["3.11.2", "3.11.14", "3.12.9", "3.13.5"])
@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_lock_pins_every_dependency_once_within_its_bounds(python: str, platform: str) -> None:
    machine = {
        "python_version": python.rpartition(".")[0],
        "python_full_version": python,
        "sys_platform": platform,
        "platform_system": platform.title(),
        "os_name": "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    here = [pin for pin in read_pins() if pin["marker"] is None or pin["marker"].evaluate(machine)]
    versions = {pin["name"]: pin["version"] for pin in here}
    assert len(versions) == len(here), "a package is pinned twice"
    for requirement in RUN_TIME + DEVELOPMENT:
        version = versions[canonicalize_name(requirement.name)]
        assert version in requirement.specifier, f"{requirement} is locked to {version}"


def test_lock_has_hashes_for_every_pin() -> None:
    assert not [pin["name"] for pin in read_pins() if not pin["hashes"]]


def test_lock_names_no_address_and_no_index() -> None:
    assert "://" not in LOCK
    assert not re.search(r"--(extra-)?index-url|--find-links|^-[if] ", LOCK, re.MULTILINE)
