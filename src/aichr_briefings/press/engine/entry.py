"""papermill's engine ``warm``: ``papermill --engine warm``.

papermill loads this module while it is imported itself, so that nothing here may fail or cost time.
"""

from __future__ import annotations

from typing import Any


class WarmEngine:
    """Runs notebooks in forks of a process that has imported what they need.

    What cannot be run in a fork, or asks for a kernel of its own, is run by papermill's stock engine. A
    notebook asks for it with the metadata ``{"aichr_briefings": {"engine": "stock"}}``, or with a kernel that
    is not python3.
    """

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Run a notebook, as papermill's engines do."""
        from aichr_briefings.press.engine.client import Engine

        return Engine.execute_notebook(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> Any:
        """Return the name of the kernel that a notebook asks for."""
        from aichr_briefings.press.engine.client import Engine

        return Engine.nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> Any:
        """Return the language that a notebook is written in."""
        from aichr_briefings.press.engine.client import Engine

        return Engine.nb_language(nb, language)
