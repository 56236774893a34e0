"""Whether all is well: for a monitor, and for whoever is on call."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.telegram.act_limits import ActLimits
from survey.services.intake_service import IntakeService
from survey.services.workshop_service import WorkshopService
from survey.store.database import DatabaseFault

#: Seconds without an answer from Telegram that are still well: twice as long as it holds a request.
LONGEST_SILENCE = 60


@dataclass
class Health:
    """What ``/sehat`` says. Whoever calls Telegram tells it of every answer (``note_answer``)."""

    rooms: WorkshopService
    intake: IntakeService
    limits: ActLimits
    # The start counts as an answer, so that a monitor does not raise the alarm before the first one
    # can have come.
    last_answer: float = field(default_factory=time.monotonic)

    def note_answer(self) -> None:
        """Telegram answered just now."""
        self.last_answer = time.monotonic()

    def measure_silence(self) -> float:
        """Seconds since Telegram answered."""
        return time.monotonic() - self.last_answer

    async def report_health(self, _: Request) -> Response:
        """200 if the database answers and Telegram does, else 503."""
        silent = round(self.measure_silence())
        parts = {**await self.check_database(), "telegram_seconds_ago": silent}
        well = parts["database"] == "ok" and silent < LONGEST_SILENCE
        return JSONResponse(
            {"ok": well, **parts, "acts_dropped": self.limits.dropped_count},
            status_code=200 if well else 503,
            headers={"cache-control": "no-store"},
        )

    async def check_database(self) -> dict[str, str | int]:
        """``ok`` with how many updates were set aside, or ``unreachable``."""
        try:
            # No workshop is called so: the database has to answer, and has next to nothing to read.
            await self.rooms.count_moves("")
            return {"database": "ok", "updates_set_aside": await self.intake.count_set_aside()}
        except DatabaseFault:
            return {"database": "unreachable"}
