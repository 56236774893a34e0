"""How fast Telegram may be called: the pure reckoning of who has to wait until when."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass

#: Seconds over which Telegram counts messages to a group.
GROUP_WINDOW = 60.0
#: Where so many chats are refused within so many seconds, it is not the chats that are at their
#: limit but the bot. Telegram says "Too Many Requests: retry after 5" of both, so this is chosen: a
#: group or two at their own limit must not hold up everybody.
CHATS_OF_OVERALL_LIMIT = 3
OVERALL_WINDOW = 1.0


@dataclass(frozen=True, slots=True)
class SendingLimits:
    """How many messages and edits Telegram takes from one bot; 0 takes a limit away.

    The defaults are those of core.telegram.org/bots/faq, "My bot is hitting limits": 1 a second
    into one chat, 20 a minute into one group, and a little below the 30 a second "or so" overall.
    """

    overall_a_second: int = 28
    chat_a_second: int = 1
    group_a_minute: int = 20


class Pace:
    """When the next call may be made, to everybody and to one chat.

    All times are seconds of one clock that never goes back; the caller reads it. Calls to everybody
    are spaced evenly, for those who come in bursts meet at Telegram sooner than they left here.
    """

    def __init__(self, limits: SendingLimits) -> None:
        self._limits = limits
        self._each = 1 / limits.overall_a_second if limits.overall_a_second else 0.0
        self._next = 0.0
        #: When each chat was written to of late, the chat that was written to last at the end.
        self._calls: OrderedDict[int, deque[float]] = OrderedDict()
        self._held: dict[int, float] = {}
        self._refused: deque[tuple[float, int]] = deque()

    def find_free_time(self, now: float) -> float:
        """When the next call may be made, whoever it goes to."""
        return max(self._next, now)

    def find_chat_free_time(self, chat_id: int, now: float) -> float:
        """When the next call to a chat may be made, as far as that chat is concerned."""
        free = self._held.get(chat_id, now)
        most, window = self._find_chat_limit(chat_id)
        calls = self._calls.get(chat_id)
        if most and calls is not None and len(calls) >= most:
            free = max(free, calls[-most] + window)
        return max(free, now)

    def note_call(self, chat_id: int, now: float) -> None:
        """A call to a chat is made."""
        self._next = max(self._next, now) + self._each
        most, _ = self._find_chat_limit(chat_id)
        if most:
            self._calls.setdefault(chat_id, deque(maxlen=most)).append(now)
            self._calls.move_to_end(chat_id)
        self._forget_before(now)

    def note_refusal(self, chat_id: int, seconds: float, now: float) -> None:
        """Telegram refused a call to a chat and asked to wait so many seconds.

        It holds the chat; or everybody, where too many chats are refused at once.
        """
        self._held[chat_id] = max(self._held.get(chat_id, 0.0), now + seconds)
        self._refused.append((now, chat_id))
        while self._refused[0][0] < now - OVERALL_WINDOW:
            self._refused.popleft()
        if len({chat for _, chat in self._refused}) >= CHATS_OF_OVERALL_LIMIT:
            self._next = max(self._next, now + seconds)

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
