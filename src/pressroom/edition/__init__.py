"""An edition: what is stale and why, who presses it, its generations, manifest and index."""
