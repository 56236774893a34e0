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

from reports.delivery.quiet_hours import awake
from reports.request import OUR_FAULT, File, NotMadeError, Order, Report
from survey.store import deliveries, report_chats
from survey.store.database import Store
from survey.store.deliveries import Delivery, LostError, Untaken
from survey.store.report_chats import Office

log = structlog.get_logger()

#: A report this long after its hour says that it is late.
PUNCTUAL = timedelta(hours=1)
#: A chat that takes nothing so often, one after another, is left alone until it lets us in again.
REFUSALS = 3
#: What could not be made is tried again after so many minutes; from the last on always so.
PAUSES = (1, 2, 5, 10, 30)
#: After so many failures a chat is told; who asked for a report is told at once.
TOLD_AFTER = 3
MESSAGE = "message"
LET_IN = "add the bot to the group again, or take the chat out: suara chats remove"


class ChatMovedError(Exception):
    """A chat has a new number."""

    def __init__(self, new: int) -> None:
        super().__init__("the chat has moved")
        self.new = new


class ChatRefusedError(Exception):
    """A chat takes nothing from us; the message is Telegram's."""


class UnreachableError(Exception):
    """Nothing can be delivered anywhere just now."""


class NoticeGoneError(Exception):
    """Somebody has deleted a notice."""


class Courier(Protocol):
    """Puts reports into chats; every call may be repeated.

    Each raises ChatMovedError, ChatRefusedError, UnreachableError, and all but ``notice``
    NoticeGoneError; anything else is held against the report and not against the chat.
    ``part`` is "message", the ending of a file, or that with a number: "png-2".
    """

    async def notice(self, chat_id: int, part: str, language: str) -> int:
        """Announce a part of a report; the id of the message it will be put into."""

    async def text(self, chat_id: int, message_id: int, html: str) -> None:
        """Put the short message into its notice."""

    async def document(self, chat_id: int, message_id: int, file: File, language: str) -> None:
        """Put a file into its notice; of one that is too large, that it is."""

    async def nothing(self, chat_id: int, message_id: int, part: str, language: str) -> None:
        """Say in its notice that there is no such part."""

    async def failed(
        self, chat_id: int, message_id: int, start: datetime, end: datetime, language: str
    ) -> None:
        """Say in the message's notice that the report could not be made yet."""


Make = Callable[[Order], Awaitable[Report]]


@dataclass
class Making:
    """Makes reports in the formats that anybody wants.

    Those that several chats get at one wake are made once; so is the attempt, if it fails.
    """

    make: Make
    formats: tuple[str, ...]
    made: dict[Order, Report | NotMadeError] = field(default_factory=dict)

    async def __call__(self, order: Order) -> Report:
        """Raises NotMadeError."""
        order = replace(order, formats=self.formats)
        if order not in self.made:
            self.made[order] = await self._tried(order)
        found = self.made[order]
        if isinstance(found, NotMadeError):
            raise found
        return found

    async def _tried(self, order: Order) -> Report | NotMadeError:
        try:
            return await self.make(order)
        except NotMadeError as fault:
            return fault
        except Exception as fault:
            return NotMadeError(f"{type(fault).__name__}: {fault}", OUR_FAULT)


class Outcome(Enum):
    """What became of a delivery."""

    ARRIVED = auto()
    #: It arrived in the chat's new place.
    MOVED = auto()
    #: It had been delivered, or could not be made; others may go on.
    PASSED = auto()
    #: The chat cannot be reached, or another process is at it: nothing later may overtake it.
    HELD = auto()


