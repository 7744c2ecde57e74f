"""The catalogue: every notebook is a family, every set of its parameters a briefing; the choice of some."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import TypeVar

from pressroom.data.findings import Finding, Refusal, advise, find_nearest, quote
from pressroom.data.names import make_slug
from pressroom.run.notebook import NotebookError, read_notebook, read_title, settings_of
from pressroom.run.parameters import (
    Choices,
    Parameter,
    ParameterError,
    Value,
    check_values,
    list_choices,
    parse_value,
    read_parameters,
)

_T = TypeVar("_T")

LONGEST = 150
"""How many letters a briefing's name may have: file systems take 255 bytes, endings and marks included."""


@dataclass(frozen=True)
class Family:
    """One notebook.

    Attributes
    ----------
    title, question
        What the index prints, in Markdown; the question may be ``""``.
    order
        Its place in the index, before its name.
    """

    name: str
    path: Path
    title: str
    question: str = ""
    order: int = 100
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True)
class Briefing:
    """One family with one set of parameters."""

    family: str
    slug: str
    parameters: dict[str, Value] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Return its name in selectors, and its path in an edition without the suffix."""
        return f"{self.family}/{self.slug}"


@dataclass(frozen=True)
class Catalogue:
    """All families and briefings, in the order of the index.

    Attributes
    ----------
    faults
        Why a notebook is no family, by its family's name.
    refused
        Why a briefing cannot be pressed, by its id; the others of its family can.
    """

    families: tuple[Family, ...]
    briefings: tuple[Briefing, ...]
    faults: dict[str, NotebookError] = field(default_factory=dict)
    refused: dict[str, Finding] = field(default_factory=dict)

    def family(self, name: str) -> Family:
        """Return the family of that name."""
        return next(family for family in self.families if family.name == name)


class SelectorError(Refusal):
    """A selector names nothing; the message says what there is, and the nearest."""


def read_catalogue(notebooks: Path, choices: Choices) -> Catalogue:
    """Return the families under the folder `notebooks` and their briefings.

    Parameters
    ----------
    choices
        Gives the codes of a list by its name; asked only for the lists that notebooks name.
    """
    families: list[Family] = []
    briefings: list[Briefing] = []
    refused: dict[str, Finding] = {}
    faults: dict[str, NotebookError] = {}
    paths = sorted(path for path in notebooks.glob("*.ipynb") if not path.name.startswith("."))
    for name, group in _group(paths, lambda path: make_slug(path.stem)).items():
        try:
            family = _read_family(name, group)
            own = _name_apart(family, _fan_out(family, choices))
            families.append(family)
            briefings += (briefing for briefing, _ in own)
            refused |= {briefing.id: finding for briefing, finding in own if finding}
        except NotebookError as error:
            faults[name] = error
    families.sort(key=lambda family: (family.order, family.name))
    places = {family.name: place for place, family in enumerate(families)}
    briefings.sort(key=lambda briefing: places[briefing.family])
    return Catalogue(tuple(families), tuple(briefings), faults, refused)


def select(catalogue: Catalogue, selectors: Iterable[str]) -> tuple[Briefing, ...]:
    """Return the briefings that any selector names, in the catalogue's order; all without selectors.

    A selector names a family (``region``), a value (``region=North``) or a briefing (``region/north``).

    Raises
    ------
    SelectorError
        If a selector names nothing.
    """
    selectors = list(selectors)
    if not selectors:
        return catalogue.briefings
    try:
        chosen = {briefing.id for selector in selectors for briefing in _select_one(catalogue, selector)}
    except SelectorError as error:
        faults = [f"{fault}; so " for fault in catalogue.faults.values()]
        raise SelectorError("".join(faults) + str(error)) from None
    return tuple(briefing for briefing in catalogue.briefings if briefing.id in chosen)


def _read_family(name: str, paths: Sequence[Path]) -> Family:
    path = paths[0]
    if len(paths) > 1:
        names = " and ".join(other.name for other in paths)
        raise NotebookError(path, f"{names} would both be the family {quote(name)}; rename one")
    if not name:
        raise NotebookError(path, "a family needs a letter or digit of ASCII in its file name")
    nb = read_notebook(path)
    title, question = read_title(nb)
    order = settings_of(nb).get("order", 100)
    if not isinstance(order, int):
        raise NotebookError(path, f'the metadata "order" is {quote(order)}, not a whole number')
    names = settings_of(nb).get("environment", [])
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise NotebookError(path, f'the metadata "environment" is {quote(names)}, not a list of names')
    return Family(
        name=name,
        path=path,
        title=title or path.stem,
        question=question,
        order=order,
        parameters=read_parameters(nb, path),
    )


def _fan_out(family: Family, choices: Choices) -> list[Briefing]:
    """Return a briefing for each combination of the choices that fan out; others keep their default."""
    fanned = [parameter for parameter in family.parameters if parameter.fans_out]
    defaults = {parameter.name: parameter.default for parameter in family.parameters}
    try:
        check_values(family.parameters, defaults, choices)
        combinations = product(*(list_choices(parameter, choices) for parameter in fanned))
    except ParameterError as error:
        raise NotebookError(family.path, f"in the parameters cell: {error}") from None
    names = [parameter.name for parameter in fanned]
    return [
        Briefing(
            family=family.name,
            slug=make_slug(_join(values)) if fanned else family.name,
            parameters=defaults | dict(zip(names, values, strict=True)),
        )
        for values in combinations
    ]


def _name_apart(family: Family, briefings: Sequence[Briefing]) -> list[tuple[Briefing, Finding | None]]:
    """Return a family's briefings, and why no file can be named after some: those get a name of their own."""
    same = _group(briefings, lambda briefing: briefing.slug)
    found = [(briefing, _find_fault(family, same[briefing.slug], briefing)) for briefing in briefings]
    # The first of those of one name keeps it, and with it the earlier copy that readers have.
    kept = {slug: group[0] for slug, group in same.items() if 0 < len(slug) <= LONGEST}
    return [(_rename(family, b) if fault and kept.get(b.slug) is not b else b, fault) for b, fault in found]


