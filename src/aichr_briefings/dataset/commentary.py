"""What analysts wrote about briefings, as files: ``commentary/<family>/<slug>.md``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from aichr_briefings.dataset.findings import DatasetError, Finding

FOLDER = "commentary"

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<fields>.*?)^---[ \t]*(?:\n(?P<body>.*))?\Z", re.S | re.M)


def list_commentary(folder: Path) -> Iterator[str]:
    """Yield the names, inside a dataset's `folder`, of all that stands where commentary does."""
    for path in sorted((folder / FOLDER).glob("*/*.md")):
        name = path.relative_to(folder).as_posix()
        if "/." not in name:  # what editors and JupyterLab keep for themselves
            yield name


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


def split_front_matter(text: str) -> tuple[dict[str, str] | None, str]:
    """Return the fields at the head of a commentary, by name, and its Markdown; None if it has no head.

    The head stands between two lines of three hyphens; each of its lines is ``name: value``.

    Examples
    --------
    >>> split_front_matter("---\\nauthor: A. Analyst\\n---\\nWords.")
    ({'author': 'A. Analyst'}, 'Words.')
    """
    text = text.replace("\r\n", "\n")
    found = _FRONT_MATTER.match(text)
    if not found:
        return None, text
    pairs = (line.partition(":") for line in found["fields"].splitlines() if ":" in line)
    fields = {key.strip().lower(): value.strip().strip("\"'") for key, _, value in pairs}
    return fields, found["body"] or ""
