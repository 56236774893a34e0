"""The parameters of a call, however they came: query, form, multipart or JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.requests import Request

from sandbox.refusals import bad_request

TRUE_WORDS = frozenset({"true", "1", "yes", "y", "t"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime: str
    content: bytes


class CallParams(dict[str, Any]):
    """Parameter name -> text (form, query), JSON value (JSON body) or `Upload`."""

    def text(self, name: str) -> str:
        """As text; "" when absent."""
        value = self.get(name)
        return "" if value is None else value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """As a whole number; `default` when absent or not one, as Telegram takes it."""
        try:
            return int(self.get(name, default))
        except (TypeError, ValueError):
            return default

    def number(self, name: str) -> float | None:
        """As a number, or None."""
        try:
            return float(self[name])
        except (KeyError, TypeError, ValueError):
            return None

    def flag(self, name: str) -> bool:
        """As a Boolean; absent is False."""
        return str(self.get(name, "")).lower() in TRUE_WORDS

    def structure(self, name: str, what: str) -> Any:
        """A nested value, decoded if it came as text; None when absent or empty.

        Raises Refusal, naming `what` could not be parsed.
        """
        value = self.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {what} JSON object") from error

    def to_log_entry(self) -> dict[str, Any]:
        """The parameters with every file replaced by its name and size."""
        return {
            name: f"<{value.name}, {len(value.content)} bytes>"
            if isinstance(value, Upload)
            else value
            for name, value in self.items()
        }


async def read_params(request: Request) -> CallParams:
    """Query parameters first, then the body's, which win. Raises Refusal."""
    params = CallParams(parse_qsl(request.url.query, keep_blank_values=True))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        async with request.form(max_part_size=1 << 20) as form:
            for name, value in form.multi_items():
                params[name] = await _upload(value) if isinstance(value, UploadFile) else value
        return params
    body = await request.body()
    if kind == "application/json":
        params.update(_json_body(body))
    elif body:
        params.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return params


def _json_body(body: bytes) -> dict[str, Any]:
    try:
        values = json.loads(body or b"{}")
    except ValueError as error:
        raise bad_request("can't parse JSON object") from error
    if not isinstance(values, dict):
        raise bad_request("object expected")
    return values


async def _upload(part: UploadFile) -> Upload:
    mime = part.content_type or "application/octet-stream"
    return Upload(part.filename or "file", mime, await part.read())
