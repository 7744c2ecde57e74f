"""Blocks that need a page of their own, and what stands over and around them."""

from __future__ import annotations

from pressroom.pages.pdf.inline import Mark


def turns_page(block: Mark) -> bool:
    """Whether a block needs a page of its own, which nothing can be put around."""
    return block[0] in ("annex", "turned")


def lead_turned(blocks: list[Mark]) -> list[Mark]:
    """Return blocks with the headings over what turns the page on that page: none stays behind."""
    led: list[Mark] = []
    for block in blocks:
        over: list[Mark] = []
        while block[0] == "turned" and led and _is_heading(led[-1]):
            over.insert(0, led.pop())
        led.append([block[0], block[1], [*over, *block[2]]] if over else block)
    return led


def _is_heading(block: Mark) -> bool:
    """Return whether a block is a heading below the title, or nothing but such."""
    if block[0] in ("anchor", "lang"):
        return bool(block[2]) and all(not isinstance(part, str) and _is_heading(part) for part in block[2])
    return block[0] == "heading" and int(block[1]["level"]) > 1


def group(kind: str, blocks: list[Mark]) -> list[Mark]:
    """Return blocks as a section, or as several with those between that turn the page."""
    groups: list[Mark] = []
    open_group = False
    for block in lead_turned(blocks):
        if turns_page(block):
            groups.append(block)
        elif open_group:
            groups[-1][2].append(block)
        else:
            groups.append([kind if not groups else "section", {}, [block]])
        open_group = not turns_page(block)
    return groups
