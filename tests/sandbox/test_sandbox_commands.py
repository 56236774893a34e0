"""Who is shown which commands, by scope and language."""

from __future__ import annotations

import pytest

from sandbox import GroupChatClient, PersonClient, Sandbox
from tests.sandbox.raw_bot import RawBot


async def shown(person: PersonClient, chat: GroupChatClient | None = None) -> list[str]:
    return [command["command"] for command in await person.list_commands(chat)]


async def set_commands(bot: RawBot, name: str, language: str = "", **scope: object) -> None:
    commands = [{"command": name, "description": name}]
    about: dict[str, object] = {"scope": scope} if scope else {}
    await bot.call_method("setMyCommands", commands=commands, language_code=language, **about)


async def test_the_nearest_scope_that_has_commands_is_shown(
    box: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    budi = await box.add_person(1002, language_code="en")
    tono = await box.add_person(1003, language_code="id")
    await budi.start()
    group = await box.create_group("Sekretariat", [siti, budi, tono])
    await group.appoint(budi)
    steps = (
        ({}, ("default", "default", "default", "default")),
        ({"type": "all_private_chats"}, ("private", "default", "default", "default")),
        ({"type": "all_group_chats"}, ("private", "groups", "groups", "groups")),
        ({"type": "all_chat_administrators"}, ("private", "heads", "heads", "groups")),
        ({"type": "chat", "chat_id": group.id}, ("private", "here", "here", "here")),
        (
            {"type": "chat_administrators", "chat_id": group.id},
            ("private", "our_heads", "our_heads", "here"),
        ),
        (
            {"type": "chat_member", "chat_id": group.id, "user_id": budi.id},
            ("private", "our_heads", "budi", "here"),
        ),
        ({"type": "chat", "chat_id": siti.id}, ("siti", "our_heads", "budi", "here")),
    )
    names = ("default", "private", "groups", "heads", "here", "our_heads", "budi", "siti")
    for name, (scope, expected) in zip(names, steps, strict=True):
        await set_commands(bot, name, **scope)
        found = [await shown(siti)]
        found += [await shown(person, group) for person in (siti, budi, tono)]
        assert found == [[word] for word in expected]


async def test_the_own_language_comes_first_within_a_scope_and_the_scope_before_the_language(
    siti: PersonClient, bot: RawBot
) -> None:
    await set_commands(bot, "mulai", "id")
    await set_commands(bot, "start")
    assert await shown(siti) == ["mulai"]
    await set_commands(bot, "go", type="all_private_chats")
    assert await shown(siti) == ["go"]
    await set_commands(bot, "ayo", "id", type="all_private_chats")
    assert await shown(siti) == ["ayo"]
    scope = {"type": "all_private_chats"}
    await bot.call_method("deleteMyCommands", scope=scope, language_code="id")
    await bot.call_method("setMyCommands", commands=[], scope=scope)
    assert await shown(siti) == ["mulai"]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"scope": {"type": "chat", "chat_id": 5}}, "chat not found"),
        ({"scope": {"type": "chat_member", "chat_id": 0, "user_id": 0}}, "Invalid user_id"),
        ({"language_code": "ind"}, "invalid language code specified"),
    ],
)
async def test_a_scope_must_be_one(
    box: Sandbox, siti: PersonClient, bot: RawBot, params: dict[str, object], words: str
) -> None:
    group = await box.create_group("Sekretariat", [siti])
    scope = params.get("scope")
    if isinstance(scope, dict) and scope["chat_id"] == 0:
        scope["chat_id"] = group.id
    commands = [{"command": "a", "description": "a"}]
    assert words in await bot.expect_refusal("setMyCommands", commands=commands, **params)
