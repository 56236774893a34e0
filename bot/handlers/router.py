"""Which handler an update goes to."""

from __future__ import annotations

import structlog
from telegram import CallbackQuery, Message
from telegram.constants import ChatType

from bot.callbacks.callback import Callback
from bot.callbacks.interview_callbacks import ShowMedia
from bot.callbacks.release_callbacks import ReleaseSummary, ReviewQuote, ShowQuotes
from bot.callbacks.report_choice import ReportChoice
from bot.callbacks.workshop_callbacks import FacilitatorAction, WorkshopCallback
from bot.handlers import (
    file_messages,
    group_votes,
    participants,
    private_callbacks,
    private_messages,
    quote_decision,
    summary_decision,
    text_messages,
)
from bot.handlers.commands import (
    COMMANDS_BY_NAME,
    CommandPlace,
    CommandUse,
    SentCommand,
    handle_help,
    parse_command,
    run_command,
)
from bot.handlers.context import HandlerContext
from bot.handlers.memberships import handle_membership
from bot.handlers.permissions import find_secretariat_chat
from bot.handlers.stand_ins import explain_anonymity, is_by_stand_in, is_forwarded_by_itself
from bot.screens.introduction import explain_privacy
from bot.screens.screen import Screen
from bot.telegram.taps import ActingChat, IncomingUpdate, TapQuery

log = structlog.get_logger()


async def route_update(context: HandlerContext, update: IncomingUpdate) -> None:
    """Carry out an update. When this returns, what it kept is on disk."""
    try:
        await route_by_kind(context, update)
    finally:
        context.callback_reader.forget(update)


async def route_by_kind(context: HandlerContext, update: IncomingUpdate) -> None:
    """To the handlers of buttons, of memberships, of groups or of private messages."""
    if update.callback_query is not None:
        callback = context.callback_reader.read(update)
        await route_callback(context, update, update.callback_query, callback)
    elif update.my_chat_member is not None:
        await handle_membership(context, update)
    elif (moved := find_migration(update)) is not None:
        await move_chat(context, *moved)
    elif update.effective_chat is None or update.effective_user is None:
        return
    elif update.effective_chat.type != ChatType.PRIVATE:
        await route_group_message(context, update)
    elif is_by_stand_in(update):
        return
    elif update.message is not None:
        await route_private_message(context, update, update.message)
    elif update.edited_message is None or update.edited_message.location is None:
        # A live location that moves on says nothing new.
        await private_messages.handle_unexpected(context, update)


def find_migration(update: IncomingUpdate) -> tuple[int, int] | None:
    """The old and the new number of a group that became a supergroup, told in either of them."""
    sent = update.message
    if sent is not None and sent.migrate_to_chat_id is not None:
        return sent.chat.id, sent.migrate_to_chat_id
    if sent is not None and sent.migrate_from_chat_id is not None:
        return sent.migrate_from_chat_id, sent.chat.id
    return None


async def move_chat(context: HandlerContext, old: int, new: int) -> None:
    """Let what belongs to a group follow it to its new number, where it need not be greeted."""
    context.introductions.note(new, context.clock.now())
    await context.chat_migration.move_chat(old, new)


def is_facilitator_action(context: HandlerContext, update: IncomingUpdate) -> bool:
    """Whether it is a facilitator's step: votes tapped before a close count, later ones do not."""
    return isinstance(context.callback_reader.read(update), FacilitatorAction)


