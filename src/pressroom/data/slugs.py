"""Names of briefings in paths: one rule for the press that writes and for the commentary that is found."""

from __future__ import annotations

import re


def make_slug(text: str) -> str:
    """Return `text` casefolded, each run of other characters than letters and digits of ASCII as one ``-``.

    Examples
    --------
    >>> make_slug("2016-2020:1.2.4")
    '2016-2020-1-2-4'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
