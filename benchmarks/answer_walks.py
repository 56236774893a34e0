"""People who walk through a questionnaire without a chat or a database: what an answer costs.

An answer is what a tap brings: reading which question a button names, deciding, carrying out what
follows, the statements that keep it, and the next screen. Times are the processor's.
``python -m benchmarks.answer_walks`` walks through a questionnaire each time that its path comes on
the standard input: so ``benchmarks.engine`` compares two versions of the code.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

from bot.callbacks.question_keys import decode_question_key, encode_question_key
from bot.screens.bot_info import BotInfo
from bot.screens.current_screen import draw_current_screen
from bot.screens.view_state import ViewState
from bot.translation import get_translator
from survey.forms.authoring.xlsform import compile_file
from survey.forms.model.questionnaire import Questionnaire
from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import Step, StepKind, StepRefused
from survey.people import Respondent, Role, Wave
from survey.services.service import list_answer_files
from survey.services.snapshot import Snapshot
from survey.store.contacts import Contact
from survey.store.interviews import InterviewRow, record_steps
from survey.store.waves import Codebook

START = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
ABOUT = BotInfo("uji_bot", "Jakarta", "Sekretariat", 24, 90, ("id", "en"))
#: What is tried where somebody has to type.
TYPED = ("3", "2020-05-05", "07:30", "2026-03-02T07:30:00", "-6.2 106.8", "Jalan Mawar", "1.5")


@dataclass
class Walker:
    """Somebody who answers whatever is asked; ``turn`` decides what they choose.

    ``added`` is how many instances they add at each prompt. ``decided``, ``recorded`` and ``drawn``
    are the seconds that the parts of each answer took.
    """

    questionnaire: Questionnaire
    turn: int = 0
    added: int = 1
    decided: list[float] = field(default_factory=list)
    recorded: list[float] = field(default_factory=list)
    drawn: list[float] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.interview = Interview(self.questionnaire, self.turn)
        self.now = START
        form = self.questionnaire
        values = {choice.value for question in form.questions for choice in question.choices}
        self.codes = Codebook(
            {(form.id, path): n for n, path in enumerate(form.binds)},
            {value: n for n, value in enumerate(values)},
        )
        self.wave = Wave("uji", form.digest, (Role.RESIDENT,), START, START + timedelta(days=9))
        self.contact = Contact(7, Respondent(1, "abc", Role.RESIDENT, "id"), self.wave.id, 1)
        self.translator = get_translator("id")
        self.record(Step(1, StepKind.CONSENTED, "", "OK", START))

    def walk(self, most: int = 1_000_000) -> None:
        """Answer until the review, or so often."""
        for _ in range(most):
            if self.interview.position == REVIEW:
                return
            self.answer()

    def answer(self) -> None:
        """Answer what is asked, with all that follows."""
        self.now += timedelta(seconds=20)
        button = encode_question_key(self.questionnaire, self.interview.position)
        decided = self.decide(button)
        begun = process_time()
        self.record(decided)
        kept = process_time()
        self.draw()
        self.recorded.append(kept - begun)
        self.drawn.append(process_time() - kept)

    def decide(self, button: str) -> Step:
        """The step that is taken."""
        wishes = list(self.list_wishes())
        for wish in wishes:
            begun = process_time()
            key = decode_question_key(self.questionnaire, button)
            found = self.take(key or "", wish)
            taken = process_time() - begun
            if not isinstance(found, StepRefused):
                self.decided.append(taken)
                return found
        raise ValueError(f"nothing fits {self.interview.position}: {wishes}")

    def list_wishes(self) -> Iterator[str]:
        """Answers that may fit, the likeliest first."""
        key, made = self.interview.position, self.interview
        if made.find_repeat(key):
            yield "add" if len(made.list_instances(key)) < self.added else "enough"
            yield "enough"
            return
        question = made.find_question(key)
        if made.is_display_only(key):
            yield made.form.get_value(key)
            return
        if question.kind.is_select:
            offered = [choice.value for choice in made.form.list_choices(key)]
            offered = offered[self.turn % len(offered) :] + offered[: self.turn % len(offered)]
            yield from [" ".join(offered)] if question.kind.is_ranked else offered
        if start := question.suara_attributes.get("start"):
            yield start
        yield from TYPED
        yield f"{question.name}-{'0' * 16}.jpg"
        yield "skip"

    def take(self, key: str, wish: str) -> Step | StepRefused:
        """What comes of a wish."""
        made = self.interview
        if made.find_repeat(key):
            act = made.add_instance if wish == "add" else made.finish_repeat
            return act(key, self.now)
        if not made.is_asked(key):
            raise ValueError(f"{key} is not asked")
        return made.skip(key, self.now) if wish == "skip" else made.answer(key, wish, self.now)

    def record(self, step: Step) -> None:
        """Carry it out, and what has to be kept."""
        made = self.interview
        changed = made.carry_out([step])
        self.steps.append(step)
        list(record_steps(1, made, [step], changed, self.codes))
        if self.questionnaire.uploads:
            list_answer_files(made)

    def draw(self) -> None:
        """The screen that is shown then."""
        row = InterviewRow(
            1, self.wave.id, self.wave.digest, 1, self.interview.step_count, self.interview.sent_at
        )
        now = Snapshot(7, self.contact, self.wave, self.interview, row, (self.wave,))
        draw_current_screen(now, ViewState(), self.translator, ABOUT)

    def measure_parts(self) -> tuple[float, float, float]:
        """Milliseconds for deciding, recording and drawing at the median."""
        parts = (self.decided, self.recorded, self.drawn)
        return tuple(1000 * statistics.median(part) for part in parts)  # type: ignore[return-value]

    def measure_answers(self) -> list[float]:
        """Milliseconds that each answer took."""
        parts = zip(self.decided, self.recorded, self.drawn, strict=True)
        return [1000 * sum(part) for part in parts]


def main() -> None:
    """Walk once for each path that is read, and say what an answer cost on average, in ms."""
    known: dict[str, Questionnaire] = {}
    for turn, line in enumerate(sys.stdin):
        path = line.strip()
        if path not in known:
            known[path] = compile_file(Path(path))
            Walker(known[path]).walk()
        walker = Walker(known[path], turn)
        walker.walk()
        parts = (walker.decided, walker.recorded, walker.drawn)
        print(*(1000 * statistics.fmean(part) for part in parts), flush=True)


if __name__ == "__main__":
    main()
