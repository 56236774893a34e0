"""What people write about most: words and phrases, counted by person. Pure.

A text is taken apart by Unicode's rules. Words count by their stem, after Snowball (Porter 2001,
*Snowball: a language for stemming algorithms*; for Indonesian Tala 2003, *A study of stemming
effects on information retrieval in Bahasa Indonesia*), so that *banjir* and *kebanjiran* are one.
A person counts once for a stem, however often they wrote it. Stop words are never counted alone.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import regex
import snowballstemmer  # type: ignore[import-untyped]
from stop_words import safe_get_stop_words  # type: ignore[import-untyped]

from survey.catalogue import (
    SOURCE_LANGUAGE,
    find_catalogues,
    get_language_name,
    list_languages,
)

WORD_PATTERN = regex.compile(
    r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:[-'’][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*"
)
#: Between these parts of a text no phrase goes through.
PART_BREAKS = regex.compile(r"\s-+\s|[^\p{L}\p{M}\p{N}\s'’\-\u200c\u200d]+")
STRETCHED_LETTERS = regex.compile(r"(\p{L})\1{2,}")
#: A word that nearly always stands in a phrase is not shown beside it: this share of its people.
CONTAINED_SHARE = 0.8
#: Words in the longest phrase.
LONGEST_PHRASE = 3
#: A word or phrase as its stems.
Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordToken:
    """A word as written, and its stem."""

    written: str
    stem: str
    is_stop: bool


@dataclass(frozen=True, slots=True)
class OpenText:
    """What one person wrote, taken apart; no phrase goes from one part into the next."""

    language: str
    parts: tuple[tuple[WordToken, ...], ...]

    @property
    def has_content_words(self) -> bool:
        """Whether there is any word in it but stop words."""
        return any(not token.is_stop for part in self.parts for token in part)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a phrase in its most frequent form, and how many people wrote it."""

    text: str
    people: int


@cache
def load_stop_words(language: str) -> frozenset[str]:
    """Words that say nothing by themselves, those of everyday chat among them."""
    found = frozenset(safe_get_stop_words(language))
    more, kept = (read_word_list(language, key) for key in ("stop_words", "kept_words"))
    return found.union(more).difference(kept)


@cache
def load_conjunctions() -> frozenset[str]:
    """Words of any language on either side of which there is no phrase: people mix languages."""
    every = (read_word_list(language, "conjunctions") for language in list_languages())
    return frozenset(word for words in every for word in words)


def read_word_list(language: str, key: str) -> list[str]:
    """A list out of ``words.toml`` beside a language's catalogues; empty where there is none."""
    files = find_catalogues("words.toml", language)
    read = (tomllib.loads(file.read_text(encoding="utf-8")) for file in files)
    return [word for content in read for word in str(content.get(key, "")).split()]


@cache
def load_stemmer(language: str) -> Callable[[str], str]:
    """What makes a stem of a word; of a language that Snowball does not know the word itself."""
    name = get_language_name(language, SOURCE_LANGUAGE).lower()
    if name not in snowballstemmer.algorithms():
        return str
    stem: Callable[[str], str] = snowballstemmer.stemmer(name).stemWord
    return stem


@lru_cache(maxsize=1 << 16)
def stem_word(word: str, language: str) -> str:
    """The stem; of a word said twice (*anak-anak*, *anak2*) that of the word."""
    # Chat writes “banjiiir” for banjir, and “anak2” for anak-anak.
    plain = STRETCHED_LETTERS.sub(r"\1", word.casefold()).replace("’", "'").rstrip("2²")
    stems = {load_stemmer(language)(part) for part in plain.split("-")}
    return stems.pop() if len(stems) == 1 else load_stemmer(language)(plain)


def detect_language(text: str, hint: str) -> str:
    """The language whose stop words a text has more of; ``hint`` where that does not tell."""
    words = [word.casefold() for word in WORD_PATTERN.findall(text)]
    counts = {
        language: sum(w in load_stop_words(language) for w in words)
        for language in list_languages()
    }
    most = max(counts.values())
    leading = [language for language, count in counts.items() if count == most]
    # People answer in another language than the card's, so the text decides before the hint.
    return hint if hint in leading else leading[0]


