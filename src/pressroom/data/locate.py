"""Where a dataset lies."""

from __future__ import annotations

import os
from pathlib import Path

from pressroom.data.findings import DatasetError, Finding
from pressroom.data.names import PREFIX
from pressroom.data.shapes import DESCRIPTOR

VARIABLE = f"{PREFIX}DATA"

_HOME = Path(__file__).resolve().parents[3]
"""The project's folder, if the package is installed from one (editable); else some folder without data."""


def locate_package(path: str | os.PathLike[str] | None = None) -> Path:
    """Return the absolute folder that holds the dataset's descriptor.

    Parameters
    ----------
    path
        The folder (or the descriptor itself). Without it, the folder that the environment variable
        PRESSROOM_DATA names; without that, the nearest ``data/`` at or above the working directory, or
        that of the project which this package is installed from. A notebook may be run from anywhere.

    Raises
    ------
    DatasetError
        If there is no descriptor there.
    """
    named = path if path is not None else locate_named()
    if named:
        folder = Path(named).absolute()
        folder = folder.parent if folder.name == DESCRIPTOR else folder
        if os.path.lexists(folder / DESCRIPTOR):
            return folder
        raise DatasetError(Finding(message=f"there is no {DESCRIPTOR} in {folder}", file=DESCRIPTOR))
    here = Path.cwd()
    for parent in (here, *here.parents, _HOME):
        if os.path.lexists(parent / "data" / DESCRIPTOR):
            return parent / "data"
    raise DatasetError(
        Finding(
            message=f"there is no data/{DESCRIPTOR} at or above {here}; name the folder, or set {VARIABLE}"
        )
    )


def locate_named() -> Path | None:
    """Return the folder that PRESSROOM_DATA names, or None; who names a link means what it leads to."""
    named = os.environ.get(VARIABLE)
    return Path(named).resolve() if named else None