async def route_callback(
    context: HandlerContext,
    update: IncomingUpdate,
    query: CallbackQuery | TapQuery,
    callback: Callback | None,
) -> None:
    """A button was tapped: the short answer goes out beside the new screen."""
    chat = query.message.chat if query.message else None
    told = ""
    if is_by_stand_in(update):  # Telegram names whoever tapped; an app that does not is told why.
        told = explain_anonymity(context.bot_info.languages)
    elif isinstance(callback, ReviewQuote | ShowQuotes):
        told = await quote_decision.handle_quote_callback(context, update, callback)
    elif isinstance(callback, ReleaseSummary):
        told = await summary_decision.handle_release_callback(context, update, callback)
    elif chat is not None and isinstance(callback, ReportChoice):
        t, at = context.choose_texts(update), context.clock.now()
        office = await find_secretariat_chat(context, chat)
        told = await context.reporting.report_requests.handle_choice(
            update, office, callback, t, at
        )
    elif chat is not None and chat.type == ChatType.PRIVATE:
        told = await route_private_callback(context, update, callback)
    elif chat is not None and isinstance(callback, WorkshopCallback):
        told = await group_votes.handle_group_callback(context, update, chat, callback)
    context.senders.outbox.answer_callback(query.id, told)


async def route_private_callback(
    context: HandlerContext, update: IncomingUpdate, callback: Callback | None
) -> str:
    """What a button means, carried out; the short word to show at once, often none."""
    if isinstance(callback, ShowMedia):
        return await file_messages.handle_show_media(context, update, callback)
    if isinstance(callback, WorkshopCallback):
        return await participants.handle_workshop_callback(context, update, callback)
    return await private_callbacks.handle_private_callback(context, update, callback)


async def route_private_message(
    context: HandlerContext, update: IncomingUpdate, sent: Message
) -> None:
    """A message in a private chat."""
    if command := parse_command(sent.text or ""):
        await run_private_command(context, update, sent.chat, command)
    # Before answers: a chat of the secretariat may be a private one, where a reply to a quote's
    # card would be taken for an answer to a question.
    elif sent.reply_to_message is not None and await quote_decision.handle_quote_reply(
        context, update, sent
    ):
        return
    elif sent.text is not None:
        await text_messages.handle_text(context, update, sent.text)
    elif sent.location is not None:
        await private_messages.handle_location(context, update, sent.location)
    elif file_messages.extract_file(sent, context.bot.id) is not None:
        await file_messages.handle_file(context, update, sent)
    elif is_content(sent):
        await private_messages.handle_unexpected(context, update)


def is_content(sent: Message) -> bool:
    """Whether a message says something, rather than telling of a change of the chat."""
    return sent.effective_attachment is not None or sent.text is not None


async def run_private_command(
    context: HandlerContext, update: IncomingUpdate, chat: ActingChat, sent: SentCommand
) -> None:
    """A command in a private chat; one we do not know shows the help."""
    command = COMMANDS_BY_NAME.get(sent.name)
    use = command.uses.get(CommandPlace.PRIVATE) if command else None
    await run_command(context, update, chat, use or CommandUse(handle_help), sent.payload)


async def run_group_command(
    context: HandlerContext, update: IncomingUpdate, chat: ActingChat, sent: SentCommand
) -> None:
    """A command in a group; one that is for private chats says so, others are not for us."""
    command = COMMANDS_BY_NAME.get(sent.name)
    # A group may hold several bots, and a command without an addressee reaches them all: what is
    # not ours is left to the others without a word.
    if command is None or sent.addressee not in ("", context.bot.username.lower()):
        return
    if use := command.uses.get(CommandPlace.GROUP):
        await run_command(context, update, chat, use, sent.payload)
        return
    text = explain_privacy(context.choose_texts(update), context.bot_info)
    context.post_message(update, Screen(text))


async def route_group_message(context: HandlerContext, update: IncomingUpdate) -> None:
    """In a group commands count, and replies to the secretariat's cards; no answers."""
    sent, chat = update.message, update.effective_chat
    if sent is None or chat is None or is_forwarded_by_itself(sent):
        return
    if is_reopened(sent):
        await context.reporting.report_requests.resume_chat(chat.id)
    elif command := parse_command(sent.text or ""):
        await run_group_command(context, update, chat, command)
    else:
        await quote_decision.handle_quote_reply(context, update, sent)


def is_reopened(sent: Message) -> bool:
    """Whether it tells that a topic may be written in again."""
    return bool(sent.forum_topic_reopened or sent.general_forum_topic_unhidden)
