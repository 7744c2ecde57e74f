"""The names that are the press's own: in notebooks' metadata and outputs, and in the environment."""

METADATA = "pressroom"
"""The key of notebook metadata: ``order``, ``timeout``; after a run also reads and index entry."""

HIDDEN = "application/vnd.pressroom."
"""What the MIME types of outputs begin with that no page shows."""

READS = f"{HIDDEN}reads+json"
ENTRY = f"{HIDDEN}entry+json"

PREFIX = "PRESSROOM_"
"""What environment variables begin with."""
