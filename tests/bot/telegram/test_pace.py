"""How fast Telegram may be called, reckoned with clocks of the test's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.pace import Pace, SendingLimits

ANI, BUDI, CITRA, GROUP = 1, 2, 3, -7


def spend(pace: Pace, chat_id: int, now: float, way: float = 0.0) -> float:
    """Make a call as soon as it may be made; when that is. It is answered after ``way``."""
    at = max(pace.find_free_time(now), pace.find_chat_free_time(chat_id, now))
    pace.note_call(chat_id, at)
    pace.note_answer(chat_id, at + way)
    return at


def test_one_chat_gets_a_message_a_second_and_others_meanwhile_theirs() -> None:
    pace = Pace(SendingLimits(overall_a_second=2))
    assert spend(pace, ANI, 100.0) == 100.0
    assert spend(pace, BUDI, 100.0) == 100.0
    assert spend(pace, ANI, 100.0) == 101.0


def test_a_second_is_counted_from_when_telegram_has_answered() -> None:
    pace = Pace(SendingLimits(overall_a_second=0))
    pace.note_call(ANI, 100.0)
    pace.note_answer(ANI, 100.4)
    assert spend(pace, ANI, 100.5) == 101.4


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


@given(
    st.lists(st.tuples(st.integers(1, 9), st.floats(0, 0.3), st.floats(0, 0.4), st.floats(0, 1)))
)
def test_however_calls_travel_the_limits_hold_where_they_arrive(
    acts: list[tuple[int, float, float, float]],
) -> None:
    pace, now, arrivals = Pace(SendingLimits(overall_a_second=5)), 0.0, list[tuple[float, int]]()
    for chat, later, way, part in acts:
        now += later
        at = max(pace.find_free_time(now), pace.find_chat_free_time(chat, now))
        now = at
        pace.note_call(chat, at)
        pace.note_answer(chat, at + way)
        arrivals.append((at + way * part, chat))
    arrivals.sort()
    for number, (at, chat) in enumerate(arrivals):
        within = [who for when, who in arrivals[: number + 1] if when > at - 1 + 1e-9]
        assert len(within) <= 5
        assert within.count(chat) == 1


def test_a_call_that_hangs_does_not_hold_up_everybody_for_long() -> None:
    pace = Pace(SendingLimits(overall_a_second=2))
    pace.note_call(ANI, 0.0)
    pace.note_call(BUDI, 0.0)
    assert pace.find_free_time(0.0) == 3.0
    pace.note_answer(BUDI, 0.5)
    assert pace.find_free_time(0.5) == 1.5
    pace.note_call(BUDI, 5.0)
    pace.note_call(CITRA, 5.0)
    assert pace.find_free_time(5.0) == 8.0, "nor does it lift the limit"


def test_who_was_written_to_long_ago_is_forgotten() -> None:
    pace = Pace(SendingLimits())
    for chat in range(1, 1001):
        pace.note_call(chat, float(chat))
    assert len(pace._calls) < 100  # noqa: SLF001 - nobody else sees what memory holds
