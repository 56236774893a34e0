"""One report into one chat: announced, made, put into its notices; and what if that fails.

Whoever carries it is told what to put where and may be told again: a notice is sent first and its
message id kept, then the report is put into that message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from enum import Enum, auto
from typing import Protocol

import structlog

from reports.delivery.claim_renewal import hold_claim
from reports.delivery.quiet_hours import postpone_past_quiet
from reports.request import RETRY_REMEDY, Report, ReportFailedError, ReportFile, ReportRequest
from survey.store import deliveries, report_chats
from survey.store.database import Store
from survey.store.deliveries import ClaimLostError, ClaimRefusal, Delivery
from survey.store.report_chats import ReportChat

log = structlog.get_logger()

#: A report this long after its hour says that it is late.
PUNCTUAL_WITHIN = timedelta(hours=1)
#: A chat that takes nothing so often, one after another, is left alone until it lets us in again.
MOST_REFUSALS = 3
#: What could not be made is tried again after so many minutes; from the last on always so.
RETRY_PAUSES = (1, 2, 5, 10, 30)
#: After so many failures a chat is told; who asked for a report is told at once.
FAILURES_BEFORE_NOTE = 3
MESSAGE_PART = "message"


class ChatMovedError(Exception):
    """A chat has a new number."""

    def __init__(self, new: int) -> None:
        super().__init__("the chat has moved")
        self.new_chat_id = new


class ChatRefusedError(Exception):
    """A chat takes nothing from us; the message is Telegram's, ``remedy`` is for the operator."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


class UnreachableError(Exception):
    """Nothing can be delivered anywhere just now."""


class NoticeGoneError(Exception):
    """Somebody has deleted a notice."""


class ReportChannel(Protocol):
    """Puts reports into chats; every call may be repeated.

    Each raises ChatMovedError, ChatRefusedError, UnreachableError, and all but ``send_notice``
    NoticeGoneError; anything else is held against the report and not against the chat.
    ``part`` is "message", the ending of a file, or that with a number: "png-2".
    """

    async def send_notice(self, chat_id: int, part: str, language: str, reply_to: int) -> int:
        """Announce a part of a report; the id of the message it will be put into.

        It answers the message ``reply_to``, if that is there; 0 and less are no message.
        """

    async def put_message(self, chat_id: int, message_id: int, html: str) -> None:
        """Put the short message into its notice."""

    async def put_file(
        self, chat_id: int, message_id: int, file: ReportFile, language: str
    ) -> None:
        """Put a file into its notice; of one that is too large, that it is."""

    async def put_absence(self, chat_id: int, message_id: int, part: str, language: str) -> None:
        """Say in its notice that there is no such part."""

    async def put_failure(
        self, chat_id: int, message_id: int, start: datetime, end: datetime, language: str
    ) -> None:
        """Say in the message's notice that the report could not be made yet."""


MakeReport = Callable[[ReportRequest], Awaitable[Report]]


@dataclass
class ReportMaker:
    """Makes reports in the formats that anybody wants.

    Those that several chats get at one wake are made once; so is the attempt, if it fails.
    """

    make: MakeReport
    formats: tuple[str, ...]
    made: dict[ReportRequest, Report | ReportFailedError] = field(default_factory=dict)

    async def __call__(self, order: ReportRequest) -> Report:
        """The report of an order. Raises ReportFailedError if it cannot be made."""
        # In every format that any chat wants, so that chats with different formats share one
        # making.
        order = replace(order, formats=self.formats)
        if order not in self.made:
            self.made[order] = await self._try_to_make(order)
        found = self.made[order]
        if isinstance(found, ReportFailedError):
            raise found
        return found

    async def _try_to_make(self, order: ReportRequest) -> Report | ReportFailedError:
        try:
            return await self.make(order)
        except ReportFailedError as fault:
            return fault
        except Exception as fault:
            # Whatever it is, it is this report's fault: the others must still be made, or a single
            # one would silence everything.
            return ReportFailedError(f"{type(fault).__name__}: {fault}", RETRY_REMEDY)


class DeliveryOutcome(Enum):
    """What became of a delivery."""

    ARRIVED = auto()
    #: It arrived in the chat's new place.
    MOVED = auto()
    #: It had been delivered, or could not be made; others may go on.
    PASSED = auto()
    #: The chat cannot be reached, or another process is at it: nothing later may overtake it.
    HELD = auto()


