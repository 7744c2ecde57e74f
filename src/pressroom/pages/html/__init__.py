"""The tree as a self-contained HTML page."""
