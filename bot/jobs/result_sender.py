"""Brings summaries into Telegram chats. A picture is uploaded once and then sent again."""

from __future__ import annotations

from telegram import Bot, InputFile, InputMediaPhoto, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.jobs.card_updater import Pace
from bot.jobs.report_sender import says, told, unless
from bot.screens.screen import Screen
from bot.telegram.cards import SAME, content
from bot.translation import texts
from survey.store.result_requests import Wish
from survey.store.summaries import Ruling, Summary


class Bearer:
    """Every call raises as a courier's: ChatRefusedError, UnreachableError, NoticeGoneError."""

    def __init__(self, bot: Bot, pace: Pace) -> None:
        self._bot = bot
        self._pace = pace
        self._uploaded: dict[tuple[str, str], str] = {}

    # To the secretariat

    async def show(self, chat_id: int, ruled: Ruling, summary: Summary) -> None:
        """A summary as people would get it."""
        if not summary.picture:
            said = Screen(summary.text)
            await told(lambda: self._bot.send_message(chat_id, **content(said)))
            return
        photo = self._photo(ruled, summary)
        sent = await told(
            lambda: self._bot.send_photo(
                chat_id, photo, caption=summary.text, parse_mode=ParseMode.HTML
            )
        )
        self._remember(ruled, summary, sent)

    async def ask(self, chat_id: int, screen: Screen) -> int:
        """The card that asks; its message id."""
        return (await told(lambda: self._bot.send_message(chat_id, **content(screen)))).message_id

    async def redraw(self, chat_id: int, message_id: int, screen: Screen) -> None:
        """The card as it should be now."""
        shown = content(screen)
        await unless(
            (SAME,),
            lambda: self._bot.edit_message_text(chat_id=chat_id, message_id=message_id, **shown),
        )

    # To people, when it is their turn

    async def announce(self, one: Wish) -> int:
        """Say that the results are there; the id of the message they will be put into."""
        t = texts(one.language)
        said = t("🔔 The results that you asked for are here. One moment …")
        await self._pace.turn()
        return (await told(lambda: self._bot.send_message(one.telegram_id, said))).message_id

    async def put(self, chat_id: int, message_id: int, ruled: Ruling, summary: Summary) -> None:
        """Put a summary into a message; once more does no harm."""
        await self._pace.turn()
        if not summary.picture:
            await self.redraw(chat_id, message_id, Screen(summary.text))
            return
        photo = self._photo(ruled, summary)
        media = InputMediaPhoto(photo, caption=summary.text, parse_mode=ParseMode.HTML)
        try:
            sent = await told(lambda: self._bot.edit_message_media(media, chat_id, message_id))
        except BadRequest as fault:
            if not says(fault, (SAME,)):
                raise
        else:
            self._remember(ruled, summary, sent)

    # Pictures

    def _photo(self, ruled: Ruling, summary: Summary) -> str | InputFile:
        """How Telegram knows the picture, or the picture itself."""
        known = self._uploaded.get((ruled.version, summary.language))
        return known or InputFile(summary.picture, "hasil.png", attach=True)

    def _remember(self, ruled: Ruling, summary: Summary, sent: Message | bool) -> None:
        if isinstance(sent, Message) and sent.photo:
            self._uploaded[ruled.version, summary.language] = sent.photo[-1].file_id
