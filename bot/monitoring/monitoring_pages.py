"""``/health`` and ``/ready``, at a local address of their own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.monitoring.health_checks import CheckState, HealthChecks
from bot.monitoring.metrics import CHECK_FAILED, DATABASE_BYTES, OUTBOX_DEPTH, REGISTRY
from bot.web.server import WebFault, open_socket, serve_socket

log = structlog.get_logger()
SETTING = "monitoring.listen"


@dataclass
class MonitoringPages:
    """What the addresses answer."""

    checks: HealthChecks
    #: What waits for Telegram, by urgency; each urgency is named.
    count_waiting: Callable[[], Mapping[str, int]]
    #: Whether updates are taken: between the start and the beginning of the stop.
    is_ready: bool = False

    async def show_health(self, _: Request) -> Response:
        """Every check with its state; 503 if one of them failed."""
        return await self._answer(is_well=True)

    async def show_readiness(self, _: Request) -> Response:
        """The same; 503 also while no updates are taken."""
        return await self._answer(is_well=self.is_ready)

    async def show_metrics(self, _: Request) -> Response:
        """Everything as Prometheus reads it."""
        for name, one in (await self.checks.check_all()).items():
            CHECK_FAILED.labels(name).set(one.state is CheckState.FAILED)
        for urgency, waiting in self.count_waiting().items():
            OUTBOX_DEPTH.labels(urgency).set(waiting)
        if self.checks.folder is not None:
            for file in self.checks.folder.glob("*.db*"):
                if file.is_file():
                    DATABASE_BYTES.labels(file.name).set(file.stat().st_size)
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    async def _answer(self, *, is_well: bool) -> Response:
        found = await self.checks.check_all()
        well = is_well and all(one.state is not CheckState.FAILED for one in found.values())
        return JSONResponse(
            {
                "ok": well,
                "takes_updates": self.is_ready,
                "checks": {name: asdict(one) for name, one in found.items()},
            },
            status_code=200 if well else 503,
            headers={"cache-control": "no-store"},
        )


def build_monitoring_app(pages: MonitoringPages) -> Starlette:
    """Which address answers what."""
    return Starlette(
        routes=[
            Route("/health", pages.show_health),
            Route("/ready", pages.show_readiness),
            Route("/metrics", pages.show_metrics),
        ]
    )


@asynccontextmanager
async def serve_monitoring(listen: str, pages: MonitoringPages) -> AsyncIterator[None]:
    """Serve them until the block ends, if config.toml says where.

    An address that cannot be had is told in a line: people are answered all the same.
    """
    beating = asyncio.create_task(pages.checks.pulse.beat(), name="pulse")
    try:
        listening = open_monitoring_socket(listen) if listen else None
        if listening is None:
            yield
            return
        async with serve_socket(build_monitoring_app(pages), None, listening):
            log.info("monitoring served", address=say_address(listening))
            yield
    finally:
        beating.cancel()


def open_monitoring_socket(listen: str) -> socket.socket | None:
    """A socket at an address or a path; None, with a line in the log, if it cannot be had."""
    path = listen.removeprefix("unix:")
    try:
        if path != listen:
            return open_unix_socket(Path(path))
        host, _, port = listen.rpartition(":")
        return open_socket(host, int(port), SETTING)
    except (WebFault, OSError) as fault:
        log.warning(
            "monitoring not served",
            reason=str(fault),
            remedy=f"name another address in {SETTING}, or empty it; people are answered",
        )
    return None


def open_unix_socket(path: Path) -> socket.socket:
    """A socket in the file system, in the place of one that nobody serves. Raises OSError."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking, suppress(OSError):
            asking.connect(str(path))
            raise WebFault(f"{SETTING}: {path} is served by another program.")
        path.unlink(missing_ok=True)
        listening.bind(str(path))
        listening.listen()
    except (OSError, WebFault):
        listening.close()
        raise
    return listening


def say_address(listening: socket.socket) -> str:
    """Where a socket is, as one types it."""
    name = listening.getsockname()
    return f"unix:{name}" if isinstance(name, str) else f"http://{name[0]}:{name[1]}"
