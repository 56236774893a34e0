"""What goes into a message: text, a file with its caption, a place, a contact."""

from __future__ import annotations

from typing import Any

from sandbox.call_params import Params, Upload
from sandbox.chats import Chat, Json
from sandbox.entities import read_text, utf16
from sandbox.refusals import bad
from sandbox.world import World

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_ALBUM = 10
MEDIA = ("photo", "video", "audio", "voice", "document")
BODY = frozenset({"text", "entities", "caption", "caption_entities", *MEDIA})


def text_content(params: Params, too_long: str) -> Json:
    """`text` and `entities`. Raises Refusal, with `too_long` for more than 4,096 characters."""
    source = params.text("text")
    if not source:
        raise bad("message text is empty")
    given = params.structure("entities", "message entities")
    text, entities = read_text(source, params.text("parse_mode"), given)
    if not text:
        raise bad("text must be non-empty")
    if utf16(text) > MAX_TEXT:
        raise bad(too_long)
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_content(source: str, parse_mode: str, given: Any, too_long: str) -> Json:
    """`caption` and `caption_entities`, or nothing. Raises Refusal."""
    caption, entities = read_text(source, parse_mode, given)
    if utf16(caption) > MAX_CAPTION:
        raise bad(too_long)
    if not caption:
        return {}
    return {"caption": caption, "caption_entities": entities} if entities else {"caption": caption}


def file_content(world: World, params: Params, kind: str) -> Json:
    """A photo, document … with its caption, from a send method. Raises Refusal."""
    sent = _attached(params, params.get(kind))
    if not sent:
        raise bad(f"there is no {kind} in the request")
    given = params.structure("caption_entities", "caption entities")
    caption = caption_content(
        params.text("caption"), params.text("parse_mode"), given, "message caption is too long"
    )
    return world.files.as_attachment(world.files.take(kind, sent)) | caption


def album_contents(world: World, params: Params) -> list[Json]:
    """The messages of an album, from `sendMediaGroup`. Raises Refusal."""
    album = params.structure("media", "media")
    if not isinstance(album, list):
        raise bad("expected an Array of InputMedia")
    if not 2 <= len(album) <= MAX_ALBUM:
        raise bad("group send failed" if album else "there are no messages to send")
    contents = [input_media(world, params, media) for media in album]
    kinds = {next(kind for kind in MEDIA if kind in content) for content in contents}
    if len(kinds) > 1 and kinds != {"photo", "video"}:
        raise bad("documents and audio can't be mixed with other media types")
    return contents


def media_content(world: World, params: Params) -> Json:
    """The same, from `editMessageMedia`'s InputMedia. Raises Refusal."""
    return input_media(world, params, params.structure("media", "input media"))


def input_media(world: World, params: Params, media: Any) -> Json:
    """The content that an InputMedia describes. Raises Refusal."""
    if not isinstance(media, dict):
        raise bad("can't parse InputMedia: expected an Object")
    kind = str(media.get("type", ""))
    if kind not in MEDIA or kind == "voice":
        raise bad(f'can\'t parse InputMedia: type "{kind}" is unsupported')
    sent = _attached(params, media.get("media"))
    if not sent:
        raise bad("can't parse InputMedia: media not found")
    caption = caption_content(
        str(media.get("caption") or ""),
        str(media.get("parse_mode") or ""),
        media.get("caption_entities"),
        "MEDIA_CAPTION_TOO_LONG",
    )
    return world.files.as_attachment(world.files.take(kind, sent)) | caption


def _attached(params: Params, sent: Any) -> Any:
    """The upload that "attach://name" points to; anything else is itself."""
    if not isinstance(sent, str) or not sent.startswith("attach://"):
        return sent
    upload = params.get(sent.removeprefix("attach://"))
    if not isinstance(upload, Upload):
        raise bad(f"can't find attached file {sent}")
    return upload


def reply_content(chat: Chat, params: Params) -> Json:
    """`reply_to_message`, or nothing. Raises Refusal when it is not there."""
    reply = params.structure("reply_parameters", "reply parameters") or {}
    wanted = int(reply.get("message_id", 0) or params.integer("reply_to_message_id"))
    if not wanted:
        return {}
    message = chat.messages.get(wanted)
    if message is not None and not message.deleted:
        answered = {k: v for k, v in message.content.items() if k != "reply_to_message"}
        return {"reply_to_message": answered}
    if reply.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
        return {}
    raise bad("message to be replied not found")


def place_content(params: Params) -> Json:
    """`location`. Raises Refusal."""
    latitude, longitude = params.number("latitude"), params.number("longitude")
    if latitude is None or longitude is None:
        raise bad(f"{'latitude' if latitude is None else 'longitude'} is empty")
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise bad("wrong latitude or longitude specified")
    about: Json = {"latitude": latitude, "longitude": longitude}
    accuracy, period = params.number("horizontal_accuracy"), params.integer("live_period")
    if accuracy is not None:
        about["horizontal_accuracy"] = accuracy
    if period:
        about["live_period"] = period
    return {"location": about}
