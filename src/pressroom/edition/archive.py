"""The datasets that an edition's briefings were made from, so that what changed since can be said in rows."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from pressroom.data.package import DESCRIPTOR, Package
from pressroom.edition.generation import DATASETS


def keep_dataset(output: Path, package: Package) -> None:
    """Keep a copy of a dataset as it was read, whole or not at all."""
    folder = _folder(output, package.digest)
    if folder.exists():
        return
    half = folder.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    write_package(package, half)
    half.replace(folder)


def write_package(package: Package, folder: Path) -> None:
    """Write a dataset as it was read into a new folder."""
    folder.mkdir(parents=True)
    (folder / DESCRIPTOR).write_text(package.text, "utf-8")
    for resource in package.resources:
        if resource.content is not None:
            target = folder / resource.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(resource.content)


def find_dataset(output: Path, digest: str) -> Path | None:
    """Return the folder of the dataset with a digest; None if it is not kept."""
    folder = _folder(output, digest)
    return folder if digest and folder.is_dir() else None


def clear_datasets(output: Path, kept: Iterable[str]) -> None:
    """Remove all datasets but those with one of these digests."""
    names = {_folder(output, digest).name for digest in kept}
    folder = output / DATASETS
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in names:
            shutil.rmtree(path, ignore_errors=True)


def _folder(output: Path, digest: str) -> Path:
    return output / DATASETS / digest[:32]
