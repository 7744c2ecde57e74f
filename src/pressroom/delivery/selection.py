"""Which briefings of a release a selector names; as in the press, and ``*`` for all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pressroom.delivery.releases import Release
from pressroom.edition.manifest import Record
from pressroom.run.catalogue import Briefing, Catalogue, Family, select
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
