"""Telegram's limits on sending, and what it costs to go on in spite of them."""

from __future__ import annotations

import pytest

from sandbox import PersonClient, Sandbox
from tests.sandbox.raw_bot import RawBot


@pytest.fixture
async def limited(box: Sandbox) -> Sandbox:
    """The limits hold, and time stands still."""
    await box.move_clock(stopped=True)
    await box.switch_rate_limits(on=True)
    return box


async def retry_after(bot: RawBot, chat: int, method: str = "sendMessage", **params: object) -> int:
    """Seconds to wait, as the answer says; 0 if the call was let through."""
    status, body = await bot.send_request(method, chat_id=chat, text="x", **params)
    if status == 200:
        return 0
    assert (status, body["error_code"]) == (429, 429)
    assert (
        body["description"] == f"Too Many Requests: retry after {body['parameters']['retry_after']}"
    )
    return int(body["parameters"]["retry_after"])


async def test_edits_count_like_messages(limited: Sandbox, siti: PersonClient, bot: RawBot) -> None:
    sent = await bot.call_method("sendMessage", chat_id=siti.id, text="card")
    at = {"message_id": sent["message_id"]}
    assert await retry_after(bot, siti.id, "editMessageText", **at) == 1
    await limited.move_clock(advance=1)
    assert await retry_after(bot, siti.id, "editMessageText", **at) == 0
    assert await retry_after(bot, siti.id) == 1
    assert await bot.call_method("deleteMessage", chat_id=siti.id, **at)
    assert await bot.call_method("sendChatAction", chat_id=siti.id, action="typing")


async def test_thirty_a_second_to_everybody(limited: Sandbox, bot: RawBot) -> None:
    people = [await limited.add_person(number) for number in range(1, 33)]
    for person in people:
        await person.start()
    waits = [await retry_after(bot, person.id) for person in people]
    assert waits == [0] * 30 + [1] * 2
    await limited.move_clock(advance=1)
    assert [await retry_after(bot, person.id) for person in people[30:]] == [0, 0]


async def test_a_group_at_its_limit_holds_up_nobody_else(
    limited: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    group = await limited.create_group("Sekretariat", [siti])
    assert [await retry_after(bot, group.id) for _ in range(21)] == [0] * 20 + [60]
    assert await retry_after(bot, siti.id) == 0


async def test_the_pause_grows_for_who_goes_on_and_not_for_who_waits(
    limited: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    assert [await retry_after(bot, siti.id) for _ in range(4)] == [0, 1, 1, 1]
    waits = []
    for _ in range(9):
        await limited.move_clock(advance=0.3)
        waits.append(await retry_after(bot, siti.id))
    assert waits == [2, 4, 8, 16, 32, 64, 120, 120, 120]
    await limited.move_clock(advance=120)
    assert await retry_after(bot, siti.id) == 0
    assert await retry_after(bot, siti.id) == 1
    await limited.move_clock(advance=0.3)
    assert await retry_after(bot, siti.id) == 120
    await limited.move_clock(advance=181)
    assert [await retry_after(bot, siti.id) for _ in range(2)] == [0, 1]
    await limited.move_clock(advance=0.3)
    assert await retry_after(bot, siti.id) == 2


async def test_other_numbers_can_be_set(limited: Sandbox, siti: PersonClient, bot: RawBot) -> None:
    await limited.switch_rate_limits(on=True, per_chat=3, penalty_most=5)
    assert [await retry_after(bot, siti.id) for _ in range(4)] == [0, 0, 0, 1]
    await limited.switch_rate_limits(on=True, per_chat=0)
    assert [await retry_after(bot, siti.id) for _ in range(4)] == [0] * 4
    with pytest.raises(ValueError, match="no limit is called per_day"):
        await limited.switch_rate_limits(on=True, per_day=3)
