"""The secretariat decides whether a summary goes to those who asked for it."""

from __future__ import annotations

from bot.callbacks.release_callbacks import ReleaseSummary
from bot.handlers.context import HandlerContext
from bot.handlers.permissions import (
    explain_members_only,
    find_named_member,
    find_secretariat_chat,
)
from bot.jobs.report_sender import load_first_texts
from bot.telegram.taps import IncomingUpdate


async def handle_release_callback(
    context: HandlerContext, update: IncomingUpdate, callback: ReleaseSummary
) -> str:
    """A button of the card that asks, in a chat of the secretariat; elsewhere it does nothing."""
    message = update.callback_query.message if update.callback_query else None
    office = await find_secretariat_chat(context, message.chat if message else None)
    if office is None:
        return ""
    t = load_first_texts(office.language)
    member = find_named_member(context, update, office)
    if member is None:
        return explain_members_only(t)
    done = await context.reporting.result_notifier.decide_release(
        callback.version, bool(callback.released), member
    )
    return "" if done else t("The card has changed. Please look at the newest one.")
