"""Which handler an update goes to."""

from __future__ import annotations

import structlog
from telegram import ChatMember, Message, Update
from telegram.constants import ChatType

from bot.callbacks import codec
from bot.callbacks.report_choice import Wish
from bot.callbacks.workshop_callbacks import Do, RoomTap
from bot.handlers import (
    file_messages,
    group_votes,
    participants,
    quote_release,
    respondents,
    summary_release,
    text_messages,
)
from bot.handlers.context import Desk
from bot.telegram.polling import patiently

log = structlog.get_logger()
QUOTES = ("kutipan", "quotes")


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
    elif update.edited_message is None or update.edited_message.location is None:
        await respondents.other(desk, update)  # A live location that moves on says nothing new.


def divides(update: Update) -> bool:
    """Whether it is a facilitator's step: votes tapped before a close count, later ones do not."""
    query = update.callback_query
    return query is not None and isinstance(codec.read(query.data or ""), Do)


async def tap(desk: Desk, update: Update) -> None:
    """A button was tapped: the short answer goes out beside the new screen."""
    query = update.callback_query
    if query is None:
        return
    chat = query.message.chat if query.message else None
    told, data = "", query.data or ""
    read = codec.read(data)
    if isinstance(read, codec.Quote | codec.Quotes):
        told = await quote_release.tapped(desk, update, read)
    elif isinstance(read, codec.Release):
        told = await summary_release.tapped(desk, update, read)
    elif chat is not None and isinstance(read, Wish):
        t, now = desk.words(update), desk.clock.now()
        told = await desk.reporting.tapped(update, chat, read, t, now)
    elif chat is not None and chat.type == ChatType.PRIVATE:
        told = await tapped(desk, update, data)
    elif chat is not None and isinstance(read, RoomTap):
        told = await group_votes.tapped(desk, update, chat, read)
    desk.cards.answer(query.id, told)


async def tapped(desk: Desk, update: Update, data: str) -> str:
    """What a button means, carried out; the short word to show at once, often none."""
    read = codec.read(data)
    if isinstance(read, codec.Watch):
        return await file_messages.watched(desk, update, read)
    if isinstance(read, RoomTap):
        return await participants.tapped(desk, update, read)
    return await respondents.tapped(desk, update, data)


async def message(desk: Desk, update: Update, sent: Message) -> None:
    """A message in a private chat."""
    if sent.text is not None and sent.text.startswith("/"):
        await command(desk, update, sent.text)
    elif sent.reply_to_message is not None and await quote_release.replied(desk, update, sent):
        return
    elif sent.text is not None:
        await text_messages.said(desk, update, sent.text)
    elif sent.location is not None:
        await respondents.located(desk, update, sent.location)
    elif file_messages.file_in(sent, desk.bot.id) is not None:
        await file_messages.received(desk, update, sent)
    elif is_content(sent):
        await respondents.other(desk, update)


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
    if name in QUOTES:
        await quote_release.asked(desk, update)
        return
    await respondents.COMMANDS.get(name, respondents.help_)(desk, update, payload.strip())


async def report(desk: Desk, update: Update) -> None:
    """/laporan"""
    await desk.reporting.asked(update, desk.words(update))


async def in_group(desk: Desk, update: Update) -> None:
    """In a group commands count, and replies to the secretariat's cards; no answers."""
    sent, chat = update.message, update.effective_chat
    if sent is None or chat is None:
        return
    if sent.migrate_to_chat_id is not None:
        await desk.reporting.moved(chat.id, sent.migrate_to_chat_id)
        return
    if not (sent.text or "").startswith("/"):
        await quote_release.replied(desk, update, sent)
        return
    word, _, addressee = (sent.text or "")[1:].partition(" ")[0].partition("@")
    if addressee and addressee.lower() != desk.bot.username.lower():
        return
    if word.lower() in ("laporan", "report"):
        await report(desk, update)
    elif word.lower() in QUOTES:
        await quote_release.asked(desk, update)
    elif word.lower() in ("lokakarya", "workshop"):
        await group_votes.begin(desk, update, chat)
    elif word.lower() in respondents.COMMANDS:
        t = desk.words(update)
        text = t(
            "Answers are private. Please write to me here: {link}", link=desk.about.link("grup")
        )
        await patiently(lambda: desk.bot.send_message(chat.id, text))


async def membership(desk: Desk, update: Update) -> None:
    """Somebody blocked the bot, or let it in again; so did a group."""
    changed = update.my_chat_member
    if changed is None:
        return
    blocked = changed.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
    if changed.chat.type == ChatType.PRIVATE:
        await desk.survey.block(changed.chat.id, blocked, desk.clock.now())
    if not blocked:
        await desk.reporting.let_in(changed.chat.id)
