"""What analysts wrote about briefings, as files: ``commentary/<family>/<slug>.md``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from aichr_briefings.dataset.findings import DatasetError, Finding

FOLDER = "commentary"


def list_commentary(folder: Path) -> Iterator[str]:
    """Yield the names, inside a dataset's `folder`, of all that stands where commentary does."""
    for path in sorted((folder / FOLDER).glob("*/*.md")):
        yield path.relative_to(folder).as_posix()


def read_commentary(folder: Path, file: str) -> str | None:
    """Return the text of the commentary `file` inside a dataset's `folder`; None if there is none.

    Raises
    ------
    DatasetError
        If it is a folder, is not UTF-8, or cannot be read.
    """
    try:
        return (folder / file).read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError:
        message = "this is a folder, not a file of commentary; save it as UTF-8 text under this name"
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8 (byte 0x{error.object[error.start]:02X}); save it as UTF-8"
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
    raise DatasetError(Finding(message=message, file=file))
