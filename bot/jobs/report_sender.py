"""Puts reports into Telegram chats, in a way that may be repeated."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog
from babel.dates import format_date
from telegram import Bot, InputFile, InputMediaDocument, InputMediaPhoto
from telegram.constants import FileSizeLimit, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)

from bot.screens.screen import escape_html
from bot.telegram.cards import MESSAGE_GONE, NO_LINK_PREVIEW, NOT_MODIFIED
from bot.telegram.client import call_with_retry
from bot.translation import Translator, get_translator
from reports.delivery.report_delivery import (
    MESSAGE_PART,
    ChatMovedError,
    ChatRefusedError,
    NoticeGoneError,
    UnreachableError,
)
from reports.request import ReportFile, ReportFormat

log = structlog.get_logger()
T = TypeVar("T")

#: What Telegram says of a chat that does not have us, or not as somebody who may write.
CHAT_REFUSALS = (
    "chat not found",
    "chat_write_forbidden",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "group chat was deactivated",
    "peer_id_invalid",
)
#: What Telegram says of a picture that it takes as a document only.
PHOTO_REFUSALS = ("photo_invalid_dimensions", "image_process_failed", "file is too big")
MEGABYTE = 1_000_000


class FileTooLargeError(Exception):
    """A file is larger than the Bot API takes."""


class ReportSender:
    """Puts reports into Telegram chats."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send_notice(self, chat_id: int, part: str, language: str) -> int:
        """Announce a part of a report; the id of the message it will be put into.

        Phones ring once for each report: at its message, not at its files.
        """
        announced, still = format_notice(part, load_first_texts(language)), part != MESSAGE_PART
        sent = await call_telegram(
            lambda: self._bot.send_message(chat_id, announced, disable_notification=still)
        )
        return sent.message_id

    async def put_message(self, chat_id: int, message_id: int, html: str) -> None:
        """Put the short message into its notice."""
        await call_ignoring(
            (NOT_MODIFIED,),
            lambda: self._bot.edit_message_text(
                html,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_LINK_PREVIEW,
            ),
        )

    async def put_file(
        self, chat_id: int, message_id: int, file: ReportFile, language: str
    ) -> None:
        """Put a file into its notice; of one that is too large, that it is."""
        size = len(file.content)
        if size <= FileSizeLimit.FILESIZE_UPLOAD and await self._try_file(
            chat_id, message_id, file
        ):
            return
        log.error(
            "file too large",
            file=file.name,
            megabytes=size // MEGABYTE,
            remedy="hand it over another way: suara report makes it",
        )
        t = load_first_texts(language)
        said = t(
            "{file} is too large for Telegram ({size} MB). The operator can hand it over.",
            file=escape_html(file.name),
            size=size // MEGABYTE,
        )
        await self._put_words(chat_id, message_id, said)

    async def _try_file(self, chat_id: int, message_id: int, file: ReportFile) -> bool:
        """Whether Telegram takes a file; what it takes for no photo goes as a document."""
        kinds = [InputMediaPhoto, InputMediaDocument][file.media_type != "image/png" :]
        for kind in kinds:
            media = kind(InputFile(file.content, file.name, attach=True))
            edit = partial(self._bot.edit_message_media, media, chat_id, message_id)
            try:
                await call_telegram(edit)
            except FileTooLargeError:
                return False
            except BadRequest as fault:
                if kind is kinds[-1] or not mentions_any(fault, PHOTO_REFUSALS):
                    raise
            else:
                break
        return True

    async def put_absence(self, chat_id: int, message_id: int, part: str, language: str) -> None:
        """Say in its notice that there is no such part."""
        absent = format_absence(part, load_first_texts(language))
        await self._put_words(chat_id, message_id, absent)

    async def put_failure(
        self, chat_id: int, message_id: int, start: datetime, end: datetime, language: str
    ) -> None:
        """Say in the message's notice that the report could not be made yet."""
        t = load_first_texts(language)
        first, last = (
            format_date(moment, "d MMMM y", locale=t.language) for moment in (start, end)
        )
        said = t(
            "⚠️ The report of {first} to {last} could not be made yet. The operator has been "
            "told; it is tried again and will stand here.",
            first=first,
            last=last,
        )
        await self._put_words(chat_id, message_id, said)

    async def _put_words(self, chat_id: int, message_id: int, said: str) -> None:
        """Put words into a notice, unless a document stands there from an earlier attempt."""
        await call_ignoring(
            (NOT_MODIFIED, "there is no text in the message"),
            lambda: self._bot.edit_message_text(
                said, chat_id=chat_id, message_id=message_id, parse_mode=ParseMode.HTML
            ),
        )


def load_first_texts(language: str) -> Translator:
    """The words of a language; of two, of the first."""
    return get_translator(language.partition("+")[0])


def format_absence(part: str, t: Translator) -> str:
    """What a notice says where there is no such part."""
    return {
        ReportFormat.PDF: t("No PDF this time."),
        ReportFormat.XLSX: t("No workbook this time."),
        ReportFormat.PNG: t("No picture this time."),
    }[ReportFormat(part)]


def format_notice(part: str, t: Translator) -> str:
    """What a notice says until its part is there."""
    return {
        MESSAGE_PART: t("⏳ The report is being prepared …"),
        ReportFormat.PDF: t("⏳ The report as PDF …"),
        ReportFormat.XLSX: t("⏳ The figures as a workbook …"),
        ReportFormat.PNG: t("⏳ The charts …"),
    }[part.partition("-")[0]]


async def call_ignoring(signs: tuple[str, ...], call: Callable[[], Awaitable[object]]) -> None:
    """Make a call, content with a refusal that has one of these signs."""
    try:
        await call_telegram(call)
    except BadRequest as fault:
        if not mentions_any(fault, signs):
            raise


async def call_telegram(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call; what Telegram refuses is raised in the words of deliveries, or as BadRequest."""
    with translate_refusals():
        return await call_with_retry(call)


@contextmanager
def translate_refusals() -> Iterator[None]:
    """Telegram's refusals as what they mean for a delivery."""
    try:
        yield
    except ChatMigrated as moved:
        raise ChatMovedError(moved.new_chat_id) from moved
    except Forbidden as fault:
        raise ChatRefusedError(str(fault)) from fault
    except BadRequest as fault:
        if mentions_any(fault, CHAT_REFUSALS):
            raise ChatRefusedError(str(fault)) from fault
        if mentions_any(fault, MESSAGE_GONE):
            raise NoticeGoneError(str(fault)) from fault
        raise
    except (NetworkError, RetryAfter, InvalidToken) as fault:
        if mentions_any(fault, ("too large",)):
            raise FileTooLargeError(str(fault)) from fault
        raise UnreachableError(str(fault)) from fault


def mentions_any(fault: Exception, signs: tuple[str, ...]) -> bool:
    """Whether Telegram's words have one of these signs."""
    return any(sign in str(fault).lower() for sign in signs)
