"""Finding the chat and the message that a call is about, or saying what Telegram would say."""

from __future__ import annotations

from sandbox.call_params import CallParams
from sandbox.chats import Chat, Message
from sandbox.refusals import CHAT_UPGRADED, bad_request, forbidden
from sandbox.world import World

CHAT_KINDS = {"group": "group", "supergroup": "supergroup", "channel": "channel"}


def find_known_chat(world: World, params: CallParams) -> Chat:
    """The chat `chat_id`, if the bot has ever met it. Raises Refusal."""
    written = params.text("chat_id")
    if not written:
        raise bad_request("chat_id is empty")
    chat = world.chats.get(params.integer("chat_id"))
    if chat is None or (chat.private and chat.bot == "left"):
        raise bad_request("chat not found")
    return chat


def find_writable_chat(world: World, params: CallParams) -> Chat:
    """The chat that a call names, if the bot may write there. Raises Refusal."""
    chat = find_known_chat(world, params)
    if chat.migrated_to:
        raise bad_request(CHAT_UPGRADED, migrate_to_chat_id=chat.migrated_to)
    if chat.bot == "kicked":
        if chat.private:
            raise forbidden("bot was blocked by the user")
        raise forbidden(f"bot was kicked from the {CHAT_KINDS[chat.type]} chat")
    if chat.bot == "left":
        raise forbidden(f"bot is not a member of the {CHAT_KINDS[chat.type]} chat")
    return chat


def find_message(chat: Chat, message_id: int, purpose: str) -> Message:
    """A message that is there; `purpose` is "to edit", "to delete" … Raises Refusal."""
    message = chat.messages.get(message_id)
    if message is None or message.deleted:
        raise bad_request(f"message {purpose} not found")
    return message


def find_own_message(world: World, params: CallParams) -> Message:
    """The message to edit, which must be the bot's own. Raises Refusal."""
    if not params.text("chat_id") and params.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    if not params.text("chat_id") or not params.integer("message_id"):
        raise bad_request("message identifier is not specified")
    chat = find_writable_chat(world, params)
    message = find_message(chat, params.integer("message_id"), "to edit")
    if not message.by_bot:
        raise bad_request("message can't be edited")
    return message
