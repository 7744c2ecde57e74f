"""The roof: the command ``briefings``."""

from pressroom.cli.app import main

__all__ = ["main"]
