"""What reads tokens by a pattern: each token once, all that the pattern may become side by side.

The construction is Thompson's (1968, *Regular expression search algorithm*); its sets of states
are made into states of one automaton when they are first met (Aho, Sethi, Ullman 1986, section
3.7), so that reading on is one look into a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from survey.redaction.text_tokens import TextToken
from survey.redaction.token_patterns import (
    PatternChoice,
    PatternNode,
    PatternRepeat,
    PatternSequence,
    TokenTest,
)

#: The state from which nothing fits any more.
DEAD = 0


class TokenAutomaton:
    """Says how far a pattern fits from a place on."""

    def __init__(self, pattern: PatternNode) -> None:
        self._tests: list[list[tuple[TokenTest, int]]] = []
        self._skips: list[list[int]] = []
        begin = self._add_state()
        self._last = self._add_node(pattern, begin)
        # Of the automaton of sets: what each consists of, where a token's roles lead, whether the
        # pattern fits up to there.
        self._numbers: dict[frozenset[int], int] = {}
        self._members: list[frozenset[int]] = []
        self._moves: list[dict[frozenset[str], int]] = []
        self._fits: list[bool] = []
        # Reports redact in several threads, and two may meet something new at once.
        self._lock = Lock()
        self._number_set(frozenset())
        self._first = self._number_set(self._follow_skips({begin}))

    def begins_with(self, roles: frozenset[str]) -> bool:
        """Whether the pattern may begin with a token with these roles."""
        return self._move(self._first, roles) != DEAD

    def fits_one(self, roles: frozenset[str]) -> bool:
        """Whether a token with these roles is all that the pattern needs."""
        return self._fits[self._move(self._first, roles)]

    def goes_on(self, roles: frozenset[str], following: frozenset[str]) -> bool:
        """Whether the pattern may begin with two tokens with these roles."""
        return self._move(self._move(self._first, roles), following) != DEAD

    def find_end(self, tokens: Sequence[TextToken], at: int) -> tuple[int, int]:
        """Where the longest fit from ``at`` ends (-1: it does not fit), and how many were read."""
        state, end, place = self._first, -1, at
        for place in range(at, len(tokens)):
            roles = tokens[place].roles
            following = self._moves[state].get(roles)
            state = self._move(state, roles) if following is None else following
            if state == DEAD:
                break
            if self._fits[state]:
                end = place + 1
        return end, place - at + 1

    def _move(self, state: int, roles: frozenset[str]) -> int:
        with self._lock:
            if (known := self._moves[state].get(roles)) is not None:
                return known
            reached = {
                target
                for member in self._members[state]
                for test, target in self._tests[member]
                if test.required <= roles and not test.forbidden & roles
            }
            number = self._number_set(self._follow_skips(reached))
            self._moves[state][roles] = number
            return number

    def _number_set(self, members: frozenset[int]) -> int:
        if members not in self._numbers:
            self._members.append(members)
            self._moves.append({})
            self._fits.append(self._last in members)
            self._numbers[members] = len(self._members) - 1
        return self._numbers[members]

    def _follow_skips(self, states: set[int]) -> frozenset[int]:
        pending, reached = list(states), set(states)
        while pending:
            new = set(self._skips[pending.pop()]) - reached
            reached |= new
            pending += new
        return frozenset(reached)

    def _add_state(self) -> int:
        self._tests.append([])
        self._skips.append([])
        return len(self._tests) - 1

    def _add_node(self, node: PatternNode, begin: int) -> int:
        """Add what leads from a state by a pattern; the state it leads to."""
        match node:
            case TokenTest():
                end = self._add_state()
                self._tests[begin].append((node, end))
                return end
            case PatternSequence(parts):
                for part in parts:
                    begin = self._add_node(part, begin)
                return begin
            case PatternChoice(options):
                end = self._add_state()
                for option in options:
                    self._skips[self._add_node(option, begin)].append(end)
                return end
            case PatternRepeat():
                return self._add_repeat(node, begin)

    def _add_repeat(self, node: PatternRepeat, begin: int) -> int:
        for _ in range(node.least):
            begin = self._add_node(node.part, begin)
        end = self._add_state()
        self._skips[begin].append(end)
        if node.most is None:
            # A state of its own: what leads back must not lead into what stands before.
            loop = self._add_state()
            self._skips[begin].append(loop)
            self._skips[self._add_node(node.part, loop)] += [loop, end]
            return end
        for _ in range(node.most - node.least):
            begin = self._add_node(node.part, begin)
            self._skips[begin].append(end)
        return end
