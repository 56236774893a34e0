"""One simulated person: reads a card, does something, waits for what the bot makes of it."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from contextlib import suppress
from typing import Any, Protocol

from sandbox.habits import HabitAction, HabitGroup, Habits
from sandbox.phone_screen import ShownMessage
from sandbox.rating_judge import RatingJudge
from sandbox.temperament import Temperament

SLIP_SECONDS = 0.4
#: So long somebody watches for the answer to their last taps before they go.
ANSWER_SECONDS = 30.0
#: So long somebody who did something expects the screen to change; not every act changes it.
EXPECTATION_SECONDS = 15.0
TRIES = 6
ActionRecord = dict[str, Any]


class PersonLeft(Exception):  # noqa: N818 - it is how a person's part ends
    """The person is through; the words say how."""


class PersonSurroundings(Protocol):
    """What people need of the crowd that they are in; `sandbox.crowd` has it.

    Stated here, so that a person knows nothing of how the crowd is run.
    """

    @property
    def habits(self) -> Habits:
        """How people of this crowd behave."""

    @property
    def seed(self) -> int:
        """What all their throws of dice start from."""

    async def introduce_person(self, number: int, about: dict[str, str]) -> None:
        """Make a person known to the sandbox."""

    async def perform_action(
        self, number: int, act: str, details: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Act; None when the screen had changed meanwhile, so that it was not possible."""

    async def read_screens(self, number: int) -> dict[str, Any]:
        """All that is on somebody's screen, and the number of the last event that it shows."""

    async def wait_thinking_time(self, dice: random.Random) -> None:
        """Take the time that a person takes."""

    def log_action(self, person: SimulatedPerson, link: str, card: str, did: ActionRecord) -> None:
        """Write down an act."""

    def log_line(self, person: SimulatedPerson, **what: Any) -> None:
        """Write a line about somebody."""


