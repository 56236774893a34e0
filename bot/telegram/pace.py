"""How fast Telegram may be called: the pure reckoning of who has to wait until when."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from itertools import islice

#: Seconds over which Telegram counts messages to a group.
GROUP_WINDOW = 60.0
#: Where so many chats are refused within so many seconds, it is not the chats that are at their
#: limit but the bot. Telegram says "Too Many Requests: retry after 5" of both, so this is chosen: a
#: group or two at their own limit must not hold up everybody.
CHATS_OF_OVERALL_LIMIT = 3
OVERALL_WINDOW = 1.0
#: A call that is not answered for so many seconds counts no more, or some that hang would hold up
#: everybody.
LONGEST_WAY = 3.0


@dataclass(frozen=True, slots=True)
class SendingLimits:
    """How many messages and edits Telegram takes from one bot; 0 takes a limit away.

    The defaults are those of core.telegram.org/bots/faq, "My bot is hitting limits".
    """

    overall_a_second: int = 30
    chat_a_second: int = 1
    group_a_minute: int = 20


class Pace:
    """When the next call may be made, to everybody and to one chat.

    Telegram counts a call when it arrives there, at some moment between its start and its answer.
    So a call counts here from its start until a window after its answer: however unevenly calls
    travel, no window of Telegram's then holds more of them than it takes.

    All times are seconds of one clock that never goes back; the caller reads it. To one chat one
    call is made at a time.
    """

    def __init__(self, limits: SendingLimits) -> None:
        self._limits = self._whole = limits
        #: When calls under way began, by chat, and when others were answered; both the first first.
        self._under_way: OrderedDict[int, float] = OrderedDict()
        self._answered: deque[float] = deque()
        self._held_until = 0.0
        #: When each chat was written to of late, the chat that was written to last at the end.
        self._calls: OrderedDict[int, deque[float]] = OrderedDict()
        self._held: dict[int, float] = {}
        self._refused: deque[tuple[float, int]] = deque()

    def share_among(self, worker_count: int) -> None:
        """Keep to an equal part of what Telegram takes from all workers of the bot."""
        most = self._whole.overall_a_second
        part = max(most // worker_count, 1) if most else 0
        self._limits = replace(self._whole, overall_a_second=part)

    def find_free_time(self, now: float) -> float:
        """When the next call may be made, whoever it goes to; sooner, if one is answered."""
        while self._answered and self._answered[0] <= now - OVERALL_WINDOW:
            self._answered.popleft()
        while self._under_way and next(iter(self._under_way.values())) <= now - LONGEST_WAY:
            self._under_way.popitem(last=False)
        most = self._limits.overall_a_second
        if most == 0 or len(self._under_way) + len(self._answered) < most:
            return max(self._held_until, now)
        ends = [at + OVERALL_WINDOW for at in islice(self._answered, 1)]
        ends += [at + LONGEST_WAY for at in islice(self._under_way.values(), 1)]
        return max(min(ends), self._held_until, now)

    def find_chat_free_time(self, chat_id: int, now: float) -> float:
        """When the next call to a chat may be made, as far as that chat is concerned."""
        free = self._held.get(chat_id, now)
        most, window = self._find_chat_limit(chat_id)
        calls = self._calls.get(chat_id)
        if most and calls is not None and len(calls) >= most:
            free = max(free, calls[-most] + window)
        return max(free, now)

    def note_call(self, chat_id: int, now: float) -> None:
        """A call to a chat is begun."""
        self._under_way[chat_id] = now
        most, _ = self._find_chat_limit(chat_id)
        if most:
            self._calls.setdefault(chat_id, deque(maxlen=most)).append(now)
            self._calls.move_to_end(chat_id)
        self._forget_before(now)

    def note_answer(self, chat_id: int, now: float) -> None:
        """The newest call to a chat was answered."""
        self._under_way.pop(chat_id, None)
        if self._limits.overall_a_second:
            self._answered.append(now)
        if calls := self._calls.get(chat_id):
            calls[-1] = now

    def note_refusal(self, chat_id: int, seconds: float, now: float) -> None:
        """Telegram refused a call to a chat and asked to wait so many seconds.

        It holds the chat; or everybody, where too many chats are refused at once.
        """
        self._held[chat_id] = max(self._held.get(chat_id, 0.0), now + seconds)
        self._refused.append((now, chat_id))
        while self._refused[0][0] < now - OVERALL_WINDOW:
            self._refused.popleft()
        if len({chat for _, chat in self._refused}) >= CHATS_OF_OVERALL_LIMIT:
            self._held_until = max(self._held_until, now + seconds)

    def _find_chat_limit(self, chat_id: int) -> tuple[int, float]:
        """How many calls a chat takes within how many seconds; groups have negative numbers."""
        if chat_id < 0:
            return self._limits.group_a_minute, GROUP_WINDOW
        return self._limits.chat_a_second, 1.0

    def _forget_before(self, now: float) -> None:
        """Forget the chats whose calls do not count any more, so that memory stays bounded."""
        while self._calls:
            chat_id, calls = next(iter(self._calls.items()))
            if calls[-1] > now - GROUP_WINDOW:
                break
            del self._calls[chat_id]
        if len(self._held) > len(self._calls):
            self._held = {chat: until for chat, until in self._held.items() if until > now}
