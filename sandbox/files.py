"""Files that were sent: kept once, sent again by `file_id`, downloaded by path."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from PIL import Image, UnidentifiedImageError

from sandbox.params import Upload
from sandbox.refusals import Refusal, bad
from sandbox.store import Store

MAX_UPLOAD = 50 << 20
MAX_PHOTO = 10 << 20
MAX_DOWNLOAD = 20 << 20
MAX_SIDES = 10_000
MAX_RATIO = 20


@dataclass(frozen=True, slots=True)
class File:
    """A file and what Telegram would know of it. `kind` is "photo", "document" or "sticker"."""

    id: str
    kind: str
    name: str
    mime: str
    content: bytes
    width: int = 0
    height: int = 0

    @property
    def unique_id(self) -> str:
        """The same for the same content."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    @property
    def path(self) -> str:
        """`file_path`, below /file/bot<token>/."""
        return f"{self.kind}s/{self.id}{PurePosixPath(self.name).suffix}"

    def as_attachment(self) -> dict[str, Any]:
        """The fields of a Message that carry it."""
        about: dict[str, Any] = {
            "file_id": self.id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }
        if self.kind == "photo":
            return {"photo": [about | {"width": self.width, "height": self.height}]}
        return {"document": about | {"file_name": self.name, "mime_type": self.mime}}

    def record(self) -> dict[str, Any]:
        """For the store."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return fields | {"content": base64.b64encode(self.content).decode()}


class Files:
    """Every file of the sandbox, by id."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._files = {
            record["id"]: File(**record | {"content": base64.b64decode(record["content"])})
            for record in store.read("file")
        }

    def get(self, file_id: str) -> File:
        """Raises Refusal for an id that was never given out."""
        if file_id not in self._files:
            raise bad("wrong file_id or the file is temporarily unavailable")
        return self._files[file_id]

    def at(self, path: str) -> File | None:
        """The file with this `file_path`."""
        file = self._files.get(PurePosixPath(path).stem)
        return file if file is not None and file.path == path else None

    def take(self, kind: str, sent: Any) -> File:
        """A new upload, or a `file_id` used again. Raises Refusal."""
        if isinstance(sent, Upload):
            return self.add(kind, sent)
        file = self._files.get(str(sent))
        if file is None:
            raise bad("wrong file identifier/HTTP URL specified")
        if file.kind != kind:
            raise bad(f"can't use file of type {file.kind.title()} as {kind.title()}")
        return file

    def add(self, kind: str, upload: Upload) -> File:
        """Check an upload as Telegram does and keep it. Raises Refusal."""
        if not upload.content:
            raise bad("file must be non-empty")
        if len(upload.content) > MAX_UPLOAD:
            raise Refusal(413, "Request Entity Too Large")
        width, height = _photo_size(upload.content) if kind == "photo" else (0, 0)
        name = PurePosixPath(upload.name).name
        mime = mimetypes.guess_type(name)[0] or upload.mime
        file_id = f"{kind[:1].upper()}{len(self._files) + 1:08d}"
        file = File(file_id, kind, name, mime, upload.content, width, height)
        self._files[file_id] = file
        self._store.keep("file", file_id, file.record)
        return file


def _photo_size(content: bytes) -> tuple[int, int]:
    if len(content) > MAX_PHOTO:
        raise bad("file is too big")
    try:
        with Image.open(BytesIO(content)) as image:
            width, height = image.size
    except UnidentifiedImageError as error:
        raise bad("IMAGE_PROCESS_FAILED") from error
    ratio = max(width, height) / max(min(width, height), 1)
    if width + height > MAX_SIDES or ratio > MAX_RATIO:
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return width, height
