"""Whether a dataset is sound enough to be pressed."""

from __future__ import annotations

from collections.abc import Sequence

from pressroom.data.findings import Finding, Refusal
from pressroom.edition.manifest import Manifest
from pressroom.run.inputs import Inputs


class BadDataError(Refusal):
    """The dataset has faults, so nothing was built.

    Attributes
    ----------
    findings
        All of them, warnings left out.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        lines = "".join(f"\n  {finding}" for finding in findings)
        super().__init__(f"The dataset has faults, so nothing was built:{lines}")
        self.findings = tuple(findings)


def is_known(inputs: Inputs, last: Manifest | None) -> bool:
    """Return whether the last edition was built from this dataset, commentary and code."""
    known = last and (last.dataset["digest"], last.dataset.get("commentary"), last.code)
    return known == (inputs.package.digest, inputs.commentary, inputs.code)


def check_data(inputs: Inputs, last: Manifest | None = None) -> None:
    """Raise a BadDataError if the dataset has faults; one that the last edition was built from has none."""
    if is_known(inputs, last):
        return
    from pressroom.data.check import find_errors
    from pressroom.edition.phrases import find_faulty_phrases

    faults = [*find_errors(inputs.project.data), *find_faulty_phrases(inputs.package)]
    if faults:
        raise BadDataError(faults)
