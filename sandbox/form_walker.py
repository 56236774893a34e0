"""Somebody who fills any form in a chat, knowing nothing of it but what is on the screen.

They tap what can be tapped, type or send what the card seems to want, and try another kind when it
is refused, until the card moves; then they leave the question out if they may, or give up. What
the buttons are called they know from sandbox.walking_words. The same seed does the same.
"""

from __future__ import annotations

import random
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from sandbox.client import PersonClient
from sandbox.form_card import FormCard
from sandbox.phone_screen import PhoneScreen, ShownMessage
from sandbox.refusals import CannotDo
from sandbox.walking_words import WalkingWords

#: At one question, and for all of them: whoever does more than that goes round in circles.
MOST_ACTS_AT_QUESTION = 90
MOST_ACTS = 3_000
#: So many other pages somebody looks at before they choose.
MOST_TURNS = 3
#: Seconds in which a bot on a busy machine has answered.
PATIENCE_SECONDS = 120.0
#: So long an act may take to show on a busy machine, after which it changed nothing.
UNCHANGED_SECONDS = 4.0
#: The point that is shared: where Jakarta's National Monument stands.
SHARED_PLACE = (-6.1754, 106.8272)
PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
FILE_NAMES = {"photo": "photo.png", "voice": "voice.ogg", "video": "film.mp4"}
MARK_PATTERN = re.compile(r"^[☐☑] ")


@dataclass(frozen=True, slots=True)
class WalkAct:
    """One thing to do: ``tap`` a label, ``say`` words, or send what is named."""

    what: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class WalkEnd:
    """How a form was left: ``finished``, or ``stuck`` and ``late`` with the question and why."""

    how: str
    acts: int
    why: str = ""


@dataclass(slots=True)
class QuestionMemory:
    """What somebody has done at one question."""

    acts: int = 0
    turns: int = 0
    wanted: int = 0
    last: WalkAct | None = None
    tried: Counter[WalkAct] = field(default_factory=Counter)


