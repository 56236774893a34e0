"""Commands of a private chat: begin, language, one's own data, withdraw, workshop."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.handlers import participants
from bot.handlers.context import HandlerContext
from bot.handlers.private_messages import welcome_and_read_request
from bot.screens.help import draw_code_screen
from bot.screens.language_choice import draw_language_screen
from bot.screens.personal_data import PersonalDataWriter
from bot.screens.screen import Screen
from bot.screens.withdrawal import draw_receipt_screen, draw_withdrawal_screen
from bot.telegram.messages import post_documents
from bot.telegram.taps import IncomingUpdate
from survey.people import names_invitation, names_wave, names_workshop


async def handle_start(context: HandlerContext, update: IncomingUpdate, payload: str) -> None:
    """/start, perhaps with the payload of a link."""
    request, snapshot = await context.read_request(update)
    language = context.choose_texts(update, snapshot).language
    if names_invitation(payload) or names_workshop(payload):
        snapshot = await context.services.interviews.arrive(request, language, "")
        context.show_current(
            update,
            await participants.enter_code(
                context, replace(request, last_seen=None), snapshot, payload
            ),
        )
        return
    after = await context.services.interviews.arrive(request, language, payload)
    if after.is_in_room and after.wave and names_wave(payload, after.wave.id):
        after = replace(
            after,
            room=await context.services.workshops.set_aside(
                participants.build_workshop_request(request, after), aside=True
            ),
        )
    context.show_current(update, after)


async def handle_language(context: HandlerContext, update: IncomingUpdate, _: str) -> None:
    """/bahasa"""
    _request, snapshot = await welcome_and_read_request(context, update)
    context.put_on_card(
        update,
        snapshot,
        draw_language_screen(context.choose_texts(update, snapshot), context.bot_info),
    )


#: What is waiting for a chat under this key is the file of its person's data.
DATA_KEY = "personal data"


async def handle_data(context: HandlerContext, update: IncomingUpdate, _: str) -> None:
    """/data: a file to read and one for programs, of all that is kept about whoever asks."""
    request, snapshot = await context.read_request(update)
    t, outbox = context.choose_texts(update, snapshot), context.senders.outbox
    if outbox.find_waiting(request.telegram_id, DATA_KEY) is not None:
        context.post_message(update, Screen(t("Your data are on their way. One moment, please.")))
        return
    data = await context.services.interviews.read_personal_data(request.telegram_id, request.at)
    if data is None:
        said = t("Nothing is kept about you, or nothing by which we could tell what is yours.")
        context.post_message(update, Screen(said))
        return
    writer = PersonalDataWriter(data, t, context.bot_info)
    # Long interviews take their time, and the loop is everybody's.
    files = await asyncio.to_thread(write_files, writer)
    post_documents(outbox, request.telegram_id, DATA_KEY, files)


def write_files(writer: PersonalDataWriter) -> dict[str, bytes]:
    """The files that a person gets, by their names."""
    return {
        "data.html": writer.write_page().encode("utf-8", "replace"),
        "data.json": writer.write_json().encode("utf-8", "replace"),
    }


async def handle_withdraw(context: HandlerContext, update: IncomingUpdate, _: str) -> None:
    """/hapus"""
    request, snapshot = await context.read_request(update)
    t = context.choose_texts(update, snapshot)
    if snapshot.contact is None:
        context.put_on_card(update, snapshot, draw_receipt_screen(None, {}, t))
        return
    holdings = await context.services.interviews.count_answers(request.telegram_id)
    files, votes = (
        await context.services.interviews.count_files(request.telegram_id),
        await context.services.interviews.count_votes(request.telegram_id),
    )
    context.put_on_card(
        update, snapshot, draw_withdrawal_screen(holdings, files, votes, snapshot.questionnaires, t)
    )


async def handle_workshop(context: HandlerContext, update: IncomingUpdate, _: str) -> None:
    """/lokakarya"""
    request, snapshot = await welcome_and_read_request(context, update)
    if snapshot.room is None:
        context.put_on_card(
            update, snapshot, draw_code_screen(context.choose_texts(update, snapshot))
        )
    else:
        context.show_current(
            update, await participants.return_to_workshop(context, request, snapshot)
        )
