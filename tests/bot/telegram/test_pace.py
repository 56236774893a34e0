"""How fast Telegram may be called, reckoned with clocks of the test's own."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.pace import Pace, SendingLimits

ANI, BUDI, CITRA, GROUP = 1, 2, 3, -7


def spend(pace: Pace, chat_id: int, now: float) -> float:
    """Make a call as soon as it may be made; when that is."""
    at = max(pace.find_free_time(now), pace.find_chat_free_time(chat_id, now))
    pace.note_call(chat_id, at)
    return at


def test_one_chat_gets_a_message_a_second_and_others_meanwhile_theirs() -> None:
    pace = Pace(SendingLimits(overall_a_second=10))
    assert [spend(pace, ANI, 100.0) for _ in range(3)] == [100.0, 101.0, 102.0]
    pace = Pace(SendingLimits(overall_a_second=10))
    spend(pace, ANI, 100.0)
    assert spend(pace, BUDI, 100.0) == 100.1


def test_a_group_gets_twenty_in_a_minute() -> None:
    pace = Pace(SendingLimits(overall_a_second=0))
    times = [spend(pace, GROUP, 0.0) for _ in range(41)]
    assert times == [0.0] * 20 + [60.0] * 20 + [120.0]


def test_nothing_is_limited_where_the_settings_say_so() -> None:
    pace = Pace(SendingLimits(0, 0, 0))
    assert {spend(pace, chat, 5.0) for chat in (ANI, GROUP) for _ in range(100)} == {5.0}


def test_a_refusal_holds_its_chat_and_nobody_else() -> None:
    pace = Pace(SendingLimits(0, 0, 0))
    pace.note_refusal(GROUP, 59, 10.0)
    assert spend(pace, ANI, 10.0) == 10.0
    assert spend(pace, GROUP, 10.0) == 69.0


def test_where_several_chats_are_refused_at_once_everybody_is_held() -> None:
    pace = Pace(SendingLimits(0, 0, 0))
    for chat in (ANI, BUDI, CITRA):
        pace.note_refusal(chat, 5, 10.0)
    assert spend(pace, 4, 10.0) == 15.0


def test_refusals_that_lie_apart_are_each_their_chats_own() -> None:
    pace = Pace(SendingLimits(0, 0, 0))
    for number, chat in enumerate((ANI, BUDI, CITRA)):
        pace.note_refusal(chat, 5, 10.0 + 2 * number)
    assert spend(pace, 4, 14.0) == 14.0


@given(st.lists(st.tuples(st.integers(1, 4), st.floats(0, 0.3)), max_size=80))
def test_whoever_is_written_to_the_limits_hold(acts: list[tuple[int, float]]) -> None:
    limits = SendingLimits(overall_a_second=5, chat_a_second=1)
    pace, now, times, of_chat = Pace(limits), 0.0, [], {}  # type: ignore[var-annotated]
    for chat, later in acts:
        now += later
        at = spend(pace, chat, now)
        assert at >= now
        times.append(at)
        of_chat.setdefault(chat, []).append(at)
    assert all(b - a >= 0.2 - 1e-9 for a, b in pairwise(sorted(times)))
    for made in of_chat.values():
        assert all(b - a >= 1 - 1e-9 for a, b in pairwise(made))


def test_who_was_written_to_long_ago_is_forgotten() -> None:
    pace = Pace(SendingLimits())
    for chat in range(1, 1001):
        pace.note_call(chat, float(chat))
    assert len(pace._calls) < 100  # noqa: SLF001 - nobody else sees what memory holds
