"""Which handler an update goes to."""

from __future__ import annotations

import structlog
from telegram import ChatMember, Message, Update
from telegram.constants import ChatType

from bot.handlers import people
from bot.handlers.desk import Desk
from bot.transport import patiently

log = structlog.get_logger()


async def handle(desk: Desk, update: Update) -> None:
    """Carry out an update. When this returns, what it kept is on disk."""
    if update.callback_query is not None:
        await tap(desk, update)
    elif update.my_chat_member is not None:
        await membership(desk, update)
    elif update.effective_chat is None or update.effective_user is None:
        return
    elif update.effective_chat.type != ChatType.PRIVATE:
        await in_group(desk, update)
    elif update.message is not None:
        await message(desk, update, update.message)
    else:
        await people.other(desk, update)


async def tap(desk: Desk, update: Update) -> None:
    """A button was tapped: the short answer goes out beside the new screen."""
    query = update.callback_query
    if query is None:
        return
    private = query.message is not None and query.message.chat.type == ChatType.PRIVATE
    told = await people.tapped(desk, update, query.data or "") if private else ""
    desk.cards.answer(query.id, told)


async def message(desk: Desk, update: Update, sent: Message) -> None:
    """A message in a private chat."""
    if sent.text is not None and sent.text.startswith("/"):
        await command(desk, update, sent.text)
    elif sent.text is not None:
        await people.said(desk, update, sent.text)
    elif sent.location is not None:
        await people.located(desk, update, sent.location.latitude, sent.location.longitude)
    elif is_content(sent):
        await people.other(desk, update)


def is_content(sent: Message) -> bool:
    """Whether a message says something, rather than telling of a change of the chat."""
    return sent.effective_attachment is not None or sent.text is not None


async def command(desk: Desk, update: Update, text: str) -> None:
    """A command in a private chat; one we do not know shows the help."""
    word, _, payload = text[1:].partition(" ")
    name = word.partition("@")[0].lower()
    if name in ("laporan", "report"):
        await report(desk, update)
        return
    await people.COMMANDS.get(name, people.help_)(desk, update, payload.strip())


async def report(desk: Desk, update: Update) -> None:
    """/laporan"""
    await desk.reporting.asked(update, desk.words(update), desk.clock.now())


async def in_group(desk: Desk, update: Update) -> None:
    """In a group only commands count; surveys are answered in private."""
    sent, chat = update.message, update.effective_chat
    if sent is None or chat is None or not (sent.text or "").startswith("/"):
        return
    word, _, addressee = (sent.text or "")[1:].partition(" ")[0].partition("@")
    if addressee and addressee.lower() != desk.bot.username.lower():
        return
    if word.lower() in ("laporan", "report"):
        await report(desk, update)
    elif word.lower() in people.COMMANDS:
        t = desk.words(update)
        text = t(
            "Answers are private. Please write to me here: {link}", link=desk.about.link("grup")
        )
        await patiently(lambda: desk.bot.send_message(chat.id, text))


async def membership(desk: Desk, update: Update) -> None:
    """Somebody blocked the bot, or let it in again."""
    changed = update.my_chat_member
    if changed is not None and changed.chat.type == ChatType.PRIVATE:
        blocked = changed.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
        await desk.survey.block(changed.chat.id, blocked, desk.clock.now())
