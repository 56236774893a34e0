"""Topics, channels, anonymous administrators and forwards, as the Bot API tells of them."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import CannotDo, GroupChatClient, PersonClient, Sandbox
from tests.sandbox.bot_api_schema import find_update_problems
from tests.sandbox.raw_bot import RawBot, build_keyboard

CLOSED = "Bad Request: TOPIC_CLOSED"
NO_TOPIC = "Bad Request: message thread not found"


class WaryBot:
    """A bot that takes no update which the Bot API does not know."""

    def __init__(self, bot: RawBot) -> None:
        self._bot = bot

    async def fetch(self, kind: str = "message") -> list[dict[str, Any]]:
        """What the next updates of a kind hold."""
        updates = await self._bot.fetch_updates(1)
        assert [problem for update in updates for problem in find_update_problems(update)] == []
        return [update[kind] for update in updates if kind in update]


@pytest.fixture
def wary(bot: RawBot) -> WaryBot:
    return WaryBot(bot)


@pytest.fixture
async def forum(box: Sandbox, siti: PersonClient) -> GroupChatClient:
    """A forum of Siti's, with Budi (1002) and the bot."""
    budi = await box.add_person(1002, first_name="Budi")
    group = await (await box.create_group("Sekretariat", [siti, budi])).migrate()
    await group.open_forum()
    return group


async def test_messages_in_a_topic_say_so_and_answers_go_there(
    siti: PersonClient, bot: RawBot, wary: WaryBot, forum: GroupChatClient
) -> None:
    topic = await forum.create_topic("Banjir")
    created = (await wary.fetch())[-1]
    assert created["forum_topic_created"]["name"] == "Banjir"
    assert (created["message_id"], created["message_thread_id"]) == (topic, topic)
    await siti.say("/laporan", forum, topic=topic)
    await siti.say("/laporan", forum)
    inside, general = await wary.fetch()
    assert (inside["message_thread_id"], inside["is_topic_message"]) == (topic, True)
    assert inside["reply_to_message"]["forum_topic_created"]["name"] == "Banjir"
    assert inside["chat"]["is_forum"] is True
    assert "message_thread_id" not in general
    to_topic = {"chat_id": forum.id, "message_thread_id": topic}
    sent = await bot.call_method("sendMessage", text="x", **to_topic)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (topic, True)
    reply = {"message_id": inside["message_id"]}
    sent = await bot.call_method("sendMessage", chat_id=forum.id, text="x", reply_parameters=reply)
    assert sent["message_thread_id"] == topic
    sent = await bot.call_method("sendMessage", chat_id=forum.id, text="x")
    assert "message_thread_id" not in sent
    assert await bot.call_method("sendChatAction", action="typing", **to_topic)


async def test_a_closed_topic_is_for_administrators(
    box: Sandbox, siti: PersonClient, bot: RawBot, wary: WaryBot, forum: GroupChatClient
) -> None:
    topic = await forum.create_topic("Banjir")
    await forum.close_topic(topic)
    assert (await wary.fetch())[-1]["forum_topic_closed"] == {}
    to_topic = {"chat_id": forum.id, "message_thread_id": topic, "text": "x"}
    assert await bot.expect_refusal("sendMessage", **to_topic) == CLOSED
    budi = await box.add_person(1002)
    with pytest.raises(CannotDo, match="closed"):
        await budi.say("x", forum, topic=topic)
    await siti.say("/laporan", forum, topic=topic)
    await forum.promote_bot()
    assert await bot.expect_refusal("sendMessage", **to_topic) == CLOSED
    await forum.promote_bot(manage_topics=True)
    await bot.call_method("sendMessage", **to_topic)
    await forum.promote_bot()
    await forum.close_topic(topic, closed=False)
    await bot.call_method("sendMessage", **to_topic)
    await forum.close_topic(1)
    assert await bot.expect_refusal("sendMessage", chat_id=forum.id, text="x") == CLOSED


async def test_a_topic_that_is_not_there(
    siti: PersonClient, bot: RawBot, forum: GroupChatClient
) -> None:
    topic = await forum.create_topic("Banjir")
    sent = await bot.call_method("sendMessage", chat_id=forum.id, message_thread_id=topic, text="x")
    await forum.delete_topic(topic)
    to_message = {"chat_id": forum.id, "message_id": sent["message_id"], "text": "y"}
    words = await bot.expect_refusal("editMessageText", **to_message)
    assert words == "Bad Request: message to edit not found"
    for chat, thread in ((forum.id, topic), (forum.id, 1), (siti.id, 5)):
        to_topic = {"chat_id": chat, "message_thread_id": thread, "text": "x"}
        assert await bot.expect_refusal("sendMessage", **to_topic) == NO_TOPIC


