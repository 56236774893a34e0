"""Long numbers, however they are written: with anything between, as words, in any script.

Six digits or more are a telephone, an identity or an account number, unless they plainly are
something else: years, an hour and another one, a sum of money, a length.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from survey.redaction.rule_sweep import SweptTokens
from survey.redaction.text_tokens import (
    GLUED_MARK,
    MARK,
    YEAR_PATTERN,
    TextToken,
    fold_word,
    join_tokens,
)

#: So many digits tell who is meant.
FEWEST_DIGITS = 6
#: So many blanks and signs may stand between two digits.
WIDEST_GAP = 4
#: A longer run is never a year, an hour or a measure.
LONGEST_HARMLESS = 40
#: Letters that are written for digits, at the most so many together.
DIGIT_LETTERS = frozenset("oilsbxz")
MOST_DIGIT_LETTERS = 4
YEARS = regex.compile(
    rf"{YEAR_PATTERN.pattern}(?:(?:\s?[-–/,]\s?|\s){YEAR_PATTERN.pattern})*+"
    r"(?:\s?[-–/]\s?[0-9]{2})?"
)
HOURS = regex.compile(
    r"(?:[01]?[0-9]|2[0-4])[.:][0-5][0-9]\s?[-–/]\s?(?:[01]?[0-9]|2[0-4])[.:][0-5][0-9]"
)
QUANTITY = r"(?:[1-9][0-9]{0,2}(?:[.,][0-9]{3}){0,3}|[1-9][0-9]{0,6})(?:[.,][0-9]{1,2})?"
QUANTITIES = regex.compile(rf"{QUANTITY}(?:\s?[-–]\s?{QUANTITY})?")
SEVERAL = regex.compile(r"[0-9]{1,3}(?:, ?[0-9]{1,3}){2,}+")


@dataclass(slots=True)
class DigitRun:
    """Digits that belong together: the places of the first and the last, and how many they are."""

    first: int
    last: int
    digits: int
    gap: int = 0


class LongNumberSweep:
    """Puts marks in the place of long numbers; ``number_words`` are the digits as words."""

    def __init__(self, number_words: Iterable[str]) -> None:
        every = "|".join(sorted(map(regex.escape, number_words), key=len, reverse=True))
        #: A word that consists of them.
        self._compound: regex.Pattern[str] | None = (
            regex.compile(rf"(?:{every}){{2,}}+") if every else None
        )
        self._single: regex.Pattern[str] | None = regex.compile(every) if every else None

    def sweep_tokens(self, tokens: Sequence[TextToken]) -> SweptTokens:
        """The tokens with a mark in the place of each long number."""
        done, end = list[TextToken](), 0
        for run in self.find_runs(tokens):
            if run.digits < FEWEST_DIGITS or is_harmless_run(tokens, run):
                continue
            first = find_number_start(tokens, run.first, end)
            done += tokens[end:first]
            done.append(GLUED_MARK if tokens[first].glued else MARK)
            end = run.last + 1
        return SweptTokens([*done, *tokens[end:]], len(tokens))

    def find_runs(self, tokens: Sequence[TextToken]) -> Iterable[DigitRun]:
        """All runs of digits from left to right, each token looked at once."""
        run: DigitRun | None = None
        for place, token in enumerate(tokens):
            digits = self._count_digits(tokens, place)
            if run is not None and not digits:
                run.gap += measure_gap(token)
            if run is not None and (token.is_mark or run.gap + (not token.glued) > WIDEST_GAP):
                yield run
                run = None
            if digits and run is None:
                run = DigitRun(place, place, digits)
            elif digits and run is not None:
                run.last, run.digits, run.gap = place, run.digits + digits, 0
        if run is not None:
            yield run

    def _count_digits(self, tokens: Sequence[TextToken], place: int) -> int:
        """How many digits a token stands for."""
        token = tokens[place]
        if "number" in token.roles:
            return len(token.text)
        if "numbers" in token.roles:
            return 1
        if "number_pairs" in token.roles:
            return 2
        if "word" not in token.roles:
            return 0
        if len(token.text) <= MOST_DIGIT_LETTERS and stand_for_digits(tokens, place):
            return len(token.text)
        if self._compound and self._single and self._compound.fullmatch(fold_word(token.text)):
            return len(self._single.findall(fold_word(token.text)))
        return 0


def measure_gap(token: TextToken) -> int:
    """How much a token that is no digit parts digits: a word does so altogether."""
    if "number_gaps" in token.roles:
        return 0
    return WIDEST_GAP + 1 if "word" in token.roles else (1 if token.glued else 2)


def stand_for_digits(tokens: Sequence[TextToken], place: int) -> bool:
    """Whether letters are written for digits, as in *O812*: they hang together with digits."""
    text = fold_word(tokens[place].text)
    behind = tokens[place].glued and "number" in tokens[place - 1].roles
    ahead = (
        place + 1 < len(tokens) and tokens[place + 1].glued and "number" in tokens[place + 1].roles
    )
    return DIGIT_LETTERS.issuperset(text) and (
        (behind and ahead) or (set(text) == {"o"} and (behind or ahead))
    )


def find_number_start(tokens: Sequence[TextToken], first: int, least: int) -> int:
    """Where a number begins with the signs before it, such as a plus."""
    while first > least and tokens[first - 1].text in "+(" and not tokens[first - 1].is_mark:
        first -= 1
    return first


def is_harmless_run(tokens: Sequence[TextToken], run: DigitRun) -> bool:
    """Whether digits are years, short numbers to call, hours, or how much there is of something."""
    inside = tokens[run.first : run.last + 1] if run.last - run.first < LONGEST_HARMLESS else ()
    if not inside or any("word" in token.roles for token in inside):
        return False
    if all("short_numbers" in token.roles or "number" not in token.roles for token in inside):
        return True
    text = join_tokens(inside)
    if YEARS.fullmatch(text) or HOURS.fullmatch(text):
        return True
    if SEVERAL.fullmatch(text) and is_rising(regex.findall("[0-9]+", text)):
        return True
    return bool(QUANTITIES.fullmatch(text)) and names_quantity(tokens, run)


def is_rising(numbers: Sequence[str]) -> bool:
    """Whether each number is more than the one before, and none begins with a nought."""
    values = list(map(int, numbers))
    return not any(n.startswith("0") for n in numbers) and all(a < b for a, b in pairwise(values))


def names_quantity(tokens: Sequence[TextToken], run: DigitRun) -> bool:
    """Whether a unit follows, or a currency stands before."""
    at = run.first - 1
    if at > 0 and tokens[at].text == ".":
        at -= 1
    follows = run.last + 1 < len(tokens) and "units" in tokens[run.last + 1].roles
    return follows or (at >= 0 and "currencies" in tokens[at].roles)
