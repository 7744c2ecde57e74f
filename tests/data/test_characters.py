"""What cannot be seen is found."""

import doctest

import pytest

from pressroom.data import characters
from pressroom.data.characters import is_blank


@pytest.mark.parametrize(
    "text", [" ", "\xa0", "\u200b", "\x00", "\ufeff", "\u2028", "\u3164", "\u2060\u00ad"]
)
def test_what_cannot_be_seen_is_blank(text):
    assert is_blank(text)
    assert not is_blank(f"{text}ก")


def test_the_examples_hold():
    assert doctest.testmod(characters).failed == 0