class ReportDeliverer:
    """Carries reports out of the making into chats. ``settings`` are the same in every order."""

    def __init__(
        self, store: Store, zone: tzinfo, settings: ReportRequest, channel: ReportChannel
    ) -> None:
        self._store = store
        self._zone = zone
        self._settings = settings
        self._channel = channel
        #: How often one after another a chat could not be reached, so that not all is said.
        self._troubles: Counter[int] = Counter()

    async def claim_and_deliver(
        self, wanted: Delivery, chat: ReportChat, making: ReportMaker, now: datetime
    ) -> DeliveryOutcome:
        """Claim, make and deliver one report."""
        claimed = await deliveries.claim_delivery(self._store, wanted, now)
        if isinstance(claimed, ClaimRefusal):
            # Another process has it: later reports of the schedule must not overtake it. What
            # somebody asked for has no order to keep.
            busy = claimed is ClaimRefusal.BUSY and wanted.schedule
            return DeliveryOutcome.HELD if busy else DeliveryOutcome.PASSED
        return await self.deliver(claimed, chat, making, now)

    async def deliver(
        self, claimed: Delivery, chat: ReportChat, making: ReportMaker, now: datetime
    ) -> DeliveryOutcome:
        """Make and deliver what was claimed."""
        async with hold_claim(self._store, claimed, now):
            return await self._deliver_or_explain(claimed, chat, making, now)

    async def _deliver_or_explain(
        self, claimed: Delivery, chat: ReportChat, making: ReportMaker, now: datetime
    ) -> DeliveryOutcome:
        """Make and deliver it, and keep what went wrong if that fails."""
        try:
            await self._deliver(claimed, chat, making, now)
        except ChatMovedError as moved:
            return await self._send_to_moved_chat(
                claimed, replace(chat, id=moved.new_chat_id), making, now
            )
        except (ChatRefusedError, UnreachableError) as fault:
            await self._release_undelivered(claimed, fault)
            return DeliveryOutcome.HELD
        except ClaimLostError:
            return DeliveryOutcome.HELD
        except Exception as fault:
            await self._postpone_failed(claimed, fault, now)
            return DeliveryOutcome.PASSED
        log.info("report delivered", **describe_delivery(claimed))
        if self._troubles.pop(chat.id, 0) or chat.refusals:
            await report_chats.clear_chat_refusals(self._store, chat.id)
        return DeliveryOutcome.ARRIVED

    async def _send_to_moved_chat(
        self, claimed: Delivery, chat: ReportChat, making: ReportMaker, now: datetime
    ) -> DeliveryOutcome:
        """The chat became a supergroup meanwhile: begin again under its new number."""
        await report_chats.renumber_chat(self._store, claimed.chat_id, chat.id)
        there = replace(
            claimed,
            chat_id=chat.id,
            # Messages of the old group do not exist in the supergroup that it became.
            notices={},
            request_message_id=-abs(claimed.request_message_id),
        )
        async with self._store.read() as connection:
            waits = await deliveries.is_unfinished(connection, there)
        outcome = (
            await self.claim_and_deliver(there, chat, making, now)
            if waits
            else DeliveryOutcome.HELD
        )
        return DeliveryOutcome.MOVED if outcome is DeliveryOutcome.ARRIVED else DeliveryOutcome.HELD

    async def _deliver(
        self, claimed: Delivery, chat: ReportChat, making: ReportMaker, now: datetime
    ) -> None:
        notices = DeliveryNotices(self._store, self._channel, claimed)
        announced = [MESSAGE_PART, *chat.formats]
        # Notices first, their ids kept: Telegram cannot be asked whether a file has arrived, while
        # putting one into a known message may be repeated without harm.
        for part in announced:
            await notices.get_message_id(part)
        report = await making(self._build_request(claimed, chat, now))
        await notices.put_part(
            MESSAGE_PART, lambda at: self._channel.put_message(claimed.chat_id, at, report.message)
        )
        files = assign_parts(report.files, chat.formats)
        for part, file in files.items():
            await notices.put_file(part, file)
        for part in announced[1:]:
            if part not in files:
                await notices.put_missing(part)
        await deliveries.finish_delivery(self._store, claimed, now)

    def _build_request(self, claimed: Delivery, chat: ReportChat, now: datetime) -> ReportRequest:
        start, end = parse_period(claimed.period)
        quiet = "" if not claimed.schedule else chat.quiet
        return replace(
            self._settings,
            kind=claimed.report,
            scope=claimed.scope,
            start=start,
            end=end,
            language=claimed.language,
            made_at=now,
            late=now - postpone_past_quiet(quiet, claimed.due_at, self._zone) > PUNCTUAL_WITHIN,
        )

    async def _postpone_failed(self, claimed: Delivery, fault: Exception, now: datetime) -> None:
        """Rest for a while, and tell whoever has to know."""
        failures = claimed.failures + 1
        pause = timedelta(minutes=RETRY_PAUSES[min(failures, len(RETRY_PAUSES)) - 1])
        if is_rare(failures) or failures == FAILURES_BEFORE_NOTE:
            log.error(
                "report failed",
                **describe_delivery(claimed, fault),
                remedy=getattr(fault, "remedy", RETRY_REMEDY),
                failures=failures,
                again=f"in {pause.seconds // 60} minutes",
            )
        # At this number and not from it on, so that the chat is told once.
        if failures == (FAILURES_BEFORE_NOTE if claimed.schedule else 1):
            await self._announce_failure(claimed)
        await self._store.keep([deliveries.postpone_delivery(claimed, now + pause)])

    async def _announce_failure(self, claimed: Delivery) -> None:
        """Say in the chat that a report could not be made; where that fails, the log has it."""
        start, end = (moment.astimezone(self._zone) for moment in parse_period(claimed.period))
        try:
            at = await DeliveryNotices(self._store, self._channel, claimed).get_message_id(
                MESSAGE_PART
            )
            await self._channel.put_failure(claimed.chat_id, at, start, end, claimed.language)
        except Exception as fault:
            log.warning("failure not told", **describe_delivery(claimed, fault))

    async def _release_undelivered(self, claimed: Delivery, fault: Exception) -> None:
        """It was made and did not arrive: the next wake tries again, if the chat will have us."""
        await self._store.keep([deliveries.release_claim(claimed)])
        self._troubles[claimed.chat_id] += 1
        if isinstance(fault, ChatRefusedError):
            refusals = await report_chats.count_chat_refusal(self._store, claimed.chat_id)
            # It is the chat's affair and may be over at the next attempt, so it is said only when
            # the last one has failed.
            if refusals == MOST_REFUSALS:
                said = describe_delivery(claimed, fault) | {"remedy": fault.remedy}
                log.error("chat left alone", chat=claimed.chat_id, **said)
        elif is_rare(self._troubles[claimed.chat_id]):
            log.error(
                "report waits",
                **describe_delivery(claimed, fault),
                remedy="it is tried again and again",
            )


