"""Faults on demand: a call that is refused, late, or cut off."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

DROPS = ("", "before", "after")
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
    cleared. The call is held for `delay` s. Then `drop` "before" cuts the connection without any
    effect, "after" lets the call take effect and then cuts it; else `code` (0: none) is answered
    in place of the call, with `description` or Telegram's usual one and `retry_after` (s).
    """

    method: str = "*"
    times: int = 1
    code: int = 0
    description: str = ""
    retry_after: int = 0
    delay: float = 0.0
    drop: str = ""
    chat_id: int = 0

    @classmethod
    def from_json(cls, settings: dict[str, Any]) -> InjectedFault:
        """From JSON. Raises ValueError for what cannot be meant."""
        known = {field.name for field in fields(cls)}
        if strange := set(settings) - known:
            raise ValueError(f"a fault has no {', '.join(sorted(strange))}; it has {sorted(known)}")
        if settings.get("drop", "") not in DROPS:
            raise ValueError(f"drop is one of {DROPS}")
        return cls(**settings)

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

    def take_matching(self, method: str, chat_id: int) -> InjectedFault | None:
        """The first fault meant for this call, used up once."""
        for fault in self._faults:
            if _concerns_method(fault, method) and fault.chat_id in {0, chat_id}:
                if fault.times == 1:
                    self._faults.remove(fault)
                elif fault.times:
                    fault.times -= 1
                return fault
        return None


def _concerns_method(fault: InjectedFault, method: str) -> bool:
    wanted = fault.method.lower()
    return method == wanted or (wanted == "*" and method != "getupdates")
