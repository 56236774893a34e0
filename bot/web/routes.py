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
from bot.screens.bot_info import BotInfo
from bot.web.event_streams import EventStreams
from bot.web.health import Health
from bot.web.links import WorkshopLinks
from bot.web.projector_pages import ProjectorPages
from bot.web.server import run_web_server
from bot.web.site import FONT_FOLDER, STATIC_FOLDER, SecurityHeadersMiddleware, Site
from bot.web.tokens import ForgedForm
from bot.web.voting_pages import FormSubmission, VotingPages, handle_forged_form
from survey.services.workshop_service import WorkshopService

log = structlog.get_logger()


@asynccontextmanager
async def serve_web(
    config: Config, bot_info: BotInfo, workshops: WorkshopService, clock: Clock, health: Health
) -> AsyncIterator[None]:
    """Projector and voting page, if config.toml says where. Raises WebFault."""
    if not config.web.listen:
        yield
        return
    site = Site(
        workshops=workshops,
        event_streams=EventStreams(workshops, clock),
        clock=clock,
        links=WorkshopLinks(bot_info.username, config.web.public_url),
        zone=config.suara.zone,
        languages=bot_info.languages,
        sectors=bot_info.sectors,
        categories=bot_info.categories,
        secretariat=bot_info.secretariat,
        answers_months=bot_info.answers_months,
        security_contact=config.web.security_contact,
    )
    async with serve_site(site, health, config.web.host, config.web.port) as address:
        log.info("web pages served", address=address)
        yield


@asynccontextmanager
async def serve_site(site: Site, health: Health, host: str, port: int) -> AsyncIterator[str]:
    """Serve all of it until the block ends; yields the address. Raises WebFault."""
    watching = asyncio.create_task(site.event_streams.watch_other_processes())
    try:
        async with run_web_server(
            build_web_app(site, health), site.event_streams, host, port
        ) as address:
            yield address
    finally:
        watching.cancel()


def build_web_app(site: Site, health: Health) -> Starlette:
    """Projector, voting page, health."""
    screens, ballots = ProjectorPages(site), VotingPages(site)
    app = Starlette(
        routes=[
            Route("/layar/{token}", screens.show_projector),
            Route("/layar/{token}/alir", screens.stream_projector),
            Route("/ikut", ballots.show_code_form),
            Route("/ikut", ballots.submit_code, methods=["POST"]),
            Route("/ikut/{code}", ballots.show_voting_page),
            Route("/ikut/{code}/alir", ballots.stream_changes),
            Route("/ikut/{code}/masuk", ballots.enter_workshop, methods=["POST"]),
            Route(
                "/ikut/{code}/diri",
                ballots.build_form_handler(FormSubmission.choose_seat),
                methods=["POST"],
            ),
            Route(
                "/ikut/{code}/suara",
                ballots.build_form_handler(FormSubmission.vote),
                methods=["POST"],
            ),
            Route(
                "/ikut/{code}/alasan",
                ballots.build_form_handler(FormSubmission.give_reason),
                methods=["POST"],
            ),
            Route(
                "/ikut/{code}/bahasa",
                ballots.build_form_handler(FormSubmission.choose_language),
                methods=["POST"],
            ),
            Route(
                "/ikut/{code}/keluar",
                ballots.build_form_handler(FormSubmission.leave),
                methods=["POST"],
            ),
            Route("/sehat", health.report_health),
            # Before /web, which would take these addresses as well: the first route that fits is
            # the one.
            Mount("/web/huruf", FontFiles(directory=FONT_FOLDER)),
            Mount("/web", StaticFiles(directory=STATIC_FOLDER)),
            Route("/.well-known/security.txt", site.show_security_contact),
            Route("/", redirect_home),
        ],
        middleware=[
            Middleware(SecurityHeadersMiddleware),
            # Streams of events pass uncompressed: Starlette leaves out text/event-stream, which
            # would otherwise wait in the compressor.
            Middleware(GZipMiddleware, minimum_size=800),
        ],
        exception_handlers={ForgedForm: handle_forged_form},
    )
    # Starlette would lead an address with a slash too many to the one without, at the host that the
    # request names, which may be anybody's.
    app.router.redirect_slashes = False
    return app


async def redirect_home(_: Request) -> Response:
    """Whoever types the address alone wants to vote."""
    return RedirectResponse("/ikut")


class FontFiles(StaticFiles):
    """Type that never changes."""

    def file_response(self, *arguments: object, **options: object) -> Response:
        response = super().file_response(*arguments, **options)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response
