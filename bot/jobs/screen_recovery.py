"""After a start: whoever moved of late and has not seen what came of it is shown it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.telegram.cards import CardSender, DrawnCard
from survey.services.interview_service import InterviewService

log = structlog.get_logger()
#: Whoever moved longer ago has put the phone away, and would be startled.
RECOVERY_AGE = timedelta(days=1)


async def show_unseen_screens(
    interviews: InterviewService,
    card_sender: CardSender,
    draw_unseen: Callable[[int], Awaitable[DrawnCard | None]],
    now: datetime,
    is_meant: Callable[[int], bool] = lambda _: True,
) -> int:
    """Have everybody who is meant shown what they have not seen, at the pace of Telegram.

    Whoever moved last comes first. Returns how many they are. Raises DatabaseFault.
    """
    people = [*filter(is_meant, await interviews.list_unseen(now - RECOVERY_AGE))]
    for person in people:
        card_sender.renew_screen(person, partial(draw_unseen, person))
    if people:
        log.info("screens shown again", people=len(people))
    return len(people)
