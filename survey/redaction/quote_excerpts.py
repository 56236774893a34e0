"""Shortening what somebody wrote, without a word that is not theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import regex

from survey.redaction.text_tokens import REDACTION_MARK

REPEATED_MARKS = regex.compile(r"\[…\](?:[\s,.;:/–-]*+\[…\])++")


def shorten_quote(text: str, part: str) -> str | None:
    """``text`` with a mark for what ``part`` leaves out; None if that has words of its own.

    So a quote can be shortened, but nobody can be made to say what they did not write. Capitals and
    punctuation do not count; emoji stay where they stood.
    """
    words = text.split()
    said = [(key, place) for place, word in enumerate(words) if (key := strip_word(word))]
    runs = list(split_runs(part))
    # A run of words is looked for as it stands first, so that the mark is where one would put it.
    places = find_places(said, runs) or find_places(said, [[key] for run in runs for key in run])
    if not runs or places is None:
        return None
    return REPEATED_MARKS.sub(REDACTION_MARK, " ".join(mark_gaps(words, places)))


def split_runs(part: str) -> Iterator[list[str]]:
    """The words of an excerpt, as runs between what is no word, such as ``…``."""
    run: list[str] = []
    for word in [*part.split(), ""]:
        if key := strip_word(word):
            run.append(key)
        elif run:
            yield run
            run = []


def find_places(said: Sequence[tuple[str, int]], runs: Iterable[Sequence[str]]) -> list[int] | None:
    """The places of the words of runs that follow each other; None where one is not there."""
    text = f" {' '.join(key for key, _ in said)} "
    # Where in that text each word begins, for the way back from a letter to a word.
    numbers = {
        begin: number
        for number, begin in enumerate(accumulate((len(key) + 1 for key, _ in said), initial=0))
    }
    found, at = list[int](), 0
    for run in runs:
        begin = text.find(wanted := f" {' '.join(run)} ", at)
        if begin < 0:
            return None
        found += [place for _, place in said[numbers[begin] : numbers[begin] + len(run)]]
        at = begin + len(wanted) - 1
    return found


def mark_gaps(words: Sequence[str], places: Iterable[int]) -> Iterator[str]:
    """The words at places, with a mark for each gap that has words in it."""
    end = 0
    for place in [*places, len(words)]:
        gap = words[end:place]
        yield from [REDACTION_MARK] if any(map(strip_word, gap)) else gap
        yield from words[place : place + 1]
        end = place + 1


def strip_word(word: str) -> str:
    """A word's letters and digits alone."""
    return regex.sub(r"[^\p{L}\p{N}]", "", word).casefold()
