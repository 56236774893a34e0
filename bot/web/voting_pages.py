"""The voting page: the same as in the chat, for any phone's browser, also without JavaScript."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import quote
from weakref import WeakValueDictionary

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.page_locale import Words
from bot.web.site import Site, client, html
from bot.web.tokens import Browser, fields
from bot.web.voting_view import Booth
from survey.services.workshop_service import Changed
from survey.workshop.moves import WEB, Channel, Tap
from survey.workshop.plan import Attendance, Plan, Room

log = structlog.get_logger()
#: Somebody at the page, with what they send: what came of it.
Act = Callable[["Visit"], Awaitable[Room | None]]


class Visit:
    """A form that somebody sent who is in the room."""

    def __init__(
        self, site: Site, room: Room, me: Attendance, tap: Tap, sent: dict[str, str]
    ) -> None:
        self.site, self.rooms, self.room = site, site.rooms, room
        self.me, self.tap, self.sent = me, tap, sent

    def number(self, name: str) -> int:
        """A whole number that was sent; 0 if it is none."""
        text = self.sent.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    async def vote(self) -> Room | None:
        ballot, opening = self.number("ballot"), self.number("opening")
        value = self.sent.get("value", "")
        return await self.rooms.vote(self.tap, ballot, opening, value, Channel.WEB)

    async def explain(self) -> Room | None:
        why = self.sent.get("why") or self.sent.get("words", "")
        return await self.rooms.explain(self.tap, self.number("ballot"), why)

    async def stand(self) -> Room | None:
        """Sector, category and table, as far as they were told."""
        sector = chosen(self.sent.get("sector", ""), [s.code for s in self.site.sectors])
        category = chosen(self.sent.get("category", ""), [c.code for c in self.site.categories])
        room = await self.rooms.stand_for(self.tap, sector, category)
        if seat := self.number("table"):
            room = await self.rooms.sit(self._next(), seat)
        return room

    async def speak(self) -> Room | None:
        language = chosen(self.sent.get("language", ""), list(self.site.languages))
        return await self.rooms.speak(self.tap, language or self.me.language)

    async def leave(self) -> Room | None:
        return await self.rooms.leave(self.tap)

    def _next(self) -> Tap:
        """A form that asks for two things is two taps."""
        tap = self.tap
        return Tap(tap.who, tap.at, tap.source, tap.key ^ 1)


def chosen(value: str, offered: list[str]) -> str:
    """What was offered; nothing else."""
    return value if value in offered else ""


class Ballots:
    """``/ikut`` and what follows."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def door(self, request: Request) -> Response:
        """Where a code is typed."""
        return html("page/code.html", words=self._site.words(request), wrong=False)

    async def typed(self, request: Request) -> Response:
        """A code was typed."""
        sent = await fields(request)
        words = self._site.words(request)
        plan = await self._plan(request, sent.get("code", ""))
        if plan == 429:
            return self._sorry(429, words)
        if isinstance(plan, int):
            return html("page/code.html", 404, words=words, wrong=True)
        return seen(f"/ikut/{plan.code}?bahasa={words.language}")

    async def page(self, request: Request) -> Response:
        """How things stand for whoever looks; whoever is not in the room is asked in."""
        plan, browser, room = await self._here(request)
        if isinstance(plan, int):
            return self._sorry(plan, self._site.words(request))
        if plan.code != request.path_params["code"]:  # The cookie is for the code as it is written.
            return seen(f"/ikut/{plan.code}")
        known = room.me.language if room and room.me else ""
        words = self._site.words(request, known)
        if room is None:
            again = "kata" in request.query_params
            response = html(
                "page/door.html", words=words, plan=plan, mark=browser.mark(), again=again
            )
        else:
            booth = Booth(room, self._site, words, request.query_params.get("kata", ""))
            response = html(
                "page/room.html", words=words, plan=plan, booth=booth, mark=browser.mark()
            )
        browser.keep(request, plan, response)
        return response

    async def enter(self, request: Request) -> Response:
        """Into the room. A form sent twice lets one person in."""
        sent = await fields(request)
        plan, browser, _ = await self._here(request)
        if isinstance(plan, int):
            return self._sorry(plan, self._site.words(request))
        browser.key(sent)
        words = self._site.words(request)
        await self._site.rooms.join_by_page(
            plan, browser.token, words.language, self._site.clock.now()
        )
        return seen(f"/ikut/{plan.code}")

    def acting(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        """Carries out what somebody in the room sent, then shows how things stand.

        One thing after another, as in the chat: a reason on its way would undo a newer vote.
        """

        async def acted(request: Request) -> Response:
            sent, token = await fields(request), Browser.of(request).token
            async with self._turns.setdefault(token, asyncio.Lock()):
                return await act_on(request, sent)

        async def act_on(request: Request, sent: dict[str, str]) -> Response:
            plan, browser, room = await self._here(request)
            if isinstance(plan, int):
                return self._sorry(plan, self._site.words(request))
            key, now = browser.key(sent), self._site.clock.now()
            if room is None or room.me is None:
                return seen(f"/ikut/{plan.code}")
            tap = Tap(room.me.respondent, now, WEB, key)
            done = await act(Visit(self._site, room, room.me, tap, sent))
            refused = done.refused if done else None
            said = f"?kata={quote(refused.reason)}" if refused else ""
            # The same address as before but for the part behind the #: browsers scroll there.
            return seen(f"/ikut/{plan.code}{said}#butir-{sent.get('ballot', '')[:9]}")

        return acted

    async def stream(self, request: Request) -> Response:
        """Says when something is to be seen anew. The page then asks for itself."""
        plan, _, _ = await self._here(request)
        if isinstance(plan, int):
            return Response(status_code=plan)

        async def moves() -> str:
            return str(await self._site.rooms.how_far(plan.id))

        return self._site.pulse.stream(plan.id, frozenset({Changed.MOVE}), moves)

    async def _plan(self, request: Request, code: str) -> Plan | int:
        """The workshop with a code, or the status to refuse with: 429 once too many were wrong."""
        guesses, who = self._site.guesses, client(request)
        if not guesses.allows(who):
            return 429
        plan = await self._site.by_code(code)
        if plan is None:
            guesses.wrong(who)
            if not guesses.allows(who) and guesses.worth_telling():
                log.warning("codes refused", reason="too many wrong ones")
            return 404
        return plan

    async def _here(self, request: Request) -> tuple[Plan | int, Browser, Room | None]:
        """The workshop that an address names, the browser, and the room if it is in there.

        Whoever is in the room has no code to guess: others on its network cannot keep them out.
        """
        code, browser = request.path_params["code"], Browser.of(request)
        room = None if browser.new else await self._site.rooms.look_by_page(browser.token)
        if room is not None and room.plan.code == code:
            return room.plan, browser, room
        return await self._plan(request, code), browser, None

    def _sorry(self, status: int, words: Words) -> Response:
        return html(
            "page/sorry.html", status, words=words, kind="many" if status == 429 else "code"
        )


def seen(where: str) -> Response:
    """See there: a page that can be loaded again without sending the form again."""
    return RedirectResponse(where, 303, {"cache-control": "no-store"})


async def forged(request: Request, _: Exception) -> Response:
    """A form of somebody else, or of a browser that keeps no cookie: shown the way in again."""
    log.warning("form refused", reason="it is not of this browser")
    return seen(f"/ikut/{quote(request.path_params['code'], safe='')}?kata=form")
