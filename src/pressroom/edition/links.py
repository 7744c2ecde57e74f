"""Which briefings an edition has, by the addresses that notebooks link to: ``briefing:theme=water``.

An address names a family, and what tells its briefings apart: nothing for a family of one
(``briefing:about``), a value
(``briefing:region=North``) or several (``briefing:visit?region=North&year=2019``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from pressroom.data.findings import advise, find_nearest
from pressroom.data.findings import quote as cited
from pressroom.data.names import BRIEFING, AddressError, Place, make_slug
from pressroom.data.reads import DESCRIBE, digest_answer
from pressroom.run.catalogue import Briefing, Catalogue

if TYPE_CHECKING:
    from pressroom.data.select import Tables
    from pressroom.data.wording import Wording

LINK = "briefing"
"""The query of the read that a link is: its address, and the id of the briefing that it leads to."""

MISSING = ""
"""The id where an edition has no briefing of an address, and the link is words."""

NEIGHBOURS = "neighbours"
"""The query of the read that the links to a briefing's neighbours are."""

HOMEPAGE = "homepage"
"""What the descriptor says of where the edition stands on the web."""


def find_site(homepage: Any) -> str:
    """Return the address that a descriptor's ``homepage`` is; ``""`` if it is none."""
    return homepage if isinstance(homepage, str) and homepage.startswith(("https://", "http://")) else ""


@dataclass(frozen=True)
class Directory:
    """The briefings of an edition.

    Attributes
    ----------
    families
        By family: by the slug of each briefing the values that tell it apart, by their parameters' names.
    homepage
        Where the edition stands on the web, as the descriptor says it.
    """

    families: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    homepage: Any = None

    @classmethod
    def of(cls, catalogue: Catalogue, homepage: Any = None, kept: Iterable[Briefing] = ()) -> Directory:
        """Return the directory of a catalogue.

        Parameters
        ----------
        kept
            Briefings whose notebook cannot be read today: the last edition's stay.
        """
        fanned = {f.name: [p.name for p in f.parameters if p.fans_out] for f in catalogue.families}
        there = [briefing for briefing in catalogue.briefings if briefing.id not in catalogue.refused]
        families: dict[str, dict[str, Mapping[str, str]]] = {}
        for briefing in (*there, *kept):
            names = fanned.get(briefing.family, briefing.parameters)
            values = {name: str(briefing.parameters[name]) for name in names}
            families.setdefault(briefing.family, {})[briefing.slug] = values
        return cls(families, homepage)

    def find(self, address: str) -> str:
        """Return the id of the briefing that an address names; an AddressError if there is none."""
        family, asked = _read_address(address)
        if family not in self.families:
            known = [f"{BRIEFING}{name}" for name in self.families]
            like = find_nearest(family, self.families)
            nearest = f"{BRIEFING}{like}" if like else None
            why = "has no such family"
            raise AddressError(
                f"a link leads to {cited(address)}, but this edition {why}{advise(known, nearest)}"
            )
        found = [slug for slug, values in self.families[family].items() if _fits(family, slug, values, asked)]
        if len(found) == 1:
            return f"{family}/{found[0]}"
        known = [self._address(family, values) for values in self.families[family].values()]
        why = "has no such briefing" if not found else f"has {len(found)} such briefings: name one"
        nearest = find_nearest(address, known)
        raise AddressError(
            f"a link leads to {cited(address)}, but this edition {why}{advise(known, nearest)}"
        )

    def find_any(self, address: str) -> str:
        """Return the id of the briefing that an address names, `MISSING` if there is none."""
        try:
            return self.find(address)
        except AddressError:
            return MISSING

    def place(self, id: str) -> Place:
        """Return where a briefing's page is, seen from that of any other."""
        path = f"{quote(id)}.html"
        site = find_site(self.homepage)
        return Place(f"../{path}", f"{site.rstrip('/')}/{path}" if site else "")

    def _address(self, family: str, values: Mapping[str, str]) -> str:
        """Return how a notebook links to a briefing."""
        if len(values) == 1:
            return f"{BRIEFING}{family}={quote(next(iter(values.values())), safe='')}"
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in values.items())
        return f"{BRIEFING}{family}{'?' if query else ''}{query}"


class Followed:
    """Follows the links of one briefing, and keeps which.

    Attributes
    ----------
    ids
        The briefings that were linked to, by address.
    """

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.ids: dict[str, str] = {}

    def find(self, address: str) -> Place:
        """Return where the briefing of an address is; an AddressError if there is none."""
        self.ids[address] = MISSING
        self.ids[address] = id = self.directory.find(address)
        return self.directory.place(id)

    def list_reads(self) -> list[dict[str, Any]]:
        """Return what the links depend on, as reads: where they lead, and what the PDF makes of it."""
        if not self.ids:
            return []
        homepage = digest_answer(self.directory.homepage)
        return [
            *({"query": LINK, "arguments": {"address": a}, "digest": id} for a, id in self.ids.items()),
            {"query": DESCRIBE, "arguments": {"path": [HOMEPAGE]}, "digest": homepage},
        ]


