"""Brings summaries into Telegram chats. A picture is uploaded once and then sent again."""

from __future__ import annotations

from telegram import InputFile, InputMediaPhoto, Message
from telegram.constants import ParseMode

from bot.jobs.report_sender import call_for_delivery, raise_for_delivery
from bot.screens.screen import Screen
from bot.telegram.calls import FailureKind
from bot.telegram.outbox import Outbox
from bot.translation import get_translator
from survey.store.result_requests import ResultRequest
from survey.store.summaries import Summary, SummaryDecision


class ResultSender:
    """Brings summaries to the secretariat and to people.

    Every call raises as ``report_sender.raise_for_delivery`` does.
    """

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._bot = outbox.bot
        # Version and language to Telegram's file_id. Lost at a restart, which costs one more
        # upload.
        self._uploaded: dict[tuple[str, str], str] = {}

    # To the secretariat

    async def send_preview(self, chat_id: int, ruled: SummaryDecision, summary: Summary) -> None:
        """Send a summary as people would get it."""
        if not summary.picture:
            said = Screen(summary.text)
            await call_for_delivery(
                self._outbox,
                chat_id,
                lambda: self._outbox.calls.send_screen(chat_id, said),
            )
            return
        photo = self._find_photo(ruled, summary)
        sent = await call_for_delivery(
            self._outbox,
            chat_id,
            lambda: self._bot.send_photo(
                chat_id, photo, caption=summary.text, parse_mode=ParseMode.HTML
            ),
        )
        self._remember_upload(ruled, summary, sent)

    async def send_release_card(self, chat_id: int, screen: Screen) -> int:
        """Send the card that asks whether a summary may go out; its message id."""
        return (
            await call_for_delivery(
                self._outbox,
                chat_id,
                lambda: self._outbox.calls.send_screen(chat_id, screen),
            )
        ).message_id

    async def edit_release_card(self, chat_id: int, message_id: int, screen: Screen) -> None:
        """Show the card as it should be now; once more does no harm."""
        with raise_for_delivery():
            await self._outbox.deliver_ignoring(
                chat_id,
                lambda: self._outbox.calls.edit_screen(chat_id, message_id, screen),
                FailureKind.UNCHANGED,
            )

    # To people

    async def send_result_notice(self, one: ResultRequest) -> int:
        """Say that the results are there; the id of the message they will be put into."""
        t = get_translator(one.language)
        said = t("🔔 The results that you asked for are here. One moment …")
        return (
            await call_for_delivery(
                self._outbox, one.telegram_id, lambda: self._bot.send_message(one.telegram_id, said)
            )
        ).message_id

    async def put_summary(
        self, chat_id: int, message_id: int, ruled: SummaryDecision, summary: Summary
    ) -> None:
        """Put a summary into a message; once more does no harm."""
        if not summary.picture:
            await self.edit_release_card(chat_id, message_id, Screen(summary.text))
            return
        photo = self._find_photo(ruled, summary)
        media = InputMediaPhoto(photo, caption=summary.text, parse_mode=ParseMode.HTML)
        with raise_for_delivery():
            sent = await self._outbox.deliver_ignoring(
                chat_id,
                lambda: self._bot.edit_message_media(media, chat_id, message_id),
                FailureKind.UNCHANGED,
            )
        self._remember_upload(ruled, summary, sent)

    # Pictures

    def _find_photo(self, ruled: SummaryDecision, summary: Summary) -> str | InputFile:
        """How Telegram knows the picture, or the picture itself."""
        known = self._uploaded.get((ruled.version, summary.language))
        return known or InputFile(summary.picture, "hasil.png", attach=True)

    def _remember_upload(
        self, ruled: SummaryDecision, summary: Summary, sent: Message | bool | None
    ) -> None:
        # Nothing comes back from an edit that changed nothing, and then there is no id to remember.
        if isinstance(sent, Message) and sent.photo:
            self._uploaded[ruled.version, summary.language] = sent.photo[-1].file_id
