"""Puts reports into Telegram chats, in a way that may be repeated."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog
from babel.dates import format_date
from telegram import InputFile, InputMediaDocument, InputMediaPhoto, Message, ReplyParameters
from telegram.constants import FileSizeLimit, ParseMode

from bot.screens.screen import Screen, escape_html
from bot.telegram.calls import CallError, FailureKind
from bot.telegram.outbox import Outbox
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

#: In bytes; the limit itself, FILESIZE_UPLOAD, is 50 MB (core.telegram.org/bots/api, "Sending
#: files").
MEGABYTE = 1_000_000
#: What a failed call means for a delivery; what is not here is held against the report.
DELIVERY_FAULTS: dict[FailureKind, type[Exception]] = {
    FailureKind.BLOCKED: ChatRefusedError,
    FailureKind.CHAT_GONE: ChatRefusedError,
    FailureKind.NO_RIGHTS: ChatRefusedError,
    FailureKind.TOPIC_CLOSED: ChatRefusedError,
    FailureKind.TOPIC_GONE: ChatRefusedError,
    FailureKind.MESSAGE_GONE: NoticeGoneError,
    FailureKind.UNREACHABLE: UnreachableError,
    # Neither the chat nor the report can help these two: the report waits until the bot can send
    # again.
    FailureKind.RATE_LIMITED: UnreachableError,
    FailureKind.UNKNOWN_TOKEN: UnreachableError,
}
#: What may befall the topic of the choices while the report is made.
TOPIC_FAULTS = (FailureKind.TOPIC_CLOSED, FailureKind.TOPIC_GONE)


class ReportSender:
    """Puts reports into Telegram chats.

    Each call raises as ``raise_for_delivery`` does, and may be repeated.
    """

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._bot = outbox.bot

    async def send_notice(self, chat_id: int, part: str, language: str, reply_to: int = 0) -> int:
        """Announce a part of a report; the id of the message it will be put into.

        Phones ring once for each report: at its message, not at its files. An answer to a message
        stands in the topic of that message; where that topic is closed or deleted meanwhile, it
        stands outside of topics.
        """
        announced, still = format_notice(part, load_first_texts(language)), part != MESSAGE_PART
        reply = (
            ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to > 0 else None
        )

        def send(reply: ReplyParameters | None) -> Awaitable[Message]:
            return self._bot.send_message(
                chat_id, announced, disable_notification=still, reply_parameters=reply
            )

        with raise_for_delivery():
            sent = await self._outbox.deliver_ignoring(
                chat_id, lambda: send(reply), *(TOPIC_FAULTS if reply else ())
            )
            if sent is None:
                sent = await self._outbox.deliver(chat_id, lambda: send(None))
        return sent.message_id

    async def put_message(self, chat_id: int, message_id: int, html: str) -> None:
        """Put the short message into its notice."""
        with raise_for_delivery():
            await self._outbox.deliver_ignoring(
                chat_id,
                lambda: self._outbox.calls.edit_screen(chat_id, message_id, Screen(html)),
                FailureKind.UNCHANGED,
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
        """Whether Telegram takes a file; what it does not take as a photo goes as a document.

        Charts are sent as photos, so that they can be seen without opening them.
        """
        # True counts as 1 here: what is no picture has the document alone to try. A picture has
        # both, as Telegram refuses photos above 10 MB, of more than 10,000 pixels in width and
        # height together, and of more than 20 times the width in height
        # (core.telegram.org/bots/api, sendPhoto).
        kinds = [InputMediaPhoto, InputMediaDocument][file.media_type != "image/png" :]
        for kind in kinds:
            # Attached, because the call that edits names a new file by an attach:// address
            # (core.telegram.org/bots/api, InputMedia).
            media = kind(InputFile(file.content, file.name, attach=True))
            edit = partial(self._bot.edit_message_media, media, chat_id, message_id)
            try:
                await call_for_delivery(self._outbox, chat_id, edit)
            except CallError as fault:
                if fault.kind is FailureKind.TOO_LARGE:
                    return False
                if kind is kinds[-1] or fault.kind is not FailureKind.FILE_REFUSED:
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
            "told; we try again, and the report will appear here.",
            first=first,
            last=last,
        )
        await self._put_words(chat_id, message_id, said)

    async def _put_words(self, chat_id: int, message_id: int, said: str) -> None:
        """Put words into a notice, unless a document stands there from an earlier attempt."""
        with raise_for_delivery():
            await self._outbox.deliver_ignoring(
                chat_id,
                lambda: self._bot.edit_message_text(
                    said, chat_id=chat_id, message_id=message_id, parse_mode=ParseMode.HTML
                ),
                FailureKind.UNCHANGED,
                # A message that holds a document cannot be turned back into a text; what stands
                # there is what the chat was to get, so it may stay.
                FailureKind.NOT_A_TEXT,
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


async def call_for_delivery(outbox: Outbox, chat_id: int, call: Callable[[], Awaitable[T]]) -> T:
    """Make a call that may be made again. Raises as ``raise_for_delivery`` does."""
    with raise_for_delivery():
        return await outbox.deliver(chat_id, call)


@contextmanager
def raise_for_delivery() -> Iterator[None]:
    """Have what fails within raised in the words of deliveries.

    Raises ChatMovedError, ChatRefusedError, NoticeGoneError, UnreachableError; and CallError where
    the fault lies with what was sent.
    """
    try:
        yield
    except CallError as fault:
        if fault.failed.migrated_to is not None:
            raise ChatMovedError(fault.failed.migrated_to) from fault
        if meant := DELIVERY_FAULTS.get(fault.kind):
            if meant is ChatRefusedError:
                raise ChatRefusedError(str(fault), fault.failed.remedy) from fault
            raise meant(str(fault)) from fault
        raise
