"""How the fieldwork of one wave stands, in people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.measures.new_interviews import mask_new_interviews
from reports.reading.disposition import (
    BREAK_OFF,
    COMPLETE,
    DISPOSITIONS,
    NOT_ELIGIBLE,
    PARTIAL,
)
from reports.reading.frames import Frames
from reports.reading.reported_waves import ReportedWave
from reports.report_kinds import get_definition
from reports.request import ReportRequest
from reports.statistics.outcome_rates import OutcomeCounts
from reports.statistics.row_suppression import compute_share


@dataclass(frozen=True)
class FieldworkFigures:
    """What can be known of one wave.

    ``joined`` are the people of its audience who have started the bot and not withdrawn;
    ``invited_places`` are those on invitations, None for a wave that residents may answer.
    ``new_counts`` are what came in the report's period, None where the report is of all there is.
    ``ineligible`` began and do not belong to those who are asked.
    """

    wave: str
    label: str
    invited_places: int | None
    joined: int
    dispositions: Mapping[str, int]
    new_counts: Mapping[str, int] | None
    ineligible: int
    refused: int
    withdrawn: int

    @property
    def begun(self) -> int:
        """Interviews of those who are asked."""
        return sum(self.dispositions.values())

    @property
    def sent_share(self) -> float:
        """Of those begun the share that was sent, 0-1; NaN of none."""
        return compute_share(self.dispositions[COMPLETE], self.begun)

    @property
    def used(self) -> int:
        """Interviews whose answers are counted in the other chapters."""
        return self.dispositions[COMPLETE] + self.dispositions[PARTIAL]

    @property
    def outcomes(self) -> OutcomeCounts:
        """How the interviews ended, in AAPOR's terms; who is in progress has no outcome yet."""
        return OutcomeCounts(
            complete=self.dispositions[COMPLETE],
            partial=self.dispositions[PARTIAL],
            break_off=self.dispositions[BREAK_OFF],
            refused=self.refused,
            invited=self.invited_places,
        )


def read_fieldwork(
    frames: Frames, wave: ReportedWave, label: str, order: ReportRequest
) -> FieldworkFigures:
    is_mine = frames.interviews["wave"] == wave.id
    mine = frames.interviews[is_mine]
    counts = mine["disposition"].value_counts()
    asked = mine[mine["disposition"] != NOT_ELIGIBLE]
    recent = {
        "begun": int((asked["started_at"] >= order.start).sum()),
        COMPLETE: int((is_mine & mask_new_interviews(frames, order)).sum()),
    }
    return FieldworkFigures(
        wave=wave.id,
        label=label,
        invited_places=None if "resident" in wave.audience else frames.invited_places,
        joined=sum(frames.joined_by_role.get(role, 0) for role in wave.audience),
        dispositions={name: int(counts.get(name, 0)) for name in DISPOSITIONS},
        new_counts=recent if get_definition(order.kind).is_periodic else None,
        ineligible=int(counts.get(NOT_ELIGIBLE, 0)),
        refused=int((frames.refusals["wave"] == wave.id).sum()),
        withdrawn=frames.withdrawn_by_wave.get(wave.id, 0),
    )
