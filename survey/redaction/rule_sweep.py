"""Going over a text once with patterns: what they find is replaced by a mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from survey.redaction.text_tokens import GLUED_MARK, MARK, TextToken
from survey.redaction.token_automaton import TokenAutomaton
from survey.redaction.token_patterns import ParsedPattern, PatternChoice, PatternNode

#: Signs by which an address on the net hangs together.
JOINING_SIGNS = frozenset("._-+%")
#: So many pairs of tokens are remembered with the rules that they may begin.
MOST_PAIRS = 1 << 16


@dataclass(frozen=True, slots=True)
class RedactionRule:
    """A pattern ready for use. ``leaves`` says that what it fits is left as it is."""

    before: TokenAutomaton | None
    taken: TokenAutomaton
    takes_word_before: bool = False
    leaves: bool = False

    def can_start(self, roles: frozenset[str], following: frozenset[str]) -> bool:
        """Whether it may fit where tokens with these roles follow each other."""
        first = self.taken if self.before is None else self.before
        if first.goes_on(roles, following):
            return True
        return first.fits_one(roles) and (self.before is None or self.taken.begins_with(following))


@dataclass(frozen=True, slots=True)
class RuleFit:
    """Where a rule fits: from ``begin`` on goes what is before ``end``."""

    rule: RedactionRule
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class SweptTokens:
    """What is left, and how many tokens were looked at, counted again for each pattern."""

    tokens: list[TextToken]
    work: int


def build_rules(parsed: Iterable[ParsedPattern], leaves: bool = False) -> list[RedactionRule]:
    """Rules from what was read: patterns of which nothing stays are read by one automaton."""
    joined: dict[bool, list[PatternNode]] = {False: [], True: []}
    rules = []
    for each in parsed:
        if each.before is None:
            joined[each.takes_word_before].append(each.taken)
        else:
            before, taken = TokenAutomaton(each.before), TokenAutomaton(each.taken)
            rules.append(RedactionRule(before, taken, leaves=leaves))
    return rules + [
        RedactionRule(None, TokenAutomaton(PatternChoice(tuple(nodes))), takes, leaves)
        for takes, nodes in joined.items()
        if nodes
    ]


class RuleSweep:
    """Goes from left to right. At each place the rule that reaches furthest is carried out.

    As no pattern goes over a mark, and each rule reads a bounded number of tokens for nothing, the
    work grows with the number of tokens.
    """

    def __init__(self, rules: Iterable[RedactionRule]) -> None:
        # Of two that reach as far the first one counts: one that leaves, then one that takes more.
        self._rules = sorted(rules, key=lambda rule: (not rule.leaves, not rule.takes_word_before))
        self._starting: dict[tuple[frozenset[str], frozenset[str]], tuple[RedactionRule, ...]] = {}

    def sweep_tokens(self, tokens: Sequence[TextToken]) -> SweptTokens:
        """The tokens with marks in the place of what rules find."""
        # A mark at the end, which no pattern goes over, so that there is always one that follows.
        pending, done = [*tokens, MARK], list[TextToken]()
        at, work, starting = 0, 0, self._starting
        while at < len(tokens):
            fit, pair = None, (pending[at].roles, pending[at + 1].roles)
            if (rules := starting.get(pair)) is None:
                rules = self._find_rules(*pair)
            if rules:
                fit, looked = find_longest_fit(rules, pending, at, can_take_before(done))
                work += looked
            work += 1
            if fit is None:
                done.append(pending[at])
                at += 1
            elif fit.rule.leaves:
                done += pending[at : fit.end]
                at = fit.end
            else:
                if fit.rule.takes_word_before:
                    pop_word_before(done, pending, at)
                at = put_mark(pending, at, fit)
        return SweptTokens(done, work)

    def _find_rules(
        self, roles: frozenset[str], following: frozenset[str]
    ) -> tuple[RedactionRule, ...]:
        """The rules that may fit where two such tokens follow each other: nearly always none."""
        if len(self._starting) >= MOST_PAIRS:
            self._starting.clear()
        found = tuple(rule for rule in self._rules if rule.can_start(roles, following))
        self._starting[roles, following] = found
        return found


def find_longest_fit(
    rules: Iterable[RedactionRule], tokens: Sequence[TextToken], at: int, has_word_before: bool
) -> tuple[RuleFit | None, int]:
    """The rule that reaches furthest from a place, None if none fits; how many tokens were read."""
    best, work = None, 0
    for rule in rules:
        if rule.takes_word_before and not has_word_before:
            continue
        begin = at
        if rule.before is not None:
            begin, looked = rule.before.find_end(tokens, at)
            work += looked
            if begin < 0:
                continue
        end, looked = rule.taken.find_end(tokens, begin)
        work += looked
        if end > begin and (best is None or end > best.end):
            best = RuleFit(rule, begin, end)
    return best, work


def put_mark(pending: list[TextToken], at: int, fit: RuleFit) -> int:
    """Put a mark in the place of what goes, in front of it what stays; where to go on.

    It goes on with what stays, since that may fit another rule now.
    """
    kept = pending[at : fit.begin]
    pending[fit.end - 1] = GLUED_MARK if pending[fit.begin].glued else MARK
    place = fit.end - 1 - len(kept)
    pending[place : fit.end - 1] = kept
    return place


def can_take_before(done: Sequence[TextToken]) -> bool:
    """Whether there is a word before, for a rule that takes it along."""
    return bool(done) and joins_address(done[-1])


def pop_word_before(done: list[TextToken], pending: list[TextToken], at: int) -> None:
    """Take the word before ``at``, with what it hangs together with, out of what is done.

    The token at ``at`` then stands in its place, as the first that goes.
    """
    first = done.pop()
    while first.glued and can_take_before(done):
        first = done.pop()
    pending[at] = TextToken(pending[at].text, first.glued, pending[at].roles)


def joins_address(token: TextToken) -> bool:
    """Whether a token may be part of an address on the net."""
    return "word" in token.roles or "number" in token.roles or token.text in JOINING_SIGNS
