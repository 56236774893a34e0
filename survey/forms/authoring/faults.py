"""What is wrong with a questionnaire, said to its author."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a questionnaire and how its author mends it.

    ``row`` counts as a spreadsheet does: the header of the sheet is row 1. Where several sheets
    stand one below another in a text (Markdown, CSV), ``line`` is the line of the file, as an
    editor shows it. Both are 0 where the fault has no row. A warning does not keep the
    questionnaire from being used.
    """

    message: str
    remedy: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    warning: bool = False
    line: int = 0

    def __str__(self) -> str:
        line = f" (line {self.line})" if self.line else ""
        places = (
            self.sheet and f"sheet {self.sheet}",
            self.row and f"row {self.row}{line}",
            not self.row and self.line and f"line {self.line}",
            self.column and f"column {self.column}",
        )
        place = ", ".join(word for word in places if word)
        return (f"{place}: " if place else "") + f"{self.message} {self.remedy}".strip()


class QuestionnaireError(Exception):
    """A questionnaire that cannot be used; ``faults`` say all that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def build_file_error(message: str, remedy: str) -> QuestionnaireError:
    """The error for a file that is not looked into any further."""
    return QuestionnaireError([Fault(message, remedy)])
