"""A card for one question, drawn without a chat: what stands on it, and what a tap leads to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.callbacks import codec
from bot.callbacks.interview_callbacks import EnterText, ShowPage
from bot.screens.question import draw_question_screen
from bot.screens.screen import Button, Screen
from bot.screens.view_state import ViewState
from bot.translation import get_translator
from survey.forms.answers.typed_answers import parse_typed_answer
from survey.interview.interview import Interview
from survey.interview.steps import Step
from survey.services.snapshot import Snapshot
from survey.store.interviews import InterviewRow
from tests.survey.form_helpers import SETTINGS, compile_form

ZONE = ZoneInfo("Asia/Jakarta")
#: A Monday, five past two in the afternoon in Jakarta.
NOW = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


def compile_one_question(kind: str, cells: str = "", choices: str = "") -> QuestionCard:
    """One question; ``cells`` are appearance, parameters and constraint."""
    return QuestionCard(build_question_sheets(kind, cells, choices))


def build_question_sheets(kind: str, cells: str = "", choices: str = "") -> str:
    """A questionnaire of one question."""
    return f"""
| survey | type | name | label::Indonesia (id) | label::English (en) | appearance | parameters | constraint |
|---|---|---|---|---|---|---|---|
| | {kind} | q | Pertanyaan | Question | {cells} |
{choices}
{SETTINGS}"""  # noqa: E501 - a row of a table is one line.


@dataclass
class QuestionCard:
    """The card, as its only person sees it now; nothing is kept but what the interview holds."""

    markdown: str
    language: str = "id"
    view: ViewState = field(default_factory=ViewState)
    interview: Interview = field(init=False)

    def __post_init__(self) -> None:
        self.interview = Interview(compile_form(self.markdown), zone=ZONE)
        step = self.interview.agree(NOW)
        assert isinstance(step, Step)
        self.interview.apply(step)

    @property
    def key(self) -> str:
        return "/data/q"

    @property
    def screen(self) -> Screen:
        row = InterviewRow(7, "uji", "", 1, 1, None)
        now = Snapshot(1, interview=self.interview, interview_row=row, read_at=NOW)
        return draw_question_screen(now, self.interview, self.view, get_translator(self.language))

    @property
    def labels(self) -> list[list[str]]:
        return [[button.label for button in row] for row in self.screen.rows]

    @property
    def all_labels(self) -> list[str]:
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
            case ShowPage(number=number):
                self.view = ViewState(page=number)
                return None
            case EnterText(text=words):
                return self.say(words)
        raise AssertionError(f"{label} does {tap}")

    def say(self, text: str) -> str:
        """Type something; what is stored."""
        value = parse_typed_answer(
            self.interview.find_question(self.key), text, NOW.astimezone(ZONE)
        )
        step = self.interview.answer(self.key, value, NOW)
        assert isinstance(step, Step), step
        self.interview.apply(step)
        moved = self.interview.go_to(self.key, NOW)
        assert isinstance(moved, Step)
        self.interview.apply(moved)
        self.view = ViewState()
        return self.interview.form.get_value(self.key)

    def in_language(self, language: str) -> QuestionCard:
        """The same in another language."""
        other = replace(self, language=language)
        other.interview, other.view = self.interview, self.view
        return other
