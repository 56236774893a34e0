"""The screen of the room: opened by a link that facilitators get, follows by itself."""

from __future__ import annotations

import json
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.web.page_locale import PageLocale
from bot.web.projector_view import ProjectorView
from bot.web.site import TEMPLATES, Site, read_client_address, render_page
from survey.services.workshop_service import RoomChange
from survey.workshop.plan import WorkshopPlan

log = structlog.get_logger()


class ProjectorPages:
    """``/layar/<token>`` and its stream."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show_projector(self, request: Request) -> Response:
        """The screen as things stand."""
        plan, words = await self._find_plan(request), self._site.choose_locale(request)
        if isinstance(plan, int):
            return render_page(
                "page/sorry.html", plan, words=words, kind="many" if plan == 429 else "link"
            )
        return render_page("screen/shell.html", **await self._build_template_context(plan, words))

    async def stream_projector(self, request: Request) -> Response:
        """Its content, whenever it changes."""
        plan, words = await self._find_plan(request), self._site.choose_locale(request)
        if isinstance(plan, int):
            return Response(status_code=plan)

        async def show() -> str:
            shows = await self._build_template_context(plan, words)
            stage = TEMPLATES.get_template("screen/stage.html").render(t=words.t, **shows)
            return json.dumps({"key": shows["projector"].key, "html": stage})

        return self._site.event_streams.open_stream(plan.id, frozenset(RoomChange), show)

    async def _build_template_context(
        self, plan: WorkshopPlan, words: PageLocale
    ) -> dict[str, Any]:
        room = await self._site.workshops.read_whole_room(plan.id)
        return {
            "room": room,
            "plan": room.plan,
            "projector": ProjectorView(room, words),
            "words": words,
            "links": self._site.links,
        }

    async def _find_plan(self, request: Request) -> WorkshopPlan | int:
        """The workshop whose token stands in the address, or the status to refuse with.

        A token cannot be guessed; tries are limited so that they cost nothing. The right one always
        opens: nobody on the room's own network can keep the projector out.
        """
        site, token = self._site, request.path_params["token"]
        if site.find_known_plan(token) is None and not site.address_limiter.allows_attempt(
            read_client_address(request)
        ):
            return 429
        plan = await site.find_plan_by_token(token)
        if plan is None:
            site.address_limiter.count_wrong_attempt(read_client_address(request))
            if site.address_limiter.is_worth_logging():
                log.warning("projector link refused", reason="no workshop has this token")
            return 404
        return plan
