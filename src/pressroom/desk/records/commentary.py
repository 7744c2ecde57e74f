"""A new commentary: signed, dated, and in the file where its briefing looks for it."""

from __future__ import annotations

from pathlib import Path

from pressroom.data.commentary import check_text, list_commentary, name_commentary
from pressroom.data.findings import Refusal
from pressroom.edition.build import open_catalogue
from pressroom.edition.freshness import Today
from pressroom.run.catalogue import select
from pressroom.run.inputs import Project, read_inputs


def find_place(project: Project, selector: str) -> Path:
    """Return the file of the commentary on the one briefing that a selector names; it is not there yet.

    Raises
    ------
    SelectorError
        If it names none.
    Refusal
        If it names several, there is a commentary already, or the folders of commentary hold a link.
    """
    catalogue, _ = open_catalogue(Today(read_inputs(project)))
    found = select(catalogue, [selector])
    if len(found) != 1:
        ids = ", ".join(briefing.id for briefing in found[:5]) + (", …" if len(found) > 5 else "")
        message = (
            f"names {len(found)} briefings: {ids}" if found else "names no briefing: its notebook has a fault"
        )
        raise Refusal(f"a commentary is on one briefing, and {selector} {message}")
    path = project.data / name_commentary(found[0].id)
    if path in [project.data / name for name in list_commentary(project.data)]:
        raise Refusal(
            f"there is a commentary on {found[0].id} already, {path.name}; it stays as it is: edit it"
        )
    return path


def write_commentary(path: Path, text: str, *, author: str, date: str) -> None:
    """Write a commentary; whatever is there stays.

    Raises
    ------
    Refusal
        If author, date or words are missing or malformed, or the file is there already.
    """
    signed = f"---\nauthor: {' '.join(author.split())}\ndate: {date}\n---\n\n{text.strip()}\n"
    for finding in check_text(signed, path.name):
        raise Refusal(f"nothing was written: {finding.reason}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(signed)
    except FileExistsError:
        raise Refusal(f"{path.name} is there already; it stays as it is") from None
