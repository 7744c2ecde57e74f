"""What a user can mend, as its message and an exit code."""

from __future__ import annotations

import click

from pressroom.cli.printing import complain

FAILED, BAD, INTERRUPTED = 1, 2, 130


class ExplainedErrors:
    """Turns what a user can mend into its message and the exit code for it."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        from pressroom.data.findings import DatasetError, Refusal
        from pressroom.edition.build import BadDataError
        from pressroom.edition.generation import EditionError
        from pressroom.edition.pool import ClusterError
        from pressroom.pages.errors import DocumentError
        from pressroom.run.catalogue import SelectorError
        from pressroom.run.inputs import ProjectError

        if isinstance(error, KeyboardInterrupt):
            complain("Interrupted; the last edition is as it was.")
            raise click.exceptions.Exit(INTERRUPTED)
        if isinstance(error, BadDataError):
            complain("The dataset has faults, so nothing was built:")
            for finding in error.findings:
                complain(f"  {finding}")
            raise click.exceptions.Exit(BAD)
        if isinstance(
            error, DatasetError | SelectorError | ProjectError | EditionError | ClusterError | Refusal
        ):
            complain(str(error))
            raise click.exceptions.Exit(BAD)
        if isinstance(error, DocumentError):
            complain(str(error))
            raise click.exceptions.Exit(FAILED)
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            complain(f"Nothing was published: {error}")
            raise click.exceptions.Exit(FAILED)
