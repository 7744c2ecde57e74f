"""Addresses are written one way, and no text gets out of the header that it is in."""

from __future__ import annotations

import pytest

from pressroom.delivery.mail.addresses import Mailbox, clean_address, read_mailbox

GOOD = {
    "Ann@Example.ORG": "Ann@example.org",
    "désirée@bücher.example": "désirée@xn--bcher-kva.example",
    "ann@straße.example": "ann@xn--strae-oqa.example",
    "ann@STRASSE.example": "ann@strasse.example",
    "ann@ＢÜCHER。example": "ann@xn--bcher-kva.example",
    "ann@σίγμας.example": "ann@xn--kxaef0b5ab.example",
    "ann@a--b.r3---sn.example": "ann@a--b.r3---sn.example",
    "root@localhost": "root@localhost",
    "o'hara+x@sub.example.org": "o'hara+x@sub.example.org",
}


@pytest.mark.parametrize(("text", "expected"), GOOD.items())
def test_an_address_is_written_one_way(text: str, expected: str) -> None:
    assert clean_address(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "@b.org",
        "a@",
        "a@b",
        "a b@c.org",
        '"a"@b.org',
        "a@b..org",
        "a@b.org\n",
        "a@[1.2.3.4]",
        "=?utf-8?q?a?=@b.org",
        "a@\N{SNOWMAN}.example",
        "a@büro\u200d.example",
        "a@büro..example",
        "a@" + "ü" * 60 + ".example",
    ],
)
def test_no_address_is_taken_for_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|before|after"):
        clean_address(text)


def test_a_mailbox_may_have_a_name() -> None:
    assert read_mailbox(" ann@b.org ") == Mailbox("", "ann@b.org")
    assert read_mailbox("Office <ann@b.org>") == Mailbox("Office", "ann@b.org")
    assert read_mailbox(r'"Office \"A\", Ann" <ann@B.org>') == Mailbox('Office "A", Ann', "ann@b.org")
    for text in ("a@b.org, c@d.org", "x@", "nobody", "a@b.org, Bob <c@d.org>", "A <a@b.org>, B <c@d.org>"):
        with pytest.raises(ValueError, match=r"address|after|before"):
            read_mailbox(text)
