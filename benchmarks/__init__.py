"""Benchmarks: the press side by side with the tools that a user would otherwise pick."""
