"""What a user can mend, as its message and an exit code."""

from __future__ import annotations

import click

from pressroom.cli.exit_codes import BAD, FAILED, INTERRUPTED
from pressroom.cli.printing import complain


class ExplainedErrors:
    """Turns what a user can mend into its message and the exit code for it."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        from pressroom.data.findings import Refusal
        from pressroom.pages.errors import DocumentError

        if isinstance(error, KeyboardInterrupt):
            complain("Interrupted; the last edition is as it was.")
            raise click.exceptions.Exit(INTERRUPTED)
        if isinstance(error, Refusal):
            complain(str(error))
            raise click.exceptions.Exit(BAD)
        if isinstance(error, DocumentError):
            complain(str(error))
            raise click.exceptions.Exit(FAILED)
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            complain(f"Nothing was published: {error}")
            raise click.exceptions.Exit(FAILED)
