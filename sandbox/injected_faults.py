"""Faults on demand: a call that is refused, late, cut off, or answered with any bytes.

What a person does can go wrong, too: with the method "person:tap" (or another act of theirs) a tap
is refused as on a screen that has changed meanwhile, or comes late.
"""

from __future__ import annotations

import math
from base64 import b64decode
from dataclasses import dataclass, field, fields
from typing import Any

#: What the method of a fault in what people do begins with.
PERSON_PREFIX = "person:"
DROPS = ("", "before", "after")
ENDINGS = ("", "cut", "never")
USUAL_DESCRIPTIONS = {
    429: "Too Many Requests: retry after {retry_after}",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(slots=True)
class InjectedFault:
    """What shall go wrong, and how often.

    `method` "*" is any but getUpdates; `chat_id` 0 any chat; `times` 0 until the faults are
    cleared; `every` n lets the n - 1 matching calls before each be. The call is held for `delay` s.
    Then `drop` "before" cuts the connection without any effect, "after" lets the call take effect
    and then cuts it; else `code` (0: none) is answered in place of the call, with `description` or
    Telegram's usual one and `retry_after` (s). `reset` makes a cut a reset (RST) instead of an end
    (FIN).

    `status` (0: none) answers with that HTTP status, `headers` and exactly the bytes of `body`
    (base64), which Telegram need not have written; with `effect` the call takes effect all the
    same. `ending` "cut" promises more bytes than come, "never" lets the body go on with spaces.

    Of an act of a person ("person:tap", `chat_id` being the person's number) only `delay`, and
    `code` with `description` for a refusal, are heeded.

    It is in force from `since` to `until` (s since 1970 by the sandbox's clock; 0: always).
    """

    method: str = "*"
    times: int = 1
    every: int = 1
    code: int = 0
    description: str = ""
    retry_after: int = 0
    delay: float = 0.0
    drop: str = ""
    chat_id: int = 0
    reset: bool = False
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    ending: str = ""
    effect: bool = False
    since: float = 0.0
    until: float = 0.0
    matched: int = field(default=0, init=False)

    @classmethod
    def from_json(cls, settings: dict[str, Any]) -> InjectedFault:
        """From JSON. Raises ValueError for what cannot be meant."""
        known = {field.name for field in fields(cls) if field.init}
        if strange := set(settings) - known:
            raise ValueError(f"a fault has no {', '.join(sorted(strange))}; it has {sorted(known)}")
        for name, choices in (("drop", DROPS), ("ending", ENDINGS)):
            if settings.get(name, "") not in choices:
                raise ValueError(f"{name} is one of {choices}")
        try:
            b64decode(settings.get("body", ""), validate=True)
        except ValueError as error:
            raise ValueError("body is base64") from error
        return cls(**settings)

    @property
    def content(self) -> bytes:
        """The bytes of `body`."""
        return b64decode(self.body)

    def describe(self) -> str:
        """The description that goes with the code."""
        usual = USUAL_DESCRIPTIONS.get(self.code, "Bad Request: fault on demand")
        return self.description or usual.format(retry_after=self.retry_after)


class FaultQueue:
    """The faults that are waiting for their call."""

    def __init__(self) -> None:
        self._faults: list[InjectedFault] = []

    def add(self, fault: InjectedFault) -> None:
        """Wait for a matching call."""
        self._faults.append(fault)

    def clear(self) -> None:
        """No more faults."""
        self._faults.clear()

    def take_matching(self, method: str, chat_id: int, now: float) -> InjectedFault | None:
        """The first fault meant for this call at this moment, used up once."""
        for fault in self._faults:
            if (
                _concerns_method(fault, method)
                and fault.chat_id in {0, chat_id}
                and fault.since <= now < (fault.until or math.inf)
            ):
                fault.matched += 1
                if fault.matched % fault.every:
                    continue
                if fault.times == 1:
                    self._faults.remove(fault)
                elif fault.times:
                    fault.times -= 1
                return fault
        return None


def _concerns_method(fault: InjectedFault, method: str) -> bool:
    wanted = fault.method.lower()
    everything = method != "getupdates" and not method.startswith(PERSON_PREFIX)
    return method == wanted or (wanted == "*" and everything)
