"""Callback data of an interview's buttons.

``interview`` is the interview's number, so that a button of one never acts in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.callbacks.callback import Callback


@dataclass(frozen=True, slots=True)
class InterviewCallback(Callback):
    """A button of an interview."""

    interview: int


@dataclass(frozen=True, slots=True)
class QuestionCallback(InterviewCallback):
    """A button of a question; it is named as ``bot.callbacks.question_keys`` writes it."""

    question: str


@dataclass(frozen=True, slots=True)
class PromptCallback(InterviewCallback):
    """A button of a repeat's prompt, which ``question`` names."""

    question: str


@dataclass(frozen=True, slots=True)
class SelectChoice(QuestionCallback):
    """Answer with the n-th choice of the list."""

    verb: ClassVar[str] = "a"
    choice: int


@dataclass(frozen=True, slots=True)
class TickChoice(QuestionCallback):
    """Tick (1) or untick (0) the n-th choice of the list.

    It says what is wanted and not merely to turn it round, so that a tap that comes twice does no
    more than one.
    """

    verb: ClassVar[str] = "t"
    choice: int
    ticked: int


@dataclass(frozen=True, slots=True)
class EnterText(QuestionCallback):
    """Answer as if ``words`` had been typed; they hold no colon."""

    verb: ClassVar[str] = "v"
    text: str


@dataclass(frozen=True, slots=True)
class ClearChoices(QuestionCallback):
    """Untick everything."""

    verb: ClassVar[str] = "c"


@dataclass(frozen=True, slots=True)
class ConfirmAnswer(QuestionCallback):
    """Confirm the ticked choices, or that a note was read."""

    verb: ClassVar[str] = "d"


@dataclass(frozen=True, slots=True)
class SkipQuestion(QuestionCallback):
    """Leave a question without an answer."""

    verb: ClassVar[str] = "s"


@dataclass(frozen=True, slots=True)
class GoToQuestion(QuestionCallback):
    """Go to a question: from the review, or to another row of a card."""

    verb: ClassVar[str] = "e"


@dataclass(frozen=True, slots=True)
class ShowMedia(InterviewCallback):
    """See or hear what goes with a question: image, audio, video, or its choices' pictures."""

    verb: ClassVar[str] = "m"
    question: str
    medium: str


@dataclass(frozen=True, slots=True)
class AddInstance(PromptCallback):
    """Another instance of the repeat whose prompt ``question`` is."""

    verb: ClassVar[str] = "add"


@dataclass(frozen=True, slots=True)
class FinishRepeat(PromptCallback):
    """Nothing more to add at a prompt."""

    verb: ClassVar[str] = "ok"


@dataclass(frozen=True, slots=True)
class RemoveInstance(PromptCallback):
    """Remove an instance of a repeat, as it was called after the interview's step ``seen``."""

    verb: ClassVar[str] = "rm"
    seen: int


@dataclass(frozen=True, slots=True)
class GoBack(InterviewCallback):
    """To the card before."""

    verb: ClassVar[str] = "b"


@dataclass(frozen=True, slots=True)
class GoForward(InterviewCallback):
    """To the card after."""

    verb: ClassVar[str] = "f"


@dataclass(frozen=True, slots=True)
class ShowPage(InterviewCallback):
    """Show another page of a list or of the review; nothing is kept."""

    verb: ClassVar[str] = "p"
    number: int


@dataclass(frozen=True, slots=True)
class ShowRemovalPage(InterviewCallback):
    """Show a page of the instances, one of which is to be removed; nothing is kept."""

    verb: ClassVar[str] = "pick"
    number: int


@dataclass(frozen=True, slots=True)
class SubmitInterview(InterviewCallback):
    """Hand in the interview."""

    verb: ClassVar[str] = "send"
