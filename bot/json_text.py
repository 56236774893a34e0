"""JSON, read and written fast; what only the standard library takes is left to that."""

from __future__ import annotations

import json
from typing import Any

import orjson


def decode_json(text: bytes) -> Any:
    """What a JSON text says. Raises ValueError, and RecursionError for what is nested too deep.

    People may send half of a surrogate pair, which is no Unicode text: orjson refuses it, and with
    it all updates of an answer.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text.decode("utf-8", "replace"))


def encode_json(value: Any) -> bytes:
    """A value as a JSON text. Raises TypeError for what JSON cannot say."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:  # Of text with half of a surrogate pair, for instance.
        return json.dumps(value).encode()
