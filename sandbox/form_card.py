"""A card of a form as somebody reads it who knows nothing of it: what it asks, what can be done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from sandbox.phone_screen import ShownMessage
from sandbox.walking_words import TypedGuess, WalkingWords

#: How far one has got: it changes with other answers, and is no part of a question.
PROGRESS_PATTERN = re.compile(r"^\d+ \S+ \d+ .*$", re.MULTILINE)
#: Of them as many as a card wants: as telephone numbers begin, and others.
DIGITS = ("08123456789012345678", "12345678901234567890")
NUMBER_PATTERN = re.compile(r"\d[\d.,]*\d|\d")


class FormCard:
    """A message with buttons, read as a question."""

    def __init__(self, shown: ShownMessage, words: WalkingWords) -> None:
        self.shown = shown
        self.text = shown.text
        self.labels = shown.labels
        self._words = words

    @cached_property
    def warning(self) -> str:
        """Why the last answer was refused; "" if none was."""
        parts = self.text.split("\n\n")
        return next((part for part in parts if self._words.warning.match(part)), "")

    @cached_property
    def question(self) -> str:
        """What is asked, to tell one question from another: where one is, and what is in bold."""
        head = PROGRESS_PATTERN.sub("", self.text.split("\n\n")[0])
        return "\n".join([head, *self._list_bold_words()])

    def _list_bold_words(self) -> list[str]:
        """The words in bold. Telegram counts them in UTF-16 units."""
        units = self.text.encode("utf-16-le")
        bold = (e for e in self.shown.raw.get("entities", ()) if e["type"] == "bold")
        spans = ((e["offset"] * 2, (e["offset"] + e["length"]) * 2) for e in bold)
        return [units[start:end].decode("utf-16-le") for start, end in spans]

    def find_label(self, pattern: re.Pattern[str]) -> str:
        """The first label that matches; "" if none does."""
        return next(filter(pattern.search, self.labels), "")

    @cached_property
    def choices(self) -> list[str]:
        """Labels that answer, or lead to what answers."""
        return [label for label in self.labels if not self._words.is_control(label)]

    @cached_property
    def boxes(self) -> tuple[list[str], list[str]]:
        """Boxes that can be ticked, and those that are."""
        tick, ticked = self._words.tick, self._words.ticked
        return [*filter(tick.search, self.labels)], [*filter(ticked.search, self.labels)]

    @cached_property
    def guesses(self) -> list[tuple[str, str]]:
        """What to try where nothing can be tapped, (what to do, with which words), likely first."""
        numbers = [("say", number) for number in self._list_near_numbers()]
        rated = [(self._rate_guess(guess), guess) for guess in self._words.guess]
        hinted, usual, other = (_spread([g for rate, g in rated if rate == n]) for n in range(3))
        # Who is refused reads why: what is wanted may stand there.
        first = [*numbers, *hinted] if self.warning else [*hinted, *numbers]
        return list(dict.fromkeys([*first, *usual, *other]))

    def _list_near_numbers(self) -> Iterator[str]:
        """Numbers that the card names and those beside them, and numbers with so many digits."""
        body = self.text.partition("\n\n")[2]
        for number in NUMBER_PATTERN.findall(body):
            yield number
            if number.isdecimal():
                yield from (str(int(number) + 1), str(int(number) - 1))
                yield from (digits[: int(number)] for digits in DIGITS if int(number))

    def _rate_guess(self, guess: TypedGuess) -> int:
        """0 for what the card asks for, 1 for what may always be tried, 2 for anything else."""
        if guess.hint is None:
            return 1
        return 0 if guess.hint.search(self.text) else 2


def _spread(guesses: list[TypedGuess]) -> list[tuple[str, str]]:
    """Each word to type and each thing to send, by itself."""
    return [
        one
        for guess in guesses
        for one in ([(guess.send, "")] if guess.send else [("say", words) for words in guess.say])
    ]
