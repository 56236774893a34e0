"""Patterns of tokens as packs write them, read into trees.

``street '.'? capital-not_streets{1,3} > house`` is a sequence of tests with blanks between them:

- ``name``: a token in the list of that name, of that form (``SHAPES``), or a phrase of that name;
- ``'jl'`` or ``"i'm"``: that word or sign itself, whatever its capitals;
- ``a&b``, ``a-b``: in both; in the first and not in the second. ``~a``: without a blank before it;
- ``( a | b c )``: one or the other; ``a?``, ``a{1,3}``, ``a{2}``: at most once, so often;
- ``a*``: as often as there is; only at the end, where it can lead to nothing that fails;
- ``>``: what is before stays, what is behind goes. ``<`` at the beginning: the word before goes
  too, with whatever it hangs together with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import regex

PATTERN_TOKEN = regex.compile(
    r"""\s*('[^'\s]+'|"[^"\s]+"|[a-z_][a-z_0-9]*|\{\d+(?:,\d+)?\}|[~&|()?*<>-])"""
)
REPEAT_PATTERN = regex.compile(r"\{(\d+)(?:,(\d+))?\}")
#: So many tokens a pattern may be long, but for an endless tail: it bounds the work at one place.
LONGEST_PATTERN = 80
ENDLESS_FAULT = "has “*” before its end; write {0,20} instead"


@dataclass(frozen=True, slots=True)
class TokenTest:
    """One token that has all of the ``required`` roles and none of the ``forbidden``."""

    required: frozenset[str]
    forbidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PatternSequence:
    """One after another."""

    parts: tuple[PatternNode, ...]


@dataclass(frozen=True, slots=True)
class PatternChoice:
    """Any one of them; nothing fits where there is none."""

    options: tuple[PatternNode, ...]


@dataclass(frozen=True, slots=True)
class PatternRepeat:
    """From ``least`` to ``most`` times; ``most`` is None where there is no end."""

    part: PatternNode
    least: int
    most: int | None


PatternNode = TokenTest | PatternSequence | PatternChoice | PatternRepeat
#: Fits nothing: what a list or a phrase that no pack has is replaced by.
NOTHING = PatternChoice(())


@dataclass(frozen=True, slots=True)
class ParsedPattern:
    """A pattern: what stays, what goes, and whether the word before goes with it."""

    before: PatternNode | None
    taken: PatternNode
    takes_word_before: bool = False


