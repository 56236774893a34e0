"""Which of the words that people write may be printed: none that could be somebody's name. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache

import regex

from reports.opinions.terms import STRETCHED_LETTERS, WORD_PATTERN, load_stop_words
from survey.catalogue import list_languages

#: Where a word falls into parts that are words too.
WORD_JOINTS = regex.compile(r"[-'’]")


class PublishableWords:
    """Words of a vocabulary, of released quotes and of grammar; all others could be names.

    A name that five people write is still a name, so that being frequent does not make a word
    harmless.
    """

    def __init__(self, vocabulary: Collection[str], released: Iterable[str] = ()) -> None:
        said = (word.casefold() for text in released for word in WORD_PATTERN.findall(text))
        self._words = load_every_stop_word().union(vocabulary, said)

    def has_word(self, written: str) -> bool:
        """Whether a word may be printed as it was written."""
        plain = written.casefold()
        return self._knows(plain) or all(map(self._knows, WORD_JOINTS.split(plain)))

    def _knows(self, word: str) -> bool:
        # Chat writes “banjiiir” for banjir, and “anak2” for anak-anak.
        short = STRETCHED_LETTERS.sub(r"\1", word).rstrip("2²")
        return not short or word.isdigit() or word in self._words or short in self._words


@cache
def load_every_stop_word() -> frozenset[str]:
    """The stop words of all languages."""
    return frozenset(word for code in list_languages() for word in load_stop_words(code))
