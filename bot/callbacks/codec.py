"""Callback data: what a button means, in at most 64 bytes.

Written as words with colons between, the first of which is the verb. What concerns an interview
names it, so that a button of one never acts in another. Nothing here is trusted: whoever tapped is
looked up by their Telegram id, and the core checks every value.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import ClassVar

from bot.callbacks.report_choice import ReportChoice
from bot.callbacks.workshop_callbacks import WorkshopCallback
from survey.forms.model.questionnaire import Group, Questionnaire
from survey.forms.runtime.form import POSITION_PATTERN

MAX_BYTES = 64


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """Consent to a wave."""

    verb: ClassVar[str] = "yes"
    wave: str


@dataclass(frozen=True, slots=True)
class DeclineConsent:
    """Do not take part in a wave."""

    verb: ClassVar[str] = "no"
    wave: str


@dataclass(frozen=True, slots=True)
class SelectChoice:
    """Answer with the n-th choice of the list; ``question`` as ``reference`` writes it."""

    verb: ClassVar[str] = "a"
    interview: int
    question: str
    choice: int


@dataclass(frozen=True, slots=True)
class TickChoice:
    """Tick (1) or untick (0) the n-th choice of the list."""

    verb: ClassVar[str] = "t"
    interview: int
    question: str
    choice: int
    ticked: int


@dataclass(frozen=True, slots=True)
class EnterText:
    """Answer as if ``words`` had been typed; they hold no colon."""

    verb: ClassVar[str] = "v"
    interview: int
    question: str
    text: str


@dataclass(frozen=True, slots=True)
class ClearChoices:
    """Untick everything."""

    verb: ClassVar[str] = "c"
    interview: int
    question: str


@dataclass(frozen=True, slots=True)
class ConfirmAnswer:
    """Confirm the ticked choices, or that a note was read."""

    verb: ClassVar[str] = "d"
    interview: int
    question: str


@dataclass(frozen=True, slots=True)
class SkipQuestion:
    """Leave a question without an answer."""

    verb: ClassVar[str] = "s"
    interview: int
    question: str


@dataclass(frozen=True, slots=True)
class GoToQuestion:
    """Go to a question: from the review, or to another row of a card."""

    verb: ClassVar[str] = "e"
    interview: int
    question: str


@dataclass(frozen=True, slots=True)
class GoBack:
    """To the card before."""

    verb: ClassVar[str] = "b"
    interview: int


@dataclass(frozen=True, slots=True)
class GoForward:
    """To the card after."""

    verb: ClassVar[str] = "f"
    interview: int


@dataclass(frozen=True, slots=True)
class ShowPage:
    """Show another page of a list or of the review; nothing is kept."""

    verb: ClassVar[str] = "p"
    interview: int
    number: int


@dataclass(frozen=True, slots=True)
class ShowMedia:
    """See or hear what goes with a question: image, audio, video, or its choices' pictures."""

    verb: ClassVar[str] = "m"
    interview: int
    question: str
    medium: str


@dataclass(frozen=True, slots=True)
class AddInstance:
    """Another instance of the repeat whose prompt ``question`` is."""

    verb: ClassVar[str] = "add"
    interview: int
    question: str


@dataclass(frozen=True, slots=True)
class FinishRepeat:
    """Nothing more to add at a prompt."""

    verb: ClassVar[str] = "ok"
    interview: int
    question: str


@dataclass(frozen=True, slots=True)
class ShowRemovalPage:
    """Show a page of the instances, one of which is to be removed; nothing is kept."""

    verb: ClassVar[str] = "pick"
    interview: int
    number: int


@dataclass(frozen=True, slots=True)
class RemoveInstance:
    """Remove an instance of a repeat, as it was called after the interview's step ``seen``."""

    verb: ClassVar[str] = "rm"
    interview: int
    question: str
    seen: int


@dataclass(frozen=True, slots=True)
class SubmitInterview:
    """Hand in the interview."""

    verb: ClassVar[str] = "send"
    interview: int


@dataclass(frozen=True, slots=True)
class RequestResults:
    """Want to be told a wave's results (1) or no longer (0)."""

    verb: ClassVar[str] = "tell"
    wave: str
    wanted: int


@dataclass(frozen=True, slots=True)
class GoToWave:
    """Go to a wave."""

    verb: ClassVar[str] = "w"
    wave: str


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """Choose a language."""

    verb: ClassVar[str] = "lang"
    language: str


@dataclass(frozen=True, slots=True)
class ConfirmWithdrawal:
    """Delete everything."""

    verb: ClassVar[str] = "forget"


