"""A text taken apart into words, numbers and signs, each with what patterns may ask of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

# Python's own ``re`` will not do: it knows no classes such as \p{L}, and names are written in every
# script.
import regex

#: Stands where something was taken out.
REDACTION_MARK = "[…]"
# Every loop is possessive, so that nothing is ever read twice.
TOKEN_PATTERN = regex.compile(r"\[…\]|\p{L}[\p{L}\p{M}]*+(?:['’]\p{L}[\p{L}\p{M}]*+)*+|\p{N}++|\S")
#: So many different words are remembered with their roles.
MOST_REMEMBERED = 1 << 15
#: The role of everything but a mark.
ANY = "any"
#: The role of what stands without a blank behind what is before it.
GLUED = "glued"
#: What a token may be by its form alone.
SHAPES = frozenset(
    {
        *(ANY, GLUED, "sign", "word", "capital", "title_case", "upper", "small"),
        *("letter", "letters2", "letters3", "number", "number3", "number4", "year"),
    }
)
#: Four figures that are a year people write about.
YEAR_PATTERN = regex.compile(r"(?:19|20)[0-9]{2}")


@dataclass(frozen=True, slots=True)
class TextToken:
    """A word, a number, a sign or a mark; ``glued`` if there is no blank before it.

    ``roles`` are the names of the lists it is in, what its form makes it, and itself between
    apostrophes where a pattern names it.
    """

    text: str
    glued: bool
    roles: frozenset[str]

    @property
    def is_mark(self) -> bool:
        return not self.roles


#: A mark has no role, so that no pattern goes over it.
MARK, GLUED_MARK = (TextToken(REDACTION_MARK, glued, frozenset()) for glued in (False, True))


def fold_word(text: str) -> str:
    """A word as lists have it: without capitals, wide letters and styled letters plain."""
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'")


def describe_shape(text: str) -> frozenset[str]:
    """What a token is by its form alone."""
    if text[0].isalpha():
        return frozenset({ANY, "word", *describe_letters(text)})
    if regex.fullmatch(r"\p{N}++", text):
        plain = unicodedata.normalize("NFKC", text)
        sizes = {f"number{most}" for most in (3, 4) if len(text) <= most}
        return frozenset(
            {ANY, "number", *sizes, *(["year"] if YEAR_PATTERN.fullmatch(plain) else [])}
        )
    return frozenset({ANY, "sign"})


def describe_letters(text: str) -> Iterable[str]:
    """What a word is by its capitals and its length."""
    capital = text[0].isupper() or text[0].istitle()
    yield "capital" if capital else "small"
    if len(text) == 1:
        yield "letter"
    if text.isupper():
        yield "upper"
    if capital and len(text) > 1 and text[1:].islower():
        yield "title_case"
    yield from (f"letters{most}" for most in (2, 3) if len(text) <= most)


class TokenReader:
    """Takes texts apart; knows the lists of words, and which words patterns name themselves.

    In a list ``*nya`` is every word that ends so, and ``peng*`` every one that begins so.
    """

    def __init__(self, lists: Mapping[str, Collection[str]], named: Collection[str]) -> None:
        self._named = frozenset(named)
        self._lists: dict[str, set[str]] = {}
        self._affixes: list[tuple[str, str]] = []
        for name, words in lists.items():
            for word in words:
                if "*" in word:
                    self._affixes.append((word.casefold(), name))
                else:
                    self._lists.setdefault(fold_word(word), set()).add(name)
        self._remembered: dict[tuple[str, bool], TextToken] = {}
        # Equal roles are one object, so that looking them up compares nothing.
        self._role_sets: dict[frozenset[str], frozenset[str]] = {}

    def read_text(self, text: str) -> list[TextToken]:
        """The tokens of a text that is on one line."""
        found = []
        for match in TOKEN_PATTERN.finditer(text):
            begin = match.start()
            found.append(self._read_token(match[0], begin > 0 and text[begin - 1] != " "))
        return found

    def _read_token(self, text: str, glued: bool) -> TextToken:
        if text == REDACTION_MARK:
            return GLUED_MARK if glued else MARK
        if (token := self._remembered.get((text, glued))) is None:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            roles = frozenset(self._list_roles(text, glued))
            token = TextToken(text, glued, self._role_sets.setdefault(roles, roles))
            self._remembered[text, glued] = token
        return token

    def _list_roles(self, text: str, glued: bool) -> Iterable[str]:
        folded = fold_word(text)
        yield from describe_shape(text)
        yield from self._lists.get(folded, ())
        yield from (name for affix, name in self._affixes if has_affix(folded, affix))
        if folded in self._named:
            yield f"'{folded}'"
        if glued:
            yield GLUED


def has_affix(word: str, affix: str) -> bool:
    """Whether a word begins or ends as an entry of a list says, and is more than that."""
    if affix.startswith("*"):
        return word.endswith(affix[1:]) and len(word) >= len(affix) + 2
    return word.startswith(affix[:-1]) and len(word) >= len(affix) + 2


def join_tokens(tokens: Iterable[TextToken]) -> str:
    """The text of tokens."""
    return "".join(token.text if token.glued else f" {token.text}" for token in tokens).lstrip()