class PatternParser:
    """Reads patterns; ``roles`` may be named in them, and ``phrases``, which are patterns too."""

    def __init__(self, roles: frozenset[str], phrases: Mapping[str, PatternNode]) -> None:
        self._roles = roles
        self._phrases = phrases
        self._pending: list[str] = []
        #: Words and signs that patterns name themselves, and lists that they use.
        self.named: set[str] = set()
        self.used: set[str] = set()

    def parse_pattern(self, text: str) -> ParsedPattern:
        """Raises ValueError for what cannot be read, fits nothing, or would need endless work."""
        parsed = self._parse_text(text)
        for part in (parsed.taken, parsed.before):
            if part is not None and measure_shortest(part) == 0:
                raise ValueError("fits where there is nothing; let it ask for one word at least")
        if parsed.before is not None and is_endless(parsed.before):
            raise ValueError(ENDLESS_FAULT)
        return parsed

    def parse_phrase(self, text: str) -> PatternNode:
        """A part of patterns. Raises ValueError."""
        parsed = self._parse_text(text)
        if parsed.before is not None or parsed.takes_word_before:
            raise ValueError("is a phrase; “<” and “>” stand in patterns only")
        return parsed.taken

    def _parse_text(self, text: str) -> ParsedPattern:
        self._pending = split_pattern(text)[::-1]
        takes = self._skip("<")
        first = self._parse_choice()
        before, taken = (first, self._parse_choice()) if self._skip(">") else (None, first)
        if self._pending:
            raise ValueError(f"makes no sense from “{self._pending[-1]}” on")
        check_bounded(taken)
        return ParsedPattern(before, taken, takes)

    def _skip(self, sign: str) -> bool:
        if self._pending and self._pending[-1] == sign:
            self._pending.pop()
            return True
        return False

    def _parse_choice(self) -> PatternNode:
        options = [self._parse_sequence()]
        while self._skip("|"):
            options.append(self._parse_sequence())
        return options[0] if len(options) == 1 else PatternChoice(tuple(options))

    def _parse_sequence(self) -> PatternNode:
        parts = []
        while self._pending and self._pending[-1] not in "|)>":
            parts.append(self._parse_repeat())
        if not parts:
            raise ValueError("has an empty part")
        return parts[0] if len(parts) == 1 else PatternSequence(tuple(parts))

    def _parse_repeat(self) -> PatternNode:
        part = self._parse_item()
        if self._skip("?"):
            return PatternRepeat(part, 0, 1)
        if self._skip("*"):
            return PatternRepeat(part, 0, None)
        if self._pending and (found := REPEAT_PATTERN.fullmatch(self._pending[-1])):
            self._pending.pop()
            least = int(found[1])
            return PatternRepeat(part, least, int(found[2] or least))
        return part

    def _parse_item(self) -> PatternNode:
        if self._skip("("):
            inside = self._parse_choice()
            if not self._skip(")"):
                raise ValueError("lacks a “)”")
            return inside
        glued = self._skip("~")
        if not glued and self._pending and (phrase := self._phrases.get(self._pending[-1])):
            self._pending.pop()
            return phrase
        required, forbidden = {self._parse_role()}, set[str]()
        while self._pending and self._pending[-1] in ("&", "-"):
            (required if self._pending.pop() == "&" else forbidden).add(self._parse_role())
        return TokenTest(
            frozenset(required | ({"glued"} if glued else set())), frozenset(forbidden)
        )

    def _parse_role(self) -> str:
        word = self._pending.pop() if self._pending else ""
        if word.startswith(("'", '"')):
            self.named.add(word[1:-1])
            return f"'{word[1:-1]}'"
        if word not in self._roles:
            raise ValueError(f"names “{word}”; add that list or mend its name")
        self.used.add(word)
        return word


def split_pattern(text: str) -> list[str]:
    """The words and signs of a pattern. Raises ValueError for what is neither."""
    found, at = [], 0
    while text[at:].strip():
        match = PATTERN_TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"is no pattern from “{text[at:].strip()[:20]}” on")
        found.append(match[1])
        at = match.end()
    return found


def is_endless(node: PatternNode) -> bool:
    """Whether there is no end to how much a pattern may fit."""
    match node:
        case PatternSequence(parts) | PatternChoice(parts):
            return any(map(is_endless, parts))
        case PatternRepeat(part, _, most):
            return most is None or is_endless(part)
    return False


def check_bounded(node: PatternNode) -> None:
    """Raise ValueError where the work at one place of a text could be endless and in vain."""
    match node:
        case PatternSequence(parts):
            if any(map(is_endless, parts[:-1])):
                raise ValueError(ENDLESS_FAULT)
            check_bounded(parts[-1])
        case PatternChoice(options):
            for option in options:
                check_bounded(option)
        case PatternRepeat(part, _, most) if most is None or is_endless(part):
            if is_endless(part) and most != 1:
                raise ValueError(ENDLESS_FAULT)
            check_bounded(part)
    if measure_longest(node) > LONGEST_PATTERN:
        raise ValueError(f"is longer than {LONGEST_PATTERN} words; ask for fewer")


def measure_longest(node: PatternNode) -> int:
    """The most tokens that a pattern fits, an endless tail aside."""
    match node:
        case TokenTest():
            return 1
        case PatternSequence(parts):
            return sum(map(measure_longest, parts))
        case PatternChoice(options):
            return max(map(measure_longest, options), default=0)
        case PatternRepeat(part, _, most):
            return measure_longest(part) * (1 if most is None else most)


def measure_shortest(node: PatternNode) -> int:
    """The fewest tokens that a pattern fits; one where it fits nothing."""
    match node:
        case TokenTest():
            return 1
        case PatternSequence(parts):
            return sum(map(measure_shortest, parts))
        case PatternChoice(options):
            return min(map(measure_shortest, options), default=1)
        case PatternRepeat(part, least, _):
            return measure_shortest(part) * least
