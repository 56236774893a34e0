"""What systemd is told of us (sd_notify(3)): that we are ready, still well, about to stop."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress


def notify_systemd(state: str) -> None:
    """Tell systemd a state such as ``READY=1``; nothing where it did not start us."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    # An address in the abstract namespace is written with an @ and begins with a zero byte.
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
        sending.connect("\0" + address[1:] if address.startswith("@") else address)
        sending.send(state.encode())


def read_watchdog_interval() -> float | None:
    """Seconds within which systemd wants to hear of us; None if it does not watch."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    return int(microseconds) / 1e6 if microseconds.isdecimal() else None


@asynccontextmanager
async def announce_service(is_alive: Callable[[], Awaitable[bool]]) -> AsyncIterator[None]:
    """Tell systemd that we are ready, until the block ends, and as long as we are alive."""
    notify_systemd("READY=1")
    watching = asyncio.create_task(ping_watchdog(is_alive), name="watchdog")
    try:
        yield
    finally:
        watching.cancel()
        notify_systemd("STOPPING=1")


async def ping_watchdog(is_alive: Callable[[], Awaitable[bool]]) -> None:
    """Give a sign of life three times in each interval, as long as there is life.

    It comes from the event loop, so a loop that stands still gives none.
    """
    interval = read_watchdog_interval()
    while interval is not None:
        if await is_alive():
            notify_systemd("WATCHDOG=1")
        await asyncio.sleep(interval / 3)
