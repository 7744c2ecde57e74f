"""Why a briefing is stale: in an analyst's words, and in rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pressroom.data.derivations import DATES
from pressroom.data.findings import DatasetError, UnknownCode
from pressroom.data.package import read_package
from pressroom.data.previous import PREVIOUS
from pressroom.data.reads import DESCRIBE, SELECT, UNKNOWN
from pressroom.edition.generation import find_dataset
from pressroom.edition.links import LINK, NEIGHBOURS
from pressroom.edition.plan import Plan
from pressroom.edition.today import ELSEWHERE, Read
from pressroom.run.catalogue import Briefing

if TYPE_CHECKING:
    from pressroom.data.select import Tables
    from pressroom.data.tables import Rows

SHOWN = 5
"""How many rows a line names."""

_SHARED = {
    "notebook": "the notebook changed",
    "code": "the package's code or style changed",
    "lock": "requirements.lock changed",
}
_NO_ROWS = "changed; the data that it was built from are not kept, so no rows can be named"


def explain_briefing(plan: Plan, briefing: Briefing) -> list[str]:
    """Return why a briefing is stale, one reason a line; nothing if it is up to date."""
    record = plan.records.get(briefing.id)
    if record is None:
        return ["it was never built"]
    if record.status != "built":
        return [f"its last build failed: {record.message}"]
    refused = [str(plan.refused[record.id])] if record.id in plan.refused else []
    reasons = refused + ([] if record.id in plan.whole else ["its files are not as they were built"])
    reasons += _compare_parameters(record.parameters, briefing.parameters)
    today = plan.digest(briefing)
    reasons += [said for name, said in _SHARED.items() if record.inputs.get(name) != today[name]]
    changed = _compare_reads(plan, record.reads, record.inputs.get("dataset", ""))
    return list(dict.fromkeys([*reasons, *changed]))


def _compare_parameters(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    names = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    return [f"the parameter {name} changed: {now.get(name)!r}, was {before.get(name)!r}" for name in names]


def _compare_reads(plan: Plan, reads: Sequence[Read], dataset: str) -> Iterator[str]:
    same = dataset == plan.inputs.package.digest
    changed = [read for read in reads if not plan.today.repeats_read(read, same)]
    asked = any(read["query"] == SELECT for read in changed)
    before = _open(plan, dataset) if asked else None
    for read in changed:
        if read["query"] == UNKNOWN:
            yield f"it uses {read['arguments']['what']}, so that nobody knows whether it is fresh"
        elif read["query"] == PREVIOUS:
            yield "the release that it compares itself with is another one"
        elif read["query"] == LINK:
            yield f"the link to {read['arguments']['address']}: it leads elsewhere, or nowhere"
        elif read["query"] == NEIGHBOURS:
            yield "the briefings before and after it are others"
        elif read["query"] in ELSEWHERE or read["query"] != SELECT:
            yield f"{_name(read)}: changed"
        elif before is None:
            yield f"{_name(read)}: {_NO_ROWS}"
        else:
            yield f"{_name(read)}: {_compare(before, plan.today.tables, read)}"


def _open(plan: Plan, digest: str) -> Tables | None:
    from pressroom.data.select import Tables
    from pressroom.data.upgrade import upgrade

    folder = find_dataset(plan.inputs.project.output, digest)
    try:
        package = read_package(folder) if folder else None
        if package is None or package.digest != digest:
            return None
        return Tables.of(upgrade(package).described_by(plan.inputs.package))
    except DatasetError:
        return None


def _name(read: Read) -> str:
    """Return a read as a question: ``sales(region=North)``; its columns are named where they changed."""
    asked = dict(read["arguments"])
    if read["query"] == DESCRIBE:
        return f"the descriptor's {'.'.join(asked['path'])}"
    name, where = read["query"], asked.pop("where", {})
    if name == SELECT:
        name = asked.pop("table") if asked.pop("placed", True) else f"unplaced {asked.pop('table')}"
    said = (
        f"{label}={'|'.join(map(str, value)) if isinstance(value, list) else value}"
        for label, value in {**where, **asked}.items()
        if label not in ("columns", "strict")
    )
    return f"{name}({', '.join(said)})"


def _compare(before: Tables, now: Tables, read: Read) -> str:
    columns = read["arguments"].get("columns", ())
    old, new = (_ask(tables, read) for tables in (before, now))
    if isinstance(old, str) or isinstance(new, str) or (not columns and len(old) != len(new)):
        values = (said if isinstance(said, str) else len(said) for said in (new, old))
        return ", was ".join(map(str, values))
    return _compare_rows(*(_cut(rows, columns) for rows in (old, new)))


def _ask(tables: Tables, read: Read) -> Rows | str:
    from pressroom.data.reads import Question

    try:
        return tables.select(Question.from_json(read["arguments"]))
    except UnknownCode as refusal:
        return f"refused ({refusal})"


def _cut(rows: Rows, columns: Sequence[str]) -> dict[str, dict[str, Any]]:
    return {key: {c: row[c] for c in columns if c in row} for key, row in rows.by_key().items()}


def _compare_rows(old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]) -> str:
    """Return which rows were added, withdrawn and changed, and in which columns."""
    both = [key for key in new if key in old]
    changed = {key: _list_changed(old[key], new[key]) for key in both if old[key] != new[key]}
    kinds = {
        "added": [key for key in new if key not in old],
        "withdrawn": [key for key in old if key not in new],
        "changed": [f"{key}: {', '.join(columns)}" for key, columns in changed.items()],
    }
    parts = [f"{len(rows)} {what} ({_list(rows)})" for what, rows in kinds.items() if rows]
    return "; ".join(parts) or "in another order"


def _list_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return the labels whose values differ; what follows from another that does is left out."""
    changed = [label for label in {**old, **new} if old.get(label) != new.get(label)]
    return [label for label in changed if label not in DATES] or changed


def _list(rows: Sequence[str]) -> str:
    more = f"; … {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return "; ".join(rows[:SHOWN]) + more
