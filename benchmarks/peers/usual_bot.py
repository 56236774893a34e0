"""The usual bot: python-telegram-bot as its examples use it.

``conversationbot.py`` and ``persistentconversationbot.py`` of the library's examples: a
ConversationHandler with a state for each question, PicklePersistence, polling, the defaults of
everything else. Each answer is kept as the first lines of aiosqlite's README keep one: connect,
execute, commit.

    python -m benchmarks.peers.usual_bot URL TOKEN QUESTIONS FOLDER
"""

from __future__ import annotations

import sqlite3
import sys
import warnings
from pathlib import Path

import aiosqlite
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    PicklePersistence,
)
from telegram.warnings import PTBUserWarning

from benchmarks.peers.question_file import (
    THANKS,
    describe_progress,
    list_buttons,
    load_questions,
)

URL, TOKEN, QUESTION_FILE, FOLDER = sys.argv[1:5]
QUESTIONS = load_questions(QUESTION_FILE)
DATABASE = str(Path(FOLDER) / "answers.db")
CREATE_TABLE = """
CREATE TABLE answer (
    person INTEGER, question TEXT, value TEXT, PRIMARY KEY (person, question)
)
"""


def build_keyboard(number: int, answers: dict[str, str]) -> InlineKeyboardMarkup:
    """The choices of a question, one below the other."""
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(label, callback_data=f"{number}:{value}")]
            for value, label in list_buttons(QUESTIONS[number], answers)
        ]
    )


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Ask the first question."""
    context.user_data.clear()
    await update.message.reply_text(
        describe_progress(0, QUESTIONS), reply_markup=build_keyboard(0, {})
    )
    return 0


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep an answer and ask the next question."""
    query = update.callback_query
    await query.answer()
    asked, _, value = query.data.partition(":")
    number = int(asked)
    async with aiosqlite.connect(DATABASE) as db:
        await db.execute(
            "INSERT OR REPLACE INTO answer VALUES (?, ?, ?)",
            (update.effective_user.id, QUESTIONS[number]["name"], value),
        )
        await db.commit()
    context.user_data[QUESTIONS[number]["name"]] = value
    number += 1
    if number == len(QUESTIONS):
        await query.edit_message_text(THANKS)
        return ConversationHandler.END
    await query.edit_message_text(
        describe_progress(number, QUESTIONS),
        reply_markup=build_keyboard(number, context.user_data),
    )
    return number


def main() -> None:
    """Run until it is ended."""
    # The library warns of buttons in conversations; its own examples have them.
    warnings.filterwarnings("ignore", category=PTBUserWarning)
    with sqlite3.connect(DATABASE) as db:
        db.execute(CREATE_TABLE)
    application = (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{URL}/bot")
        .persistence(PicklePersistence(Path(FOLDER) / "conversations.pickle"))
        .build()
    )
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("start", start)],
            states={
                number: [CallbackQueryHandler(answer, pattern=f"^{number}:")]
                for number in range(len(QUESTIONS))
            },
            fallbacks=[CommandHandler("start", start)],
            name="persepsi",
            persistent=True,
        )
    )
    application.run_polling()


if __name__ == "__main__":
    main()
