"""Methods that change or delete what was sent."""

from __future__ import annotations

from sandbox.call_params import Params
from sandbox.chats import Chat, Json, Message
from sandbox.keyboards import read_markup
from sandbox.methods.lookup import message_in, open_chat, own_message
from sandbox.methods.message_contents import (
    BODY,
    MEDIA,
    caption_content,
    media_content,
    text_content,
)
from sandbox.methods.registry import method
from sandbox.refusals import NOT_MODIFIED, bad
from sandbox.world import World

DELETABLE_SECONDS = 48 * 3600
MAX_DELETED = 100


@method
def edit_message_text(world: World, params: Params) -> Json:
    """Another text for a text message."""
    message = own_message(world, params)
    if "text" not in message.content:
        raise bad("there is no text in the message to edit")
    return _rewrite(world, message, params, text_content(params, "MESSAGE_TOO_LONG"))


@method
def edit_message_caption(world: World, params: Params) -> Json:
    """Another caption for a photo or document."""
    message = own_message(world, params)
    kept = {kind: message.content[kind] for kind in MEDIA if kind in message.content}
    if not kept:
        raise bad("there is no caption in the message to edit")
    given = params.structure("caption_entities", "caption entities")
    words, mode = params.text("caption"), params.text("parse_mode")
    caption = caption_content(words, mode, given, "MEDIA_CAPTION_TOO_LONG")
    return _rewrite(world, message, params, kept | caption)


@method
def edit_message_media(world: World, params: Params) -> Json:
    """Another photo or document; a text message may become one."""
    message = own_message(world, params)
    return _rewrite(world, message, params, media_content(world, params))


@method
def edit_message_reply_markup(world: World, params: Params) -> Json:
    """Another keyboard, or none."""
    message = own_message(world, params)
    kept = {key: value for key, value in message.content.items() if key in BODY}
    return _rewrite(world, message, params, kept)


@method
def delete_message(world: World, params: Params) -> bool:
    """Delete one message."""
    if not params.text("chat_id"):
        raise bad("chat identifier is not specified")
    if not params.integer("message_id"):
        raise bad("message identifier is not specified")
    chat = open_chat(world, params)
    message = message_in(chat, params.integer("message_id"), "to delete")
    if not _deletable(world, chat, message):
        raise bad("message can't be deleted for everyone")
    world.remove(message)
    return True


@method
def delete_messages(world: World, params: Params) -> bool:
    """Delete up to 100; those that are not there are passed over."""
    wanted = params.structure("message_ids", "message_ids")
    if not wanted:
        raise bad("message identifiers are not specified")
    if not isinstance(wanted, list):
        raise bad("expected an Array of message identifiers")
    if len(wanted) > MAX_DELETED:
        raise bad("too many message identifiers specified")
    chat = open_chat(world, params)
    for message_id in wanted:
        message = chat.messages.get(int(message_id))
        if message is not None and not message.deleted and _deletable(world, chat, message):
            world.remove(message)
    return True


def _deletable(world: World, chat: Chat, message: Message) -> bool:
    young = message.content["date"] >= world.now() - DELETABLE_SECONDS
    return young and (message.by_bot or chat.private or chat.bot == "administrator")


def _rewrite(world: World, message: Message, params: Params, body: Json) -> Json:
    markup = read_markup(params)
    if markup is not None:
        if "inline_keyboard" not in markup:
            raise bad("message can't be edited")
        body = body | {"reply_markup": markup}
    old = message.content
    fixed = {k: v for k, v in old.items() if k not in BODY and k != "reply_markup"}
    if _seen(old) == body:
        raise bad(NOT_MODIFIED)
    return world.rewrite(message, fixed | body).content


def _seen(content: Json) -> Json:
    return {k: v for k, v in content.items() if k in BODY or k == "reply_markup"}
