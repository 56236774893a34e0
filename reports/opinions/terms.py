"""What people write about most: words and phrases, counted by person. Pure.

A text is taken apart by Unicode's rules. Words count by their stem, after Snowball (Porter 2001,
*Snowball: a language for stemming algorithms*; for Indonesian Tala 2003, *A study of stemming
effects on information retrieval in Bahasa Indonesia*), so that *banjir* and *kebanjiran* are one.
A person counts once for a stem, however often they wrote it. Stop words are never counted alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import regex
import snowballstemmer  # type: ignore[import-untyped]
from stop_words import get_stop_words  # type: ignore[import-untyped]

#: Languages that can be taken apart, by the names that Snowball has for them.
STEMMERS = {"id": "indonesian", "en": "english"}
#: What Jakarta writes in a chat and the lists of written Indonesian do not have: short forms,
#: particles, and words of asking and thanking, which say nothing of what is asked for.
CHAT_STOP_WORDS = (
    "aja ajah aj gak ga gk nggak ngga engga enggak ndak tdk tak yg dgn dg utk utuk sih dong donk "
    "deh kok lah loh lho nih tuh kan ya yaa iya ok oke krn karna klo kalo kl tp tapi jd jgn jg dr "
    "dri pd dlm sdh udh udah blm bs bisa kyk kayak kayanya gitu gini gimana gmn knp sm sama "
    "banget bgt bngt doang cuma cuman emang emg buat bt biar biarin pake pk gue gw gua lu lo loe "
    "elo ane saya aku kita kami kalian bikin tolong tlg mohon mhn harap semoga makasih terima "
    "kasih trims thx pak bu bapak ibu min kak gan terus trus trs jadi lagi lg msh masih mau mo "
    "pengen ingin harus hrs perlu sebaiknya segera hal satu dll dsb dst spt skrg sekarang si nya "
    "kurang kurangi mengurangi dikurangi tambah tambahkan ditambah perbanyak diperbanyak perbaiki "
    "perbaikan diperbaiki memperbaiki benerin benahi dibenahi pembenahan tingkatkan ditingkatkan "
    "meningkatkan peningkatan bangun atasi mengatasi diatasi penanganan masalah soal"
)
#: Words of the lists that matter to a city: *lalu lintas*, and what people ask for in English.
KEPT_WORDS = "lalu area help home homes place problem problems system work working works"
WORD_PATTERN = regex.compile(
    r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:[-'’][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*"
)
#: What stands on either side of these is no phrase.
CONJUNCTIONS = frozenset({"dan", "atau", "serta", "and", "or"})
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
    """Words that say nothing by themselves; Indonesian ones with those of everyday chat."""
    found = frozenset(get_stop_words(language))
    more = CHAT_STOP_WORDS.split() if language == "id" else ()
    return found.union(more).difference(KEPT_WORDS.split())


@cache
def load_stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(STEMMERS[language])


@lru_cache(maxsize=1 << 16)
def stem_word(word: str, language: str) -> str:
    """The stem; of a word said twice (*anak-anak*, *anak2*) that of the word."""
    plain = STRETCHED_LETTERS.sub(r"\1", word.casefold()).replace("’", "'").rstrip("2²")
    stems = {str(load_stemmer(language).stemWord(part)) for part in plain.split("-")}
    return stems.pop() if len(stems) == 1 else str(load_stemmer(language).stemWord(plain))


def detect_language(text: str, hint: str) -> str:
    """The language whose stop words a text has more of; ``hint`` where that does not tell."""
    words = [word.casefold() for word in WORD_PATTERN.findall(text)]
    counts = {language: sum(w in load_stop_words(language) for w in words) for language in STEMMERS}
    most = max(counts.values())
    leading = [language for language, count in counts.items() if count == most]
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
    for begin, first in enumerate(part):
        for end in range(begin + 1, min(begin + LONGEST_PHRASE, len(part)) + 1):
            if part[end - 1].written.casefold() in CONJUNCTIONS:
                break
            if not (first.is_stop or part[end - 1].is_stop):
                yield part[begin:end]


def find_frequent_terms(texts: Iterable[OpenText], minimum: int, most: int) -> list[Term]:
    """What the writers of these texts, one each, wrote most often: at most so many terms.

    What fewer than ``minimum`` people wrote is left out, as rare words can tell who wrote them; and
    a word that nearly always stands in a phrase stands there only.
    """
    every = list(texts)
    people: Counter[Stems] = Counter()
    for text in every:
        # A set, since people are counted: who writes a word ten times is one.
        people.update({get_stems(p) for part in text.parts for p in find_phrases(part)})
    enough = {stems: count for stems, count in people.items() if count >= minimum}
    kept = sorted(
        drop_contained_terms(enough), key=lambda stems: (-enough[stems], len(stems), stems)
    )[:most]
    forms = {stems: Counter[str]() for stems in kept}
    for text in every:
        for part in text.parts:
            for phrase in find_phrases(part):
                if (stems := get_stems(phrase)) in forms:
                    forms[stems][" ".join(token.written for token in phrase)] += 1
    return [Term(pick_usual_form(forms[stems]), enough[stems]) for stems in kept]


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