class Recorded:
    """Follows links as they were followed when a notebook was pressed.

    Parameters
    ----------
    reads
        Of the pressed notebook.
    """

    def __init__(self, reads: Iterable[Mapping[str, Any]], homepage: Any = None) -> None:
        self.ids = {r["arguments"]["address"]: str(r["digest"]) for r in reads if r["query"] == LINK}
        self.directory = Directory(homepage=homepage)

    def find(self, address: str) -> Place:
        """Return where the briefing of an address is; an AddressError if the link was never followed."""
        if self.ids.get(address, MISSING) == MISSING:
            raise AddressError(
                f"a link leads to {cited(address)}, which no build has followed{advise(list(self.ids), None)}"
            )
        return self.directory.place(self.ids[address])


def list_linked(reads: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the ids of the briefings that a pressed page links to, each once, in the order of its links."""
    ids = dict.fromkeys(str(read["digest"]) for read in reads if read["query"] == LINK)
    return [id for id in ids if id != MISSING]


def _read_address(address: str) -> tuple[str, dict[str, str]]:
    """Return the family that an address names, and the values by parameter, ``""`` for the one there is."""
    rest_of_address = address.removeprefix(BRIEFING)
    family, mark, rest = rest_of_address.partition("?")
    if mark:
        pairs = (pair.partition("=") for pair in rest.split("&"))
        return unquote(family), {unquote(name): unquote(value) for name, _, value in pairs}
    family, mark, rest = rest_of_address.partition("=")
    return unquote(family), {"": unquote(rest)} if mark else {}


def _fits(family: str, slug: str, values: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    """Return whether a briefing has all the values that are asked for; in a file's name they are as good."""
    if not asked:
        return slug == family or not values
    if "" in asked:
        [value] = asked.values()
        return make_slug(value) == slug or (len(values) == 1 and value in values.values())
    return asked.keys() == values.keys() and all(
        asked[name] == value or asked[name] == make_slug(value) for name, value in values.items()
    )


@dataclass(frozen=True)
class Neighbours:
    """What stands before and after a briefing in its family: each its id and its name, or nothing."""

    previous: tuple[str, str] | None = None
    following: tuple[str, str] | None = None

    @property
    def digest(self) -> str:
        """Return the digest of what the page says of them."""
        return digest_answer([self.previous, self.following])

    def list_reads(self, briefing: Briefing) -> list[dict[str, Any]]:
        """Return what they depend on as reads: none of a briefing that stands alone."""
        if not (self.previous or self.following):
            return []
        asked = {"family": briefing.family, "slug": briefing.slug}
        return [{"query": NEIGHBOURS, "arguments": asked, "digest": self.digest}]


def find_neighbours(catalogue: Catalogue, id: str, name: Callable[[Briefing], str]) -> Neighbours:
    """Return the neighbours of a briefing in its family; none if there is no such briefing.

    Parameters
    ----------
    name
        Returns what a reader knows a briefing by.
    """
    family = id.partition("/")[0]
    there = [b for b in catalogue.briefings if b.family == family and b.id not in catalogue.refused]
    places = [place for place, briefing in enumerate(there) if briefing.id == id]
    if not places:
        return Neighbours()
    [place] = places
    around = [there[n] if 0 <= n < len(there) else None for n in (place - 1, place + 1)]
    return Neighbours(*((b.id, name(b)) if b else None for b in around))


def name_briefing(
    catalogue: Catalogue, tables: Tables, wordings: Mapping[str, Wording], briefing: Briefing
) -> str:
    """Return what a reader knows a briefing by: its values, named as the wording of their tables has it."""
    fanned = [p for p in catalogue.family(briefing.family).parameters if p.fans_out]
    named = (_name_value(tables, wordings, p.choices or "", briefing.parameters[p.name]) for p in fanned)
    return ", ".join(named) or briefing.slug


def _name_value(tables: Tables, wordings: Mapping[str, Wording], choices: str, value: Any) -> str:
    declared = tables.package.lists.get(choices)
    for column in declared.columns if declared else (choices,):
        table, _, label = column.partition(".")
        wording = wordings.get(table)
        if wording and wording.name and [label] == list(tables.package.resource(table).key):
            row = tables.all_rows(table).by_key().get(str(value))
            return str((row or {}).get(wording.name) or value)
    return str(value)