class Delivering:
    """Carries reports out of the making into chats. ``settings`` are the same in every order."""

    def __init__(self, store: Store, zone: tzinfo, settings: Order, courier: Courier) -> None:
        self._store = store
        self._zone = zone
        self._settings = settings
        self._courier = courier
        #: How often one after another a chat could not be reached, so that not all is said.
        self._troubles: Counter[int] = Counter()

    async def send(
        self, wanted: Delivery, office: Office, making: Making, now: datetime
    ) -> Outcome:
        """Claim, make and deliver one report."""
        taken = await deliveries.claim(self._store, wanted, now)
        if isinstance(taken, Untaken):
            busy = taken is Untaken.BUSY and wanted.schedule
            return Outcome.HELD if busy else Outcome.PASSED
        return await self.carry(taken, office, making, now)

    async def carry(
        self, taken: Delivery, office: Office, making: Making, now: datetime
    ) -> Outcome:
        """Make and deliver what was claimed."""
        try:
            await self._deliver(taken, office, making, now)
        except ChatMovedError as moved:
            return await self._send_there(taken, replace(office, id=moved.new), making, now)
        except (ChatRefusedError, UnreachableError) as fault:
            await self._not_taken(taken, fault, now)
            return Outcome.HELD
        except LostError:
            return Outcome.HELD
        except Exception as fault:
            await self._not_made(taken, fault, now)
            return Outcome.PASSED
        log.info("report delivered", **about(taken))
        if self._troubles.pop(office.id, 0) or office.refusals:
            await report_chats.heard(self._store, office.id)
        return Outcome.ARRIVED

    async def _send_there(
        self, taken: Delivery, office: Office, making: Making, now: datetime
    ) -> Outcome:
        """The chat became a supergroup meanwhile: begin again under its new number."""
        await report_chats.moved(self._store, taken.chat_id, office.id)
        there = replace(taken, chat_id=office.id, notices={}, asked=-abs(taken.asked))
        async with self._store.read() as connection:
            waits = await deliveries.waits(connection, there)
        outcome = await self.send(there, office, making, now) if waits else Outcome.HELD
        return Outcome.MOVED if outcome is Outcome.ARRIVED else Outcome.HELD

    async def _deliver(
        self, taken: Delivery, office: Office, making: Making, now: datetime
    ) -> None:
        notices = Notices(self._store, self._courier, taken)
        announced = [MESSAGE, *office.formats]
        for part in announced:
            await notices.id_of(part)
        report = await making(self._order(taken, office, now))
        await notices.put(MESSAGE, lambda at: self._courier.text(taken.chat_id, at, report.message))
        files = parts_of(report.files, office.formats)
        for part, file in files.items():
            await notices.put_file(part, file)
        for part in announced[1:]:
            if part not in files:
                await notices.put_nothing(part)
        await deliveries.finish(self._store, taken, now)

    def _order(self, taken: Delivery, office: Office, now: datetime) -> Order:
        start, end = span_of(taken.period)
        quiet = "" if not taken.schedule else office.quiet
        return replace(
            self._settings,
            kind=taken.report,
            scope=taken.scope,
            start=start,
            end=end,
            language=taken.language,
            made_at=now,
            late=now - awake(quiet, taken.due_at, self._zone) > PUNCTUAL,
        )

    async def _not_made(self, taken: Delivery, fault: Exception, now: datetime) -> None:
        """Rest for a while, and tell whoever has to know."""
        failures = taken.failures + 1
        pause = timedelta(minutes=PAUSES[min(failures, len(PAUSES)) - 1])
        if rare(failures) or failures == TOLD_AFTER:
            log.error(
                "report failed",
                **about(taken, fault),
                remedy=getattr(fault, "remedy", OUR_FAULT),
                failures=failures,
                again=f"in {pause.seconds // 60} minutes",
            )
        if failures == (TOLD_AFTER if taken.schedule else 1):
            await self._tell(taken)
        await self._store.keep([deliveries.rest(taken, now, pause)])

    async def _tell(self, taken: Delivery) -> None:
        """Say in the chat that a report could not be made; where that fails, the log has it."""
        start, end = (moment.astimezone(self._zone) for moment in span_of(taken.period))
        try:
            at = await Notices(self._store, self._courier, taken).id_of(MESSAGE)
            await self._courier.failed(taken.chat_id, at, start, end, taken.language)
        except Exception as fault:
            log.warning("failure not told", **about(taken, fault))

    async def _not_taken(self, taken: Delivery, fault: Exception, now: datetime) -> None:
        """It was made and did not arrive: the next wake tries again, if the chat will have us."""
        await self._store.keep([deliveries.release(taken, now)])
        refused = isinstance(fault, ChatRefusedError)
        refusals = await report_chats.refused(self._store, taken.chat_id) if refused else 0
        self._troubles[taken.chat_id] += 1
        if refusals >= REFUSALS:
            log.error("chat left alone", **about(taken, fault), remedy=LET_IN)
        elif rare(self._troubles[taken.chat_id]):
            log.error("report waits", **about(taken, fault), remedy="it is tried every minute")


@dataclass
class Notices:
    """The messages of one delivery: part -> message id, each kept at once."""

    store: Store
    courier: Courier
    taken: Delivery

    def __post_init__(self) -> None:
        self.sent = dict(self.taken.notices or {})

    async def id_of(self, part: str) -> int:
        """The message of a part, announced now unless it was."""
        if part not in self.sent:
            taken = self.taken
            self.sent[part] = await self.courier.notice(taken.chat_id, part, taken.language)
            await deliveries.note(self.store, taken, self.sent)
        return self.sent[part]

    async def put(self, part: str, into: Callable[[int], Awaitable[None]]) -> None:
        """Put a part into its message; into another one if somebody has deleted it."""
        try:
            await into(await self.id_of(part))
        except NoticeGoneError:
            del self.sent[part]
            await into(await self.id_of(part))

    async def put_file(self, part: str, file: File) -> None:
        """Put a file into its message."""
        chat_id, language = self.taken.chat_id, self.taken.language
        await self.put(part, lambda at: self.courier.document(chat_id, at, file, language))

    async def put_nothing(self, part: str) -> None:
        """Say that there is no such file."""
        chat_id, language = self.taken.chat_id, self.taken.language
        await self.put(part, lambda at: self.courier.nothing(chat_id, at, part, language))


def parts_of(files: Iterable[File], formats: tuple[str, ...]) -> dict[str, File]:
    """The files that a chat wants, by part; of several with one ending: png, png-2, png-3."""
    found: dict[str, File] = {}
    seen: Counter[str] = Counter()
    for file in files:
        ending = file.name.rpartition(".")[2]
        if ending in formats:
            seen[ending] += 1
            found[ending if seen[ending] == 1 else f"{ending}-{seen[ending]}"] = file
    return found


def span_of(period: str) -> tuple[datetime, datetime]:
    """Start and end of a named period."""
    start, end = map(datetime.fromisoformat, period.split("/"))
    return start, end


def rare(times: int) -> bool:
    """Whether a trouble that goes on is to be said again: the 1st, 2nd, 4th, 8th … time."""
    return times & (times - 1) == 0


def about(taken: Delivery, fault: Exception | None = None) -> dict[str, str]:
    """A delivery, and what went wrong with it, in the words of the log."""
    said = {"report": taken.report, "scope": taken.scope, "period": taken.period}
    if fault is not None:
        said |= {"fault": type(fault).__name__, "reason": str(fault)[:300]}
    return {name: value for name, value in said.items() if value}
