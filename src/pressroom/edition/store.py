"""Put documents into a generation, and record them: pressed ones, earlier copies, what lies beside them."""

from __future__ import annotations

from dataclasses import replace

from pressroom.edition.briefing import Pressed
from pressroom.edition.generation import Generation, Left, note
from pressroom.edition.index import render_index, render_missing
from pressroom.edition.manifest import FAILED, INDEX, MANIFEST, Manifest, Record, hide_path, write_manifest
from pressroom.edition.phrases import read_kit_phrases
from pressroom.edition.plan import Plan
from pressroom.edition.rows import Source, write_rows
from pressroom.run.failure import BriefingError


def finish(generation: Generation, plan: Plan, manifest: Manifest) -> None:
    """Write the index, the manifest that names it, and what links find where there is no briefing."""
    kit = read_kit_phrases(plan.inputs.package)
    for briefing in plan.catalogue.briefings:
        record = manifest.records.get(briefing.id)
        if record is None or not record.documents:
            generation.write(f"{briefing.id}.html", render_missing(briefing, record, kit).encode())
    page = render_index(manifest, plan.inputs.package).encode()
    digest = generation.write(INDEX, page)
    generation.write(MANIFEST, write_manifest(manifest.with_index(digest)))


def add_rows(generation: Generation, source: Source, record: Record) -> Record:
    """Write a briefing's rows beside its page, as the data are today; of an earlier copy, those of its day.

    They hold cells that the briefing itself did not look at, so that a fresh one has them made anew, too.
    """
    outputs = {name: digest for name, digest in record.outputs.items() if name != record.rows}
    if record.status == "built" and record.inputs.get("dataset") == source.package.digest:
        rows = write_rows(source, record)
        if rows is not None:
            outputs[record.rows] = generation.write(record.rows, rows)
    elif record.rows in record.outputs:
        generation.carry(record.rows)
        outputs[record.rows] = record.outputs[record.rows]
    return replace(record, outputs=outputs)


def carry(generation: Generation, record: Record) -> Record:
    """Take over a briefing's documents from the last edition; rows are made anew."""
    for name in record.outputs:
        if name != record.rows:
            generation.carry(name)
    return record


def resume(generation: Generation, left: Left) -> Record:
    """Take over what a build that was stopped had finished."""
    for name in left.record.outputs:
        generation.take(name, left.edition / name)
    note(generation.folder, left.record)
    return left.record


def shelve(plan: Plan, generation: Generation, pressed: Pressed) -> Record:
    """Put a briefing's documents into the generation; of a failed one, its last good copy."""
    briefing = pressed.briefing
    if pressed.error:
        return _keep(plan, generation, pressed, pressed.error)
    documents = {f"{briefing.id}{suffix}": content for suffix, content in pressed.documents.items()}
    return Record(
        family=briefing.family,
        slug=briefing.slug,
        parameters=briefing.parameters,
        status="built",
        inputs=plan.digest(briefing),
        reads=pressed.reads,
        entry=pressed.entry,
        outputs={name: generation.write(name, content) for name, content in documents.items()},
    )


def _keep(plan: Plan, generation: Generation, pressed: Pressed, error: BriefingError) -> Record:
    briefing, before = pressed.briefing, plan.records.get(pressed.briefing.id)
    copy = before.documents if before and before.id in plan.whole else {}
    for name in copy:
        if before and name != before.rows:
            generation.carry(name)
    outputs = dict(copy)
    for content in pressed.documents.values():
        outputs[briefing.id + FAILED] = generation.write(briefing.id + FAILED, content)
    message = hide_path(error.reason, plan.inputs.project.root)
    message = f"cell [{error.cell}]: {message}" if error.cell else message
    if before and copy:
        return Record(
            family=before.family,
            slug=before.slug,
            parameters=before.parameters,
            status="kept",
            inputs=before.inputs,
            reads=before.reads,
            entry=before.entry,
            outputs=outputs,
            message=message,
        )
    return Record(
        briefing.family, briefing.slug, briefing.parameters, "failed", outputs=outputs, message=message
    )
