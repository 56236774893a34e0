"""Finding the chat and the message that a call is about, or saying what Telegram would say."""

from __future__ import annotations

from sandbox.call_params import Params
from sandbox.chats import Chat, Message
from sandbox.refusals import UPGRADED, bad, forbidden
from sandbox.world import World

KIND = {"group": "group", "supergroup": "supergroup"}


def known_chat(world: World, params: Params) -> Chat:
    """The chat `chat_id`, if the bot has ever met it. Raises Refusal."""
    written = params.text("chat_id")
    if not written:
        raise bad("chat_id is empty")
    chat = world.chats.get(params.integer("chat_id"))
    if chat is None or (chat.private and chat.bot == "left"):
        raise bad("chat not found")
    return chat


def open_chat(world: World, params: Params) -> Chat:
    """The same, if the bot may write there. Raises Refusal."""
    chat = known_chat(world, params)
    if chat.migrated_to:
        raise bad(UPGRADED, migrate_to_chat_id=chat.migrated_to)
    if chat.bot == "kicked":
        if chat.private:
            raise forbidden("bot was blocked by the user")
        raise forbidden(f"bot was kicked from the {KIND[chat.type]} chat")
    if chat.bot == "left":
        raise forbidden(f"bot is not a member of the {KIND[chat.type]} chat")
    return chat


def message_in(chat: Chat, message_id: int, purpose: str) -> Message:
    """A message that is there; `purpose` is "to edit", "to delete" … Raises Refusal."""
    message = chat.messages.get(message_id)
    if message is None or message.deleted:
        raise bad(f"message {purpose} not found")
    return message


def own_message(world: World, params: Params) -> Message:
    """The message to edit, which must be the bot's own. Raises Refusal."""
    if not params.text("chat_id") and params.text("inline_message_id"):
        raise bad("MESSAGE_ID_INVALID")
    if not params.text("chat_id") or not params.integer("message_id"):
        raise bad("message identifier is not specified")
    chat = open_chat(world, params)
    message = message_in(chat, params.integer("message_id"), "to edit")
    if not message.by_bot:
        raise bad("message can't be edited")
    return message
