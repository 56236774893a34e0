"""Which number stands for which code in statistics programs, once and for all. Pure.

SPSS, and most who use it, label numbers and leave out numbers. So each code of a choice gets one
when it is first fielded, and keeps it in every file from then on:

- a code that is a whole number or a decimal is that number: ``-99``, ``0``, ``05`` → 5, ``1.5``;
- a place's code loses its dots: ``31.71.08`` → 317108, and ``31.71`` where ``31.71.08`` is asked
  for in the same questionnaire;
- special answers (``tt`` don't know …) have the numbers of ``SPECIAL_NUMBERS`` everywhere;
- words get 1, 2, 3 … in the order of the sheet; beside codes that are numbers 1001, 1002 …, so
  that a number which is added later finds its place free.

Whichever came first keeps a number; a code that comes too late for its own is counted as a word.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count

from survey.forms.model.questionnaire import Questionnaire

#: Answers that say nothing of the matter: don't know, rather not say, not exposed, not my field.
SPECIAL_NUMBERS: Mapping[str, int] = {"tt": -1, "tm": -2, "tp": -3, "bb": -4}
NUMBER_CODE = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
DOTTED_CODE = re.compile(r"[1-9]\d*(\.\d+)+", re.ASCII)
#: Beyond this a number is not exact in a statistics program.
EXACT_LIMIT = 2**53
#: Letters of a code that may be a number below that.
LONGEST_NUMBER = 24
#: Where words begin beside numbers, if no number is as large.
WORDS_BESIDE_NUMBERS = 1000


def assign_code_numbers(
    fixed: Mapping[str, float], codes: Iterable[str], places: frozenset[str] = frozenset()
) -> dict[str, float]:
    """A number for each of ``codes`` that has none in ``fixed``, in their order.

    ``places`` are codes of two parts that are places' and no decimals (``find_place_codes``).
    """
    new = [code for code in dict.fromkeys(codes) if code not in fixed]
    taken, made = set(fixed.values()), dict[str, float]()
    # Special answers first: their numbers are the same in every question.
    for code in sorted(new, key=lambda code: code not in SPECIAL_NUMBERS):
        number = read_own_number(code, places)
        if number is not None and number not in taken:
            made[code] = number
            taken.add(number)
    every = {*fixed, *new} - SPECIAL_NUMBERS.keys()
    numeric = any(read_own_number(code, places) is not None for code in every)
    words = number_words(taken, beside_numbers=numeric)
    return {code: made[code] if code in made else next(words) for code in new}


def read_own_number(code: str, places: frozenset[str] = frozenset()) -> float | None:
    """The number that a code is by itself; None for a word."""
    if code in SPECIAL_NUMBERS:
        return SPECIAL_NUMBERS[code]
    if len(code) > LONGEST_NUMBER:
        return None
    if code in places or (DOTTED_CODE.fullmatch(code) and code.count(".") > 1):
        number = float(code.replace(".", ""))
    elif NUMBER_CODE.fullmatch(code):
        number = float(code)
    else:
        return None
    return simplify_number(number) if abs(number) < EXACT_LIMIT else None


def simplify_number(number: float) -> float:
    """A whole number as an integer, which is written without a point."""
    return int(number) if number.is_integer() else number


def number_words(taken: Collection[float], *, beside_numbers: bool) -> Iterator[float]:
    """Numbers that no code has, one after another: from 1, or from 1001 beside other numbers."""
    first = 1
    if beside_numbers:
        first = WORDS_BESIDE_NUMBERS + 1
        while any(number >= first + WORDS_BESIDE_NUMBERS for number in taken):
            first = (first - 1) * 10 + 1
    yield from (number for number in count(first) if number not in taken)


def find_place_codes(lists: Iterable[Iterable[str]]) -> frozenset[str]:
    """Codes of two parts, such as ``31.71``, in lists of which another list of a form goes on.

    ``31.71.08`` goes on ``31.71``; without such a list it may as well be a decimal.
    """
    every = [list(codes) for codes in lists]
    longer = {code.rpartition(".")[0] for codes in every for code in codes if code.count(".") > 1}
    return frozenset(
        code
        for codes in every
        if not longer.isdisjoint(codes)
        for code in codes
        if code.count(".") == 1 and DOTTED_CODE.fullmatch(code)
    )


def number_version(
    fixed: Mapping[str, Mapping[str, float]], form: Questionnaire
) -> dict[str, dict[str, float]]:
    """What a version fields for the first time: question's path -> code -> its number.

    ``fixed`` are the numbers that codes of the questionnaire have already, by path.
    """
    asked = {
        question.path: [choice.value for choice in question.choices]
        for question in form.questions
        if question.choices
    }
    places = find_place_codes(asked.values())
    made = {
        path: assign_code_numbers(fixed.get(path, {}), codes, places)
        for path, codes in asked.items()
    }
    return {path: numbers for path, numbers in made.items() if numbers}


def number_versions(
    fixed: Mapping[str, Mapping[str, float]], versions: Iterable[Questionnaire]
) -> dict[str, dict[str, float]]:
    """All numbers of a questionnaire, by path, codes in the order in which they were fielded.

    ``versions`` are the oldest first. What is in ``fixed`` already stays.
    """
    known = {path: dict(numbers) for path, numbers in fixed.items()}
    for form in versions:
        for path, numbers in number_version(known, form).items():
            known.setdefault(path, {}).update(numbers)
    return known
