"""What happens, told to whoever listens: the page, the client, the crowd."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

Event = dict[str, Any]
EventFilter = Callable[[Event], bool]


class EventStream:
    """Numbers every event and hands it to all listeners, in order."""

    def __init__(self) -> None:
        self.number = 0
        self._listeners: dict[asyncio.Queue[bytes | None], EventFilter] = {}

    def publish(self, kind: str, chat_id: int, **details: Any) -> None:
        """Something happened in a chat."""
        self.number += 1
        if not self._listeners:
            return
        event: Event = {"number": self.number, "kind": kind, "chat": chat_id, **details}
        line: bytes | None = None
        for queue, interested in self._listeners.items():
            if interested(event):
                line = line or _format_event(event)
                queue.put_nowait(line)

    async def subscribe(self, interested: EventFilter) -> AsyncIterator[bytes]:
        """Server-sent events from now on; the first only says where the numbering stands."""
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._listeners[queue] = interested
        try:
            yield _format_event({"number": self.number, "kind": "hello", "chat": 0})
            lines: list[bytes | None] = []
            while None not in lines:
                lines = [await queue.get()]
                while not queue.empty():
                    lines.append(queue.get_nowait())
                yield b"".join(line for line in lines if line)
        finally:
            del self._listeners[queue]

    def close_all(self) -> None:
        """End every stream."""
        for queue in self._listeners:
            queue.put_nowait(None)


def _format_event(event: Event) -> bytes:
    return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"
