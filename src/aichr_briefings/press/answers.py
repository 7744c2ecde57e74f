"""Questions to the dataset, answered in a fork of the warm process, which has read it already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aichr_briefings.dataset import open_dataset
from aichr_briefings.dataset.findings import DatasetError, Finding, UnknownCode
from aichr_briefings.dataset.queries import Queries, digest_of

REFUSED = "refused"


def list_codes(path: str, digest: str, name: str) -> list[str]:
    """Return a code list of the dataset at `path`, if its digest is this one."""
    return list(_open(path, digest).ask("codes", {"name": name}))


def digest_answers(
    path: str, digest: str, questions: Iterable[tuple[str, Mapping[str, Any]]]
) -> list[str | None]:
    """Return the digest of the answer to each question; None where there is no answer."""
    queries = _open(path, digest)
    return [_try_question(queries, *question) for question in questions]


def digest_question(queries: Queries, query: str, arguments: Mapping[str, Any]) -> str:
    """Return the digest of the answer to a question; a refusal is an answer, as `Dataset` records it."""
    try:
        return digest_of(queries.ask(query, arguments))
    except UnknownCode as refusal:
        return digest_of({REFUSED: str(refusal)})


def _try_question(queries: Queries, query: str, arguments: Mapping[str, Any]) -> str | None:
    try:
        return digest_question(queries, query, arguments)
    except Exception:  # whatever a query of another version stumbles over
        return None


def _open(path: str, digest: str) -> Queries:
    dataset = open_dataset(path)
    if dataset.package.digest != digest:
        raise DatasetError(Finding(message="it changed meanwhile"))
    return dataset.queries
