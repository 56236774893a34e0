"""What goes into a message: text, a file with its caption, a place, a contact."""

from __future__ import annotations

from typing import Any

from sandbox.call_params import CallParams, Upload
from sandbox.chats import Chat, Json
from sandbox.entities import parse_text, utf16_length
from sandbox.refusals import bad_request
from sandbox.world import World

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_ALBUM = 10
MEDIA_KINDS = ("photo", "video", "audio", "voice", "document")
BODY_FIELDS = frozenset({"text", "entities", "caption", "caption_entities", *MEDIA_KINDS})


def build_text(params: CallParams, too_long: str) -> Json:
    """`text` and `entities`. Raises Refusal, with `too_long` for more than 4,096 characters."""
    source = params.text("text")
    if not source:
        raise bad_request("message text is empty")
    marked_entities = params.structure("entities", "message entities")
    text, entities = parse_text(source, params.text("parse_mode"), marked_entities)
    if not text:
        raise bad_request("text must be non-empty")
    if utf16_length(text) > MAX_TEXT:
        raise bad_request(too_long)
    return {"text": text, "entities": entities} if entities else {"text": text}


def build_caption(source: str, parse_mode: str, marked_entities: Any, too_long: str) -> Json:
    """`caption` and `caption_entities`, or nothing. Raises Refusal."""
    caption, entities = parse_text(source, parse_mode, marked_entities)
    if utf16_length(caption) > MAX_CAPTION:
        raise bad_request(too_long)
    if not caption:
        return {}
    return {"caption": caption, "caption_entities": entities} if entities else {"caption": caption}


def build_file(world: World, params: CallParams, kind: str) -> Json:
    """A photo, document … with its caption, from a send method. Raises Refusal."""
    sent = _resolve_attachment(params, params.get(kind))
    if not sent:
        raise bad_request(f"there is no {kind} in the request")
    marked_entities = params.structure("caption_entities", "caption entities")
    caption = build_caption(
        params.text("caption"),
        params.text("parse_mode"),
        marked_entities,
        "message caption is too long",
    )
    return world.files.build_attachment(world.files.resolve(kind, sent)) | caption


def build_album(world: World, params: CallParams) -> list[Json]:
    """The messages of an album, from `sendMediaGroup`. Raises Refusal."""
    album = params.structure("media", "media")
    if not isinstance(album, list):
        raise bad_request("expected an Array of InputMedia")
    if not 2 <= len(album) <= MAX_ALBUM:
        raise bad_request("group send failed" if album else "there are no messages to send")
    contents = [build_input_media(world, params, media) for media in album]
    kinds = {next(kind for kind in MEDIA_KINDS if kind in content) for content in contents}
    if len(kinds) > 1 and kinds != {"photo", "video"}:
        raise bad_request("documents and audio can't be mixed with other media types")
    return contents


def build_edited_media(world: World, params: CallParams) -> Json:
    """A file as what a message holds, from `editMessageMedia`'s InputMedia. Raises Refusal."""
    return build_input_media(world, params, params.structure("media", "input media"))


def build_input_media(world: World, params: CallParams, media: Any) -> Json:
    """The content that an InputMedia describes. Raises Refusal."""
    if not isinstance(media, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    kind = str(media.get("type", ""))
    if kind not in MEDIA_KINDS or kind == "voice":
        raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unsupported')
    sent = _resolve_attachment(params, media.get("media"))
    if not sent:
        raise bad_request("can't parse InputMedia: media not found")
    caption = build_caption(
        str(media.get("caption") or ""),
        str(media.get("parse_mode") or ""),
        media.get("caption_entities"),
        "MEDIA_CAPTION_TOO_LONG",
    )
    return world.files.build_attachment(world.files.resolve(kind, sent)) | caption


def _resolve_attachment(params: CallParams, sent: Any) -> Any:
    """The upload that "attach://name" points to; anything else is itself."""
    if not isinstance(sent, str) or not sent.startswith("attach://"):
        return sent
    upload = params.get(sent.removeprefix("attach://"))
    if not isinstance(upload, Upload):
        raise bad_request(f"can't find attached file {sent}")
    return upload


def build_reply(chat: Chat, params: CallParams) -> Json:
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
    raise bad_request("message to be replied not found")


def build_location(params: CallParams) -> Json:
    """`location`. Raises Refusal."""
    latitude, longitude = params.number("latitude"), params.number("longitude")
    if latitude is None or longitude is None:
        raise bad_request(f"{'latitude' if latitude is None else 'longitude'} is empty")
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise bad_request("wrong latitude or longitude specified")
    about: Json = {"latitude": latitude, "longitude": longitude}
    accuracy, period = params.number("horizontal_accuracy"), params.integer("live_period")
    if accuracy is not None:
        about["horizontal_accuracy"] = accuracy
    if period:
        about["live_period"] = period
    return {"location": about}
