"""The roof: the command ``briefings``."""

from pressroom.cli.start import main

__all__ = ["main"]
