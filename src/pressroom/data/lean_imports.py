"""Imports without what no briefing needs: those of Jupyter and frictionless take a second less each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# jsonschema imports these if they are installed, as they are with JupyterLab, to check the formats `iri`,
# `iri-reference` and `duration`. The first builds a grammar at import, for over a second. No notebook schema
# and no Data Package schema has one of these formats, and without its library jsonschema checks no format.
_UNUSED = ("rfc3987_syntax", "isoduration")


@contextmanager
def lean_imports() -> Iterator[None]:
    """Import jsonschema, and whatever imports it, without the libraries for formats that nobody here uses.

    For processes that only press briefings: whoever imports jsonschema later there has it so, too.
    """
    hidden = [name for name in _UNUSED if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