@dataclass
class DeliveryNotices:
    """The messages of one delivery: part -> message id, each kept at once."""

    store: Store
    channel: ReportChannel
    delivery: Delivery

    def __post_init__(self) -> None:
        self.sent = dict(self.delivery.notices or {})

    async def get_message_id(self, part: str) -> int:
        """The message of a part, announced now unless it was."""
        if part not in self.sent:
            claimed = self.delivery
            self.sent[part] = await self.channel.send_notice(
                claimed.chat_id, part, claimed.language, claimed.request_message_id
            )
            # At once: whoever goes on after a crash uses this message again instead of sending
            # another.
            await deliveries.keep_notices(self.store, claimed, self.sent)
        return self.sent[part]

    async def put_part(self, part: str, into: Callable[[int], Awaitable[None]]) -> None:
        """Put a part into its message; into another one if somebody has deleted it."""
        try:
            await into(await self.get_message_id(part))
        except NoticeGoneError:
            del self.sent[part]
            await into(await self.get_message_id(part))

    async def put_file(self, part: str, file: ReportFile) -> None:
        """Put a file into its message."""
        chat_id, language = self.delivery.chat_id, self.delivery.language
        await self.put_part(part, lambda at: self.channel.put_file(chat_id, at, file, language))

    async def put_missing(self, part: str) -> None:
        """Say that there is no such file."""
        chat_id, language = self.delivery.chat_id, self.delivery.language
        await self.put_part(part, lambda at: self.channel.put_absence(chat_id, at, part, language))


def assign_parts(files: Iterable[ReportFile], formats: tuple[str, ...]) -> dict[str, ReportFile]:
    """The files that a chat wants, by part; of several with one ending: png, png-2, png-3."""
    found: dict[str, ReportFile] = {}
    seen: Counter[str] = Counter()
    for file in files:
        ending = file.name.rpartition(".")[2]
        if ending in formats:
            seen[ending] += 1
            found[ending if seen[ending] == 1 else f"{ending}-{seen[ending]}"] = file
    return found


def parse_period(period: str) -> tuple[datetime, datetime]:
    """Start and end of a named period."""
    start, end = map(datetime.fromisoformat, period.split("/"))
    return start, end


def is_rare(times: int) -> bool:
    """Whether a trouble that goes on is to be said again: the 1st, 2nd, 4th, 8th … time."""
    return times & (times - 1) == 0


def describe_delivery(claimed: Delivery, fault: Exception | None = None) -> dict[str, str]:
    """A delivery, and what went wrong with it, in the words of the log."""
    said = {"report": claimed.report, "scope": claimed.scope, "period": claimed.period}
    if fault is not None:
        said |= {"fault": type(fault).__name__, "reason": str(fault)[:300]}
    return {name: value for name, value in said.items() if value}
