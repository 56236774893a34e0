"""Text as it is sent -> text as it is shown, with entities counted in UTF-16 units."""

from __future__ import annotations

import re
from typing import Any

from sandbox.refusals import Refusal, bad_request

Entity = dict[str, Any]

TAG_PATTERN = re.compile(r"<(/?)([^\s>]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>")
ATTRIBUTE_PATTERN = re.compile(r"([^\s=>/\"']+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([\w.-]+)))?")
REFERENCE_PATTERN = re.compile(
    r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot)(?![A-Za-z]));?"
)
NAMED_REFERENCES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
FOUND_PATTERN = re.compile(
    r"(?P<bot_command>(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/]))"
    r"|(?P<url>(?:https?://|(?<![\w./@])t\.me/)[^\s<>\"]*[^\s<>\".,!?;:)])"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z]\w{3,31})"
)
LITERAL_STYLES = frozenset({"code", "pre", "text_link"})


def utf16_length(text: str) -> int:
    """Length in UTF-16 units, which is what Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def parse_text(
    text: str, parse_mode: str = "", given: list[Entity] | None = None
) -> tuple[str, list[Entity]]:
    """The text to show and its entities: marked, given, and found in it. Raises Refusal."""
    mode = parse_mode.lower()
    if mode == "html":
        text, entities = parse_html(text)
    elif mode in {"", "none"}:
        entities = list(given or [])
    elif mode in {"markdown", "markdownv2"}:
        raise Refusal(501, f"Not Implemented: the sandbox reads HTML, not {parse_mode}")
    else:
        raise bad_request("unsupported parse_mode")
    text, entities = _trim(text, entities)
    return text, sorted(
        entities + _find_entities(text, entities), key=lambda e: (e["offset"], -e["length"])
    )


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Telegram's HTML: what it allows becomes entities, anything else is refused in its words."""
    if "<" not in source and "&" not in source:
        return source, []
    shown: list[str] = []
    entities: list[Entity] = []
    opened: list[tuple[str, Entity, int]] = []
    length = position = 0
    while (at := source.find("<", position)) >= 0:
        length += _append_text(shown, source[position:at])
        tag = TAG_PATTERN.match(source, at)
        if tag is None:
            kind = "end" if source.startswith("</", at) else "start"
            raise _parse_refusal(f"Unclosed {kind} tag at byte offset {_byte_offset(source, at)}")
        position = tag.end()
        name = tag[2].lower()
        if not tag[1]:
            opened.append((name, _build_entity(name, tag[3], source, at), length))
            continue
        entity, begin = _close(opened, name, source, at)
        if length > begin:
            entities.append(entity | {"offset": begin, "length": length - begin})
    _append_text(shown, source[position:])
    if opened:
        raise _parse_refusal(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    text = "".join(shown)
    return text, _pre_with_language([e for e in entities if _has_address(e, text)])


def _append_text(shown: list[str], piece: str) -> int:
    plain = REFERENCE_PATTERN.sub(_decode_reference, piece) if "&" in piece else piece
    shown.append(plain)
    return utf16_length(plain)


def _decode_reference(reference: re.Match[str]) -> str:
    hexadecimal, decimal, name = reference.groups()
    if name:
        return NAMED_REFERENCES[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF else reference[0]


def _build_entity(name: str, attributes: str, source: str, at: int) -> Entity:
    if name not in STYLES:
        raise _parse_refusal(
            f'Unsupported start tag "{name}" at byte offset {_byte_offset(source, at)}'
        )
    values = {
        found[1]: REFERENCE_PATTERN.sub(_decode_reference, found[2] or found[3] or found[4] or "")
        for found in ATTRIBUTE_PATTERN.finditer(attributes)
    }
    entity: Entity = {"type": STYLES[name]}
    if name == "a":
        entity["url"] = values.get("href", "")
    elif name == "span" and values.get("class") != "tg-spoiler":
        raise _parse_refusal(
            f'Tag "span" must have class "tg-spoiler" at byte offset {_byte_offset(source, at)}'
        )
    elif name == "code" and values.get("class", "").startswith("language-"):
        entity["language"] = values["class"].removeprefix("language-")
    elif name == "blockquote" and "expandable" in values:
        entity["type"] = "expandable_blockquote"
    elif name == "tg-emoji":
        entity["custom_emoji_id"] = values.get("emoji-id", "")
    return entity


def _close(
    opened: list[tuple[str, Entity, int]], name: str, source: str, at: int
) -> tuple[Entity, int]:
    if not opened:
        raise _parse_refusal(f"Unexpected end tag at byte offset {_byte_offset(source, at)}")
    expected, entity, begin = opened.pop()
    if name and name != expected:
        raise _parse_refusal(
            f"Unmatched end tag at byte offset {_byte_offset(source, at)},"
            f' expected "</{expected}>", found "</{name}>"'
        )
    return entity, begin


def _has_address(entity: Entity, text: str) -> bool:
    """A link needs an address: its own text, if none is given. One without any is plain text."""
    if entity["type"] != "text_link":
        return True
    url = entity["url"] or covered_text(text, entity)
    entity["url"] = url if "://" in url else f"http://{url}"
    return "." in url or "://" in url


def _pre_with_language(entities: list[Entity]) -> list[Entity]:
    """`<pre><code class="language-x">` is one entity; a language elsewhere is dropped."""
    kept: list[Entity] = []
    for entity in entities:
        inner = kept[-1] if kept else None
        if (
            inner is not None
            and entity["type"] == "pre"
            and inner["type"] == "code"
            and (inner["offset"], inner["length"]) == (entity["offset"], entity["length"])
        ):
            kept[-1] = inner | {"type": "pre"}
        else:
            kept.append(entity)
    for entity in kept:
        if entity["type"] == "code":
            entity.pop("language", None)
    return kept


def covered_text(text: str, entity: Entity) -> str:
    """The part of `text` that the entity covers."""
    begin, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
    return text.encode("utf-16-le")[begin:end].decode("utf-16-le")


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    bare = text.strip()
    if bare == text or not entities:
        return bare, entities
    ahead = utf16_length(text[: len(text) - len(text.lstrip())])
    end = utf16_length(bare)
    kept = []
    for entity in entities:
        first = max(entity["offset"] - ahead, 0)
        last = min(entity["offset"] + entity["length"] - ahead, end)
        if last > first:
            kept.append(entity | {"offset": first, "length": last - first})
    return bare, kept


def _find_entities(text: str, entities: list[Entity]) -> list[Entity]:
    """Commands, addresses and mentions, which Telegram marks by itself."""
    if "/" not in text and "@" not in text:
        return []
    taken = [
        (e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in LITERAL_STYLES
    ]
    entities_found = []
    for match in FOUND_PATTERN.finditer(text):
        offset = utf16_length(text[: match.start()])
        if not any(begin <= offset < end for begin, end in taken):
            entities_found.append(
                {"type": str(match.lastgroup), "offset": offset, "length": utf16_length(match[0])}
            )
    return entities_found


def _parse_refusal(words: str) -> Refusal:
    return bad_request(f"can't parse entities: {words}")


def _byte_offset(source: str, at: int) -> int:
    return len(source[:at].encode())