@dataclass(frozen=True, slots=True)
class ShowCurrent:
    """Show where I am; for cards that only tell something."""

    verb: ClassVar[str] = "look"


@dataclass(frozen=True, slots=True)
class ReviewQuote:
    """Say of an answer whether it may be quoted; ``version`` is that of the answer shown.

    ``what`` is ok, no, later, undo; or, in the list of those released, next or back.
    """

    verb: ClassVar[str] = "qt"
    action: str
    interview: int
    question: int
    occurrence: str
    version: str


@dataclass(frozen=True, slots=True)
class ShowQuotes:
    """Show answers to decide on (``open``), or those that were released (``released``)."""

    verb: ClassVar[str] = "qs"
    page: str


@dataclass(frozen=True, slots=True)
class ReleaseSummary:
    """Let a wave's summary out (1) or not (0); ``version`` is that of the summary shown."""

    verb: ClassVar[str] = "sum"
    version: str
    released: int


Callback = (
    GiveConsent | DeclineConsent | SelectChoice | TickChoice | EnterText | ClearChoices
    | ConfirmAnswer | SkipQuestion | GoToQuestion | GoBack | GoForward | ShowPage | AddInstance
    | FinishRepeat | ShowRemovalPage | RemoveInstance | ShowMedia | SubmitInterview
    | RequestResults | GoToWave | ChooseLanguage | ConfirmWithdrawal | ShowCurrent | ReviewQuote
    | ShowQuotes | ReleaseSummary | WorkshopCallback | ReportChoice
)  # fmt: skip
CALLBACK_TYPES: dict[str, type[Callback]] = {kind.verb: kind for kind in Callback.__args__}


def encode_callback(tap: Callback) -> str:
    """The callback data of a button. Raises ValueError if it is too long for Telegram."""
    words = [tap.verb, *(str(getattr(tap, name)) for name in list_callback_fields(tap.verb))]
    data = ":".join(words)
    if len(data.encode()) > MAX_BYTES:
        raise ValueError(f"callback data is longer than {MAX_BYTES} bytes: {data}")
    return data


def parse_callback(data: str) -> Callback | None:
    """What was meant; None for what no button of ours says."""
    verb, *words = data.split(":")
    kind = CALLBACK_TYPES.get(verb)
    if kind is None or len(words) != len(list_callback_fields(verb)):
        return None
    values: dict[str, str | int] = {}
    for (name, is_number), word in zip(list_callback_fields(verb).items(), words, strict=True):
        if is_number and not (word.isascii() and word.isdigit() and len(word) < 16):
            return None
        values[name] = int(word) if is_number else word
    return kind(**values)  # type: ignore[arg-type]


@cache
def list_callback_fields(verb: str) -> dict[str, bool]:
    """The names of what stands after a verb, in order, and whether each is a number."""
    return {field.name: field.type == "int" for field in fields(CALLBACK_TYPES[verb])}


def encode_question_key(form: Questionnaire, key: str) -> str:
    """A question's index and the positions in its key: ``12.2`` for the second instance.

    A prompt and an instance have an ``r`` and the place of their repeat among all repeats:
    ``r0`` for the first repeat's prompt, ``r0.2`` for its second instance.
    """
    path, positions = (
        POSITION_PATTERN.sub("", key),
        [found[1:-1] for found in POSITION_PATTERN.findall(key)],
    )
    repeats = list_repeat_paths(form)
    name = f"r{repeats.index(path)}" if path in repeats else str(form.by_path[path].index)
    return ".".join([name, *positions])


def decode_question_key(form: Questionnaire, written: str) -> str | None:
    """The key behind a reference; None if nothing can be called so."""
    name, *positions = written.split(".")
    repeats = list_repeat_paths(form)
    named = {f"r{n}": path for n, path in enumerate(repeats)}
    path = named.get(name) or next((q.path for q in form.questions if str(q.index) == name), None)
    if path is None:
        return None
    around = [repeat for repeat in repeats if f"{path}/".startswith(f"{repeat}/")]
    if len(positions) != len(around) and (path not in around or len(positions) != len(around) - 1):
        return None
    at = dict(zip(sorted(around, key=len), positions, strict=False))
    key, walked = "", ""
    for part in path.split("/")[1:]:
        walked += f"/{part}"
        key += f"/{part}[{at[walked]}]" if walked in at else f"/{part}"
    return key


@lru_cache(maxsize=32)
def list_repeat_paths(form: Questionnaire) -> tuple[str, ...]:
    """The paths of all repeats in the order of the sheet."""
    return tuple(g.path for g in form.body.walk() if isinstance(g, Group) and g.repeat)
