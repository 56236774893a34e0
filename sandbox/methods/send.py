"""Methods that send."""

from __future__ import annotations

import re

from sandbox.call_params import Params
from sandbox.chats import Chat, Json
from sandbox.keyboards import read_markup
from sandbox.methods.lookup import open_chat
from sandbox.methods.message_contents import (
    album_contents,
    file_content,
    place_content,
    reply_content,
    text_content,
)
from sandbox.methods.registry import method
from sandbox.refusals import bad
from sandbox.world import World

ACTIONS = re.compile(
    r"typing|find_location|choose_sticker|upload_(photo|document)"
    r"|(record|upload)_(video|voice|video_note)"
)


@method
def send_message(world: World, params: Params) -> Json:
    """A text."""
    chat = open_chat(world, params)
    return _send(world, chat, params, text_content(params, "message is too long"))


@method
def send_photo(world: World, params: Params) -> Json:
    """A photo, uploaded or by `file_id`."""
    chat = open_chat(world, params)
    return _send(world, chat, params, file_content(world, params, "photo"))


@method
def send_document(world: World, params: Params) -> Json:
    """A file, uploaded or by `file_id`."""
    chat = open_chat(world, params)
    return _send(world, chat, params, file_content(world, params, "document"))


@method
def send_audio(world: World, params: Params) -> Json:
    """Music, uploaded or by `file_id`."""
    chat = open_chat(world, params)
    return _send(world, chat, params, file_content(world, params, "audio"))


@method
def send_voice(world: World, params: Params) -> Json:
    """A voice message, uploaded or by `file_id`."""
    chat = open_chat(world, params)
    return _send(world, chat, params, file_content(world, params, "voice"))


@method
def send_video(world: World, params: Params) -> Json:
    """A film, uploaded or by `file_id`."""
    chat = open_chat(world, params)
    return _send(world, chat, params, file_content(world, params, "video"))


@method
def send_media_group(world: World, params: Params) -> list[Json]:
    """Two to ten photos, films or documents as one album."""
    chat = open_chat(world, params)
    album = {"media_group_id": str(world.next_id("album"))}
    replied = reply_content(chat, params)
    contents = album_contents(world, params)
    return [world.post(chat, world.bot, replied | album | each).content for each in contents]


@method
def send_location(world: World, params: Params) -> Json:
    """A place."""
    return _send(world, open_chat(world, params), params, place_content(params))


@method
def send_contact(world: World, params: Params) -> Json:
    """A telephone number with a name."""
    chat = open_chat(world, params)
    contact = {key: params.text(key) for key in ("phone_number", "first_name", "last_name")}
    if not contact["phone_number"]:
        raise bad("phone number is empty")
    if not contact["first_name"]:
        raise bad("first name is empty")
    return _send(world, chat, params, {"contact": {k: v for k, v in contact.items() if v}})


@method
def send_chat_action(world: World, params: Params) -> bool:
    """ "typing …" for a moment."""
    chat = open_chat(world, params)
    action = params.text("action")
    if not ACTIONS.fullmatch(action):
        raise bad("wrong parameter action in request")
    world.events.tell("action", chat.id, action=action)
    return True


def _send(world: World, chat: Chat, params: Params, content: Json) -> Json:
    markup = read_markup(params)
    content = reply_content(chat, params) | content
    if markup is not None and "inline_keyboard" in markup:
        content["reply_markup"] = markup
    elif markup is not None:
        chat.keyboard = markup if "keyboard" in markup else {}
        world.keep_chat(chat)
    return world.post(chat, world.bot, content).content
