"""papermill's engine ``warm``: ``papermill --engine warm``.

papermill loads this module while it is imported itself, so that nothing here may fail or cost time.
"""

from __future__ import annotations

from typing import Any


class WarmEngine:
    """Runs notebooks in forks of a process that has imported what they need.

    What cannot be run in a fork, or asks for a kernel of its own, is run by papermill's stock engine. A
    notebook asks for it with the metadata ``{"pressroom": {"engine": "stock"}}``, or with a kernel that
    is not python3.
    """

    def __getattr__(self, name: str) -> Any:
        """Return what `client.Engine`, one of papermill's engines, has of this name."""
        from pressroom.run.engine.client import Engine

        return getattr(Engine, name)


ENGINE = WarmEngine()