def tokenize_text(text: str, hint: str) -> OpenText:
    """A text in its language; a part ends at a full stop, a comma, an emoji, a mark."""
    language = detect_language(text, hint)
    parts = (
        tuple(
            build_token(word, place, language)
            for place, word in enumerate(WORD_PATTERN.findall(part))
        )
        for part in PART_BREAKS.split(text)
    )
    return OpenText(language, tuple(part for part in parts if part))


def build_token(word: str, place: int, language: str) -> WordToken:
    """A capital that only begins a sentence is not the word's own."""
    shown = word.lower() if place == 0 and word[1:].islower() else word
    plain = word.casefold()
    is_stop = plain in load_stop_words(language) or len(plain) < 2 or plain.isdigit()
    return WordToken(shown, stem_word(word, language), is_stop)


def find_phrases(part: tuple[WordToken, ...]) -> Iterator[tuple[WordToken, ...]]:
    """All runs of up to ``LONGEST_PHRASE`` words that neither begin nor end with a stop word."""
    conjunctions = load_conjunctions()
    for begin, first in enumerate(part):
        for end in range(begin + 1, min(begin + LONGEST_PHRASE, len(part)) + 1):
            # Every longer run from here would have the conjunction in it as well.
            if part[end - 1].written.casefold() in conjunctions:
                break
            if not (first.is_stop or part[end - 1].is_stop):
                yield part[begin:end]


@dataclass(frozen=True, slots=True)
class FrequentTerms:
    """What may be printed of what people write most often; how many words more may not."""

    terms: list[Term]
    withheld: int


def find_frequent_terms(
    texts: Iterable[OpenText], minimum: int, most: int, may_print: Callable[[str], bool]
) -> FrequentTerms:
    """What the writers of these texts, one each, wrote most often: at most so many terms.

    What fewer than ``minimum`` people wrote is left out, as rare words can tell who wrote them; so
    is what may not be printed in any of the forms in which it was written. A word that nearly
    always stands in a phrase stands there only.
    """
    every = list(texts)
    people: Counter[Stems] = Counter()
    for text in every:
        # A set, since people are counted: who writes a word ten times is one.
        people.update({get_stems(p) for part in text.parts for p in find_phrases(part)})
    enough = {stems: count for stems, count in people.items() if count >= minimum}
    forms = count_forms(every, enough, may_print)
    # Before phrases swallow words: one that is not printed must not hide a word that may be.
    printed = {stems: count for stems, count in enough.items() if forms[stems]}
    kept = sorted(
        drop_contained_terms(printed), key=lambda stems: (-enough[stems], len(stems), stems)
    )[:most]
    return FrequentTerms(
        [Term(pick_usual_form(forms[stems]), enough[stems]) for stems in kept],
        sum(len(stems) == 1 and not forms[stems] for stems in enough),
    )


def count_forms(
    texts: Iterable[OpenText], wanted: Iterable[Stems], may_print: Callable[[str], bool]
) -> dict[Stems, Counter[str]]:
    """How often each term was written in which form, of those that may be printed."""
    forms = {stems: Counter[str]() for stems in wanted}
    for text in texts:
        for part in text.parts:
            for phrase in find_phrases(part):
                if (stems := get_stems(phrase)) in forms and all(
                    may_print(token.written) for token in phrase
                ):
                    forms[stems][" ".join(token.written for token in phrase)] += 1
    return forms


def get_stems(phrase: Sequence[WordToken]) -> Stems:
    return tuple(token.stem for token in phrase)


def drop_contained_terms(people: Mapping[Stems, int]) -> list[Stems]:
    """Words and phrases without those that nearly always stand in a longer one."""
    inside: set[Stems] = set()
    for longer, count in people.items():
        inside |= {
            part
            for part in list_shorter_runs(longer)
            if count >= CONTAINED_SHARE * people.get(part, 0)
        }
    return [stems for stems in people if stems not in inside]


def list_shorter_runs(stems: Stems) -> Iterator[Stems]:
    """The shorter runs of words in a phrase."""
    for size in range(1, len(stems)):
        for begin in range(len(stems) - size + 1):
            yield stems[begin : begin + size]


def pick_usual_form(forms: Counter[str]) -> str:
    """The most frequent form; of those alike the shortest."""
    return min(forms, key=lambda form: (-forms[form], len(form), form))
