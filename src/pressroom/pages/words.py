"""Words for numbers, lists and dates, so that prose reads as English for none, one and many."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from string import ascii_lowercase

from pressroom.data.date_words import when as when

_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
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


def number(n: int, *, none: str = "no") -> str:
    """Return `n` in words up to twelve, in figures above.

    >>> [number(n) for n in (0, 1, 12, 13)]
    ['no', 'one', 'twelve', '13']
    """
    if n < 0:
        raise ValueError(f"a count cannot be negative: {n}")
    return none if n == 0 else _NUMBERS[n] if n < len(_NUMBERS) else str(n)


def plural(noun: str, n: int) -> str:
    """Return the noun in the number that `n` asks for; only its last word changes.

    >>> plural("finished study", 2), plural("survey", 2), plural("Round Table", 1)
    ('finished studies', 'surveys', 'Round Table')
    """
    if n == 1:
        return noun
    return _IN_IES.sub("ie", noun) + "s"


def counted(n: int, noun: str, *, none: str = "no") -> str:
    """Return number and noun together.

    >>> counted(5, "finished study"), counted(1, "training"), counted(0, "country")
    ('five finished studies', 'one training', 'no countries')
    """
    return f"{number(n, none=none)} {plural(noun, n)}"


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
    phrases = ([f"{span[0]} to {span[-1]}"] if len(span) > 2 else map(str, span) for span in find_runs(years))
    return listed(phrase for part in phrases for phrase in part)


def listed(items: Iterable[str], *, last: str = "and") -> str:
    """Return the items as a phrase: ``a``, ``a and b``, ``a, b and c``.

    >>> listed(["north", "east", "south"])
    'north, east and south'
    """
    given = list(items)
    if len(given) < 2:
        return "".join(given)
    return f"{', '.join(given[:-1])} {last} {given[-1]}"


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
        return f"{'neither' if whole == 2 else 'none'} of the {number(whole)}"
    if part == whole:
        return {1: "it", 2: "both"}.get(whole, f"all {number(whole)}")
    return f"{number(part)} of the {number(whole)}"


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
    """Return the place in an order, in figures.

    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 21, 112)]
    ['1st', '2nd', '3rd', '4th', '11th', '21st', '112th']
    """
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def lower_first(words: str) -> str:
    """Return the words with a small first letter, unless they start with a name or a number.

    >>> lower_first("Training on law"), lower_first("MIT training")
    ('training on law', 'MIT training')
    """
    first = words.partition(" ")[0]
    return words if first[1:].lower() != first[1:] or first[:1].isdigit() else words[:1].lower() + words[1:]


def article(noun: str) -> str:
    """Return the noun with its indefinite article: ``a training``, ``an ongoing study``.

    >>> article("urgent visit"), article("undated study"), article("union"), article("UK visit")
    ('an urgent visit', 'an undated study', 'a union', 'a UK visit')
    """
    return f"{'an' if _IN_VOWEL.match(noun) else 'a'} {noun}"


def at_date(start: str | None, end: str | None = None) -> str:
    """Return a partial date or a span with its preposition.

    >>> at_date("2018-05-15"), at_date("2018-06"), at_date(None)
    ('on 15 May 2018', 'in June 2018', 'at no stated date')
    >>> at_date("2018-05-15", "2018-05-16"), at_date("2016-11", "2018-02")
    ('on 15–16 May 2018', 'from November 2016 to February 2018')
    """
    if not start:
        return "at no stated date"
    first, between, last = when(start, end or "").partition(" – ")
    return f"from {first} to {last}" if between else f"{'on' if len(start) == 10 else 'in'} {first}"


def paragraph(sentences: Sequence[str]) -> str:
    """Return the sentences that say something as one paragraph, each with a capital and a full stop.

    >>> paragraph(["one came first", "", "two cannot be placed."])
    'One came first. Two cannot be placed.'
    """
    said = [capital(sentence.strip()) for sentence in sentences if sentence.strip()]
    return " ".join(sentence if sentence.endswith((".", "?")) else sentence + "." for sentence in said)
