"""What a mail is made of: no text gets out of its header, and the same mail has the same name."""

from __future__ import annotations

import email
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.delivery.changes import BriefingChange
from pressroom.delivery.mail.letters import Chapter, Figure, Letter, Summary, write_html, write_text
from pressroom.delivery.mail.messages import Item, Mail, Writer
from pressroom.delivery.mail.subscribers import Subscriber
from pressroom.delivery.releases import Release, Releases
from pressroom.delivery.settings import Settings, SettingsError, Smtp

NOW = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
ANN = Subscriber("ann@example.org", "Ann", ("*",))
HEADERS = [
    *("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "Auto-Submitted"),
    *("MIME-Version", "Content-Type"),
]
BREAKS = [
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\x0b",
    "\x85",
    "\u2028",
    "\ud800",
    "Bcc: eve@example.com",
    "=?utf-8?q?",
    "=0D=0ABcc:_eve=40example.com?=",
    "=?utf-8?b?DQpCY2M6IGV2ZQ==?=",
    "=_",
    "--",
    "\u202e",
    '"',
    "<",
]


@pytest.fixture(scope="module")
def release(first_house: Any) -> Release:
    return Releases(first_house.root / "releases").open("one")


def read(writer: Writer, mail: Mail) -> EmailMessage:
    message = email.message_from_bytes(writer.write(mail, now=NOW).content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def make_writer(release: Release, **told: Any) -> Writer:
    folder = release.edition.parents[1]
    sender = told.pop("sender", "Briefings <desk@example.org>")
    usual = {"releases": folder, "subscribers": folder, "site": folder, "smtp": Smtp(sender=sender)}
    return Writer(release, Settings(**usual, **told))


texts = st.lists(st.one_of(st.sampled_from(BREAKS), st.text(max_size=8)), max_size=6).map("".join)


@given(name=texts, label=texts, line=texts, selector=texts)
def test_no_text_gets_out_of_its_header(
    release: Release, name: str, label: str, line: str, selector: str
) -> None:
    record = replace(release.records()[0], entry={"label": label}, outputs={})
    item = Item(record, "one", BriefingChange(record.id, "data", True, (line,)))
    mail = Mail(replace(ANN, name=name, selectors=(selector,)), (item,))
    raw = make_writer(release).write(mail, now=NOW).content
    read = email.message_from_bytes(raw)
    assert read.keys() == HEADERS
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    (to,) = email.message_from_bytes(raw, policy=email.policy.default)["To"].addresses
    assert to.addr_spec == "ann@example.org"


def test_a_mail_has_one_name_however_often_it_is_written(release: Release) -> None:
    items = tuple(Item(record) for record in release.records())
    mail = Mail(ANN, items)
    first, second = (make_writer(release) for _ in range(2))
    assert first.name(mail) == second.name(mail) == read(second, mail)["Message-ID"]
    others = [
        replace(mail, subscriber=replace(ANN, address="bob@example.org")),
        replace(mail, items=items[1:]),
    ]
    names = {first.name(each) for each in (mail, *others)}
    names.add(make_writer(replace(release, name="other")).name(mail))
    assert len(names) == 4


def test_what_has_to_stay_whole_is_not_folded(release: Release) -> None:
    domain = ".".join(["a-rather-long-name"] * 4) + ".example.org"
    writer = make_writer(release, sender=f"Büro für Menschenrechte <briefings.office@{domain}>")
    raw = writer.write(Mail(ANN, (Item(release.records()[0]),)), now=NOW).content.decode()
    assert f"@{domain}>\r\n" in raw.partition("Message-ID:")[2].partition("\r\nList")[0] + "\r\n"
    assert f"<mailto:briefings.office@{domain}?subject=unsubscribe>" in raw


LIST = {
    "list_id": "briefings.example.org",
    "unsubscribe_url": "https://example.org/leave?who={address}&list=one",
    "reply_to": "Büro für Menschenrechte <office@straße.example>",
}


def test_a_list_says_its_name_and_how_to_leave_it(release: Release) -> None:
    person = replace(ANN, address="o'hara+é&x@example.org")
    mail = Mail(person, (Item(release.records()[0]),))
    told = read(make_writer(release, **LIST), mail)
    assert told.keys() == [
        *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe"),
        *("List-Unsubscribe-Post", "Auto-Submitted", "MIME-Version", "Content-Type"),
    ]
    (answers,) = told["Reply-To"].addresses
    assert (answers.display_name, answers.addr_spec) == (
        "Büro für Menschenrechte",
        "office@xn--strae-oqa.example",
    )
    assert told["List-Id"] == "<briefings.example.org>"
    assert told["List-Unsubscribe"] == (
        "<mailto:office@xn--strae-oqa.example?subject=unsubscribe>,"
        " <https://example.org/leave?who=o%27hara%2B%C3%A9%26x%40example.org&list=one>"
    )
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "write to office@xn--strae-oqa.example with" in " ".join(str(told.get_body(("plain",))).split())


def test_the_longest_address_to_leave_at_stays_in_one_piece(release: Release) -> None:
    url = "https://example.org/" + "x" * 371 + "{address}"
    person = replace(ANN, address="&" * 64 + "@" + "a23456789." * 18 + "example")
    raw = make_writer(release, unsubscribe_url=url).write(
        Mail(person, (Item(release.records()[0]),)), now=NOW
    )
    assert url.replace("{address}", "%26" * 64 + "%40a23456789.").encode() in raw.content


@pytest.mark.parametrize("text", ["nobody", "a@b.org, c@d.org", "Desk <x@>"])
def test_answers_go_to_one_address(release: Release, text: str) -> None:
    with pytest.raises(SettingsError, match='"reply_to" is '):
        make_writer(release, reply_to=text)


def test_a_subject_names_some_and_counts_the_others(release: Release) -> None:
    items = tuple(Item(record) for record in release.records())
    message = read(make_writer(release), Mail(ANN, items))
    assert message["Subject"] == "AICHR-UN cooperation, release one: 2011, 2017, 2018 and 1 more"


def test_a_mail_is_as_small_as_was_reckoned(release: Release) -> None:
    items = [Item(record) for record in release.records()]
    person = replace(ANN, formats=("pdf", "html"))
    for limit in (400_000, 700_000, 8_000_000):
        writer = make_writer(release, attachment_limit=limit)
        mails = writer.divide(Mail(person, tuple(items)))
        assert [item for mail in mails for item in mail.items] == items
        assert all(len(writer.write(mail, now=NOW).content) <= limit for mail in mails)


def test_no_text_begins_a_line_of_a_letter() -> None:
    text = "x\r\n\n-- \nforged"
    summary = Summary(text, text, text, (Figure(text, text, text),))
    chapter = Chapter(summary=summary, since=text, changes=(text,), attached=(text,), links=((".pdf", text),))
    people = {"address": text, "selectors": (text,), "sender": text, "leave": text}
    letter = Letter(project=text, release=text, day=NOW.date(), chapters=(chapter,), **people)
    lines = write_text(letter).splitlines()
    assert lines.count("-- ") == 1
    assert not [line for line in lines if line.startswith("forged")]


@pytest.mark.parametrize("status", ["built", "kept"])
def test_an_earlier_copy_is_said_to_be_one(release: Release, status: Any) -> None:
    item = Item(replace(release.records()[0], status=status), "")
    mail = read(make_writer(release), Mail(ANN, (item,)))
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        assert ("An earlier copy: it could not be made again" in " ".join(body.get_content().split())) == (
            status == "kept"
        )


def test_no_value_is_markup_in_a_letter() -> None:
    text = "<b>'\"&"
    summary = Summary(text, text, text, (Figure(text, text, text),))
    changed = Chapter(summary=summary, since=text, changes=(text,), is_correction=True, attached=(text,))
    linked = Chapter(summary=summary, links=((".html", text),), is_earlier_copy=True)
    people = {"address": text, "selectors": (text,), "sender": text, "leave": text}
    html = write_html(
        Letter(project=text, release=text, day=NOW.date(), chapters=(changed, linked), **people)
    )
    assert "<b>'" not in html
    assert html.count("&lt;b&gt;&#39;&#34;&amp;") > 20
    assert "&amp;lt;" not in html


def make_letter(chapters: Sequence[Chapter]) -> Letter:
    people = {"address": ANN.address, "selectors": ("*",), "sender": "desk@example.org", "leave": "leave"}
    return Letter(project="Briefings", release="one", day=NOW.date(), chapters=tuple(chapters), **people)


def make_chapter(number: int, words: int = 300, *, is_correction: bool = False) -> Chapter:
    """Return a chapter of some words, which go on in a list of what changed."""
    lede = " ".join(f"ល{number}-{word}" for word in range(words))
    figure = Figure(str(number), "units", f"Definition <{number}>")
    return Chapter(
        summary=Summary(f"Label {number}", f"Title & {number}.", lede, (figure,)),
        since="zero",
        changes=(f"Change {number}.",),
        is_correction=is_correction,
        attached=(f"name-{number}-one.pdf",),
    )


@pytest.mark.parametrize("number", [1, 8, 40, 300])
def test_a_page_of_many_chapters_is_not_cut_off_and_loses_none(number: int) -> None:
    chapters = [make_chapter(each, is_correction=each in (7, 39)) for each in range(number)]
    letter = make_letter(chapters)
    page, text = write_html(letter), " ".join(write_text(letter).split())
    assert len(page.encode()) <= 90_000
    assert number < 300 or len(page.encode()) > 85_000  # there was no room for one more
    for each, chapter in enumerate(chapters):
        assert f"Title &amp; {each}." in page
        assert chapter.attached[0] in page
        assert chapter.summary.lede in text
        is_full = chapter.summary.lede in page
        assert is_full or number > 8
        assert is_full or not chapter.is_correction
    assert ("The others in short" in page) == (number > 8)
    assert "more, which" not in page


def test_a_chapter_that_fits_nowhere_leaves_the_others_their_room() -> None:
    giant = make_chapter(0, words=20_000, is_correction=True)
    letter = make_letter([giant, *(make_chapter(each) for each in (1, 2))])
    page = write_html(letter)
    assert len(page.encode()) <= 90_000
    assert "<li>Corrected: Title &amp; 0. – Attached: name-0-one.pdf</li>" in page
    assert all(chapter.summary.lede in page for chapter in letter.chapters[1:])
    assert giant.summary.lede in " ".join(write_text(letter).split())


def test_what_does_not_even_fit_as_a_line_is_counted() -> None:
    chapters = [make_chapter(each, words=1) for each in range(2000)]
    letter = make_letter(chapters)
    page, text = write_html(letter), write_text(letter)
    assert 85_000 < len(page.encode()) <= 90_000
    named = sum(f"Title &amp; {each}." in page for each in range(2000))
    assert 300 < named < 2000
    assert f"And {2000 - named} more, which the plain text" in page
    assert all(f"Title & {each}." in text for each in range(2000))


def test_a_linked_mail_of_many_briefings_leads_to_each(release: Release) -> None:
    writer = make_writer(release, site_url="https://example.org/site")
    items = [Item(record) for record in release.records()] * 40
    page = read(writer, Mail(ANN, tuple(items), is_linked=True)).get_body(("html",))
    assert page is not None
    content = page.get_content().replace("\r\n", "\n")
    assert len(content.encode()) <= 90_000
    for record in release.records():
        assert content.count(f'href="https://example.org/site/releases/one/{record.id}.html"') == 40