async def test_a_group_without_topics_does_not_mind_a_thread(
    box: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    group = await box.create_group("Sekretariat", [siti])
    sent = await bot.call_method("sendMessage", chat_id=group.id, message_thread_id=7, text="x")
    assert "message_thread_id" not in sent


async def test_the_bot_is_added_to_a_channel_and_writes_in_its_name(
    box: Sandbox, siti: PersonClient, bot: RawBot, wary: WaryBot
) -> None:
    channel = await box.create_channel("Kabar", siti)
    await siti.say("unheard", channel)
    words = await bot.expect_refusal("sendMessage", chat_id=channel.id, text="x")
    assert words == "Forbidden: bot is not a member of the channel chat"
    await wary.fetch()
    await channel.invite_bot()
    (change,) = await wary.fetch("my_chat_member")
    assert change["chat"] == {"id": channel.id, "type": "channel", "title": "Kabar"}
    assert change["new_chat_member"]["status"] == "administrator"
    assert change["new_chat_member"]["can_post_messages"] is True
    said = await siti.say("berita", channel)
    await siti.edit_message(said, "kabar", channel)
    updates = await bot.fetch_updates()
    assert [p for update in updates for p in find_update_problems(update)] == []
    post, edited = updates[0]["channel_post"], updates[1]["edited_channel_post"]
    assert post["sender_chat"] == post["chat"]
    assert "from" not in post
    assert edited["text"] == "kabar"
    sent = await bot.call_method(
        "sendMessage", chat_id=channel.id, text="x", reply_markup=build_keyboard(["Ya"])
    )
    assert sent["sender_chat"]["id"] == channel.id
    to_post = {"chat_id": channel.id, "message_id": sent["message_id"]}
    await bot.call_method(
        "editMessageText", **to_post, text="y", reply_markup=build_keyboard(["Ya"])
    )
    screen = await channel.wait_until(lambda screen: screen.card.text == "y")
    assert [shown.from_bot for shown in screen.messages] == [False, False, True]
    await siti.tap("Ya", chat=channel)
    assert (await wary.fetch("callback_query"))[0]["from"]["id"] == siti.id


async def test_only_administrators_write_in_a_channel(box: Sandbox, siti: PersonClient) -> None:
    channel = await box.create_channel("Kabar", siti)
    budi = await box.add_person(1002)
    await budi.perform("join", channel)
    with pytest.raises(CannotDo, match="only administrators"):
        await budi.say("x", channel)


async def test_a_linked_channels_posts_come_into_the_group_by_themselves(
    box: Sandbox, siti: PersonClient, bot: RawBot, wary: WaryBot
) -> None:
    channel = await box.create_channel("Kabar", siti)
    group = await (await box.create_group("Diskusi", [siti])).migrate()
    await channel.link_group(group)
    await wary.fetch()
    await siti.say("/laporan", channel)
    (copy,) = await wary.fetch()
    assert copy["is_automatic_forward"] is True
    assert copy["from"]["id"] == 777000
    assert copy["sender_chat"]["id"] == channel.id
    origin = copy["forward_origin"]
    assert (origin["type"], origin["chat"]["id"], origin["message_id"]) == (
        "channel",
        channel.id,
        1,
    )
    await siti.say("not for the bot", channel)
    await group.promote_bot()
    await channel.invite_bot()
    await wary.fetch("my_chat_member")
    await bot.call_method("sendMessage", chat_id=channel.id, text="hasil")
    assert [message["text"] for message in await wary.fetch()] == ["hasil"]
    assert (await bot.call_method("getChat", chat_id=channel.id))["linked_chat_id"] == group.id


async def test_an_anonymous_administrator_is_the_group_and_a_channel_may_speak(
    box: Sandbox, siti: PersonClient, wary: WaryBot, bot: RawBot
) -> None:
    budi = await box.add_person(1002)
    group = await (await box.create_group("Sekretariat", [siti, budi])).migrate()
    channel = await box.create_channel("Kabar", siti)
    await wary.fetch()
    said = await siti.say("/laporan", group, as_chat=group)
    await siti.say("/laporan", group, as_chat=channel)
    anonymous, spoken = await wary.fetch()
    assert (anonymous["from"]["id"], anonymous["from"]["username"]) == (
        1087968824,
        "GroupAnonymousBot",
    )
    assert anonymous["sender_chat"] == anonymous["chat"]
    assert (spoken["from"]["username"], spoken["sender_chat"]["id"]) == (
        "Channel_Bot",
        channel.id,
    )
    to_message = {"chat_id": group.id, "message_id": said, "text": "x"}
    words = await bot.expect_refusal("editMessageText", **to_message)
    assert words == "Bad Request: message can't be edited"
    assert not any(shown.from_bot for shown in group.screen.messages)
    await siti.edit_message(said, "/hasil", group)
    assert (await wary.fetch("edited_message"))[0]["text"] == "/hasil"
    for other in (group, channel):
        with pytest.raises(CannotDo, match="cannot speak as"):
            await budi.say("x", group, as_chat=other)


async def test_forwards_of_every_origin(box: Sandbox, siti: PersonClient, wary: WaryBot) -> None:
    budi = await box.add_person(1002, first_name="Budi")
    group = await (await box.create_group("Sekretariat", [siti])).migrate()
    channel = await box.create_channel("Kabar", siti)
    await wary.fetch()
    origins: list[dict[str, Any]] = [
        {"user": budi.id},
        {"hidden_user": "Deleted Account"},
        {"hidden_user": ""},
        {"chat": group.id, "signature": "Ketua"},
        {"channel": channel.id, "message_id": 5},
    ]
    for origin in origins:
        await siti.forward("lihat", origin)
    found = [message["forward_origin"] for message in await wary.fetch()]
    kinds = ["user", "hidden_user", "hidden_user", "chat", "channel"]
    assert [origin["type"] for origin in found] == kinds
    assert found[0]["sender_user"]["first_name"] == "Budi"
    assert [origin["sender_user_name"] for origin in found[1:3]] == ["Deleted Account", ""]
    assert (found[3]["sender_chat"]["id"], found[3]["author_signature"]) == (group.id, "Ketua")
    assert (found[4]["chat"]["id"], found[4]["message_id"]) == (channel.id, 5)
