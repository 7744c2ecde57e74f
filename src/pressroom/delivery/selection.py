"""Which briefings of a release a selector names; as in the press, and ``*`` for all."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from pressroom.data.findings import advise, quote
from pressroom.delivery.releases import Release
from pressroom.edition.links import list_linked
from pressroom.edition.manifest import Record
from pressroom.run.catalogue import Briefing, Catalogue, Family, SelectorError, select
from pressroom.run.parameters import Parameter

ALL = "*"


def list_catalogue(release: Release, *, with_missing: bool = False) -> Catalogue:
    """Return what there is to select in a release, as the press lists what there is to build.

    Parameters
    ----------
    with_missing
        Whether a briefing that failed, of which there is no document, can be selected, too.
    """
    manifest = release.manifest
    all_ids = [f"{shelf.family}/{slug}" for shelf in manifest.shelves for slug in shelf.slugs]
    records = [manifest.records[id] for id in all_ids if with_missing or manifest.records[id].documents]
    families = [
        Family(shelf.family, Path(f"{shelf.family}.ipynb"), shelf.title, parameters=_find_parameters(found))
        for shelf in manifest.shelves
        if (found := [record for record in records if record.family == shelf.family])
    ]
    briefings = [Briefing(record.family, record.slug, record.parameters) for record in records]
    return Catalogue(tuple(families), tuple(briefings))


def select_ids(catalogue: Catalogue, selectors: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of the briefings that any selector names, in the order of the index.

    A selector is one of the press (``region``, ``region=North``, ``region/north``), ``region=*`` for all of a
    family or of a parameter's values, or ``*`` for all there is.

    Raises
    ------
    SelectorError
        If a selector names nothing.
    """
    chosen = {id for selector in selectors for id in _select_one(catalogue, selector)}
    return tuple(briefing.id for briefing in catalogue.briefings if briefing.id in chosen)


def find_one(release: Release, selector: str) -> Record:
    """Return the one briefing of a release that a selector names.

    Raises
    ------
    SelectorError
        If it names none or several, or one that there is no document of.
    """
    found = select(list_catalogue(release, with_missing=True), [selector])
    if len(found) != 1:
        message = f"{quote(selector)} names {len(found)} briefings: name one"
        raise SelectorError(message + advise([briefing.id for briefing in found], None))
    record = release.manifest.records[found[0].id]
    if not record.documents:
        message = f"{record.id} could not be made for {release.name}, and there is no earlier copy of it"
        raise SelectorError(message)
    return record


def find_linked(
    release: Release, record: Record, selectors: Collection[str] = ()
) -> tuple[list[Record], list[str]]:
    """Return the briefings that one's page links to, in the order of its links, and the ids of those missing.

    Parameters
    ----------
    selectors
        Which of them, as `press.catalogue.select` has it; without any, all.

    Raises
    ------
    SelectorError
        If a selector names none of them.
    """
    linked = [id for id in list_linked(record.reads) if id != record.id]
    catalogue, wanted = list_catalogue(release, with_missing=True), set[str]()
    for selector in selectors:
        named = {one.id for one in select(catalogue, [selector])}
        if named.isdisjoint((record.id, *linked)):
            message = f"{record.id} links to no briefing that {quote(selector)} names"
            raise SelectorError(message + advise(linked, None))
        wanted |= named
    chosen = [id for id in linked if id in wanted] if selectors else linked
    there = {one.id: one for one in release.records()}
    return [there[id] for id in chosen if id in there], [id for id in chosen if id not in there]


def _select_one(catalogue: Catalogue, selector: str) -> list[str]:
    if selector == ALL:
        return [briefing.id for briefing in catalogue.briefings]
    name, _, value = selector.partition("=")
    if value == ALL:
        found = [b.id for b in catalogue.briefings if name == b.family or name in b.parameters]
        if found:
            return found
        selector = name
    return [briefing.id for briefing in select(catalogue, [selector])]


def _find_parameters(records: list[Record]) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(name, type(value).__name__, value, choices=name)
        for name, value in records[0].parameters.items()
    )
