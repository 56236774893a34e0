"""The bot is added to a chat, thrown out, blocked or let in again."""

from __future__ import annotations

from telegram import ChatMember, ChatMemberRestricted
from telegram.constants import ChatType

from bot.handlers.context import HandlerContext
from bot.handlers.permissions import find_secretariat_chat
from bot.handlers.stand_ins import is_by_stand_in
from bot.screens.introduction import draw_introduction
from bot.telegram.taps import IncomingUpdate

GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})


async def handle_membership(context: HandlerContext, update: IncomingUpdate) -> None:
    """Somebody blocked the bot, or let it in again; so did a group, which it then greets."""
    changed = update.my_chat_member
    if changed is None:
        return
    inside = is_member(changed.new_chat_member)
    if changed.chat.type == ChatType.PRIVATE:
        blocked, now = not inside, context.clock.now()
        await context.services.interviews.set_blocked(changed.chat.id, blocked, now)
    if inside:
        await context.reporting.report_requests.resume_chat(changed.chat.id)
    arrived = inside and not is_member(changed.old_chat_member)
    if arrived and changed.chat.type in GROUPS and may_write(changed.new_chat_member):
        await introduce_bot(context, update)


def is_member(standing: ChatMember) -> bool:
    """Whether the bot is in the chat; in a private one, whether it is not blocked."""
    if isinstance(standing, ChatMemberRestricted):
        return standing.is_member
    return standing.status not in (ChatMember.BANNED, ChatMember.LEFT)


def may_write(standing: ChatMember) -> bool:
    """Whether the bot may write, as far as it was told."""
    return not isinstance(standing, ChatMemberRestricted) or standing.can_send_messages


async def introduce_bot(context: HandlerContext, update: IncomingUpdate) -> None:
    """Say in a group who this is and what it can do, in the language of who added it.

    The secretariat's own chats know.
    """
    chat = update.effective_chat
    if chat is None or await find_secretariat_chat(context, chat) is not None:
        return
    if context.introductions.note(chat.id, context.clock.now()):
        _request, snapshot = await context.read_request(update)
        t = context.choose_texts(update, None if is_by_stand_in(update) else snapshot)
        context.post_message(update, draw_introduction(chat.id, t, context.bot_info))
