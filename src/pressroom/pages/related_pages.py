"""What a page says of its edition: links to other briefings, related pages, and the colophon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from pressroom.pages.fragments import NOTHING, Fragment, Piece, element, join, span
from pressroom.pages.phrases import say
from pressroom.pages.words import when


def briefing_link(words: Piece, family: str, value: object = None, *, optional: bool = False) -> Fragment:
    """Return words that lead to another briefing of the edition; if it has none such, this one fails.

    Parameters
    ----------
    family
        The name of its notebook.
    value
        What it is about, such as ``"North"``; by parameter, where it takes several to tell; None for the
        briefing of a family that has one.
    optional
        Whether the words stand without a link where there is none such, rather than failing.

    Examples
    --------
    >>> briefing_link("The north", "region", "North").html
    '<a href="briefing:region=North">The north</a>'
    """
    if isinstance(value, Mapping):
        query = "?" + "&".join(f"{name}={_quote(each)}" for name, each in value.items())
    else:
        query = "" if value is None else f"={_quote(value)}"
    return element("a", words, href=f"briefing:{family}{query}", class_="optional" if optional else None)


def related(links: Iterable[Fragment], *, heading: str = "") -> Fragment:
    """Return links to related pages, in the PDF one line of their words; nothing without any.

    Parameters
    ----------
    heading
        What stands over them on the page; without it, the phrase for that.
    """
    items = [element("li", link) for link in links if link]
    title = heading or say("see")
    if not items:
        return NOTHING
    return element("nav", element("h2", title), element("ul", *items), class_="see", aria_label=title)


class Published(Protocol):
    """A dataset, as far as its descriptor says who publishes it."""

    @property
    def title(self) -> str:
        """Return its title."""

    @property
    def project(self) -> str:
        """Return the project's name."""

    @property
    def version(self) -> str:
        """Return its version."""

    @property
    def created(self) -> str:
        """Return the day of its version in ISO form."""

    @property
    def publisher(self) -> str:
        """Return who publishes it."""

    @property
    def contact(self) -> tuple[str, str, str]:
        """Return whom to ask: name, email address, web address."""

    @property
    def licences(self) -> list[str]:
        """Return the names of its licences."""

    @property
    def keywords(self) -> list[str]:
        """Return its keywords."""


@dataclass(frozen=True)
class Imprint:
    """Who publishes a dataset and how it may be used; whatever nobody says is empty.

    Attributes
    ----------
    dataset, version, day
        Its title, its version, and the day of that version in ISO form.
    """

    dataset: str = ""
    version: str = ""
    day: str = ""
    project: str = ""
    publisher: str = ""
    contact: Piece = ""
    licences: Sequence[str] = ()
    keywords: Sequence[str] = ()

    @classmethod
    def of(cls, ds: Published) -> Imprint:
        """Return what a dataset's descriptor says."""
        return cls(
            dataset=ds.title,
            version=ds.version,
            day=ds.created,
            project=ds.project,
            publisher=ds.publisher,
            contact=_link_contact(*ds.contact),
            licences=ds.licences,
            keywords=ds.keywords,
        )


def colophon(imprint: Imprint, *, title: str = "", family: str = "") -> Fragment:
    """Return who publishes a page, under which licence, of which dataset, and how to cite it.

    What nobody says is left out. The PDF's properties are the same: author, keywords, day.

    Parameters
    ----------
    title, family
        The page's title, and what kind of briefing it is.
    """
    facts = {
        "publisher": imprint.publisher,
        "contact": imprint.contact,
        "dataset": _say_dataset(imprint),
        "licence": ", ".join(imprint.licences),
        "cite": _cite(imprint, title, family),
    }
    items = [
        element("li", span("k", say(key)), " ", words, class_="cite" if key == "cite" else None)
        for key, words in facts.items()
        if words
    ]
    if not items:
        return NOTHING
    return element(
        "ul",
        *items,
        class_="imprint",
        data_publisher=imprint.publisher or None,
        data_keywords=", ".join(imprint.keywords) or None,
        data_day=imprint.day or None,
    )


def _say_dataset(imprint: Imprint) -> str:
    if not imprint.version:
        return imprint.dataset
    of = f"{imprint.dataset}, " if imprint.dataset else ""
    day = when(imprint.day) if imprint.day else ""
    version = say("version_of", version=imprint.version, day=day) if day else ""
    return of + (version or say("version", version=imprint.version))


def _cite(imprint: Imprint, title: str, family: str) -> str:
    """Return how a page is cited; nothing unless it has a title and comes from a dataset with one."""
    if not title or not imprint.dataset:
        return ""
    year = imprint.day[:4]
    named = f"{title.rstrip('.')} ({family})" if family else title.rstrip(".")
    parts = [named, imprint.project, ", ".join(part for part in (imprint.publisher, year) if part)]
    if imprint.version:
        parts.append(say("cite_version", dataset=imprint.dataset, version=imprint.version))
    else:
        parts.append(say("cite_dataset", dataset=imprint.dataset))
    return " ".join(say("sentence", sentence=part) for part in parts if part)


def _link_contact(name: str, email: str, path: str) -> Piece:
    """Return whom to ask; no page leads to the web, so an address there is words."""
    mail = element("a", email, href=f"mailto:{email}") if email else path
    return join([name, mail], ", ")


def _quote(value: object) -> str:
    return quote(str(value), safe="")
