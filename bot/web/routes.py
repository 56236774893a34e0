"""The web application: which address does what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.clock import Clock
from bot.config import Config
from bot.screens.bot_info import About
from bot.web.event_streams import Pulse
from bot.web.health import Health
from bot.web.links import Links
from bot.web.projector_pages import Screens
from bot.web.server import serving
from bot.web.site import FONTS, STATIC, Guarded, Site
from bot.web.tokens import ForgedForm
from bot.web.voting_pages import Ballots, Visit, forged
from survey.services.workshop_service import Rooms

log = structlog.get_logger()


@asynccontextmanager
async def served(
    config: Config, said: About, rooms: Rooms, clock: Clock, health: Health
) -> AsyncIterator[None]:
    """Projector and voting page, if config.toml says where. Raises WebFault."""
    if not config.web.listen:
        yield
        return
    site = Site(
        rooms=rooms,
        pulse=Pulse(rooms, clock),
        clock=clock,
        links=Links(said.username, config.web.public_url),
        zone=config.suara.zone,
        languages=said.languages,
        sectors=said.sectors,
        categories=said.categories,
    )
    async with web(site, health, config.web.host, config.web.port) as address:
        log.info("web pages served", address=address)
        yield


@asynccontextmanager
async def web(site: Site, health: Health, host: str, port: int) -> AsyncIterator[str]:
    """Serve all of it until the block ends; yields the address. Raises WebFault."""
    glancing = asyncio.create_task(site.pulse.glance())
    try:
        async with serving(make_app(site, health), site.pulse, host, port) as address:
            yield address
    finally:
        glancing.cancel()


def make_app(site: Site, health: Health) -> Starlette:
    """Projector, voting page, health."""
    screens, ballots = Screens(site), Ballots(site)
    return Starlette(
        routes=[
            Route("/layar/{token}", screens.page),
            Route("/layar/{token}/alir", screens.stream),
            Route("/ikut", ballots.door),
            Route("/ikut", ballots.typed, methods=["POST"]),
            Route("/ikut/{code}", ballots.page),
            Route("/ikut/{code}/alir", ballots.stream),
            Route("/ikut/{code}/masuk", ballots.enter, methods=["POST"]),
            Route("/ikut/{code}/diri", ballots.acting(Visit.stand), methods=["POST"]),
            Route("/ikut/{code}/suara", ballots.acting(Visit.vote), methods=["POST"]),
            Route("/ikut/{code}/alasan", ballots.acting(Visit.explain), methods=["POST"]),
            Route("/ikut/{code}/bahasa", ballots.acting(Visit.speak), methods=["POST"]),
            Route("/ikut/{code}/keluar", ballots.acting(Visit.leave), methods=["POST"]),
            Route("/sehat", health.report),
            Mount("/web/huruf", Fonts(directory=FONTS)),
            Mount("/web", StaticFiles(directory=STATIC)),
            Route("/", home),
        ],
        middleware=[Middleware(Guarded), Middleware(GZipMiddleware, minimum_size=800)],
        exception_handlers={ForgedForm: forged},
    )


async def home(_: Request) -> Response:
    """Whoever types the address alone wants to vote."""
    return RedirectResponse("/ikut")


class Fonts(StaticFiles):
    """Type that never changes."""

    def file_response(self, *given: object, **more: object) -> Response:
        response = super().file_response(*given, **more)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response
