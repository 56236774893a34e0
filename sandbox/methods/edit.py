"""Methods that change or delete what was sent."""

from __future__ import annotations

from sandbox.call_params import CallParams
from sandbox.chats import Chat, Json, Message
from sandbox.keyboards import parse_markup
from sandbox.methods.lookup import find_message, find_own_message, find_writable_chat
from sandbox.methods.message_contents import (
    BODY_FIELDS,
    MEDIA_KINDS,
    build_caption,
    build_edited_media,
    build_text,
)
from sandbox.methods.registry import register_method
from sandbox.refusals import NOT_MODIFIED, bad_request
from sandbox.world import World

DELETABLE_SECONDS = 48 * 3600
MAX_DELETED = 100


@register_method
def edit_message_text(world: World, params: CallParams) -> Json:
    """Another text for a text message."""
    message = find_own_message(world, params)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _rewrite(world, message, params, build_text(params, "MESSAGE_TOO_LONG"))


@register_method
def edit_message_caption(world: World, params: CallParams) -> Json:
    """Another caption for a photo or document."""
    message = find_own_message(world, params)
    kept = {kind: message.content[kind] for kind in MEDIA_KINDS if kind in message.content}
    if not kept:
        raise bad_request("there is no caption in the message to edit")
    marked_entities = params.structure("caption_entities", "caption entities")
    words, mode = params.text("caption"), params.text("parse_mode")
    caption = build_caption(words, mode, marked_entities, "MEDIA_CAPTION_TOO_LONG")
    return _rewrite(world, message, params, kept | caption)


@register_method
def edit_message_media(world: World, params: CallParams) -> Json:
    """Another photo or document; a text message may become one."""
    message = find_own_message(world, params)
    return _rewrite(world, message, params, build_edited_media(world, params))


@register_method
def edit_message_reply_markup(world: World, params: CallParams) -> Json:
    """Another keyboard, or none."""
    message = find_own_message(world, params)
    kept = {key: value for key, value in message.content.items() if key in BODY_FIELDS}
    return _rewrite(world, message, params, kept)


@register_method
def delete_message(world: World, params: CallParams) -> bool:
    """Delete one message."""
    if not params.text("chat_id"):
        raise bad_request("chat identifier is not specified")
    if not params.integer("message_id"):
        raise bad_request("message identifier is not specified")
    chat = find_writable_chat(world, params)
    message = find_message(chat, params.integer("message_id"), "to delete")
    if not _is_deletable(world, chat, message):
        raise bad_request("message can't be deleted for everyone")
    world.delete_message(message)
    return True


@register_method
def delete_messages(world: World, params: CallParams) -> bool:
    """Delete up to 100; those that are not there are passed over."""
    wanted = params.structure("message_ids", "message_ids")
    if not wanted:
        raise bad_request("message identifiers are not specified")
    if not isinstance(wanted, list):
        raise bad_request("expected an Array of message identifiers")
    if len(wanted) > MAX_DELETED:
        raise bad_request("too many message identifiers specified")
    chat = find_writable_chat(world, params)
    for message_id in wanted:
        message = chat.messages.get(int(message_id))
        if message is not None and not message.deleted and _is_deletable(world, chat, message):
            world.delete_message(message)
    return True


def _is_deletable(world: World, chat: Chat, message: Message) -> bool:
    young = message.content["date"] >= world.now() - DELETABLE_SECONDS
    return young and (message.by_bot or chat.private or chat.bot == "administrator")


def _rewrite(world: World, message: Message, params: CallParams, body: Json) -> Json:
    markup = parse_markup(params)
    if markup is not None:
        if "inline_keyboard" not in markup:
            raise bad_request("message can't be edited")
        body = body | {"reply_markup": markup}
    old = message.content
    fixed = {k: v for k, v in old.items() if k not in BODY_FIELDS and k != "reply_markup"}
    if _visible_content(old) == body:
        raise bad_request(NOT_MODIFIED)
    return world.edit_message(message, fixed | body).content


def _visible_content(content: Json) -> Json:
    return {k: v for k, v in content.items() if k in BODY_FIELDS or k == "reply_markup"}
