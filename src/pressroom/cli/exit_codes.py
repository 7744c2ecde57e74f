"""The exit codes of all commands; nothing is imported here, see `start`."""

GOOD = 0
"""All is done."""

FAILED = 1
"""Something failed: a briefing, whose last good copy stays; a mail; or the machine."""

BAD = 2
"""Bad usage, settings or data: nothing was done until somebody mends it."""

INTERRUPTED = 130
"""A person ended it."""