class SimulatedPerson:
    """A person of the crowd."""

    def __init__(
        self, crowd: PersonSurroundings, number: int, group: HabitGroup, place: int
    ) -> None:
        """`place` is the person's place in the group, from 0."""
        self.id = number
        self.group = group
        self.acts = 0
        self.ended = False
        self._crowd = crowd
        self._habits: Habits = crowd.habits
        self._links = [s if isinstance(s, str) else s[place % len(s)] for s in group.starts]
        self._temper = Temperament(crowd.seed, number, crowd.habits, group.name, self._links)
        self._rules = [r for r in crowd.habits.rule if r.group.search(self._temper.description)]
        self._judge = RatingJudge(crowd.seed, self._temper, crowd.habits.opinion)
        self._link = ""
        self._shown: dict[int, ShownMessage] = {}
        self._before: tuple[int, str] | None = None
        self._visits: Counter[str] = Counter()
        self._news = asyncio.Event()
        self._has_done_all = False
        self._expects_until = 0.0
        self._looked_at = 0
        self._meanwhile: list[dict[str, Any]] | None = None
        self._asked: set[int] = set()
        self._told: set[int] = set()
        self._answered = asyncio.Event()

    # what the person sees

    def receive_event(self, event: dict[str, Any]) -> None:
        """Something changed in the chat with the bot."""
        if event["number"] <= self._looked_at:
            return
        if self._meanwhile is not None:
            self._meanwhile.append(event)
            return
        if event["kind"] == "deleted":
            self._shown.pop(event["message_id"], None)
            return
        shown = ShownMessage(event["message"])
        if not shown.from_bot:
            return
        self._expects_until = 0.0
        self._remember(self._shown.get(shown.message_id))
        self._shown[shown.message_id] = shown
        self._news.set()

    def receive_answer(self, event: dict[str, Any]) -> None:
        """A tap was answered, perhaps with a word."""
        self._told.add(int(event["mark"] or 0))
        self._answered.set()

    async def _look_again(self) -> None:
        """Take in the screen as it is now; what is told of it later and was before is old."""
        meanwhile: list[dict[str, Any]] = []
        self._meanwhile = meanwhile
        screens = await self._crowd.read_screens(self.id)
        self._looked_at, self._meanwhile = screens["number"], None
        messages = next(chat["messages"] for chat in screens["chats"] if chat["id"] == self.id)
        shown = map(ShownMessage, messages)
        self._shown = {m.message_id: m for m in shown if m.from_bot and not m.deleted}
        for event in meanwhile:  # It may have overtaken what was looked at.
            self.receive_event(event)
        self._news.set()

    def _remember(self, old: ShownMessage | None) -> None:
        """Keep a button that was there before: a slow phone may still show it."""
        if old is not None and old.labels:
            button = old.raw["reply_markup"]["inline_keyboard"][0][0]
            if "callback_data" in button:
                self._before = (old.message_id, button["callback_data"])

    @property
    def is_waiting(self) -> bool:
        """Whether they have done all that they will do until something new is shown.

        Not while they expect what they did to change the screen: then the bot has not come to it.
        """
        expects = time.monotonic() < self._expects_until
        return self._has_done_all and not self._news.is_set() and not expects

    async def _wait(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        return True

    # what the person does

    async def visit_links(self) -> str:
        """Open every link in turn; returns how it ended."""
        about = {
            "first_name": self._first_name(),
            "language_code": self._temper.pick_weighted("language", self.group.languages),
        }
        end = "finished"
        try:
            await self._crowd.introduce_person(self.id, about)
            for link in self._links:
                await self._visit_link(link)
        except PersonLeft as left:
            end = str(left)
        await self._wait_for_answers()
        return end

    async def _wait_for_answers(self) -> None:
        """See what the last taps are answered with."""
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                while not self._asked <= self._told:
                    self._answered.clear()
                    await self._answered.wait()

    def _first_name(self) -> str:
        names = self._habits.names
        return self._temper.make_dice("name").choice(names) if names else f"Person {self.id}"

    async def _visit_link(self, link: str) -> None:
        self._link = link
        await self._do("", {"start": link}, "start", payload=link)
        while True:
            await self._wait_for_news()
            card = self._newest_message
            if card is not None and self._habits.finished.search(card.text):
                return
            if self.acts >= self._habits.pace.steps:
                raise PersonLeft("stuck")
            if card is not None:
                await self._crowd.wait_thinking_time(self._temper.make_dice(f"pace {self.acts}"))
                await self._answer_card(
                    self._newest_message or card
                )  # It may have changed meanwhile.

    @property
    def _newest_message(self) -> ShownMessage | None:
        """The newest message."""
        return self._shown[max(self._shown)] if self._shown else None

    async def _wait_for_news(self) -> None:
        """Wait for something new; who sees nothing happen tries again, and at last leaves."""
        for _ in range(TRIES):
            self._has_done_all = True
            there = await self._wait(self._habits.pace.patience / TRIES)
            self._has_done_all = False
            if there:
                self._news.clear()
                return
            if self._newest_message is not None:
                await self._answer_card(self._newest_message)
        raise PersonLeft("patience")

    async def _answer_card(self, card: ShownMessage) -> None:
        self._visits[card.text] += 1
        dice = self._temper.make_dice(f"{self._link} {card.text} {self._visits[card.text]}")
        rule = next((r for r in self._rules if r.fits(card.text, card.labels)), None)
        asked = self._judge.find_habit(card)
        if rule is None and not card.labels:
            return
        chances = self._habits.chances
        if dice.random() < chances.break_off:
            raise PersonLeft("broke off")
        if await self._make_slip(card, dice):
            await self._wait(SLIP_SECONDS)
            self._news.set()
            return
        twice = dice.random() < chances.double_tap
        if rule is not None:
            weights = [action.weight for action in rule.do]
            await self._follow_action(dice.choices(rule.do, weights)[0], card, dice, twice)
        elif asked is not None:
            await self._tap(card, self._judge.choose_label(asked, card), twice, as_shown=True)
        else:
            await self._tap(card, self._choose_label(card, dice), twice)

    async def _make_slip(self, card: ShownMessage, dice: random.Random) -> bool:
        """Something that a person should not do; True if they did."""
        chances, back = self._habits.chances, [*filter(self._habits.back.search, card.labels)]
        throws = [dice.random() for _ in range(4)]
        if throws[0] < chances.old_card and self._before is not None:
            message_id, data = self._before
            did = {"old": data}
            await self._do(card.text, did, "tap", data=data, message_id=message_id)
        elif throws[1] < chances.type and card.labels:
            words = dice.choice(self._habits.words)
            await self._do(card.text, {"say": words}, "say", text=words)
        elif throws[2] < chances.sticker:
            await self._do(card.text, {"sticker": "👍"}, "sticker", emoji="👍")
        elif throws[3] < chances.back and back:
            await self._tap(card, back[0], False)
        else:
            return False
        return True

    async def _follow_action(
        self, action: HabitAction, card: ShownMessage, dice: random.Random, twice: bool
    ) -> None:
        if action.stop:
            raise PersonLeft("stopped")
        if action.wait:
            return
        if action.say:
            words = self._habits.fill_phrases(dice.choice(action.say), dice)
            await self._do(card.text, {"say": words}, "say", text=words)
        elif action.location:
            latitude, longitude = dice.choice(action.location)
            did = {"location": [latitude, longitude]}
            await self._do(card.text, did, "location", latitude=latitude, longitude=longitude)
        else:
            labels = [label for label in card.labels if action.tap.search(label)]
            label = self._temper.choose_label(labels, card.text, dice) if labels else ""
            await self._tap(card, label or self._choose_label(card, dice), twice)

    def _choose_label(self, card: ShownMessage, dice: random.Random) -> str:
        """The label to tap when no rule says more; "" for none."""
        habits = self._habits
        open_boxes = [label for label in card.labels if habits.tick.search(label)]
        ticked = [label for label in card.labels if habits.ticked.search(label)]
        done = [label for label in card.labels if habits.done.search(label)]
        if done and len(ticked) >= self._temper.choose_tick_count(open_boxes + ticked):
            return done[0]
        avoided = [*habits.avoid, habits.done]
        labels = [
            label
            for label in open_boxes or card.labels
            if not any(pattern.search(label) for pattern in avoided)
        ]
        return self._temper.choose_label(labels, card.text, dice) if labels else ""

    async def _tap(
        self, card: ShownMessage, label: str, twice: bool, *, as_shown: bool = False
    ) -> None:
        """Tap a button; ``as_shown`` it means what it meant on this card, even if that is old."""
        if not label:
            return
        meant = {"data": card.find_callback_data(label)} if as_shown else {}
        tapped = {"label": label, "message_id": card.message_id, **meant}
        for _ in range(1 + twice):
            if not await self._do(card.text, {"tap": label}, "tap", **tapped):
                return

    async def _do(self, card: str, did: ActionRecord, act: str, **details: Any) -> bool:
        """Act; False when it was not possible any more, and the person has looked again."""
        self.acts += 1
        number = self.acts
        self._expects_until = time.monotonic() + EXPECTATION_SECONDS
        self._crowd.log_action(self, self._link, card, did)
        answer = await self._crowd.perform_action(self.id, act, {"mark": str(number), **details})
        if answer is None:
            self._crowd.log_line(self, act=number, missed=did)
            await self._look_again()
            return False
        if "query" in answer:
            self._asked.add(number)
        return True