def _rename(family: Family, briefing: Briefing) -> Briefing:
    """Return a briefing under a name that a file may have, and that tells it from the others."""
    values = _join(_list_fanned(family, briefing).values()) or briefing.slug
    digest = sha256(values.encode("utf-8", "surrogatepass")).hexdigest()
    return replace(briefing, slug=f"{briefing.slug[: LONGEST - 9]}-{digest[:8]}".strip("-"))


def _find_fault(family: Family, same: Sequence[Briefing], briefing: Briefing) -> Finding | None:
    """Return why no file can be named after a briefing, `same` being those of its name; None if one can."""
    values, slug = _tell_values(family, briefing), briefing.slug
    if not slug:
        message = f"{values} has no letter or digit of ASCII to be named by"
    elif len(same) > 1:
        named = " and ".join(_tell_values(family, other) for other in same)
        message = f"{named} would {'both' if len(same) == 2 else 'all'} be named {quote(slug[:LONGEST])}"
    elif len(slug) > LONGEST:
        message = f"{values} makes a file name of {len(slug)} letters; at most {LONGEST}"
    else:
        return None
    return Finding(message=message, file=f"{family.path.parent.name}/{family.path.name}")


def _tell_values(family: Family, briefing: Briefing) -> str:
    fanned = _list_fanned(family, briefing)
    return ", ".join(f"{name} {quote(value)}" for name, value in fanned.items()) or "its name"


def _list_fanned(family: Family, briefing: Briefing) -> dict[str, Value]:
    return {p.name: briefing.parameters[p.name] for p in family.parameters if p.fans_out}


def _join(values: Iterable[Value]) -> str:
    return "-".join(str(value) for value in values)


def _select_one(catalogue: Catalogue, selector: str) -> Iterator[Briefing]:
    if "=" in selector:
        yield from _select_value(catalogue, *selector.split("=", 1))
        return
    if selector in catalogue.faults:
        return
    found = [b for b in catalogue.briefings if selector in (b.family, b.id)]
    if not found and selector not in [family.name for family in catalogue.families]:
        ids = [briefing.id for briefing in catalogue.briefings]
        names = [family.name for family in catalogue.families]
        nearest = find_nearest(selector, ids if "/" in selector else names)
        kind = "briefing" if "/" in selector else "family"
        raise SelectorError(f"there is no {kind} {quote(selector)}" + advise(names, nearest))
    yield from found


def _select_value(catalogue: Catalogue, name: str, text: str) -> Iterator[Briefing]:
    """Yield the briefings of all families that fan out over the parameter `name`, with that value."""
    fanned = [(f, p) for f in catalogue.families for p in f.parameters if p.choices and p.fans_out]
    known = list(dict.fromkeys(parameter.name for _, parameter in fanned))
    if name not in known:
        message = f"no family has a briefing for each {quote(name)}"
        raise SelectorError(message + advise(known, find_nearest(name, known)))
    allowed: dict[str, None] = {}
    found = False
    for family, parameter in fanned:
        if parameter.name == name:
            value = _parse(parameter, text)
            for briefing in (b for b in catalogue.briefings if b.family == family.name):
                allowed[str(briefing.parameters[name])] = None
                if value is not None and briefing.parameters[name] == value:
                    found = True
                    yield briefing
    if not found:
        message = f"{name}: {quote(text)} is not one of its values"
        raise SelectorError(message + advise(list(allowed), find_nearest(text, allowed)))


def _parse(parameter: Parameter, text: str) -> Value | None:
    try:
        return parse_value(parameter, text)
    except ParameterError:
        return None


def _group(items: Iterable[_T], key: Callable[[_T], str]) -> dict[str, list[_T]]:
    groups: dict[str, list[_T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups
