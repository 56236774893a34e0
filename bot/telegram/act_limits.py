"""How much one person and one group may send: looked at before anything else is done.

A person may act as fast as anybody can, with a burst for the impatient. What is above that is no
answer any more but a machine, or a finger that drums on a button.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from bot.telegram.client import is_whole

#: Acts at once are as many as those of so many seconds.
BURST_SECONDS = 4
#: Commands that a group is answered at once, and seconds until it gains another: six a minute.
GROUP_COMMANDS, GROUP_COMMAND_SECONDS = 6, 10.0
#: So many people or groups are remembered; whoever was quiet longest is forgotten first.
MOST_REMEMBERED = 10_000
#: What counts as an act: what people do. That somebody blocked the bot is no act of theirs.
ACT_KINDS = ("callback_query", "message", "edited_message")
GROUP_TYPES = ("group", "supergroup")


class TokenBuckets:
    """A bucket of ``burst`` tokens for each key, that gains ``rate`` of them a second.

    Moments are in seconds, of one clock for each key. What a clock that is put back says counts as
    no time.
    """

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        #: Tokens that there were, and when.
        self._levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._levels)

    def take(self, key: Hashable, at: float) -> float:
        """Take a token: 0, or the seconds until there is one."""
        level, since = self._levels.get(key, (self._burst, at))
        at = max(at, since)
        level = min(self._burst, level + (at - since) * self._rate)
        taken = level >= 1
        self._levels[key] = (level - taken, at)
        self._levels.move_to_end(key)
        if len(self._levels) > MOST_REMEMBERED:
            self._levels.popitem(last=False)
        return 0.0 if taken else (1 - level) / self._rate


@dataclass(frozen=True, slots=True)
class ActVerdict:
    """Whether an update is taken; if not, in how many seconds its sender may act again.

    ``actor`` is who acts, and whether by taps; None if it cannot be told. ``wait`` is 0 for what is
    dropped in any case: a group's command above the limit.
    """

    taken: bool
    actor: tuple[int, bool] | None = None
    wait: float = 0.0


ADMITTED = ActVerdict(taken=True)


class ActLimits:
    """What of the updates that come is taken. ``acts_a_second`` 0 means everything.

    ``is_command`` says of a group's message whether the bot would answer it.
    """

    def __init__(self, acts_a_second: int, is_command: Callable[[str], bool]) -> None:
        self._is_limited = acts_a_second > 0
        self._people = TokenBuckets(acts_a_second, acts_a_second * BURST_SECONDS)
        self._groups = TokenBuckets(1 / GROUP_COMMAND_SECONDS, GROUP_COMMANDS)
        self._is_command = is_command
        self.dropped_count = 0

    def judge(self, raw: Any, now: float) -> ActVerdict:
        """Whether an update as Telegram wrote it is taken; ``now`` is in seconds of our clock.

        What cannot be read is taken: to say so is not our business here.
        """
        kind = next((k for k in ACT_KINDS if isinstance(raw, dict) and k in raw), None)
        content = raw[kind] if kind else None
        if not (self._is_limited and isinstance(content, dict)):
            return ADMITTED
        # A message says when it was sent. After an outage those of hours come at once, and nobody
        # was fast; so they are judged by Telegram's clock, and taps, which say nothing, by ours.
        # The two never meet in one bucket.
        is_tap = kind == "callback_query"
        sent_at = now if is_tap else read_moment(content)
        sender = read_number(content.get("sender_chat"), content.get("from"))
        if sender is None or sent_at is None:
            return ADMITTED
        actor = sender, is_tap
        if wait := self._people.take(actor, sent_at):
            return ActVerdict(taken=False, actor=actor, wait=wait)
        return ActVerdict(is_tap or self._allows_group(content, now), actor)

    def _allows_group(self, message: dict[str, Any], now: float) -> bool:
        chat, text = message.get("chat"), message.get("text")
        if not (isinstance(chat, dict) and chat.get("type") in GROUP_TYPES):
            return True
        group = read_number(chat)
        if group is None or not (isinstance(text, str) and self._is_command(text)):
            return True
        return not self._groups.take(group, now)


def read_moment(message: dict[str, Any]) -> float | None:
    """When a message was sent, or changed for the last time, by Telegram's clock."""
    found = message.get("edit_date", message.get("date"))
    # What lies beyond all years would let its sender's bucket never gain again.
    return float(found) if is_whole(found) and 0 <= found < 2**33 else None


def read_number(*whose: Any) -> int | None:
    """The number of the first that has one: of a chat or a person as Telegram wrote it.

    Whoever writes in the name of a group or a channel is to Telegram one and the same person, in
    all groups there are: so the group comes first.
    """
    numbers = (one.get("id") for one in whose if isinstance(one, dict))
    return next((number for number in numbers if is_whole(number)), None)
