"""JupyterLab with outputs in the look of the briefings, and the briefing in its export menu."""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "pressroom.desk.lab"}]


def _load_jupyter_server_extension(app: Any) -> None:
    from pressroom.desk.lab.server import load_extension

    load_extension(app)
