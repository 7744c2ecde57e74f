"""The roof: the command ``briefings``."""

from aichr_briefings.cli.app import main

__all__ = ["main"]
