"""Who guesses codes has to wait; others do not, and memory is bounded."""

from __future__ import annotations

from math import inf

from bot.attempts import (
    ATTEMPT_WINDOW,
    LOG_INTERVAL,
    MOST_REMEMBERED,
    MOST_WRONG_CODES,
    AttemptLimiter,
    normalize_attempter,
)


def test_a_persons_wrong_codes_are_forgiven_each_after_ten_minutes() -> None:
    limiter = AttemptLimiter()
    waits = [limiter.count_wrong_attempt(7, second) for second in range(MOST_WRONG_CODES)]
    assert waits == [False] * (MOST_WRONG_CODES - 1) + [True]
    assert not limiter.allows_attempt(7, ATTEMPT_WINDOW - 1)
    assert limiter.allows_attempt(7, ATTEMPT_WINDOW), "the first one is ten minutes old"
    assert limiter.count_wrong_attempt(7, ATTEMPT_WINDOW)
    assert limiter.allows_attempt(8, 10)


def test_an_address_gains_one_attempt_at_a_time() -> None:
    limiter = AttemptLimiter(20, 2.0, one_by_one=True, share=4)
    assert [limiter.count_wrong_attempt("10.0.0.1", 0) for _ in range(20)][-1]
    assert not limiter.allows_attempt("10.0.0.1", 1.9)
    assert limiter.allows_attempt("10.0.0.1", 2)
    assert limiter.count_wrong_attempt("10.0.0.1", 2)
    assert not limiter.allows_attempt("10.0.0.1", 3.9)
    assert limiter.allows_attempt("10.0.0.1", 4)


def test_attempts_are_counted_by_household_and_remembered_within_bounds() -> None:
    limiter = AttemptLimiter(3, inf, one_by_one=True, share=4)
    for number in range(3):
        assert limiter.allows_attempt("2001:db8::1")
        limiter.count_wrong_attempt(f"2001:db8::{number}")
    assert not limiter.allows_attempt("2001:db8::ffff"), "the same household"
    assert limiter.allows_attempt("2001:db8:0:1::1")
    assert normalize_attempter("10.0.0.7") == "10.0.0.7"
    assert normalize_attempter("testclient") == "testclient"
    assert normalize_attempter(7) == 7


def test_whoever_was_quiet_longest_is_forgotten_so_that_memory_is_bounded() -> None:
    limiter = AttemptLimiter(1, inf)
    limiter.count_wrong_attempt("10.9.9.9")
    assert not limiter.allows_attempt("10.9.9.9")
    for person in range(MOST_REMEMBERED):
        limiter.count_wrong_attempt(person)
    assert limiter.allows_attempt("10.9.9.9")
    assert not limiter.allows_attempt(MOST_REMEMBERED - 1)


def test_many_addresses_gain_one_guess_each_and_shut_nobody_out() -> None:
    limiter = AttemptLimiter(3, 2.0, one_by_one=True, share=4)
    for number in range(12):
        limiter.count_wrong_attempt(f"10.0.0.{number}", 0)
    assert not limiter.allows_attempt("10.0.0.7", 0.4), "it had its guess"
    assert limiter.allows_attempt("10.9.9.9", 0.4), "whoever has not guessed is let in"
    limiter.count_wrong_attempt("10.9.9.9", 0.4)
    assert not limiter.allows_attempt("10.9.9.9", 0.4)
    assert limiter.allows_attempt("10.0.0.7", 1), "four times as quickly as one"


def test_the_log_has_a_line_a_minute_at_the_most() -> None:
    limiter = AttemptLimiter()
    assert [limiter.is_worth_logging() for _ in range(3)] == [True, False, False]
    assert LOG_INTERVAL == 60
