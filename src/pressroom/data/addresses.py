"""Addresses of briefings: what a link to another page of the edition begins with, and where it may lead.

They stand apart from what sets pages, which a build with nothing to do does not load.
"""

from __future__ import annotations

from typing import NamedTuple

BRIEFING = "briefing:"
"""What an address of another briefing begins with."""


class AddressError(ValueError):
    """An address names no briefing; the message says which there are."""


class Place(NamedTuple):
    """Where a briefing's page is: relative to the one that links to it, and on the web if that is known."""

    href: str
    url: str = ""
