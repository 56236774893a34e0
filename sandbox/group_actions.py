"""What people do with channels, forums and forwards."""

from __future__ import annotations

from sandbox.chats import GENERAL_TOPIC, Chat, Json, Message, Person
from sandbox.person_actions import (
    SUPERGROUP_OFFSET,
    Guise,
    must_administer,
    post_service_message,
    send_content,
)
from sandbox.refusals import CannotDo
from sandbox.world import World

FIRST_CHANNEL_ID = 5_000_000_000
TOPIC_COLOR = 7322096
"""One of the six colours that Telegram gives to topics."""


def found_channel(world: World, founder: Person, title: str) -> Chat:
    """A channel of the founder, without the bot."""
    number = FIRST_CHANNEL_ID + world.next_id("channel")
    return world.add_chat(Chat(-(SUPERGROUP_OFFSET + number), "channel", title, [founder.id]))


def link_group(world: World, person: Person, channel: Chat, group_id: int) -> None:
    """Make a supergroup the channel's discussion: it gets each post by itself from now on."""
    group = world.chats.get(group_id)
    if channel.type != "channel" or group is None or group.type != "supergroup":
        raise CannotDo("a channel is linked to a supergroup")
    must_administer(person, channel)
    must_administer(person, group)
    channel.linked_to = group.id
    world.save_chat(channel)


def open_forum(world: World, person: Person, chat: Chat) -> None:
    """Give a supergroup topics."""
    must_administer(person, chat)
    if chat.type != "supergroup":
        raise CannotDo("only a supergroup can have topics")
    chat.forum = True
    chat.topics.setdefault(str(GENERAL_TOPIC), {"name": "General", "closed": False})
    world.save_chat(chat)


def create_topic(world: World, person: Person, chat: Chat, name: str) -> Message:
    """Begin a topic: its thread has the number of the message that says so, which is returned."""
    must_administer(person, chat)
    if not chat.forum:
        raise CannotDo("this chat has no topics")
    thread = chat.last_message_id + 1
    chat.topics[str(thread)] = {"name": name, "closed": False}
    created = {"forum_topic_created": {"name": name, "icon_color": TOPIC_COLOR}}
    post_service_message(world, person, chat, chat.describe_topic(thread) | created)
    world.save_chat(chat)
    return chat.messages[thread]


def close_topic(world: World, person: Person, chat: Chat, thread: int, closed: bool) -> None:
    """Close a topic to all but administrators, or open it again."""
    must_administer(person, chat)
    topic = _find_topic(chat, thread)
    if topic["closed"] == closed:
        return
    topic["closed"] = closed
    said: Json = {"forum_topic_closed" if closed else "forum_topic_reopened": {}}
    post_service_message(world, person, chat, chat.describe_topic(thread) | said)
    world.save_chat(chat)


def delete_topic(world: World, person: Person, chat: Chat, thread: int) -> None:
    """Delete a topic and all that was written in it; the bot is told nothing."""
    must_administer(person, chat)
    if thread == GENERAL_TOPIC:
        raise CannotDo("General stays")
    _find_topic(chat, thread)
    del chat.topics[str(thread)]
    for message in chat.messages.values():
        if message.content.get("message_thread_id") == thread and not message.deleted:
            world.delete_message(message)
    world.save_chat(chat)


def _find_topic(chat: Chat, thread: int) -> Json:
    topic = chat.topics.get(str(thread))
    if topic is None:
        raise CannotDo(f"there is no topic {thread}")
    return topic


def send_forward(
    world: World, person: Person, chat: Chat, text: str, origin: Json, guise: Guise
) -> Message:
    """Forward a text that somebody else wrote an hour ago; see `build_origin`."""
    content: Json = {"forward_origin": build_origin(world, origin), "text": text}
    return send_content(world, person, chat, content, guise=guise)


def build_origin(world: World, about: Json) -> Json:
    """A MessageOrigin, from {"user": person id}, {"hidden_user": name}, {"chat": id} or
    {"channel": id, "message_id": number}, the last two perhaps with "signature".
    """
    date = world.now() - 3600
    if "user" in about:
        return {"type": "user", "date": date, "sender_user": world.people[about["user"]].to_user()}
    if "hidden_user" in about:
        return {"type": "hidden_user", "date": date, "sender_user_name": about["hidden_user"]}
    signed = {"author_signature": about["signature"]} if "signature" in about else {}
    if "chat" in about:
        chat = world.build_chat(world.chats[about["chat"]])
        return {"type": "chat", "date": date, "sender_chat": chat} | signed
    chat = world.build_chat(world.chats[about["channel"]])
    number = {"message_id": about["message_id"]}
    return {"type": "channel", "date": date, "chat": chat} | number | signed
