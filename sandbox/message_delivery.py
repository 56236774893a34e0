"""What follows a message: the bot is told if it may see it, a linked group gets a copy."""

from __future__ import annotations

import re

from sandbox.chats import Chat, Json, Message
from sandbox.senders import TELEGRAM_ACCOUNT
from sandbox.world import World


def tell_bot(world: World, chat: Chat, message: Message, person: int, edited: bool = False) -> None:
    """Queue the update of a new or edited message that a person caused, if the bot may see it."""
    kind = "channel_post" if chat.type == "channel" else "message"
    if chat.private or is_seen_by_bot(world, chat, message.content):
        name = f"edited_{kind}" if edited else kind
        world.queue_update(name, message.content, person, chat.id)


def is_seen_by_bot(world: World, chat: Chat, content: Json) -> bool:
    """Privacy mode: commands for it, mentions of it, replies to it; everything as administrator."""
    if chat.bot in {"left", "kicked"}:
        return False
    if chat.bot == "administrator" or "text" not in content:
        return chat.bot == "administrator"
    if content.get("reply_to_message", {}).get("from", {}).get("id") == world.bot["id"]:
        return True
    name = "@" + world.bot["username"].lower()
    first, _, _ = content["text"].partition(" ")
    if first.startswith("/"):
        return "@" not in first or first.lower().endswith(name)
    return bool(re.search(re.escape(name) + r"\b", content["text"].lower()))


def forward_to_discussion(world: World, channel: Chat, post: Message, person: int = 0) -> None:
    """Copy a channel's post into the group that is linked to it, as Telegram does by itself."""
    group = world.chats.get(channel.linked_to)
    if group is None:
        return
    origin = {
        "type": "channel",
        "chat": world.build_chat(channel),
        "message_id": post.id,
        "date": post.content["date"],
    }
    head = {"message_id", "chat", "date", "sender_chat", "reply_markup", "edit_date"}
    content = {name: value for name, value in post.content.items() if name not in head}
    copied = {"sender_chat": world.build_chat(channel), "is_automatic_forward": True}
    message = world.post_message(
        group, TELEGRAM_ACCOUNT, copied | {"forward_origin": origin} | content
    )
    tell_bot(world, group, message, person)
