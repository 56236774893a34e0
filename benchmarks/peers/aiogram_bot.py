"""A bot on aiogram 3 as its documentation has it (Finite State Machine; Callback Data Factory).

A router, a group of states, MemoryStorage, a callback data factory, polling, the defaults of
everything else; updates are handled side by side. Answers go to SQLite in WAL mode by one
connection of aiosqlite, each committed before the next question is shown, and durable: SQLite's
default is ``synchronous=FULL``.

    python -m benchmarks.peers.aiogram_bot URL TOKEN QUESTIONS FOLDER
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import aiosqlite
from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from aiogram.utils.keyboard import InlineKeyboardBuilder

from benchmarks.peers.question_file import (
    THANKS,
    describe_progress,
    list_buttons,
    load_questions,
)

URL, TOKEN, QUESTION_FILE, FOLDER = sys.argv[1:5]
QUESTIONS = load_questions(QUESTION_FILE)
CREATE_TABLE = """
CREATE TABLE answer (
    person INTEGER, question TEXT, value TEXT, PRIMARY KEY (person, question)
)
"""
router = Router()


class Survey(StatesGroup):
    """Where somebody is."""

    asking = State()


class Choice(CallbackData, prefix="c"):
    """A button."""

    number: int
    value: str


def build_keyboard(number: int, answers: dict[str, str]) -> InlineKeyboardMarkup:
    """The choices of a question, one below the other."""
    builder = InlineKeyboardBuilder()
    for value, label in list_buttons(QUESTIONS[number], answers):
        builder.button(text=label, callback_data=Choice(number=number, value=value))
    return builder.adjust(1).as_markup()


@router.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    """Ask the first question."""
    await state.set_state(Survey.asking)
    await state.set_data({})
    await message.answer(describe_progress(0, QUESTIONS), reply_markup=build_keyboard(0, {}))


@router.callback_query(Survey.asking, Choice.filter())
async def answer(
    query: CallbackQuery, callback_data: Choice, state: FSMContext, db: aiosqlite.Connection
) -> None:
    """Keep an answer and ask the next question."""
    await query.answer()
    number = callback_data.number
    await db.execute(
        "INSERT OR REPLACE INTO answer VALUES (?, ?, ?)",
        (query.from_user.id, QUESTIONS[number]["name"], callback_data.value),
    )
    await db.commit()
    answers = await state.update_data({QUESTIONS[number]["name"]: callback_data.value})
    number += 1
    if number == len(QUESTIONS):
        await state.clear()
        await query.message.edit_text(THANKS)
        return
    await query.message.edit_text(
        describe_progress(number, QUESTIONS), reply_markup=build_keyboard(number, answers)
    )


async def main() -> None:
    """Run until it is ended."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(URL))
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_router(router)
    async with (
        aiosqlite.connect(Path(FOLDER) / "answers.db") as db,
        Bot(TOKEN, session=session) as bot,
    ):
        await db.execute("PRAGMA journal_mode = WAL")
        await db.execute(CREATE_TABLE)
        await db.commit()
        await dispatcher.start_polling(bot, db=db)


if __name__ == "__main__":
    asyncio.run(main())
