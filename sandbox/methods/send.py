"""Methods that send."""

from __future__ import annotations

import re

from sandbox.call_params import CallParams
from sandbox.chats import Chat, Json
from sandbox.keyboards import parse_markup
from sandbox.message_delivery import forward_to_discussion
from sandbox.methods.lookup import find_writable_chat
from sandbox.methods.message_contents import (
    build_album,
    build_file,
    build_location,
    build_reply,
    build_text,
)
from sandbox.methods.registry import register_method
from sandbox.methods.topics import build_topic
from sandbox.refusals import bad_request
from sandbox.world import World

CHAT_ACTIONS = re.compile(
    r"typing|find_location|choose_sticker|upload_(photo|document)"
    r"|(record|upload)_(video|voice|video_note)"
)


@register_method
def send_message(world: World, params: CallParams) -> Json:
    """A text."""
    chat = find_writable_chat(world, params)
    return _send(world, chat, params, build_text(params, "message is too long"))


@register_method
def send_photo(world: World, params: CallParams) -> Json:
    """A photo, uploaded or by `file_id`."""
    chat = find_writable_chat(world, params)
    return _send(world, chat, params, build_file(world, params, "photo"))


@register_method
def send_document(world: World, params: CallParams) -> Json:
    """A file, uploaded or by `file_id`."""
    chat = find_writable_chat(world, params)
    return _send(world, chat, params, build_file(world, params, "document"))


@register_method
def send_audio(world: World, params: CallParams) -> Json:
    """Music, uploaded or by `file_id`."""
    chat = find_writable_chat(world, params)
    return _send(world, chat, params, build_file(world, params, "audio"))


@register_method
def send_voice(world: World, params: CallParams) -> Json:
    """A voice message, uploaded or by `file_id`."""
    chat = find_writable_chat(world, params)
    return _send(world, chat, params, build_file(world, params, "voice"))


@register_method
def send_video(world: World, params: CallParams) -> Json:
    """A film, uploaded or by `file_id`."""
    chat = find_writable_chat(world, params)
    return _send(world, chat, params, build_file(world, params, "video"))


@register_method
def send_media_group(world: World, params: CallParams) -> list[Json]:
    """Two to ten photos, films or documents as one album."""
    chat = find_writable_chat(world, params)
    album = {"media_group_id": str(world.next_id("album"))}
    replied = build_reply(chat, params)
    head = replied | build_topic(chat, params, replied) | album
    contents = build_album(world, params)
    return [_post(world, chat, head | each) for each in contents]


@register_method
def send_location(world: World, params: CallParams) -> Json:
    """A place."""
    return _send(world, find_writable_chat(world, params), params, build_location(params))


@register_method
def send_contact(world: World, params: CallParams) -> Json:
    """A telephone number with a name."""
    chat = find_writable_chat(world, params)
    contact = {key: params.text(key) for key in ("phone_number", "first_name", "last_name")}
    if not contact["phone_number"]:
        raise bad_request("phone number is empty")
    if not contact["first_name"]:
        raise bad_request("first name is empty")
    return _send(world, chat, params, {"contact": {k: v for k, v in contact.items() if v}})


@register_method
def send_chat_action(world: World, params: CallParams) -> bool:
    """ "typing …" for a moment."""
    chat = find_writable_chat(world, params)
    action = params.text("action")
    if not CHAT_ACTIONS.fullmatch(action):
        raise bad_request("wrong parameter action in request")
    build_topic(chat, params, {})
    world.events.publish("action", chat.id, action=action)
    return True


def _send(world: World, chat: Chat, params: CallParams, content: Json) -> Json:
    markup = parse_markup(params)
    replied = build_reply(chat, params)
    content = replied | build_topic(chat, params, replied) | content
    if markup is not None and "inline_keyboard" in markup:
        content["reply_markup"] = markup
    elif markup is not None:
        chat.keyboard = markup if "keyboard" in markup else {}
        world.save_chat(chat)
    return _post(world, chat, content)


def _post(world: World, chat: Chat, content: Json) -> Json:
    message = world.post_message(chat, world.bot, content)
    forward_to_discussion(world, chat, message)
    return message.content
