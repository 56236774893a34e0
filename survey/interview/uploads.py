"""Files that people send as answers: what fits which question, what they are called here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from survey.forms.answers.kind_definition import QuestionKind

#: Kinds of content that keep their ending; whatever else is sent ends in ``.bin``, so that nothing
#: that is kept can be started.
FILE_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/heic": "heic",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/x-m4a": "m4a",
    "audio/x-wav": "wav",
    "audio/wav": "wav",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "text/plain": "txt",
    "text/csv": "csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
}
#: What a name is like that ``build_file_name`` makes.
FILE_NAME = re.compile(r"[a-z0-9_]{1,40}-[0-9a-f]{16}\.[a-z0-9]{2,4}")


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that somebody sent. ``size`` is in bytes; ``bot`` is whose ``file_id`` it is.

    ``file_unique_id`` is the same for the same file, ``album`` for files sent together (or empty).
    """

    mime: str
    size: int
    bot: int
    file_id: str
    file_unique_id: str
    album: str = ""

    def can_answer(self, kind: QuestionKind) -> bool:
        """Whether it can answer a question of that kind."""
        return kind.accepts_file(self.mime)


def build_file_name(question: str, mime: str, drawn: str) -> str:
    """What a file is called here: the question's name, 16 drawn hexadecimal digits, its ending.

    Nothing in it comes from whoever sent it, but the ending, which is one of ``FILE_ENDINGS``.
    """
    plain = re.sub(r"[^a-z0-9_]+", "_", question.lower())[:40] or "_"
    return f"{plain}-{drawn}.{FILE_ENDINGS.get(mime, 'bin')}"
