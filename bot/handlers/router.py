"""Which handler an update goes to."""

from __future__ import annotations

import structlog
from telegram import ChatMember, Message, Update
from telegram.constants import ChatType

from bot.callbacks import codec
from bot.callbacks.report_choice import ReportChoice
from bot.callbacks.workshop_callbacks import FacilitatorAction, WorkshopCallback
from bot.handlers import (
    file_messages,
    group_votes,
    participants,
    quote_decision,
    respondents,
    summary_decision,
    text_messages,
)
from bot.handlers.context import HandlerContext
from bot.telegram.calls import call_with_retry

log = structlog.get_logger()
QUOTE_COMMANDS = ("kutipan", "quotes")


async def route_update(desk: HandlerContext, update: Update) -> None:
    """Carry out an update. When this returns, what it kept is on disk."""
    if update.callback_query is not None:
        await route_callback(desk, update)
    elif update.my_chat_member is not None:
        await handle_membership(desk, update)
    elif update.effective_chat is None or update.effective_user is None:
        return
    elif update.effective_chat.type != ChatType.PRIVATE:
        await route_group_message(desk, update)
    elif update.message is not None:
        await route_private_message(desk, update, update.message)
    elif update.edited_message is None or update.edited_message.location is None:
        await respondents.handle_unexpected(
            desk, update
        )  # A live location that moves on says nothing new.


def is_facilitator_action(update: Update) -> bool:
    """Whether it is a facilitator's step: votes tapped before a close count, later ones do not."""
    query = update.callback_query
    return query is not None and isinstance(
        codec.parse_callback(query.data or ""), FacilitatorAction
    )


async def route_callback(desk: HandlerContext, update: Update) -> None:
    """A button was tapped: the short answer goes out beside the new screen."""
    query = update.callback_query
    if query is None:
        return
    chat = query.message.chat if query.message else None
    told, data = "", query.data or ""
    read = codec.parse_callback(data)
    if isinstance(read, codec.ReviewQuote | codec.ShowQuotes):
        told = await quote_decision.handle_quote_callback(desk, update, read)
    elif isinstance(read, codec.ReleaseSummary):
        told = await summary_decision.handle_release_callback(desk, update, read)
    elif chat is not None and isinstance(read, ReportChoice):
        t, now = desk.choose_texts(update), desk.clock.now()
        told = await desk.report_requests.handle_choice(update, chat, read, t, now)
    elif chat is not None and chat.type == ChatType.PRIVATE:
        told = await route_private_callback(desk, update, data)
    elif chat is not None and isinstance(read, WorkshopCallback):
        told = await group_votes.handle_group_callback(desk, update, chat, read)
    desk.card_sender.answer_callback(query.id, told)


async def route_private_callback(desk: HandlerContext, update: Update, data: str) -> str:
    """What a button means, carried out; the short word to show at once, often none."""
    read = codec.parse_callback(data)
    if isinstance(read, codec.ShowMedia):
        return await file_messages.handle_show_media(desk, update, read)
    if isinstance(read, WorkshopCallback):
        return await participants.handle_workshop_callback(desk, update, read)
    return await respondents.handle_private_callback(desk, update, data)


async def route_private_message(desk: HandlerContext, update: Update, sent: Message) -> None:
    """A message in a private chat."""
    if sent.text is not None and sent.text.startswith("/"):
        await route_private_command(desk, update, sent.text)
    elif sent.reply_to_message is not None and await quote_decision.handle_quote_reply(
        desk, update, sent
    ):
        return
    elif sent.text is not None:
        await text_messages.handle_text(desk, update, sent.text)
    elif sent.location is not None:
        await respondents.handle_location(desk, update, sent.location)
    elif file_messages.extract_file(sent, desk.bot.id) is not None:
        await file_messages.handle_file(desk, update, sent)
    elif is_content(sent):
        await respondents.handle_unexpected(desk, update)


def is_content(sent: Message) -> bool:
    """Whether a message says something, rather than telling of a change of the chat."""
    return sent.effective_attachment is not None or sent.text is not None


async def route_private_command(desk: HandlerContext, update: Update, text: str) -> None:
    """A command in a private chat; one we do not know shows the help."""
    word, _, payload = text[1:].partition(" ")
    name = word.partition("@")[0].lower()
    if name in ("laporan", "report"):
        await handle_report_command(desk, update)
        return
    if name in QUOTE_COMMANDS:
        await quote_decision.handle_quotes_command(desk, update)
        return
    await respondents.COMMAND_HANDLERS.get(name, respondents.handle_help)(
        desk, update, payload.strip()
    )


async def handle_report_command(desk: HandlerContext, update: Update) -> None:
    """/laporan"""
    await desk.report_requests.show_choices(update, desk.choose_texts(update))


async def route_group_message(desk: HandlerContext, update: Update) -> None:
    """In a group commands count, and replies to the secretariat's cards; no answers."""
    sent, chat = update.message, update.effective_chat
    if sent is None or chat is None:
        return
    if sent.migrate_to_chat_id is not None:
        await desk.report_requests.move_chat(chat.id, sent.migrate_to_chat_id)
        return
    if not (sent.text or "").startswith("/"):
        await quote_decision.handle_quote_reply(desk, update, sent)
        return
    word, _, addressee = (sent.text or "")[1:].partition(" ")[0].partition("@")
    if addressee and addressee.lower() != desk.bot.username.lower():
        return
    if word.lower() in ("laporan", "report"):
        await handle_report_command(desk, update)
    elif word.lower() in QUOTE_COMMANDS:
        await quote_decision.handle_quotes_command(desk, update)
    elif word.lower() in ("lokakarya", "workshop"):
        await group_votes.start_group_voting(desk, update, chat)
    elif word.lower() in respondents.COMMAND_HANDLERS:
        t = desk.choose_texts(update)
        text = t(
            "Answers are private. Please write to me here: {link}",
            link=desk.bot_info.build_start_link("grup"),
        )
        await call_with_retry(lambda: desk.bot.send_message(chat.id, text))


async def handle_membership(desk: HandlerContext, update: Update) -> None:
    """Somebody blocked the bot, or let it in again; so did a group."""
    changed = update.my_chat_member
    if changed is None:
        return
    blocked = changed.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
    if changed.chat.type == ChatType.PRIVATE:
        await desk.interviews.set_blocked(changed.chat.id, blocked, desk.clock.now())
    if not blocked:
        await desk.report_requests.resume_chat(changed.chat.id)
