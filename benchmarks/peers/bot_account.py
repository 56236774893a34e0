"""What the Bot API server knows of one bot: its people, its updates, and how fast it was."""

from __future__ import annotations

import asyncio
import html
import time
from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import Any

from benchmarks.peers.residents import TAG_PATTERN, Habit, Resident

#: Telegram hands out so many updates at once (core.telegram.org/bots/api, getUpdates).
MOST_UPDATES = 100
#: Of the first people each leaves after so many taps at the most, so that soon all questions are
#: being answered at the same time, by some, and not one after the other, by all.
FIRST_PATIENCE = 40
UNCHANGED = "Bad Request: message is not modified"


class MethodRefusal(Exception):  # noqa: N818 - Telegram refuses
    """The Bot API says no; the text is its description."""


@dataclass(slots=True)
class TapFigures:
    """What was measured of a bot: seconds by its own clock, which only goes while it is let go."""

    taps: int = 0
    #: From the tap to the card that it brought.
    waits: list[float] = field(default_factory=list)
    #: From the update handed over to the card.
    workings: list[float] = field(default_factory=list)


class BotAccount:
    """One bot at the server. Its people tap again as soon as their card has changed.

    Or after a ``pause``. The bot gets updates only while it is let go (``open`` to ``close``).
    ``number`` begins the numbers of its people.
    """

    def __init__(self, number: int, token: str, habit: Habit, people: int, seed: int) -> None:
        self.token = token
        self.figures = TapFigures()
        self.begun_people = 0
        #: After how many taps everybody leaves; None if they stay to the end.
        self.patience: int | None = None
        #: Seconds that people wait in the mean before they tap again.
        self.pause = 0.0
        self._number, self._habit, self._seed = number, habit, seed
        self._people: dict[int, Resident] = {}
        self._wanted, self._seated = people, 0
        self._updates: deque[dict[str, Any]] = deque()
        self._last_update = self._last_handed = self._last_message = 0
        #: Updates that were handed over and owe something: when, and to whom.
        self._given: dict[int, float] = {}
        self._open_queries: set[str] = set()
        self._is_open = False
        self._changed = asyncio.Event()
        self._active_before, self._opened_at = 0.0, 0.0

    # The clock, and being let go

    @property
    def clock(self) -> float:
        """Seconds for which the bot was let go."""
        return self._active_before + (time.monotonic() - self._opened_at if self._opened_at else 0)

    def open(self) -> None:
        """Let it have updates."""
        self._is_open, self._opened_at = True, time.monotonic()
        self._changed.set()

    async def close(self, patience: float) -> None:
        """Give it no more updates, and wait until it is done with those that it has."""
        self._is_open = False
        try:
            async with asyncio.timeout(patience):
                while self._given or self._open_queries:
                    await self._wait_for_change()
        except TimeoutError:
            pass  # It goes on with them in its next turn.
        self._active_before, self._opened_at = self.clock, 0.0

    async def _wait_for_change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    @property
    def has_settled(self) -> bool:
        """Whether so many have got a card as people should be there."""
        return self._seated >= self._wanted

    # People

    def invite_people(self) -> None:
        """Have as many people as there should be; each presses START."""
        while len(self._people) < self._wanted:
            is_first = self.begun_people < self._wanted
            self.begun_people += 1
            rng = Random(f"{self._seed}:{self.begun_people}")  # noqa: S311 - no secret
            patience = self.patience
            if patience is None and is_first:
                patience = rng.randint(1, FIRST_PATIENCE)
            # Numbers of different bots differ, so that a mix-up shows.
            person = Resident(self._number * 10_000_000 + self.begun_people, rng, patience)
            self._people[person.id] = person
            self._send_start(person)

    def _send_start(self, person: Resident) -> None:
        message = self._build_message(person, "/start persepsi", person.describe())
        message["entities"] = [{"offset": 0, "length": 6, "type": "bot_command"}]
        self._add_update(person, "message", message)

    def _send_tap(self, person: Resident, data: str) -> None:
        person.taps += 1
        query_id = f"{person.id}-{person.taps}"
        self._add_update(
            person,
            "callback_query",
            {
                "id": query_id,
                "from": person.describe(),
                "message": person.card,
                "chat_instance": str(person.id),
                "data": data,
            },
        )

    def _add_update(self, person: Resident, kind: str, content: dict[str, Any]) -> None:
        self._last_update += 1
        person.acted_at = self.clock
        self._updates.append({"update_id": self._last_update, kind: content})
        self._changed.set()

    def _see_card(self, chat_id: int, card: dict[str, Any]) -> None:
        """Somebody sees a card; who waited for it goes on, who has reached the end is followed."""
        person = self._people.get(chat_id)
        if person is None:
            return
        self._seated += not person.card
        person.card = card
        if (given_at := self._given.pop(chat_id, None)) is None:
            return  # A change that answers no act of theirs that the bot knows of.
        self._note_wait(person, given_at)
        data = person.choose(self._habit)
        if data is not None and self.pause:
            seconds = self.pause * person.rng.uniform(0.5, 1.5)
            asyncio.get_running_loop().call_later(seconds, self._send_tap, person, data)
        elif data is not None:
            self._send_tap(person, data)
        else:
            del self._people[person.id]
            self.invite_people()

    def _note_wait(self, person: Resident, given_at: float) -> None:
        now = self.clock
        self.figures.taps += 1
        self.figures.waits.append(now - person.acted_at)
        self.figures.workings.append(now - given_at)
        self._changed.set()

    # What the bot calls

    async def get_updates(self, offset: int, hold: float) -> list[dict[str, Any]]:
        """The updates from ``offset`` on, held back ``hold`` seconds if there are none.

        What comes before ``offset`` is done with.
        """
        while self._updates and self._updates[0]["update_id"] < offset:
            self._updates.popleft()
        ends = time.monotonic() + hold
        while not (self._is_open and self._updates):
            if (rest := ends - time.monotonic()) <= 0:
                return []
            try:
                async with asyncio.timeout(rest):
                    await self._wait_for_change()
            except TimeoutError:
                return []
        return self._hand_over()

    def _hand_over(self) -> list[dict[str, Any]]:
        handed = [self._updates[n] for n in range(min(len(self._updates), MOST_UPDATES))]
        now = self.clock
        for update in handed:
            if update["update_id"] <= self._last_handed:
                continue
            if query := update.get("callback_query"):
                self._open_queries.add(query["id"])
                self._given.setdefault(query["from"]["id"], now)
            else:
                self._given.setdefault(update["message"]["chat"]["id"], now)
        self._last_handed = handed[-1]["update_id"]
        return handed

    def answer_query(self, query_id: str) -> bool:
        """Stop a button's spinner. Raises MethodRefusal if it does not turn."""
        if query_id not in self._open_queries:
            raise MethodRefusal("Bad Request: query is too old and response timeout expired")
        self._open_queries.remove(query_id)
        self._changed.set()
        return True

    def send_message(self, chat_id: int, text: str, params: dict[str, Any]) -> dict[str, Any]:
        """A new card."""
        person = self._people.get(chat_id) or Resident(chat_id, Random(0))  # noqa: S311
        card = self._build_message(person, text, self.describe()) | show_markup(params)
        self._see_card(chat_id, card)
        return card

    def edit_message(self, chat_id: int, text: str, params: dict[str, Any]) -> dict[str, Any]:
        """The card anew. Raises MethodRefusal if it stays as it is, or there is none."""
        person = self._people.get(chat_id)
        if person is None or person.card.get("message_id") != int(params["message_id"]):
            raise MethodRefusal("Bad Request: message to edit not found")
        new = show_text(text, params.get("parse_mode")) | show_markup(params)
        before = {key: person.card.get(key) for key in ("text", "reply_markup")}
        if before == {key: new.get(key) for key in before}:
            raise MethodRefusal(UNCHANGED)
        kept = ("message_id", "from", "chat", "date")
        card = {key: person.card[key] for key in kept} | {"edit_date": int(time.time())} | new
        self._see_card(chat_id, card)
        return card

    def describe(self) -> dict[str, Any]:
        """As getMe says it."""
        return {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Suara",
            "username": f"suara_{self._number}_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def _build_message(self, person: Resident, text: str, sender: dict[str, Any]) -> dict[str, Any]:
        self._last_message += 1
        return {
            "message_id": self._last_message,
            "from": sender,
            "chat": {"id": person.id, "first_name": f"Warga {person.id}", "type": "private"},
            "date": int(time.time()),
        } | show_text(text, "HTML")


def show_text(text: str, parse_mode: object) -> dict[str, Any]:
    """A text as Telegram keeps it: without tags, which become entities.

    What each of them covers nobody here looks at: one stands for all.
    """
    if parse_mode != "HTML" or "<" not in text:
        return {"text": text}
    bare = html.unescape(TAG_PATTERN.sub("", text))
    return {"text": bare, "entities": [{"offset": 0, "length": len(bare) // 2, "type": "bold"}]}


def show_markup(params: dict[str, Any]) -> dict[str, Any]:
    """The buttons of a call as a message has them."""
    markup = params.get("reply_markup")
    return {"reply_markup": markup} if markup and markup.get("inline_keyboard") else {}
