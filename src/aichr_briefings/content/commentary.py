"""The analyst's commentary on one briefing: a Markdown file beside the data, never overwritten by a build."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aichr_briefings.content.fragments import NOTHING, Fragment, element
from aichr_briefings.dataset.characters import is_blank
from aichr_briefings.dataset.commentary import split_front_matter
from aichr_briefings.dataset.slugs import make_slug

if TYPE_CHECKING:
    from aichr_briefings.dataset import Dataset


def commentary(ds: Dataset, family: str, value: str) -> Fragment:
    """Return what the analyst wrote about a briefing, with a byline; nothing when there is no file.

    The file is ``data/commentary/<family>/<slug>.md``: Markdown, with ``author:`` and ``date:`` between two
    lines of three hyphens at its head. HTML in it is shown as text.

    Parameters
    ----------
    value
        The briefing's parameter, such as ``"UNDP"``; the file is named by its slug.
    """
    written = ds.commentary(family, make_slug(value))
    if not written or is_blank(written):
        return NOTHING
    fields, body = split_front_matter(written)
    said = ", ".join(fields[key] for key in ("author", "date") if fields and fields.get(key))
    byline = f"{said}. Written by a person, not part of the source." if said else "Not part of the source."
    heading = element("h2", "Commentary by the analyst")
    return element(
        "section", heading, _markdown(body), element("p", byline, class_="by"), class_="commentary"
    )


def _markdown(body: str) -> Fragment:
    from markdown_it import MarkdownIt

    # Headings of a commentary stand below its own, so that the outline of the page stays whole.
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    html = renderer.render(body)
    return Fragment(re.sub(r"(</?h)[12]>", r"\g<1>3>", html))
