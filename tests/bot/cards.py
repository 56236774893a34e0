"""A card for one question, drawn without a chat: what stands on it, and what a tap leads to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.callbacks import codec
from bot.screens.card import ViewState
from bot.screens.question import draw_question_screen
from bot.screens.screen import Button, Screen
from bot.translation import get_translator
from survey.forms.answers.typed_answers import parse_typed_answer
from survey.interview.interview import Interview
from survey.interview.steps import Step
from survey.services.snapshot import Snapshot
from survey.store.interviews import InterviewRow
from tests.survey.surveying import SETTINGS, compiled

ZONE = ZoneInfo("Asia/Jakarta")
#: A Monday, five past two in the afternoon in Jakarta.
NOW = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


def asking(kind: str, cells: str = "", choices: str = "") -> Drawn:
    """One question; ``cells`` are appearance, parameters and constraint."""
    return Drawn(sheets(kind, cells, choices))


def sheets(kind: str, cells: str = "", choices: str = "") -> str:
    """A questionnaire of one question."""
    return f"""
| survey | type | name | label::Indonesia (id) | label::English (en) | appearance | parameters | constraint |
|---|---|---|---|---|---|---|---|
| | {kind} | q | Pertanyaan | Question | {cells} |
{choices}
{SETTINGS}"""  # noqa: E501 - a row of a table is one line.


@dataclass
class Drawn:
    """The card, as its only person sees it now; nothing is kept but what the interview holds."""

    markdown: str
    language: str = "id"
    view: ViewState = field(default_factory=ViewState)
    made: Interview = field(init=False)

    def __post_init__(self) -> None:
        self.made = Interview(compiled(self.markdown), zone=ZONE)
        step = self.made.agree(NOW)
        assert isinstance(step, Step)
        self.made.apply(step)

    @property
    def key(self) -> str:
        return "/data/q"

    @property
    def screen(self) -> Screen:
        row = InterviewRow(7, "uji", "", 1, 1, None)
        now = Snapshot(1, interview=self.made, interview_row=row, read_at=NOW)
        return draw_question_screen(now, self.made, self.view, get_translator(self.language))

    @property
    def labels(self) -> list[list[str]]:
        return [[button.label for button in row] for row in self.screen.rows]

    @property
    def all(self) -> list[str]:
        """The labels of all rows."""
        return [button.label for button in self.buttons]

    @property
    def buttons(self) -> list[Button]:
        return [button for row in self.screen.rows for button in row]

    def tap(self, label: str) -> str | None:
        """Tap; what is stored if it answers, None if it only shows something else."""
        found = next(b for b in self.buttons if b.label.removeprefix("●") == label)
        assert found.callback is not None
        tap = codec.parse_callback(codec.encode_callback(found.callback))
        match tap:
            case codec.ShowPage(number=number):
                self.view = ViewState(page=number)
                return None
            case codec.EnterText(text=words):
                return self.say(words)
        raise AssertionError(f"{label} does {tap}")

    def say(self, text: str) -> str:
        """Type something; what is stored."""
        value = parse_typed_answer(self.made.find_question(self.key), text, NOW.astimezone(ZONE))
        step = self.made.answer(self.key, value, NOW)
        assert isinstance(step, Step), step
        self.made.apply(step)
        moved = self.made.go_to(self.key, NOW)
        assert isinstance(moved, Step)
        self.made.apply(moved)
        self.view = ViewState()
        return self.made.form.get_value(self.key)

    def speaking(self, language: str) -> Drawn:
        """The same in another language."""
        other = replace(self, language=language)
        other.made, other.view = self.made, self.view
        return other
