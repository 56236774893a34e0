"""Files that were sent: kept once, sent again by `file_id`, downloaded by path."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from PIL import Image, UnidentifiedImageError

from sandbox.call_params import Upload
from sandbox.record_store import SandboxStore
from sandbox.refusals import Refusal, bad_request

MAX_UPLOAD = 50 << 20
MAX_PHOTO = 10 << 20
MAX_DOWNLOAD = 20 << 20
MAX_SIDES = 10_000
MAX_RATIO = 20
#: A person's photo comes in these sizes besides its own: the longer side in pixels.
PHOTO_SIDES = (90, 320, 800)
#: What a message says of a medium besides its file; nothing here looks into sounds and films.
KIND_DETAILS: dict[str, dict[str, Any]] = {
    "document": {},
    "audio": {"duration": 1},
    "voice": {"duration": 1},
    "video": {"duration": 1, "width": 640, "height": 360},
    "video_note": {"duration": 1, "length": 240},
}
FILE_KINDS = frozenset({"photo", *KIND_DETAILS})
NAMED_KINDS = frozenset({"document", "audio", "video"})


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file and what Telegram would know of it. `kind` is one of KINDS; `sizes` are file ids."""

    id: str
    kind: str
    name: str
    mime: str
    content: bytes
    width: int = 0
    height: int = 0
    sizes: tuple[str, ...] = ()

    @property
    def unique_id(self) -> str:
        """Telegram's `file_unique_id`: equal for equal content, while `file_id` is not."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    @property
    def path(self) -> str:
        """`file_path`, below /file/bot<token>/."""
        return f"{self.kind}s/{self.id}{PurePosixPath(self.name).suffix}"

    def describe(self) -> dict[str, Any]:
        """What stands in a message about the file itself."""
        details: dict[str, Any] = {
            "file_id": self.id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }
        if self.kind == "photo":
            return details | {"width": self.width, "height": self.height}
        if self.kind in NAMED_KINDS:
            details["file_name"] = self.name
        if self.kind != "video_note":
            details["mime_type"] = self.mime
        return details | KIND_DETAILS[self.kind]

    def to_record(self) -> dict[str, Any]:
        """For the store."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return fields | {"content": base64.b64encode(self.content).decode()}


class FileStore:
    """Every file of the sandbox, by id."""

    def __init__(self, store: SandboxStore) -> None:
        self._store = store
        self._files = {
            record["id"]: StoredFile(
                **record
                | {
                    "content": base64.b64decode(record["content"]),
                    "sizes": tuple(record.get("sizes", ())),
                }
            )
            for record in store.list_records("file")
        }

    def get(self, file_id: str) -> StoredFile:
        """Raises Refusal for an id that was never given out."""
        if file_id not in self._files:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        return self._files[file_id]

    def build_attachment(self, file: StoredFile) -> dict[str, Any]:
        """The fields of a Message that carry it: a photo in all its sizes, the largest last."""
        if file.kind != "photo":
            return {file.kind: file.describe()}
        return {"photo": [self._files[size].describe() for size in (*file.sizes, file.id)]}

    def find_by_path(self, path: str) -> StoredFile | None:
        """The file with this `file_path`."""
        file = self._files.get(PurePosixPath(path).stem)
        return file if file is not None and file.path == path else None

    def resolve(self, kind: str, sent: Any) -> StoredFile:
        """A new upload, or a `file_id` used again. Raises Refusal."""
        if isinstance(sent, Upload):
            return self.add(kind, sent)
        file = self._files.get(str(sent))
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if file.kind != kind:
            raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
        return file

    def add(self, kind: str, upload: Upload) -> StoredFile:
        """Check an upload as Telegram does and keep it. Raises Refusal."""
        if not upload.content:
            raise bad_request("file must be non-empty")
        if len(upload.content) > MAX_UPLOAD:
            raise Refusal(413, "Request Entity Too Large")
        width, height = _photo_size(upload.content) if kind == "photo" else (0, 0)
        name = PurePosixPath(upload.name).name
        mime = mimetypes.guess_type(name)[0] or upload.mime
        sizes = tuple(self._keep_smaller_sizes(upload.content)) if kind == "photo" else ()
        return self._keep(kind, name, mime, upload.content, width, height, sizes)

    def _keep(self, kind: str, *about: Any) -> StoredFile:
        file_id = f"{kind[:1].upper()}{len(self._files) + 1:08d}"
        file = StoredFile(file_id, kind, *about)
        self._files[file_id] = file
        self._store.save_record("file", file_id, file.to_record)
        return file

    def _keep_smaller_sizes(self, content: bytes) -> Iterator[str]:
        """Keep a photo in the usual sizes below its own; their ids."""
        for side in PHOTO_SIDES:
            with Image.open(BytesIO(content)) as image:
                if max(image.size) <= side:
                    return
                jpeg, small = BytesIO(), image.convert("RGB")
                small.thumbnail((side, side))
                small.save(jpeg, "JPEG")
            yield self._keep("photo", "photo.jpg", "image/jpeg", jpeg.getvalue(), *small.size).id


def _photo_size(content: bytes) -> tuple[int, int]:
    if len(content) > MAX_PHOTO:
        raise bad_request("file is too big")
    try:
        with Image.open(BytesIO(content)) as image:
            width, height = image.size
    except UnidentifiedImageError as error:
        raise bad_request("IMAGE_PROCESS_FAILED") from error
    ratio = max(width, height) / max(min(width, height), 1)
    if width + height > MAX_SIDES or ratio > MAX_RATIO:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height
