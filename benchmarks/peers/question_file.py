"""The questions as the bots that are compared read them; see ``plain_questions``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

THANKS = "Terima kasih! Jawaban Anda sudah tersimpan."
PlainQuestion = dict[str, Any]


def load_questions(path: str) -> list[PlainQuestion]:
    """All of them."""
    found: list[PlainQuestion] = json.loads(Path(path).read_text(encoding="utf-8"))
    return found


def list_buttons(question: PlainQuestion, answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Value and label of what can be chosen, after these answers."""
    around = answers.get(question["within"], "")
    return [(value, label) for value, label, within in question["choices"] if within == around]


def describe_progress(number: int, questions: list[PlainQuestion]) -> str:
    """The text of a card."""
    return f"{number + 1} dari {len(questions)}\n\n{questions[number]['text']}"
