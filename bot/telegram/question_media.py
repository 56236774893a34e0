"""Pictures, sounds and films that go with questions, sent to whoever asks for them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog
from telegram import InputFile, InputMediaPhoto, Message

from bot.telegram.calls import CallError
from bot.telegram.outbox import Outbox
from survey.forms.authoring.media_files import find_media_file, list_media_names
from survey.forms.model.questionnaire import Questionnaire

log = structlog.get_logger()
#: How Telegram shows files with these endings; any other is a document.
TELEGRAM_KINDS = {
    ".jpg": "photo", ".jpeg": "photo", ".png": "photo", ".webp": "photo",
    ".mp3": "audio", ".m4a": "audio", ".ogg": "voice", ".oga": "voice", ".mp4": "video",
}  # fmt: skip
#: Telegram takes no larger photos (bytes), no longer captions (characters), no larger albums:
#: core.telegram.org/bots/api (sendPhoto, sendMediaGroup).
LARGEST_PHOTO = 10 << 20
LONGEST_CAPTION = 1024
LARGEST_ALBUM = 10
#: Seconds that sending one may take: the first time it is uploaded.
SEND_TIMEOUT = 120

#: Something to show: the name of its file, and what stands below it.
MediaPiece = tuple[str, str]


class QuestionMedia:
    """The media of running questionnaires.

    Each is uploaded once; after that it is sent by the file_id that Telegram gave it. What is
    refused under such an id is uploaded anew.
    """

    def __init__(self, outbox: Outbox, forms: Iterable[tuple[Questionnaire, Path]]) -> None:
        self._outbox = outbox
        self._bot = outbox.bot
        self._paths: dict[str, dict[str, Path]] = {}
        self._uploaded: dict[Path, tuple[str, str]] = {}
        for questionnaire, path in forms:
            there = self._paths.setdefault(questionnaire.id, {})
            for name in dict.fromkeys(list_media_names(questionnaire)):
                if found := find_media_file(path, name):
                    there[name] = found
                else:
                    log.warning("medium missing", questionnaire=path.name, file=name)

    def list_media(self, questionnaire: Questionnaire) -> frozenset[str]:
        """The files that can be shown. None of a questionnaire that only the database knows."""
        return frozenset(self._paths.get(questionnaire.id, {}))

    async def send_media(
        self, chat_id: int, questionnaire: Questionnaire, pieces: list[MediaPiece]
    ) -> None:
        """Send them, photos in albums. Raises CallError, OSError."""
        paths = self._paths.get(questionnaire.id, {})
        there = [(paths[name], caption) for name, caption in pieces if name in paths]
        photos = [piece for piece in there if choose_telegram_kind(piece[0]) == "photo"]
        for first in range(0, len(photos), LARGEST_ALBUM):
            await self._send_album(chat_id, photos[first : first + LARGEST_ALBUM])
        for path, caption in there:
            if choose_telegram_kind(path) != "photo":
                await self._send_one(chat_id, path, caption)

    async def _send_album(self, chat_id: int, photos: Sequence[tuple[Path, str]]) -> None:
        """Send two to ten photos at once; one alone, or those of a refused album, singly.

        Telegram says of an album that is refused only that it is, not which photo it was. Raises
        CallError, OSError.
        """
        if len(photos) > 1:
            media = [
                InputMediaPhoto(await self._read_content(path), caption=caption[:LONGEST_CAPTION])
                for path, caption in photos
            ]
            try:
                sent = await self._outbox.call_beside(
                    chat_id,
                    lambda: self._bot.send_media_group(chat_id, media, read_timeout=SEND_TIMEOUT),
                )
            except CallError as fault:
                if not fault.failed.is_refusal:
                    raise
                self._forget_uploads(path for path, _ in photos)
            else:
                for (path, _), message in zip(photos, sent, strict=True):
                    self._remember_upload(path, message)
                return
        for path, caption in photos:
            await self._send_one(chat_id, path, caption)

    async def _send_one(self, chat_id: int, path: Path, caption: str) -> None:
        """Send one medium; what Telegram does not take as what it is, it gets as a document.

        Raises CallError, OSError.
        """
        known = path in self._uploaded
        try:
            await self._send(chat_id, path, caption)
        except CallError as fault:
            if not fault.failed.is_refusal:
                raise
            self._forget_uploads([path])
            # What was refused under a remembered id may only have been forgotten by Telegram; only
            # a fresh upload that is refused shows that the kind is wrong.
            again = choose_telegram_kind(path) if known else "document"
            await self._send(chat_id, path, caption, again)

    async def _send(self, chat_id: int, path: Path, caption: str, as_: str = "") -> None:
        # The kind that Telegram made of it, since a file sent again by its id cannot become another
        # one (core.telegram.org/bots/api, "Sending files").
        kind, _ = self._uploaded.get(path, (as_ or choose_telegram_kind(path), ""))
        content = await self._read_content(path)
        about: dict[str, Any] = {"caption": caption[:LONGEST_CAPTION], "read_timeout": SEND_TIMEOUT}
        ways: Mapping[str, Callable[..., Awaitable[Message]]] = {
            "photo": self._bot.send_photo,
            "audio": self._bot.send_audio,
            "voice": self._bot.send_voice,
            "video": self._bot.send_video,
            "document": self._bot.send_document,
        }
        sent = await self._outbox.call_beside(
            chat_id, lambda: ways[kind](chat_id, content, **about)
        )
        self._remember_upload(path, sent)

    async def _read_content(self, path: Path) -> str | InputFile:
        """How Telegram knows the file, or the file itself."""
        if path in self._uploaded:
            return self._uploaded[path][1]
        return InputFile(await asyncio.to_thread(path.read_bytes), path.name, attach=True)

    def _remember_upload(self, path: Path, sent: Message) -> None:
        for kind in ("photo", "audio", "voice", "video", "document"):
            if found := getattr(sent, kind):
                file = found[-1] if isinstance(found, tuple) else found
                self._uploaded[path] = kind, file.file_id
                return

    def _forget_uploads(self, paths: Iterable[Path]) -> None:
        for path in paths:
            self._uploaded.pop(path, None)


def choose_telegram_kind(path: Path) -> str:
    """How a file is sent: photo, audio, voice, video or document."""
    found = TELEGRAM_KINDS.get(path.suffix.lower(), "document")
    return "document" if found == "photo" and path.stat().st_size > LARGEST_PHOTO else found
