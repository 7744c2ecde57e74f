"""How pages cite: the locators of facts, the sources below a chart, and those that a page used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from pressroom.pages import listed, records, when, year_spans

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.data.sources import Source
    from pressroom.pages.tables import Rows


MOST_PLACES = 12
"""Up to how many sections of a source are named below a chart; more are counted."""


def cited(ds: Record, locators: Iterable[str]) -> list[str]:
    """Return locators as pages print them: ``B.I.1/1``, and ``N B.I.1/1`` where several sources are cited.

    Common knowledge, whose source has no mark, is not cited.
    """
    known = _list_cited(ds)
    locators = list(locators)
    _note(ds, locators)
    pairs = [locator.partition("#")[::2] for locator in locators]
    # No line ends between the mark and the place.
    return [
        f"{known[code].mark}\u00a0{place}" if len(known) > 1 else place
        for code, place in pairs
        if code in known
    ]


def cited_briefly(ds: Record, locators: Sequence[str], *, most: int = 2) -> list[str]:
    """Return locators as `cited`, but of many the sections alone: ``B.II``, ``B.III``, to be read aloud."""
    if len(locators) <= most:
        return cited(ds, locators)
    sections = dict.fromkeys(map(_cut, locators))
    if len(sections) > most:
        sections = dict.fromkeys(".".join(section.split(".")[:2]) for section in sections)
    return cited(ds, sections)


def name_sources(
    ds: Record, *shown: Rows, sections: Literal["each", "first and last", "none"] = "each"
) -> str:
    """Return the sources of what is shown, with their sections, for the line below a chart.

    ``background note, B.I.1, B.II.1``, or ``background note, B.I to B.II``, or ``background note``.
    """
    note_sources(ds, *shown)
    used = _find_sections(shown) if sections != "none" else {}
    parts = []
    for source in sources_used(ds, *shown):
        places = sorted(used.get(source.code, ()), key=_rank_place)
        if sections == "first and last":
            places = sorted({".".join(place.split(".")[:2]) for place in places}, key=_rank_place)
            places = [f"{places[0]} to {places[-1]}"] if len(places) > 1 else places
        if len(places) > MOST_PLACES:
            places = [f"{len(places)} places"]
        parts.append(", ".join([source.short_title, *places]))
    return "; ".join(parts)


def _rank_place(place: str) -> list[tuple[int, str]]:
    """Return a place as what sorts numbers by their size: p6 before p10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", place)]


def note_sources(ds: Record, *shown: Rows) -> None:
    """Note that a page uses the sources of rows, whose locators it does not print."""
    _note(ds, _list_locators(shown))


def cited_so_far(ds: Record) -> list[Source]:
    """Return the sources that a page has used until now, below charts too, in the order of their table."""
    return [source for code, source in _list_cited(ds).items() if code in ds.cited]


def _note(ds: Record, locators: Iterable[str]) -> None:
    ds.cited.update(locator.partition("#")[0] for locator in locators)


def sources_used(ds: Record, *shown: Rows) -> list[Source]:
    """Return the sources that what is shown cites, in the order of their table."""
    used = {locator.partition("#")[0] for locator in _list_locators(shown)}
    return [source for code, source in _list_cited(ds).items() if code in used]


def newest_first(ds: Record, row: Mapping[str, Any]) -> list[Source]:
    """Return the sources of a row, the newest first; what is undated counts as the oldest."""
    used = sources_used(ds, [row])
    return sorted(used, key=lambda source: source.as_of.end if source.as_of else date.min, reverse=True)


def as_of_words(ds: Record, row: Mapping[str, Any]) -> str:
    """Return what the newest source of a row is as of: `` as of November 2019``.

    Nothing where one source speaks for all, or where the newest does not say.
    """
    newest = next(iter(newest_first(ds, row)), None)
    if newest is None or newest.as_of is None or len(_list_cited(ds)) == 1:
        return ""
    return f" as of {when(newest.as_of.end.isoformat()[:7])}"


def teller(ds: Record) -> str:
    """Return who tells what is recorded: ``the note`` where there is no other source, else ``the record``."""
    return "the note" if len(_list_cited(ds)) == 1 else "the record"


def lists(ds: Record) -> str:
    """Return which years are listed by which source: ``the note lists activities for 2017 to 2019``."""
    spans = {source: year_spans(ds.coverage_of(code)) for code, source in _list_cited(ds).items()}
    if len(spans) == 1 and ds.coverage:
        return ds.say("lists.one", years=next(iter(spans.values())))
    said = listed(f"{span} ({source.short_title})" for source, span in spans.items() if span)
    return ds.say("lists.several", years=said) if said else ds.say("lists.none")


def find_lists(ds: Record, year: int) -> list[str]:
    """Return what the locators begin with under which sources list a year, such as ``note#B.III.2018/``."""
    return [
        f"{row['source']}#{row['listed_at'].replace('{year}', str(year))}"
        for row in ds.table("coverage")
        if row["listed_at"] and row["from"] <= year <= row["to"]
    ]


def _list_cited(ds: Record) -> dict[str, Source]:
    return {code: source for code, source in ds.sources.items() if source.mark}


def _find_sections(shown: Iterable[Rows]) -> dict[str, set[str]]:
    """Return by source the sections that rows cite."""
    found: dict[str, set[str]] = {}
    for locator in _list_locators(shown):
        code, _, place = locator.partition("#")
        found.setdefault(code, set()).add(_cut(place))
    return found


def _cut(place: str) -> str:
    """Return the section of a place: what stands before its stroke, if anything does; an address is whole."""
    section = place.partition("/")[0]
    return place if "://" in place or not section or section.endswith("#") else section


def _list_locators(shown: Iterable[Rows]) -> Iterable[str]:
    rows: Iterable[Mapping[str, Any]] = (row for part in shown for row in records(part))
    return (locator for row in rows for locator in row.get("sources") or ())
