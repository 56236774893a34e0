"""Who may do what: the gates that handlers and the table of commands ask, and what they say.

Whoever taps or writes is known by their Telegram id alone, and a chat by its number; both are
looked up anew each time, so what an operator changed counts at once.
"""

from __future__ import annotations

from enum import StrEnum

from bot.handlers.context import HandlerContext
from bot.handlers.stand_ins import explain_anonymity, is_by_stand_in
from bot.screens.screen import escape_html
from bot.telegram.taps import ActingChat, IncomingUpdate
from bot.translation import Translator
from survey.services.administration import Actor
from survey.store.report_chats import ReportChat
from survey.workshop.plan import Room


class CommandAudience(StrEnum):
    """Whom a command serves; everybody else is told whose business it is."""

    EVERYBODY = "everybody"
    SECRETARIAT = "the secretariat's chats"
    FACILITATORS = "facilitators"


async def find_secretariat_chat(
    context: HandlerContext, chat: ActingChat | None
) -> ReportChat | None:
    """What a chat of the secretariat gets; None for any other chat, and for none."""
    return await context.services.administration.find_chat(chat.id) if chat else None


def find_named_member(
    context: HandlerContext, update: IncomingUpdate, office: ReportChat
) -> Actor | None:
    """Who of the secretariat acts, if they may release what goes out; None for anybody else.

    Everybody in a group can see its cards, and an anonymous administrator is nobody by name. A
    private chat that the operator has made one of the secretariat's is its owner's.
    """
    user = update.effective_user
    if user is None or is_by_stand_in(update):
        return None
    name = context.members.get(user.id, "private chat" if office.id == user.id else "")
    return Actor(name, f"chat {office.id}") if name else None


def explain_members_only(t: Translator) -> str:
    """Why somebody in the secretariat's chat may not decide what goes out."""
    return t(
        "Only those whom the operator has named decide that. /laporan in your own chat with me "
        "tells your number."
    )


def is_facilitator(room: Room | None) -> bool:
    """Whether somebody who is in that room leads it."""
    return room is not None and room.me is not None and room.me.is_facilitator


async def find_refusal(
    context: HandlerContext, update: IncomingUpdate, chat: ActingChat, audience: CommandAudience
) -> str | None:
    """Why a command does not serve whoever sent it in this chat; None if it does."""
    match audience:
        case CommandAudience.SECRETARIAT:
            if await find_secretariat_chat(context, chat) is None:
                return explain_secretariat_only(chat.id, context.choose_texts(update))
        case CommandAudience.FACILITATORS if is_by_stand_in(update):
            return explain_anonymity(context.bot_info.languages)
        case CommandAudience.FACILITATORS:
            _request, snapshot = await context.read_request(update)
            if not is_facilitator(snapshot.room):
                t = context.choose_texts(update, snapshot)
                return t(
                    "Only a facilitator who has joined the workshop can bring it into this group."
                )
    return None


def explain_secretariat_only(chat_id: int, t: Translator) -> str:
    """Why something of the secretariat does not serve a chat, and how it would become theirs."""
    if chat_id > 0:
        return t("Reports are for the secretariat. (Your own number: {number})", number=chat_id)
    return t(
        "Reports are for the secretariat's chats only. The number of this chat is {number}; the "
        "operator can add it: suara chats set {number}",
        number=escape_html(str(chat_id)),
    )
