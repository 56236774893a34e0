"""A kind word for whoever did something that we could not carry out."""

from __future__ import annotations

from dataclasses import replace

from telegram.constants import ChatType

from bot.handlers.context import HandlerContext
from bot.screens.screen import join_paragraphs
from bot.screens.view_state import ViewState
from bot.telegram.taps import IncomingUpdate


async def apologize(context: HandlerContext, update: IncomingUpdate) -> None:
    """Say that it was our fault, above the newest screen; in a group only to whoever tapped.

    Raises whatever made the update fail, if that lies in the screen.
    """
    t = context.choose_texts(update)
    told = t("Sorry, something went wrong on our side and your last step may not be saved.")
    if update.callback_query is not None:
        # First of all: the person looks at a button that waits.
        context.senders.outbox.answer_callback(update.callback_query.id, told)
    chat = update.effective_chat
    if chat is None or chat.type != ChatType.PRIVATE or update.effective_user is None:
        return
    _request, snapshot = await context.read_request(update)
    if snapshot.contact is None:
        return  # Nobody we know: there is no screen of theirs.
    t = context.choose_texts(update, snapshot)
    told = t("Sorry, something went wrong on our side and your last step may not be saved.")
    screen = context.build_screen(snapshot, t, ViewState())
    asked = t("Please try again. Everything you answered before is saved.")
    said = join_paragraphs(f"⚠️ {told} {asked}", screen.text)
    context.put_on_card(update, snapshot, replace(screen, text=said))
