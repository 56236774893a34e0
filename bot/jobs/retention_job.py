"""Deletes what was kept long enough: as announced, and by a clock that is borne out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

import structlog

from bot.clock import Clock
from bot.progress import print_text
from survey.services.retention import RetentionService
from survey.store.announced_deletions import AnnouncedDeletion
from survey.store.erasures import ErasureKind

log = structlog.get_logger()
#: What the operator reads of a group of records.
GROUP_WORDS = {
    ErasureKind.CONTACTS: "links between people and their answers: {count}",
    ErasureKind.INTERVIEWS: "interviews of the wave {scope}: {count}",
    ErasureKind.VOTES: "votes of the workshop {scope}: {count}",
}
#: By which setting each is kept as long as it is.
GROUP_SETTINGS = {
    ErasureKind.CONTACTS: "retention.contacts_days",
    ErasureKind.INTERVIEWS: "retention.answers_months",
    ErasureKind.VOTES: "retention.answers_months",
}


@dataclass(frozen=True, slots=True)
class RetentionJob:
    """One look at what is to be deleted; ``tell`` puts a line where the operator reads it."""

    service: RetentionService
    clock: Clock
    zone: tzinfo
    #: Telegram's time; None as long as nothing was heard of it.
    get_telegram_time: Callable[[], datetime | None]
    tell: Callable[[str], None] = print_text

    async def run(self) -> None:
        """Delete what was announced and is due, then announce what comes next."""
        now = self.clock.now()
        doubt = await self.service.check_clock(now, self.get_telegram_time())
        if doubt:
            log.warning(
                "nothing deleted",
                reason=doubt,
                remedy="set the machine's clock if it is wrong; it is looked again in six hours",
            )
            return
        await self.service.delete_old_causes(now)
        for done in await self.service.delete_announced(now):
            self.say_deleted(done)
        for new in await self.service.announce_deletions(now):
            self.say_announced(new)

    def say_deleted(self, done: AnnouncedDeletion) -> None:
        """Tell the operator what was deleted."""
        log.warning("deleted", what=done.kind.value, scope=done.scope, count=done.count)
        self.tell(f"Deleted, as announced: {describe_group(done)}.")

    def say_announced(self, new: AnnouncedDeletion) -> None:
        """Tell the operator what will be deleted."""
        due = f"{new.due_at.astimezone(self.zone):%Y-%m-%d %H:%M}"
        log.warning(
            "to be deleted", what=new.kind.value, scope=new.scope, count=new.count, not_before=due
        )
        self.tell(
            f"To be deleted from {due} on, since {GROUP_SETTINGS[new.kind]} is over: "
            f"{describe_group(new)}. To keep them, raise that setting before."
        )


def describe_group(group: AnnouncedDeletion) -> str:
    """A group of records in words."""
    return GROUP_WORDS[group.kind].format(scope=group.scope, count=group.count)