class FormWalker:
    """A person and what they remember of the form that they fill."""

    def __init__(
        self,
        person: PersonClient,
        words: WalkingWords,
        dice: random.Random,
        log: Callable[[FormCard, WalkAct], None] = lambda _card, _act: None,
    ) -> None:
        """``log`` is told each act before it is done."""
        self._person = person
        self._words = words
        self._dice = dice
        self._log = log
        self._memories: dict[str, QuestionMemory] = {}
        self.acts = 0

    async def fill_form(self, link: str) -> WalkEnd:
        """Open a form's link and fill it to its end."""
        card = None
        try:
            await self._person.start(link)
            while not self._words.thanks.search((card := await self._read_card()).text):
                act = self.choose_act(card) if self.acts < MOST_ACTS else None
                if act is None:
                    return self._give_up("stuck", card)
                self.acts += 1
                self._log(card, act)
                await self._perform(card, act)
                await self._see_change(card)
        except TimeoutError:
            return self._give_up("late", card)
        return WalkEnd("finished", self.acts)

    def _give_up(self, how: str, card: FormCard | None) -> WalkEnd:
        if card is None:
            return WalkEnd(how, self.acts, "nothing was shown")
        asked = " ".join(card.question.split())
        return WalkEnd(how, self.acts, f"{asked} {card.warning or card.labels}".strip())

    async def _read_card(self) -> FormCard:
        """The newest card, once the bot is through. Raises TimeoutError."""
        await self._person.wait_until_idle(PATIENCE_SECONDS)
        # A busy bot has taken the act, and comes to the card later.
        screen = await self._person.wait_until(find_newest_card, PATIENCE_SECONDS)
        shown = find_newest_card(screen)
        assert shown is not None  # noqa: S101 - just waited for
        return FormCard(shown, self._words)

    async def _see_change(self, card: FormCard) -> None:
        """Wait until the screen is another one: a bot may also tidy up after an earlier act."""
        await self._person.wait_until_idle(PATIENCE_SECONDS)
        before = card.shown.raw
        with suppress(TimeoutError):
            await self._person.wait_until(
                lambda screen: (found := find_newest_card(screen)) and found.raw != before,
                UNCHANGED_SECONDS,
            )

    async def _perform(self, card: FormCard, act: WalkAct) -> None:
        person = self._person
        try:
            if act.what == "tap":
                await person.tap(act.words, card.shown.message_id)
            elif act.what == "say":
                await person.say(act.words)
            elif act.what == "location":
                await person.share_location(*SHARED_PLACE)
            else:
                name = FILE_NAMES.get(act.what, "file.png")
                await person.send_file(act.what, name, PICTURE)
        except CannotDo:
            # The card has changed since it was looked at: they look again.
            return

    # what they decide

    def choose_act(self, card: FormCard) -> WalkAct | None:
        """What to do at a card; None when everything was tried."""
        memory = self._memories.setdefault(card.question, QuestionMemory())
        if self._words.unseen.search(card.warning):
            # What was said was not looked at, so it may be said again.
            memory.tried.clear()
        acts = self._list_acts(card, memory)
        if memory.acts >= MOST_ACTS_AT_QUESTION:
            acts = tap_any(card.find_label(self._words.skip))
        if memory.acts < 2 * MOST_ACTS_AT_QUESTION and (act := next(acts, None)):
            memory.acts += 1
            memory.tried[act] += 1
            memory.last = act
            return act
        return None

    def _list_acts(self, card: FormCard, memory: QuestionMemory) -> Iterator[WalkAct]:
        """What could be done, what they would rather do first."""
        words = self._words
        yield from tap_any(card.find_label(words.agree) or card.find_label(words.send))
        if card.find_label(words.enough):
            yield self._answer_prompt(card, memory)
        if not card.warning and not memory.acts and self._dice.random() < words.skips:
            yield from tap_any(card.find_label(words.skip))
        if not card.warning and not memory.acts:
            yield from tap_any(card.find_label(words.confirm))
        yield from self._list_choosing_acts(card, memory)
        if not card.warning:
            yield from tap_any(card.find_label(words.onward))
        if not any(card.boxes):
            yield from self._list_guesses(card, memory)
        yield from tap_any(card.find_label(words.skip))
        if not memory.tried[WalkAct("tap", card.find_label(words.onward))]:
            yield from tap_any(card.find_label(words.onward))

    def _answer_prompt(self, card: FormCard, memory: QuestionMemory) -> WalkAct:
        """Another one, some times; then enough."""
        another = card.find_label(self._words.add)
        if another and memory.acts < self._dice.randint(0, self._words.adds):
            return WalkAct("tap", another)
        return WalkAct("tap", card.find_label(self._words.enough))

    def _list_choosing_acts(self, card: FormCard, memory: QuestionMemory) -> Iterator[WalkAct]:
        """Taps of choices, in whatever way they are chosen."""
        if any(card.boxes):
            yield from self._list_ticks(card, memory)
        elif card.find_label(self._words.again):
            yield from self._list_ranks(card, memory)
        elif choose := card.find_label(self._words.choose):
            yield from self._list_steps(card, memory, choose)
        elif card.choices:
            yield from self._list_single_choices(card, memory)

    def _list_ticks(self, card: FormCard, memory: QuestionMemory) -> Iterator[WalkAct]:
        """As many boxes as are wanted, then done; another number of them when that is refused."""
        (unticked, ticked), done = card.boxes, card.find_label(self._words.done)
        memory.wanted = self._choose_tick_count(card, memory, done)
        if len(ticked) > memory.wanted:
            yield WalkAct("tap", self._dice.choice(ticked))
        if len(ticked) < memory.wanted and unticked:
            if not ticked and self._dice.random() < 0.3:
                yield from self._turn_page(card, memory)
            yield WalkAct("tap", self._dice.choice(unticked))
        yield from tap_any(done)

    def _choose_tick_count(self, card: FormCard, memory: QuestionMemory, done: str) -> int:
        """How many boxes to tick."""
        ticked = len(card.boxes[1])
        if not memory.wanted:
            return self._dice.randint(1, 3)
        if card.warning and memory.last == WalkAct("tap", done):
            return memory.wanted % (ticked + len(card.boxes[0])) + 1
        # One more was refused: what is ticked has to do.
        return ticked if card.warning and ticked else memory.wanted

    def _list_ranks(self, card: FormCard, memory: QuestionMemory) -> Iterator[WalkAct]:
        """What has no place yet; done when all have theirs; all over again when that is refused."""
        done = card.find_label(self._words.done)
        if done and not (card.warning and memory.tried[WalkAct("tap", done)] % 2):
            yield WalkAct("tap", done)
        elif done:
            yield WalkAct("tap", card.find_label(self._words.again))
        left = [label for label in card.choices if not self._words.chosen.search(label)]
        if left:
            yield WalkAct("tap", self._dice.choice(left))
        yield from self._turn_page(card, memory)

    def _list_steps(self, card: FormCard, memory: QuestionMemory, choose: str) -> Iterator[WalkAct]:
        """A few steps, then the number that they led to."""
        steps = [label for label in card.labels if self._words.step.search(label)]
        if steps and self._dice.random() < (0.6 if memory.acts < 8 else 0.0):
            yield WalkAct("tap", self._dice.choice(steps))
        if not memory.tried[WalkAct("tap", choose)]:
            yield WalkAct("tap", choose)
        if steps and memory.acts < MOST_ACTS_AT_QUESTION // 2:
            yield WalkAct("tap", self._dice.choice(steps))

    def _list_single_choices(self, card: FormCard, memory: QuestionMemory) -> Iterator[WalkAct]:
        """A choice that was not tried yet, perhaps after turning pages, or by its name."""
        if card.find_label(self._words.turn) and self._dice.random() < 0.3:
            yield from self._turn_page(card, memory)
        untried = [label for label in card.choices if not memory.tried[WalkAct("tap", label)]]
        if untried:
            label = self._dice.choice(untried)
            said = WalkAct("say", self._words.chosen.sub("", label))
            is_long = card.find_label(self._words.turn)
            if is_long and self._dice.random() < 0.2 and not memory.tried[said]:
                yield said
            yield WalkAct("tap", label)
        yield from self._turn_page(card, memory)

    def _turn_page(self, card: FormCard, memory: QuestionMemory) -> Iterator[WalkAct]:
        """To other buttons, some times."""
        label = card.find_label(self._words.turn)
        if label and memory.turns < MOST_TURNS:
            memory.turns += 1
            yield WalkAct("tap", label)

    def _list_guesses(self, card: FormCard, memory: QuestionMemory) -> Iterator[WalkAct]:
        """What was not typed or sent yet."""
        acts = (WalkAct(what, words) for what, words in card.guesses)
        yield from (act for act in acts if not memory.tried[act])


def find_newest_card(screen: PhoneScreen) -> ShownMessage | None:
    """The bot's newest message with buttons, or its newest one below that."""
    by_bot = [shown for shown in screen.messages if shown.from_bot]
    if screen.card is None or (by_bot[-1].text and by_bot[-1] is not screen.card):
        return by_bot[-1] if by_bot else None
    return screen.card


def tap_any(label: str) -> Iterator[WalkAct]:
    """A tap, if there is such a label."""
    if label:
        yield WalkAct("tap", label)
