"""New rows of any tables: the files with them in, checked before they are written, all or none."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pressroom.data.check import check_dataset, find_errors
from pressroom.data.findings import DatasetError, Finding, Refusal
from pressroom.data.package import Package, read_package
from pressroom.data.resource import Resource
from pressroom.data.sheets import read_sheet
from pressroom.data.tidy import tidy_tables
from pressroom.edition.generation import write_package

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Addition:
    """Files with new rows in them, not yet written.

    Attributes
    ----------
    files
        Name of each file, what it holds now, and what it is to hold.
    findings
        What the check of the whole dataset says of it; no warning that was there before.
    """

    folder: Path
    files: Mapping[str, tuple[bytes, bytes]]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return what keeps it from being written."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def write(self) -> None:
        """Write all files, or none.

        Raises
        ------
        Refusal
            If there are errors, or somebody changed a file meanwhile.
        """
        if self.errors:
            raise Refusal("\n".join(["nothing was written:", *map(str, self.errors)]))
        for name, (before, _) in self.files.items():
            if (self.folder / name).read_bytes() != before:
                raise Refusal(f"{name} was changed meanwhile, so nothing was written; do it once more")
        _write_together(self.folder, self.files)


def open_records(folder: Path) -> Package:
    """Return a dataset to which rows can be added.

    Raises
    ------
    Refusal
        If it has errors: what is new could not be known from them.
    """
    errors = find_errors(folder)
    if errors:
        more = [f"… and {len(errors) - 5} more"] if len(errors) > 5 else []
        lines = [f"  {finding}" for finding in errors[:5]]
        raise Refusal("\n".join(["the dataset has errors already; mend these first:", *lines, *more]))
    return read_package(folder)


def add_rows(package: Package, rows: Mapping[str, Sequence[Cells]]) -> Addition:
    """Return the dataset's files with new rows in them, by table, and what the check says of them.

    A file that is tidy stays so, the rows at their place; in another one they come last.
    """
    changed = {name: package.resource(name) for name, new in rows.items() if new}
    untidy = tidy_tables(package)
    with tempfile.TemporaryDirectory(prefix="briefings-new-") as made:
        copy = Path(made) / "data"
        write_package(package, copy)
        for name, resource in changed.items():
            (copy / resource.file).write_bytes(_append(resource, rows[name]))
        _tidy(copy, [resource.file for resource in changed.values() if resource.file not in untidy])
        known = {(finding.file, finding.message) for finding in check_dataset(package.path)}
        found = [finding for finding in check_dataset(copy) if (finding.file, finding.message) not in known]
        files = {r.file: (r.content or b"", (copy / r.file).read_bytes()) for r in changed.values()}
    return Addition(package.path, files, tuple(found))


def _tidy(folder: Path, files: Sequence[str]) -> None:
    try:
        tidied = tidy_tables(read_package(folder))
    except DatasetError:
        return  # the check tells of it
    for name in files:
        if name in tidied:
            (folder / name).write_bytes(tidied[name])


def _append(resource: Resource, rows: Sequence[Cells]) -> bytes:
    """Return a file's bytes with rows at its end, in its own line ends and order of columns."""
    read_sheet(resource)  # a DatasetError if its columns cannot be read
    content = resource.content or b""
    text = content.decode("utf-8-sig")
    end = "\r\n" if "\r\n" in text else "\n"
    header = [label.strip() for label in next(csv.reader(io.StringIO(text, newline="")))]
    added = io.StringIO()
    writer = csv.writer(added, lineterminator=end)
    writer.writerows([row.get(label, "") for label in header] for row in rows)
    gap = "" if text.endswith("\n") else end
    return content + (gap + added.getvalue()).encode()


def _write_together(folder: Path, files: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Replace all files, or leave all as they were."""
    halves = {name: folder / f".{name}.half" for name in files}
    replaced: list[str] = []
    try:
        for name, half in halves.items():
            half.unlink(missing_ok=True)  # a link in its place would lead to another file
            half.write_bytes(files[name][1])
            shutil.copymode(folder / name, half)
        for name, half in halves.items():
            replaced.append(name)
            half.replace(folder / name)
    except BaseException:
        for name in replaced:
            (folder / name).write_bytes(files[name][0])
        raise
    finally:
        for half in halves.values():
            half.unlink(missing_ok=True)
