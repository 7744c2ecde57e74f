"""What a briefing is, as a text that outlasts its release: what it read, and how it was made."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from pressroom.data.previous import LOOKING_BACK
from pressroom.edition.manifest import Record


def describe(record: Record) -> str:
    """Return what a briefing read and how it was made, never its documents, as a text that can be kept."""
    reads = {
        _digest([read["query"], read["arguments"]]): read["digest"]
        for read in record.reads
        if read["query"] not in LOOKING_BACK
    }
    inputs = {name: digest for name, digest in record.inputs.items() if name != "dataset"}
    return json.dumps({"reads": reads, "made": [inputs, record.parameters]}, sort_keys=True)


def digest_content(content: str) -> str:
    """Return the SHA-256 by which a text of `describe` is known."""
    return sha256(content.encode()).hexdigest()


def is_alike(old: str, new: str) -> bool:
    """Return whether two texts of `describe` tell of the same: no question asked twice has another answer."""
    one, other = json.loads(old), json.loads(new)
    both = one["reads"].keys() & other["reads"].keys()
    same = all(one["reads"][question] == other["reads"][question] for question in both)
    return same and bool(one["made"] == other["made"])


def _digest(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
