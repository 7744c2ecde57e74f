"""Everything that is wrong with a dataset, all at once, in an analyst's words."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from pressroom.data.findings import DatasetError, Finding
from pressroom.data.package import DESCRIPTOR, Package, read_package
from pressroom.data.records import Sheets
from pressroom.data.rules import RULES, find_rules
from pressroom.data.schema import check_references, check_schema
from pressroom.data.sheets import Sheet, read_sheet


def check_dataset(path: str | os.PathLike[str] | Path | None = None) -> list[Finding]:
    """Return all that is wrong with the dataset at `path` (see `open_dataset`), by file, row and column.

    A table that cannot be read is one finding; the others are checked all the same, except for what they
    would have to look up in it.
    """
    try:
        package = read_package(path)
    except DatasetError as error:
        return [error.finding]
    sheets, findings = _read_sheets(package)
    readable = Sheets(package, sheets)
    findings += check_schema(readable)
    findings += check_references(readable)
    try:
        rules = [*RULES, *find_rules(package)]
    except DatasetError as error:
        rules, findings = [*RULES], [*findings, error.finding]
    for rule in rules:
        findings += rule(readable)
    return _sort(package, findings)


def find_errors(path: str | os.PathLike[str] | Path | None = None) -> list[Finding]:
    """Return what of `check_dataset` stops a build: its errors, no warnings."""
    return [finding for finding in check_dataset(path) if finding.severity == "error"]


def _read_sheets(package: Package) -> tuple[dict[str, Sheet], list[Finding]]:
    sheets: dict[str, Sheet] = {}
    findings: list[Finding] = []
    for resource in package.resources:
        try:
            sheets[resource.name] = read_sheet(resource)
        except DatasetError as error:
            findings.append(error.finding)
        else:
            findings += sheets[resource.name].problems
    return sheets, findings


def _sort(package: Package, findings: Iterable[Finding]) -> list[Finding]:
    files = [DESCRIPTOR, *(resource.file for resource in package.resources)]
    labels: Mapping[str, tuple[str, ...]] = {r.file: r.labels for r in package.resources}

    def place(finding: Finding) -> tuple[int, int, int]:
        file, column = finding.file or DESCRIPTOR, finding.column
        columns = labels.get(file, ())
        return (
            files.index(file) if file in files else len(files),
            finding.row or 0,
            columns.index(column) if column in columns else -1,
        )

    return sorted(dict.fromkeys(findings), key=place)
