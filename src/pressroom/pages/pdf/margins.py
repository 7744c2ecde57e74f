"""The paper that PDFs are set on, and its margins, for the template, the tables and the search for words.

All lengths are millimetres.
"""

WIDTH, HEIGHT = 210.0, 297.0
"""A4."""

SIDE, TOP, BOTTOM = 18.0, 16.0, 18.0
"""The margins; head and foot stand in those above and below."""

TEXT_WIDTH, LANDSCAPE_WIDTH = WIDTH - 2 * SIDE, HEIGHT - 2 * SIDE
"""What is between them, upright and turned."""
