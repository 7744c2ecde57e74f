"""What a page cites: locators as it prints them, sources below a picture, and those that it has used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from pressroom.data.sources import SOURCES, Source, find_as_of, has_undated
from pressroom.pages.fragments import Piece, strong
from pressroom.pages.phrases import say
from pressroom.pages.tables import Row, Rows, records
from pressroom.pages.words import at_date, when, year_spans

MOST_PLACES = 12
"""Up to how many sections of a source are named below a picture; more are counted."""


class Citations:
    """The sources that pages cite, those with a mark, and which of them a page has used until now.

    Parameters
    ----------
    sources
        All sources of a dataset, by their codes; one without a mark is common knowledge, and is not cited.

    Attributes
    ----------
    sources
        Those with a mark, by their codes.
    """

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = {code: source for code, source in sources.items() if source.mark}
        self._used: set[str] = set()

    def cite(self, locators: Iterable[str]) -> list[str]:
        """Return locators as pages print them: ``p12``, and ``R p12`` where several sources are cited."""
        locators = list(locators)
        self._used |= {locator.partition("#")[0] for locator in locators}
        pairs = [locator.partition("#")[::2] for locator in locators]
        # No line ends between the mark and the place.
        return [
            f"{self.sources[code].mark}\u00a0{place}" if len(self.sources) > 1 else place
            for code, place in pairs
            if code in self.sources
        ]

    def cite_briefly(self, locators: Sequence[str], *, most: int = 2) -> list[str]:
        """Return locators as `cite`, but of many the sections alone, to be read aloud: ``B.II``."""
        if len(locators) <= most:
            return self.cite(locators)
        sections = dict.fromkeys(map(_cut, locators))
        if len(sections) > most:
            sections = dict.fromkeys(map(_shorten, sections))
        return self.cite(sections)

    def name(self, *shown: Rows, sections: Literal["each", "first and last", "none"] = "each") -> str:
        """Return the sources of what is shown, with their sections, for the line below a picture.

        ``annual report, B.I.1, B.II.1``, or ``annual report, B.I to B.II``, or ``annual report``.
        """
        self.note(*shown)
        found: dict[str, set[str]] = {}
        for locator in _list_locators(shown) if sections != "none" else ():
            code, _, place = locator.partition("#")
            found.setdefault(code, set()).add(_cut(place))
        parts = []
        for source in self.of(*shown):
            places = sorted(found.get(source.code, ()), key=_rank)
            if sections == "first and last":
                places = sorted({*map(_shorten, places)}, key=_rank)
                places = [say("days", first=places[0], last=places[-1])] if len(places) > 1 else places
            if len(places) > MOST_PLACES:
                places = [say("places", n=str(len(places)))]
            parts.append(", ".join([source.short_title, *places]))
        return "; ".join(parts)

    def note(self, *shown: Rows) -> None:
        """Note that a page uses the sources of rows, whose locators it does not print."""
        self._used |= {locator.partition("#")[0] for locator in _list_locators(shown)}

    def of(self, *shown: Rows) -> list[Source]:
        """Return the sources that what is shown cites, in the order of their table."""
        used = {locator.partition("#")[0] for locator in _list_locators(shown)}
        return [source for code, source in self.sources.items() if code in used]

    def until_now(self, *shown: Rows) -> list[Source]:
        """Return the sources that a page has used, below pictures too; all that it may if it used none."""
        used = self._used | {source.code for source in self.of(*shown)}
        return [s for code, s in self.sources.items() if code in used] or [*self.sources.values()]

    def describe(self, used: Sequence[Source]) -> list[Piece]:
        """Return the sources that a page used, for its foot; where there are several, each with its dates."""
        if len(self.sources) == 1:
            return [strong(say("one_source")), f" {used[0].title}. {used[0].locator_hint} "]
        pieces: list[Piece] = [strong(say("several_sources" if len(used) > 1 else "one_source")), " "]
        return pieces + [f"{source.mark}: {_say_dates(source)}. {source.locator_hint} " for source in used]

    def describe_all(self, coverage: Iterable[Row]) -> Iterator[tuple[str, str]]:
        """Yield the mark of each source with its title, its dates and how these are known, and its years.

        Parameters
        ----------
        coverage
            Rows on the years that sources list, with their ``scope`` and ``reason``.
        """
        rows = list(coverage)
        for code, source in self.sources.items():
            said = [source.as_of.reason if source.as_of else "", source.locator_hint]
            sentences = "".join(f"{sentence} " for sentence in said if sentence)
            years = " ".join(_say_years(row) for row in rows if row["source"] == code)
            yield source.mark, f"{_say_dates(source)}. {sentences}{years}"

    def newest_first(self, row: Row) -> list[Source]:
        """Return the sources of a row, the newest first; what is undated counts as the oldest."""
        return sorted(self.of([row]), key=lambda s: s.as_of.end if s.as_of else date.min, reverse=True)


def date_sources(sources: Sequence[Source]) -> dict[str, Any]:
    """Return of which days sources are, as `masthead` and `information_as_of` take it."""
    newest, oldest = [*find_as_of(sources), None, None][:2]
    return {
        "as_of": (newest.start, newest.end) if newest else None,
        "origin": newest.origin if newest else "",
        "oldest": (oldest.start, oldest.end) if oldest else None,
        "oldest_origin": oldest.origin if oldest else "",
        "undated": has_undated(sources),
    }


def _say_dates(source: Source) -> str:
    """Return a source's title with the date that it bears and the days that it is as of."""
    days, said = source.as_of, [source.title]
    said += [source.url] if source.url else []
    said += [say("published", day=at_date(source.published))] if source.published else []
    said += [say("of_days", days=when(days.start.isoformat(), days.end.isoformat()))] if days else []
    return ", ".join(said)


def _say_years(row: Row) -> str:
    """Return what a source lists for which years, and why these."""
    return f"{year_spans(range(row['from'], row['to'] + 1))}: {row['scope']}. {row['reason'] or ''}"


def _list_locators(shown: Iterable[Rows]) -> Iterator[str]:
    return (locator for part in shown for row in records(part) for locator in row.get(SOURCES) or ())


def _rank(place: str) -> list[tuple[int, str]]:
    """Return a place as what sorts numbers by their size: p6 before p10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", place)]


def _cut(place: str) -> str:
    """Return the section of a place: what stands before its stroke, if anything does; an address is whole."""
    section = place.partition("/")[0]
    return place if "://" in place or not section or section.endswith("#") else section


def _shorten(section: str) -> str:
    """Return the first two parts of a section's number: ``B.II`` of ``B.II.4``."""
    return ".".join(section.split(".")[:2])
