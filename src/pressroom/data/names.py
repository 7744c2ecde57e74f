"""The press's own names: in notebooks and the environment, of briefings in paths, and of links to them.

Addresses stand apart from what sets pages, which a build with nothing to do does not load.
"""

from __future__ import annotations

import re
from typing import NamedTuple

METADATA = "pressroom"
"""The key of notebook metadata: ``order``, ``timeout``; after a run also reads and index entry."""

HIDDEN = "application/vnd.pressroom."
"""What the MIME types of outputs begin with that no page shows."""

READS = f"{HIDDEN}reads+json"
ENTRY = f"{HIDDEN}entry+json"

PREFIX = "PRESSROOM_"
"""What environment variables begin with."""

BRIEFING = "briefing:"
"""What an address of another briefing begins with."""


def make_slug(text: str) -> str:
    """Return `text` casefolded, each run of other characters than letters and digits of ASCII as one ``-``.

    Examples
    --------
    >>> make_slug("2016-2020:1.2.4")
    '2016-2020-1-2-4'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


class AddressError(ValueError):
    """An address names no briefing; the message says which there are."""


class Place(NamedTuple):
    """Where a briefing's page is: relative to the one that links to it, and on the web if that is known."""

    href: str
    url: str = ""
