"""Updates as nobody expects them: valid ones of every kind, with something wrong in them."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

from bot.callbacks.callback import Callback
from bot.callbacks.codec import CALLBACK_TYPES, encode_callback
from bot.callbacks.participation_callbacks import GiveConsent

#: People whose updates are mutated have numbers from here on, 200 of them.
FIRST_STRANGER = 500_000
WORDS = ("persepsi", "hubungan", "kota", "tinggal", "id", "u-AIR-7K3M", "a-b", "")
TEXTS = (
    "/start", "/start persepsi", "/start u-AIR-7K3M", "/hapus", "/bahasa", "/laporan", "/kutipan",
    "/lokakarya", "/bantuan", "/mulai@suara_bot", "tinggal", "selatan", "tebet", "5", "halo", "2,5",
    "besok jam 9", "AIR-7K3M", "'; DROP TABLE step; --", "<b>", "\u0000", "\ud83d\ude00", "٣",
)  # fmt: skip
#: What stands in the place of something else.
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, 0.5, 1e308,
    "", " ", "x", "7", "None", "\u0000", "\ud800", "\u202e", "x" * 5000, [], {}, [[]], {"": None},
    {"id": 7}, {"id": None}, [None], ["x"] * 50, {"type": "private"},
)  # fmt: skip


class UpdateMutator:
    """The same seed, the same updates."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a test that can be repeated

    def build(self, number: int) -> dict[str, Any]:
        """A valid update with this number."""
        made: Callable[[], dict[str, Any]] = self.chance.choice(
            (
                lambda: {"message": self.write_private_message()},
                lambda: {"message": self.write_private_message()},
                lambda: {"edited_message": self.write_private_message() | {"edit_date": 1_800_000}},
                lambda: {"callback_query": self.write_query()},
                lambda: {"callback_query": self.write_query()},
                lambda: {"my_chat_member": self.write_membership()},
                lambda: {"message": self.write_group_message()},
                self.write_other_kind,
            )
        )
        return {"update_id": number, **made()}

    def mutate(self, update: dict[str, Any]) -> Any:
        """The update with one to four things wrong in it."""
        if self.chance.random() < 0.01:
            return self.chance.choice(ODD)
        broken = copy.deepcopy(update)
        for _ in range(self.chance.choice((1, 1, 1, 2, 4))):
            places = [*find_places(broken)]
            if places:
                self.break_at(*self.chance.choice(places))
        number = broken.get("update_id")
        # Telegram gives no number twice; a second one would rightly be taken for a repetition.
        if type(number) is int and number != update["update_id"]:
            broken["update_id"] = -update["update_id"]
        return broken

    def break_at(self, container: Any, key: Any) -> None:
        """Do one thing wrong at one place."""
        value = container[key]
        match self.chance.randrange(7):
            case 0:
                del container[key]
            case 1 | 2:
                container[key] = copy.deepcopy(self.chance.choice(ODD))
            case 3:
                container[key] = self.chance.choice(
                    ([value], {"id": value}, {key: value}, str(value))
                )
            case 4 if isinstance(container, dict):
                container[self.chance.choice([*container, "text", "from", "chat"])] = copy.deepcopy(
                    value
                )
            case 5:
                for _ in range(self.chance.choice((2, 50, 200))):
                    value = [value] if self.chance.random() < 0.5 else {str(key): value}
                container[key] = value
            case _:
                container[key] = self.enlarge(value)

    def enlarge(self, value: Any) -> Any:
        """Far too much of what was there."""
        if isinstance(value, str):
            return (value * 3000)[:100_000]
        if isinstance(value, int):
            return value * self.chance.choice((-1, 10, 10**6, 10**18))
        return [value] * (5 if isinstance(value, dict | list) else 300)

    def write_person(self) -> dict[str, Any]:
        return {
            "id": FIRST_STRANGER + self.chance.randrange(200),
            "is_bot": False,
            "first_name": "Sari",
            "username": "sari",
            "language_code": self.chance.choice(("id", "en", "xx", "zh-hans")),
        }

    def write_private_message(self) -> dict[str, Any]:
        person = self.write_person()
        message = {
            "message_id": self.chance.randrange(1, 500),
            "date": 1_700_000_000,
            "chat": {"id": person["id"], "type": "private", "first_name": "Sari"},
            "from": person,
        }
        return message | self.write_content(message)

    def write_content(self, message: dict[str, Any]) -> dict[str, Any]:
        """What a message says."""
        file = {"file_id": "AgAD", "file_unique_id": "x", "file_size": 5000}
        text = self.chance.choice(TEXTS)
        contents: tuple[dict[str, Any], ...] = (
            {"text": text},
            {"text": text, "entities": [{"type": "bold", "offset": 0, "length": 1}]},
            {"text": text, "reply_to_message": {**message, "text": "x"}},
            {"text": text, "forward_origin": {"type": "hidden_user", "date": 1}},
            {"text": text, "quote": {"text": "x", "position": 0}, "via_bot": message["from"]},
            {"location": {"latitude": -6.2, "longitude": 106.8, "horizontal_accuracy": 12.5}},
            {"location": {"latitude": -6.2, "longitude": 106.8, "live_period": 600}},
            {"photo": [{**file, "width": 90, "height": 90}] * 2, "caption": "x"},
            {"photo": [{**file, "width": 9, "height": 9}], "media_group_id": "77"},
            {"document": {**file, "file_name": "x.pdf", "mime_type": "application/pdf"}},
            {"voice": {**file, "duration": 3}},
            {"video": {**file, "width": 9, "height": 9, "duration": 3}},
            {"sticker": {**file, "width": 9, "height": 9, "type": "regular", "is_animated": False,
                         "is_video": False}},
            {"contact": {"phone_number": "1", "first_name": "Sari"}},
            {"pinned_message": {**message, "text": "x"}},
            {"poll": {"id": "1", "question": "x", "options": [], "total_voter_count": 0}},
        )  # fmt: skip
        return self.chance.choice(contents)

    def write_query(self) -> dict[str, Any]:
        person = self.write_person()
        message = {
            "message_id": self.chance.randrange(1, 500),
            "date": self.chance.choice((0, 1_700_000_000)),
            "chat": {"id": person["id"], "type": "private"},
            "text": "x",
            "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]},
        }
        query = {"id": str(self.chance.random()), "from": person, "chat_instance": "x"}
        if self.chance.random() < 0.3:
            message["chat"] = self.write_group()
        return query | {"message": message, "data": self.write_callback()}

    def write_callback(self) -> str:
        """What a button of ours may say."""
        if self.chance.random() < 0.3:
            return encode_callback(GiveConsent("persepsi"))
        kind: type[Callback] = self.chance.choice([*CALLBACK_TYPES.values()])
        words = {
            field.name: self.chance.randrange(30)
            if field.type == "int"
            else self.chance.choice(WORDS)
            for field in fields(kind)  # type: ignore[arg-type]
        }
        return encode_callback(kind(**words))

    def write_group(self) -> dict[str, Any]:
        return {"id": -self.chance.randrange(1, 9), "type": "supergroup", "title": "Warga"}

    def write_group_message(self) -> dict[str, Any]:
        message = self.write_private_message() | {"chat": self.write_group()}
        return message | self.chance.choice(
            (
                {},
                {"migrate_to_chat_id": -100_500},
                {"sender_chat": message["chat"]},
                {"new_chat_members": [message["from"]]},
            )
        )

    def write_membership(self) -> dict[str, Any]:
        person = self.write_person()
        bot = {"id": 123456, "is_bot": True, "first_name": "Suara"}
        chat = {"id": person["id"], "type": "private"}
        return {
            "chat": self.chance.choice((chat, self.write_group())),
            "from": person,
            "date": 1_700_000_000,
            "old_chat_member": {"user": bot, "status": "member"},
            "new_chat_member": self.chance.choice(
                (
                    {"user": bot, "status": "kicked", "until_date": 0},
                    {"user": bot, "status": "left"},
                    {"user": bot, "status": "member"},
                )
            ),
        }

    def write_other_kind(self) -> dict[str, Any]:
        """What we never asked for."""
        return {
            self.chance.choice(("channel_post", "poll_answer", "inline_query", "brand_new")): (
                self.write_private_message()
            )
        }


def find_places(found: Any) -> Iterator[tuple[Any, Any]]:
    """Each place in an update at which something can be wrong, at any depth."""
    waiting = [found]
    while waiting:
        container = waiting.pop()
        keys = [*container] if isinstance(container, dict) else range(len(container))
        for key in keys:
            yield container, key
            if isinstance(container[key], dict | list):
                waiting.append(container[key])
