"""Options that several commands have, and the project that they lead to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aichr_briefings.cli.errors import ExplainedErrors

if TYPE_CHECKING:
    from aichr_briefings.press.inputs import Project

Selectors = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SELECTOR",
        help="A family (agency), a value (agency=UNDP) or a briefing (agency/undp). Without any: all.",
        show_default=False,
    ),
]
ProjectOption = Annotated[
    Path | None,
    typer.Option("--project", metavar="DIR", help="The project's folder, if not this one or one above."),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", metavar="DIR", help="Where editions go, if not reports/ of the project."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]


def find_project(root: Path | None, output: Path | None) -> Project:
    """Return the project at `root`, or the nearest one; without any, say so and exit."""
    from aichr_briefings.press import inputs

    with ExplainedErrors():
        return inputs.find_project(root, output)
