"""How many chats each worker has, and whose a chat is."""

from __future__ import annotations

from bot.workers.chat_partitions import (
    ALL_PARTITIONS,
    PARTITION_COUNT,
    ChatPartitions,
    find_partition,
    plan_change,
)
from bot.workers.update_forwarder import find_chat

NOTHING: frozenset[int] = frozenset()


def test_without_others_every_chat_is_here() -> None:
    alone = ChatPartitions()
    assert all(alone.takes_chat(chat) and alone.shows_chat(chat) for chat in (1, 4711, -100123))


def test_what_is_being_left_is_shown_yet_and_takes_no_more_updates() -> None:
    here = ChatPartitions(leaving=frozenset([find_partition(4711)]))
    assert here.shows_chat(4711)
    assert not here.takes_chat(4711)


def test_workers_come_to_equal_parts_whoever_comes_or_goes() -> None:
    held: list[set[int]] = [set()]
    for workers in (1, 2, 3, 5, 4, 2, 1):
        held = (held + [set() for _ in range(workers)])[:workers]
        for _ in range(3):  # What one leaves in a round, another takes in the next one.
            for mine in held:
                free = ALL_PARTITIONS.difference(*held)
                change = plan_change(mine, free, workers, (), free)
                mine |= change.take
                mine -= change.leave
        assert set().union(*held) == ALL_PARTITIONS
        assert sum(map(len, held)) == PARTITION_COUNT
        assert max(map(len, held)) <= -(-PARTITION_COUNT // workers)


def test_after_an_outage_everybody_takes_what_they_had_before_anybody_takes_the_rest() -> None:
    had = frozenset(range(32, 64))
    assert plan_change(NOTHING, ALL_PARTITIONS, 2, had, NOTHING).take == had
    others = frozenset(range(32))
    assert plan_change(NOTHING, ALL_PARTITIONS, 2, had, others | had).take == had
    assert plan_change(had, others, 1, NOTHING, NOTHING).take == NOTHING
    assert plan_change(had, others, 1, NOTHING, others).take == others


def test_the_chat_of_an_update_is_that_of_its_message_or_of_who_acts() -> None:
    private, group = {"id": 4711, "type": "private"}, {"id": -5, "type": "group"}
    sari = {"id": 4711}
    assert find_chat({"update_id": 1, "message": {"chat": private, "from": sari}}) == 4711
    assert find_chat({"update_id": 1, "message": {"chat": group, "from": sari}}) == -5
    tap = {"id": "9", "from": sari, "message": {"chat": group, "message_id": 1}}
    assert find_chat({"update_id": 1, "callback_query": tap}) == -5
    assert find_chat({"update_id": 1, "callback_query": {"id": "9", "from": sari}}) == 4711
    assert find_chat({"update_id": 1, "my_chat_member": {"chat": group, "from": sari}}) == -5
    for strange in ({"update_id": 1}, {"update_id": 1, "poll": {"id": "x"}}, [], None, 7):
        assert find_chat(strange) is None
