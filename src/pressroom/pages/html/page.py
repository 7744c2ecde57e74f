"""The shell of an HTML page: a template, a style sheet, embedded fonts; nothing fetched and nothing run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from operator import is_
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pressroom.look.colours import DARK, LIGHT
from pressroom.pages.html.neighbours import ALONE, Around
from pressroom.pages.html.screen import fold, list_contents
from pressroom.pages.html.typefaces import font_faces
from pressroom.pages.markup.arrange import arrange
from pressroom.pages.markup.clean import Report, clean
from pressroom.pages.markup.document import Document
from pressroom.pages.markup.nodes import Element, Node, text_of, to_html
from pressroom.pages.markup.svg import with_tokens
from pressroom.pages.phrases import Phrases

if TYPE_CHECKING:
    from jinja2 import Environment, Template

HERE = Path(__file__).parent
TEMPLATES = HERE / "briefing"
_ENGLISH = Phrases()
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class Way(NamedTuple):
    """A link that the press itself puts on a page, and what it is to it, as HTML has it."""

    href: str
    words: str
    rel: str = ""


@dataclass(frozen=True)
class Page:
    """What the template prints; every field that is HTML says so.

    `top` stands under the bar, `turn` at the foot; only the screen shows them.
    """

    title: str
    body_html: str
    language: str = _ENGLISH.language
    family: str = ""
    project: str = ""
    as_of_html: str = ""
    foot: str = ""
    index_href: str = ""
    index_label: str = _ENGLISH.say("index")
    skip_label: str = _ENGLISH.say("skip")
    top: tuple[Way, ...] = ()
    top_label: str = ""
    turn: tuple[Way, ...] = ()
    turn_label: str = ""
    css: str = ""
    script: str = ""
    data: str = ""

    @property
    def script_policy(self) -> str:
        """Return what the page's policy allows to run: scripts that lie beside it, or nothing."""
        return "; script-src 'self'" if self.script else ""


def page(
    *,
    title: str,
    body: str,
    family: str,
    project: str = "",
    as_of: str = "",
    foot: str = "",
    index_href: str = "",
    index_label: str = "",
    phrases: Phrases = _ENGLISH,
    css: str = "",
    script: str = "",
    data: str = "",
) -> str:
    """Return a complete page in the look of the briefings.

    Parameters
    ----------
    title
        Text for the browser's tab.
    body
        HTML of the main part, with exactly one h1; it is cleaned like any output.
    family, project
        Text in the bar on top: semibold, and muted beside it.
    as_of
        HTML at the right of the bar, such as ``Information as of 3 Oct 2019, <em>inferred</em>``.
    foot
        Text at the foot of the page.
    index_href
        Where the edition's index is, relative to the page; no link if empty.
    index_label
        What the link there says, if not the phrase ``index``.
    phrases
        In which language the page is, and its furniture in the kit's words.
    css, script, data
        More rules; where a script is that may run, and JSON for it in the element ``data``: none of them is
        cleaned. The page is shown once the script has run, so that nothing moves.
    """
    nodes = arrange(clean(body, Report()), {"main"})
    made = make_page(
        nodes,
        title=title,
        family=family,
        project=project,
        as_of=tuple(clean(as_of, Report())),
        foot=foot,
        index_href=index_href,
        phrases=phrases,
    )
    rules = "\n".join(filter(None, (made.css, css)))
    json_text = data.replace("<", "\\u003c")
    return render(
        replace(
            made, index_label=index_label or phrases.say("index"), css=rules, script=script, data=json_text
        )
    )


def html_of(document: Document, index_href: str = "", around: Around = ALONE) -> str:
    """Return a document as a page.

    Parameters
    ----------
    index_href
        Where the edition's index is, relative to the page; no link if empty.
    around
        What else of its edition the page leads to.
    """
    return render(page_of(document, index_href, around))


def page_of(document: Document, index_href: str = "", around: Around = ALONE) -> Page:
    """Return what the template prints of a document."""
    head = document.masthead
    say = head.phrases.say
    beside = [(around.previous, "previous", "prev"), (around.following, "next", "next")]
    return make_page(
        document.nodes,
        title=document.title,
        family=head.family,
        project=head.project,
        as_of=head.as_of,
        foot=head.as_of_long,
        index_href="",
        phrases=head.phrases,
        top=[
            *([Way(around.pdf, say("pdf"), "alternate")] if around.pdf else []),
            *([Way(around.rows, say("csv"))] if around.rows else []),
            *([Way(index_href, say("index"))] if index_href else []),
        ],
        turn=[Way(n.href, say(key, name=n.name.replace("'", "’")), rel) for n, key, rel in beside if n],
    )


def make_page(
    nodes: Iterable[Node],
    *,
    title: str,
    family: str,
    project: str,
    as_of: tuple[Node, ...],
    foot: str,
    index_href: str,
    phrases: Phrases,
    top: Sequence[Way] = (),
    turn: Sequence[Way] = (),
) -> Page:
    """Return a page of arranged nodes with its style sheet."""
    body = list_contents([_for_screen(node) for node in fold(nodes, phrases)], phrases)
    shown = (text_of(body), title, family, project, text_of(as_of), foot, Page.index_label)
    text = " ".join((*shown, *phrases.own.values(), *(way.words for way in (*top, *turn))))
    return Page(
        title=title,
        body_html=to_html(body),
        language=phrases.language,
        family=family,
        project=project,
        as_of_html=to_html(as_of),
        foot=foot,
        index_href=index_href,
        index_label=phrases.say("index"),
        skip_label=phrases.say("skip"),
        top=tuple(top),
        top_label=phrases.say("whole"),
        turn=tuple(turn),
        turn_label=phrases.say("turn"),
        css=style_sheet(text, phrases),
    )


def render(content: Page) -> str:
    """Return the page as HTML."""
    return (
        _template().render(resources={"page": asdict(content), "script_policy": content.script_policy}) + "\n"
    )


def style_sheet(text: str, phrases: Phrases = _ENGLISH) -> str:
    """Return the style sheet of a page that shows `text`: fonts, colour tokens, rules."""
    rules = read_rules().replace(_in_css(_ENGLISH.say("source")), _in_css(phrases.say("source")))
    return "\n".join((font_faces(text), _tokens(), rules))


def _in_css(words: str) -> str:
    """Return words and a space as a string of CSS; no mark in them can end it."""
    return '"' + re.sub(r"[^\w :.,-]", lambda found: f"\\{ord(found[0]):x} ", words) + ' "'


@cache
def _tokens() -> str:
    light, dark = (
        ";".join(f"--{name}:{value}" for name, value in tokens.items()) for tokens in (LIGHT, DARK)
    )
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
        f"@media print{{:root{{color-scheme:light;{light}}}}}"
    )


def read_rules() -> str:
    """Return the rules of every page, as they are now: a preview shows the sheet as it was just saved.

    Its comments are for whoever edits it; a page has no use for them.
    """
    text = _COMMENT.sub("", (HERE / "page.css").read_text(encoding="utf-8"))
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines() if line.strip())


def _template() -> Template:
    return _environment().get_template("index.html.j2")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader

    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False)


def _for_screen(node: Node) -> Node:
    """Return a node with its drawings coloured by the tokens; one without drawings as it is."""
    if isinstance(node, str):
        return node
    if node.tag == "svg":
        return with_tokens(node)
    children = [_for_screen(child) for child in node.children]
    if all(map(is_, children, node.children)):
        return node
    return Element(node.tag, node.attributes, children)
