"""All that is kept about one person, with what is needed to say it in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from survey.forms.model.questionnaire import Questionnaire
from survey.interview.interview import Interview
from survey.interview.steps import Step, StepKind
from survey.store.personal_records import PersonalRecords
from survey.workshop.plan import WorkshopPlan


@dataclass(frozen=True, slots=True)
class PersonalData:
    """The rows about a person as they were read ``at``, the questionnaires and workshops of them.

    ``forms`` are by digest, ``plans`` by the workshop's id.
    """

    at: datetime
    records: PersonalRecords
    forms: Mapping[str, Questionnaire]
    plans: Mapping[str, WorkshopPlan]
    zone: tzinfo = UTC

    def list_steps(self, interview_id: int) -> list[Step]:
        """What they did in an interview, in order."""
        return [
            Step(row["number"], StepKind(row["kind"]), row["key"], row["value"], row["at"])
            for row in self.records["step"]
            if row["interview_id"] == interview_id
        ]

    def restore_interview(self, row: Mapping[str, Any]) -> Interview:
        """An interview from its row, as its steps leave it."""
        steps = self.list_steps(row["id"])
        return Interview(self.forms[row["digest"]], row["seed"], steps, self.zone)
