"""The one thing that callers need: a text in, what may be shown of it out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import regex

from survey.redaction.long_numbers import LongNumberSweep
from survey.redaction.quote_excerpts import REPEATED_MARKS
from survey.redaction.redaction_pack import (
    COMMON_PHRASES,
    NAME_PATTERNS,
    NET_LISTS,
    NET_PATTERNS,
    WORD_LISTS,
    RedactionPack,
    merge_phrases,
    merge_word_lists,
)
from survey.redaction.rule_sweep import RedactionRule, RuleSweep, build_rules
from survey.redaction.text_tokens import REDACTION_MARK, SHAPES, TokenReader, join_tokens
from survey.redaction.token_patterns import NOTHING, PatternChoice, PatternNode, PatternParser

# A letter that cannot be seen would hide a number or a name from every pattern. Joiners stay: emoji
# and some scripts fall apart without them. V1 is what lets ``regex`` subtract sets.
INVISIBLE = regex.compile(r"(?V1)[\p{Cf}--[\u200c\u200d]]")
BLANKS = regex.compile(r"[\s\p{Cc}]++")
ParsedNode = TypeVar("ParsedNode")
#: What one round leaves can show another one something new. A text that is still not settled after
#: so many rounds was made to be so, and nothing of it is shown.
MOST_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class RedactedText:
    """What is left of a text, and in how many places something was taken out.

    ``work`` is how many words were looked at, counted again for each pattern that looked.
    """

    text: str
    removals: int
    work: int = 0


class Redactor:
    """Takes out what packs and the patterns of everywhere find. Made once, since that takes time.

    ``harmless`` are words that are no names: of places, of firms, of every day. Raises ValueError
    for a pattern that cannot be read, and for a list or a phrase that nothing uses or that is
    missing.
    """

    def __init__(self, packs: Iterable[RedactionPack] = (), harmless: Iterable[str] = ()) -> None:
        every = tuple(packs)
        lists = merge_word_lists(every)
        lists["harmless"] += harmless
        parser = build_parser(every, frozenset(lists))
        net = list_rules(parser, "", NET_PATTERNS)
        country = list_rules(parser, "patterns", merge_patterns(pack.patterns for pack in every))
        left = list_rules(
            parser, "harmless", merge_patterns(pack.harmless for pack in every), leaves=True
        )
        names = list_rules(parser, "", NAME_PATTERNS)
        check_all_used(every, parser.used)
        self._reader = TokenReader(lists, parser.named)
        # Addresses on the net go first, as a number inside would break them apart; numbers before
        # all else, as a house number is the beginning of a longer one.
        self._sweeps = (
            RuleSweep(net),
            LongNumberSweep(lists["numbers"]),
            RuleSweep([*left, *country, *names]),
        )
        # Many people write the same; a report reads every text again.
        self._redact = lru_cache(maxsize=1 << 14)(self._redact_anew)

    def redact(self, text: str) -> RedactedText:
        """The text on one line without what could tell who is meant, a mark in its place.

        Taken out are: addresses on the net and accounts; six digits or more with whatever is
        between them, written as words too; what the packs' patterns find; dates of birth; names
        behind a title, an office or a word for oneself, and known ones anywhere. Doing it again
        changes nothing. It takes time in proportion to the length of the text, whatever it says.
        """
        return self._redact(text)

    def _redact_anew(self, text: str) -> RedactedText:
        left, work = clean_line(text), 0
        for _ in range(MOST_ROUNDS):
            tokens = self._reader.read_text(left)
            for sweep in self._sweeps:
                swept = sweep.sweep_tokens(tokens)
                tokens, work = swept.tokens, work + swept.work
            before, left = left, clean_line(REPEATED_MARKS.sub(REDACTION_MARK, join_tokens(tokens)))
            if left == before:
                return RedactedText(left, left.count(REDACTION_MARK), work)
        return RedactedText(REDACTION_MARK, 1, work)

    def find_possible_names(self, text: str) -> list[str]:
        """Words of a redacted text that may still be a name: a person must look at them."""
        tokens, found = self._reader.read_text(text), list[str]()
        run: list[str] = []
        for place, token in enumerate(tokens):
            begins = place == 0 or "sign" in tokens[place - 1].roles - {"','"}
            if is_possible_name(token.roles) and (run or not begins):
                run.append(token.text)
            elif run:
                found.append(" ".join(run))
                run = []
        return list(dict.fromkeys([*found, *([" ".join(run)] if run else [])]))


def is_possible_name(roles: frozenset[str]) -> bool:
    """Whether a word with a capital may be a name: it is in no list of words that are none."""
    short = "upper" in roles and "letters3" in roles
    return "capital" in roles and not roles & {"harmless", "not_names", "titles"} and not short


def build_parser(packs: Iterable[RedactionPack], lists: frozenset[str]) -> PatternParser:
    """What reads patterns: it knows all lists, and all phrases by what they mean.

    Raises ValueError.
    """
    phrases: dict[str, PatternNode] = {}
    parser = PatternParser(SHAPES | lists, phrases)
    # In the order in which they stand, since a phrase may name those before it.
    written = merge_phrases(packs)
    for name, texts in [*written.items(), *((n, [t]) for n, t in COMMON_PHRASES.items())]:
        options = [parse_named(parser.parse_phrase, "phrases", name, text) for text in texts]
        phrases[name] = (
            NOTHING
            if not options
            else options[0]
            if len(options) == 1
            else PatternChoice(tuple(options))
        )
    return parser


def parse_named(parse: Callable[[str], ParsedNode], where: str, name: str, text: str) -> ParsedNode:
    """What a pattern means. Raises ValueError with where it stands."""
    try:
        return parse(text)
    except ValueError as fault:
        raise ValueError(f"{where}: “{name}” {fault}") from None


def list_rules(
    parser: PatternParser, where: str, patterns: Mapping[str, str], leaves: bool = False
) -> list[RedactionRule]:
    """Rules of patterns, in their order. Raises ValueError."""
    parsed = [
        parse_named(parser.parse_pattern, where, name, text) for name, text in patterns.items()
    ]
    return build_rules(parsed, leaves)


def merge_patterns(every: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The patterns of all packs; of two of one name the later."""
    return {name: text for patterns in every for name, text in patterns.items()}


def check_all_used(packs: Iterable[RedactionPack], used: set[str]) -> None:
    """Raise ValueError for a list that nothing reads."""
    known = used | WORD_LISTS | NET_LISTS.keys()
    if idle := sorted({name for pack in packs for name in pack.words} - known):
        raise ValueError(f"words.{idle[0]}: nothing reads it. Remove it or mend its spelling")


def clean_line(text: str) -> str:
    """On one line, without letters that cannot be seen."""
    return BLANKS.sub(" ", INVISIBLE.sub("", text)).strip()
