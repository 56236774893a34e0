"""The screen of the room: opened by a link that facilitators get, follows by itself."""

from __future__ import annotations

import json
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.web.page_locale import Words
from bot.web.projector_view import Wall
from bot.web.site import TEMPLATES, Site, client, html
from survey.services.workshop_service import Changed
from survey.workshop.plan import Plan

log = structlog.get_logger()


class Screens:
    """``/layar/<token>`` and its stream."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def page(self, request: Request) -> Response:
        """The screen as things stand."""
        plan, words = await self._plan(request), self._site.words(request)
        if isinstance(plan, int):
            return html(
                "page/sorry.html", plan, words=words, kind="many" if plan == 429 else "link"
            )
        return html("screen/shell.html", **await self._shows(plan, words))

    async def stream(self, request: Request) -> Response:
        """Its content, whenever it changes."""
        plan, words = await self._plan(request), self._site.words(request)
        if isinstance(plan, int):
            return Response(status_code=plan)

        async def show() -> str:
            shows = await self._shows(plan, words)
            stage = TEMPLATES.get_template("screen/stage.html").render(t=words.t, **shows)
            return json.dumps({"key": shows["wall"].key, "html": stage})

        return self._site.pulse.stream(plan.id, frozenset(Changed), show)

    async def _shows(self, plan: Plan, words: Words) -> dict[str, Any]:
        room = await self._site.rooms.overlook(plan.id)
        return {
            "room": room,
            "plan": room.plan,
            "wall": Wall(room, words),
            "words": words,
            "links": self._site.links,
        }

    async def _plan(self, request: Request) -> Plan | int:
        """The workshop whose token stands in the address, or the status to refuse with.

        A token cannot be guessed; tries are limited so that they cost nothing. The right one always
        opens: nobody on the room's own network can keep the projector out.
        """
        site, token = self._site, request.path_params["token"]
        if site.screen_known(token) is None and not site.guesses.allows(client(request)):
            return 429
        plan = await site.by_screen(token)
        if plan is None:
            site.guesses.wrong(client(request))
            if site.guesses.worth_telling():
                log.warning("projector link refused", reason="no workshop has this token")
            return 404
        return plan
