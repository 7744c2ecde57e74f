"""Sourced, accessible briefings on the cooperation between the AICHR and the United Nations."""

__version__ = "0.1.0"
