"""Words for numbers, lists and dates, so that prose reads well for none, one and many.

They are those of the language that is used, as its phrases say them. English's own rules hold in it alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from string import ascii_lowercase

from pressroom.data import date_words
from pressroom.pages.phrases import say, used_phrases

FEW = 5
"""Up to how many names a sentence lists; more are counted."""

_IN_VOWEL = re.compile(r"[AEIOaeio]|[Uu](?:n[^i]|[glmp]|r[^u])")
"""What begins as a vowel sounds: ``undated`` does, and ``union`` does not."""

_IN_IES = re.compile(r"(?<=[^aeiou])y$")


def typographic(words: str) -> str:
    """Return the words with curved apostrophes.

    >>> typographic("women's rights")
    'women’s rights'
    """
    return re.sub(r"(?<=\w)'", "’", words)


def number(n: int, *, none: str | None = None) -> str:
    """Return `n` in words as far as the language has some, in English up to twelve; in figures above.

    >>> [number(n) for n in (0, 1, 12, 13)]
    ['no', 'one', 'twelve', '13']
    """
    if n < 0:
        raise ValueError(f"a count cannot be negative: {n}")
    if n == 0:
        return say("no") if none is None else none
    words = used_phrases().list("numbers")
    return words[n - 1] if n <= len(words) else str(n)


def plural(noun: str, n: int) -> str:
    """Return the noun in the number that `n` asks for; only its last word changes.

    A noun may bring its plural along, behind a bar; in another language than English one that does not stays
    as it is.

    >>> plural("finished study", 2), plural("survey", 2), plural("Round Table", 1)
    ('finished studies', 'surveys', 'Round Table')
    >>> plural("child|children", 2), plural("child|children", 1)
    ('children', 'child')
    """
    singular, bar, many = noun.partition("|")
    if n == 1 or bar:
        return singular if n == 1 else many
    if not used_phrases().is_english:
        return noun
    return _IN_IES.sub("ie", noun) + "s"


def counted(n: int, noun: str, *, none: str | None = None) -> str:
    """Return number and noun together.

    >>> counted(5, "finished study"), counted(1, "training"), counted(0, "country")
    ('five finished studies', 'one training', 'no countries')
    """
    if n == 0:
        return say("counted_none", no=number(0, none=none), noun=plural(noun, 0))
    return say("counted", number=number(n), noun=plural(noun, n))


def letter_of(place: int) -> str:
    """Return the letter of a place in a list, counted from 1; behind ``z`` come ``aa``, ``ab`` and so on.

    >>> [letter_of(place) for place in (1, 26, 27, 52, 53, 703)]
    ['a', 'z', 'aa', 'az', 'ba', 'aaa']
    """
    if place < 1:
        raise ValueError(f"places are counted from 1: {place}")
    rest, last = divmod(place - 1, len(ascii_lowercase))
    return (letter_of(rest) if rest else "") + ascii_lowercase[last]


def find_runs(numbers: Iterable[int]) -> list[list[int]]:
    """Return whole numbers in order, those that follow one another together.

    >>> find_runs([2019, 2011, 2018])
    [[2011], [2018, 2019]]
    """
    runs: list[list[int]] = []
    for item in sorted(set(numbers)):
        if runs and item == runs[-1][-1] + 1:
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


def year_spans(years: Iterable[int]) -> str:
    """Return years as a phrase, those that follow one another as one span.

    >>> year_spans([2011, 2017, 2018, 2019]), year_spans([2020, 2021])
    ('2011 and 2017 to 2019', '2020 and 2021')
    """
    spans = (
        [say("years", first=str(span[0]), last=str(span[-1]))] if len(span) > 2 else map(str, span)
        for span in find_runs(years)
    )
    return listed(span for part in spans for span in part)


def listed(items: Iterable[str], *, last: str | None = None) -> str:
    """Return the items as a phrase: ``a``, ``a and b``, ``a, b and c``.

    Parameters
    ----------
    last
        The word before the last of them, if not the one for "and".

    Examples
    --------
    >>> listed(["north", "east", "south"]), listed(["north", "east"], last="or")
    ('north, east and south', 'north or east')
    """
    given = list(items)
    if len(given) < 2:
        return "".join(given)
    *before, end = given
    first = before[0]
    for item in before[1:]:
        first = say("list_more", first=first, next=item)
    pattern = "list_two" if len(given) == 2 else "list_last"
    return say(pattern, **{"first": first, "and": say("and") if last is None else last, "last": end})


def few_or_counted(names: Iterable[str], noun: str, *, few: int = FEW) -> str:
    """Return the names as a phrase while they are few, else how many there are of what they are.

    >>> few_or_counted(["north", "south"], "region")
    'north and south'
    >>> few_or_counted("abcdefgh", "region"), few_or_counted([], "region")
    ('eight regions', 'no regions')
    """
    given = list(names)
    return listed(given) if 0 < len(given) <= few else counted(len(given), noun)


def counted_kinds(kinds: Iterable[str]) -> str:
    """Return things as kinds and counts, the most frequent first.

    >>> counted_kinds(["visit", "study", "visit"])
    'two visits and one study'
    """
    return listed(counted(n, kind) for kind, n in Counter(kinds).most_common())


def by_count(n: int, *, none: str, one: str, many: str) -> str:
    """Return the wording that fits a count; ``{n}`` in it becomes the count in words.

    >>> by_count(3, none="none is", one="one is", many="{n} are")
    'three are'
    """
    wording = none if n == 0 else one if n == 1 else many
    return wording.replace("{n}", number(n))


def share(part: int, whole: int) -> str:
    """Return a part of a whole in words, as the subject of a clause.

    >>> share(2, 2), share(3, 3), share(1, 1), share(4, 9), share(0, 2), share(0, 3)
    ('both', 'all three', 'it', 'four of the nine', 'neither of the two', 'none of the three')
    """
    if not part:
        return say("share_neither" if whole == 2 else "share_none", whole=number(whole))
    if part == whole:
        key = {1: "share_one", 2: "share_both"}.get(whole)
        return say(key) if key else say("share_all", whole=number(whole))
    return say("share", part=number(part), whole=number(whole))


def within(most: int, *wordings: str) -> str:
    """Return the first of the wordings that has at most so many words, else the last.

    >>> within(4, "five small islands in a row", "five small islands")
    'five small islands'
    """
    return next((words for words in wordings if len(words.split()) <= most), wordings[-1])


def capital(phrase: str) -> str:
    """Return the phrase with its first letter as a capital, the rest untouched."""
    return phrase[:1].upper() + phrase[1:]


def ordinal(n: int) -> str:
    """Return the place in an order, in figures; of its endings, only English changes them.

    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 21, 112)]
    ['1st', '2nd', '3rd', '4th', '11th', '21st', '112th']
    """
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return say("ordinal", n=str(n), th=ending)


def lower_first(words: str) -> str:
    """Return the words with a small first letter, unless they start with a name or a number.

    >>> lower_first("Training on law"), lower_first("MIT training")
    ('training on law', 'MIT training')
    """
    first = words.partition(" ")[0]
    return words if first[1:].lower() != first[1:] or first[:1].isdigit() else words[:1].lower() + words[1:]


def article(noun: str) -> str:
    """Return the noun with its indefinite article, if the language has one: ``an ongoing study``.

    >>> article("urgent visit"), article("undated study"), article("union"), article("UK visit")
    ('an urgent visit', 'an undated study', 'a union', 'a UK visit')
    """
    return say("article", a="an" if _IN_VOWEL.match(noun) else "a", noun=noun)


def when(start: str, end: str = "", *, short: bool = False, year: bool = True) -> str:
    """Return a date or a span in words.

    Parameters
    ----------
    start, end
        Partial dates as in the dataset: ``2018``, ``2018-06``, ``2018-06-04`` or empty.
    short
        Month names as in tables and charts: ``13–16 Nov 2017``.
    year
        Whether to name the year; a date of the year alone always does.

    Examples
    --------
    >>> when("2017-11-13", "2017-11-16"), when("2018-06"), when("2018"), when("")
    ('13–16 November 2017', 'June 2018', '2018', 'undated')
    """
    phrases = used_phrases()
    words = {key: phrases.wording(key) for key in date_words.ENGLISH}
    return date_words.when(start, end, short=short, year=year, words=words)


def at_date(start: str | None, end: str | None = None) -> str:
    """Return a partial date or a span with its preposition.

    >>> at_date("2018-05-15"), at_date("2018-06"), at_date(None)
    ('on 15 May 2018', 'in June 2018', 'at no stated date')
    >>> at_date("2018-05-15", "2018-05-16"), at_date("2016-11", "2018-02")
    ('on 15–16 May 2018', 'from November 2016 to February 2018')
    """
    if not start:
        return say("at_none")
    date = when(start, end or "")
    first, between, last = date.partition(" – ")
    if between:
        return say("at_span", first=first, last=last)
    exact = {4: "at_year", 7: "at_month"}.get(len(start), "at_day")
    return say(exact, date=date)


def paragraph(sentences: Sequence[str]) -> str:
    """Return the sentences that say something as one paragraph, each with a capital and a full stop.

    >>> paragraph(["one came first", "", "two cannot be placed."])
    'One came first. Two cannot be placed.'
    """
    return " ".join(finished(capital(sentence.strip())) for sentence in sentences if sentence.strip())


def finished(sentence: str) -> str:
    """Return the sentence with the full stop of the language, if it lacks one and the language has one.

    >>> finished("two cannot be placed"), finished("Which one?")
    ('two cannot be placed.', 'Which one?')
    """
    stop = say("sentence", sentence="")
    return sentence if sentence.endswith((".", "?", stop)) else say("sentence", sentence=sentence)
