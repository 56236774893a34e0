"""Taps past the library: what is read of them, and the calls that answer them."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Update,
)

from bot.callbacks.codec import encode_callback
from bot.callbacks.interview_callbacks import GoBack
from bot.screens.screen import Button, Screen
from bot.telegram.calls import FailedCall, FailureKind, attempt_call
from bot.telegram.client import create_bot
from bot.telegram.decoding import decode_update
from bot.telegram.message_calls import MessageCalls
from bot.telegram.taps import Tap, read_tap
from tests.bot.running_bot import TOKEN
from tests.bot.telegram.mutated_updates import UpdateMutator
from tests.bot.telegram.raw_server import ME, RawServer, build_result, serve_raw

ANI = {"id": 4711, "is_bot": False, "first_name": "Ani", "language_code": "id"}
CHAT = {"id": 4711, "type": "private", "first_name": "Ani"}
CARD = {"message_id": 7, "date": 1_700_000_000, "chat": CHAT, "from": ME, "text": "Kota mana?"}
QUERY = {"id": "1", "from": ANI, "chat_instance": "x", "data": "look", "message": CARD}


def write_tap(**more: Any) -> dict[str, Any]:
    """A tap as Telegram writes it, with something else about its query."""
    return {"update_id": 5, "callback_query": QUERY | more}


def describe(update: Update | Tap) -> tuple[Any, ...]:
    """All that handlers ask of a tap."""
    query, user, chat = update.callback_query, update.effective_user, update.effective_chat
    assert query is not None
    assert query.message is not None
    assert user is not None
    assert chat is not None
    return (
        update.update_id, query.id, query.data, query.from_user.id, query.message.message_id,
        query.message.chat.id, user.id, user.language_code, chat.id, str(chat.type),
        update.message, update.edited_message, update.my_chat_member,
    )  # fmt: skip


async def test_we_read_of_a_tap_what_the_library_reads() -> None:
    library, people = Bot(TOKEN), UpdateMutator(1)
    for number in range(50):
        raw = {"update_id": number, "callback_query": people.write_query()}
        ours = decode_update(raw, library)
        assert isinstance(ours, Tap)
        assert describe(ours) == describe(Update.de_json(raw, library))


async def test_a_tap_on_a_card_of_which_telegram_says_no_more_is_read() -> None:
    gone = {"message_id": 7, "date": 0, "chat": CHAT}
    tap = read_tap(write_tap(message=gone, data=None, **{"from": ANI | {"language_code": None}}))
    assert tap is not None
    assert (tap.callback_query.message.message_id, tap.callback_query.data) == (7, None)


ODD: dict[str, Any] = {
    "nothing": None,
    "a list": [1],
    "a message": {"update_id": 5, "message": CARD},
    "two kinds": write_tap() | {"message": CARD},
    "no message": write_tap(message=None),
    "no chat": write_tap(message={"message_id": 7}),
    "a chat's word": write_tap(message=CARD | {"chat": CHAT | {"id": "x"}}),
    "a type that is none": write_tap(message=CARD | {"chat": CHAT | {"type": 5}}),
    "a message's word": write_tap(message=CARD | {"message_id": "7"}),
    "a number in place of data": write_tap(data=5),
    "a number in place of words": write_tap(id=1),
    "a sender's word": write_tap(**{"from": ANI | {"id": "4711"}}),
    "a truth for a number": write_tap(**{"from": ANI | {"id": True}}),
    "a huge number": write_tap(**{"from": ANI | {"id": 10**30}}),
    "a strange language": write_tap(**{"from": ANI | {"language_code": 5}}),
    "an update's word": write_tap() | {"update_id": "5"},
}


@pytest.mark.parametrize("raw", ODD.values(), ids=list(ODD))
async def test_an_odd_tap_is_left_to_the_library(raw: Any) -> None:
    assert read_tap(raw) is None


async def test_an_odd_tap_that_the_library_can_read_is_handled_as_it_reads_it() -> None:
    raw = {"update_id": 5, "callback_query": {**QUERY, "inline_message_id": "x"}}
    del raw["callback_query"]["message"]
    found = decode_update(raw, Bot(TOKEN))
    assert isinstance(found.callback_query, CallbackQuery)


# The calls


class RecordingServer(RawServer):
    """Telegram, which keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[tuple[str, dict[str, Any]]] = []

    def answer(self, method: str, given: dict[str, Any]) -> bytes:
        self.given.append((method, given))
        return super().answer(method, given)


async def test_our_calls_say_what_the_librarys_say() -> None:
    back = encode_callback(GoBack(3))
    screen = Screen(
        "<b>Kota “mana”?</b> 👋",
        ((Button("Kembali", GoBack(3)), Button("Peta", url="https://example.org")), ()),
    )
    keyboard = InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton("Kembali", callback_data=back),
                InlineKeyboardButton("Peta", url="https://example.org"),
            ]
        ]
    )
    shown: dict[str, Any] = {
        "text": screen.text,
        "parse_mode": "HTML",
        "link_preview_options": LinkPreviewOptions(is_disabled=True),
        "reply_markup": keyboard,
    }
    async with serve_raw(RecordingServer()) as raw, create_bot(TOKEN, raw.url, 4) as library:
        calls = MessageCalls(library)
        raw.given.clear()
        sent = await calls.send_screen(1, screen, topic=9)
        await library.send_message(1, message_thread_id=9, **shown)
        await calls.edit_screen(1, 77, screen)
        await library.edit_message_text(chat_id=1, message_id=77, **shown)
        await calls.delete_messages(1, [2, 3])
        await library.delete_messages(1, [2, 3])
        await calls.answer_callback("4", "")
        await library.answer_callback_query("4")
        await calls.answer_callback("4", "Tersimpan")
        await library.answer_callback_query("4", "Tersimpan")
        await calls.send_screen(1, Screen("Halo"))
    assert raw.given[:-1:2] == raw.given[1:-1:2]
    assert raw.given[-1] == (
        "sendMessage",
        {
            "chat_id": 1,
            "text": "Halo",
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        },
    )
    assert (sent.message_id, sent.at.timestamp()) == (77, 1)


NO_MESSAGES: tuple[object, ...] = (
    True, "x", {}, {"message_id": 7}, {"message_id": "7", "date": 1}, {"message_id": 7, "date": -1},
    {"message_id": 7, "date": 10**15}, {"message_id": 7, "date": 1, "edit_date": "x"},
)  # fmt: skip


@pytest.mark.parametrize("result", NO_MESSAGES, ids=str)
async def test_what_is_no_message_is_no_word_of_telegram(result: object) -> None:
    async with serve_raw(RawServer()) as raw, create_bot(TOKEN, raw.url, 1) as library:
        raw.scripted["editMessageText"].append(build_result(result))
        calls = MessageCalls(library)
        failed = await attempt_call(lambda: calls.edit_screen(1, 7, Screen("Halo")))
        assert isinstance(failed, FailedCall)
        assert failed.kind is FailureKind.UNREACHABLE
        done = await attempt_call(lambda: calls.edit_screen(1, 7, Screen("Halo")))
        assert not isinstance(done, FailedCall)


async def test_half_of_a_surrogate_pair_is_sent_as_it_came() -> None:
    async with serve_raw(RecordingServer()) as raw, create_bot(TOKEN, raw.url, 1) as library:
        await MessageCalls(library).send_screen(1, Screen("Kota \ud83d"))
    assert raw.given[-1][1]["text"] == "Kota \ud83d"
