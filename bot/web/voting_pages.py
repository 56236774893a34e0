"""The voting page: the same as in the chat, for any phone's browser, also without JavaScript."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import quote
from weakref import WeakValueDictionary

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.page_locale import PageLocale
from bot.web.site import Site, read_client_address, render_page
from bot.web.tokens import Browser, read_form_fields
from bot.web.voting_view import VotingView
from survey.services.workshop_service import RoomChange
from survey.workshop.moves import WEB_SOURCE, VoteChannel, WorkshopRequest
from survey.workshop.plan import Attendance, Room, WorkshopPlan

log = structlog.get_logger()
#: Somebody at the page, with what they send: what came of it.
VisitAction = Callable[["FormSubmission"], Awaitable[Room | None]]


class FormSubmission:
    """A form that somebody sent who is in the room."""

    def __init__(
        self, site: Site, room: Room, me: Attendance, tap: WorkshopRequest, sent: dict[str, str]
    ) -> None:
        self.site, self.rooms, self.room = site, site.workshops, room
        self.me, self.tap, self.sent = me, tap, sent

    def read_number(self, name: str) -> int:
        """A whole number that was sent; 0 if it is none."""
        text = self.sent.get(name, "")
        # None of our numbers is longer, and int() itself refuses texts of thousands of digits.
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    async def vote(self) -> Room | None:
        ballot, opening = self.read_number("ballot"), self.read_number("opening")
        value = self.sent.get("value", "")
        return await self.rooms.vote(self.tap, ballot, opening, value, VoteChannel.WEB)

    async def give_reason(self) -> Room | None:
        why = self.sent.get("why") or self.sent.get("words", "")
        return await self.rooms.explain_vote(self.tap, self.read_number("ballot"), why)

    async def choose_seat(self) -> Room | None:
        """Sector, category and table, as far as they were told."""
        sector = pick_offered(self.sent.get("sector", ""), [s.code for s in self.site.sectors])
        category = pick_offered(
            self.sent.get("category", ""), [c.code for c in self.site.categories]
        )
        room = await self.rooms.set_affiliation(self.tap, sector, category)
        if seat := self.read_number("table"):
            room = await self.rooms.choose_table(self._derive_tap(), seat)
        return room

    async def choose_language(self) -> Room | None:
        language = pick_offered(self.sent.get("language", ""), list(self.site.languages))
        return await self.rooms.choose_language(self.tap, language or self.me.language)

    async def leave(self) -> Room | None:
        return await self.rooms.leave(self.tap)

    def _derive_tap(self) -> WorkshopRequest:
        """A form that asks for two things is two taps."""
        tap = self.tap
        # Another key for the second act, but the same one each time, so that a form sent twice
        # still acts once.
        return WorkshopRequest(tap.respondent_id, tap.at, tap.source, tap.key ^ 1)


def pick_offered(value: str, offered: list[str]) -> str:
    """What was offered; nothing else."""
    return value if value in offered else ""


class VotingPages:
    """``/ikut`` and what follows."""

    def __init__(self, site: Site) -> None:
        self._site = site
        # Weak, so that a lock lives as long as somebody holds it or waits for it, and no list of
        # browsers grows.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def show_code_form(self, request: Request) -> Response:
        """Where a code is typed."""
        return render_page("page/code.html", words=self._site.choose_locale(request), wrong=False)

    async def submit_code(self, request: Request) -> Response:
        """A code was typed."""
        sent = await read_form_fields(request)
        words = self._site.choose_locale(request)
        plan = await self._find_plan(request, sent.get("code", ""))
        if plan == 429:
            return self._build_refusal(429, words)
        if isinstance(plan, int):
            return render_page("page/code.html", 404, words=words, wrong=True)
        return redirect_to(f"/ikut/{plan.code}?bahasa={words.language}")

    async def show_voting_page(self, request: Request) -> Response:
        """How things stand for whoever looks; whoever is not in the room is asked in."""
        plan, browser, room = await self._find_visitor(request)
        if isinstance(plan, int):
            return self._build_refusal(plan, self._site.choose_locale(request))
        if plan.code != request.path_params["code"]:  # The cookie is for the code as it is written.
            return redirect_to(f"/ikut/{plan.code}")
        known = room.me.language if room and room.me else ""
        words = self._site.choose_locale(request, known)
        if room is None or room.me is None or not room.me.consented:
            again = "kata" in request.query_params
            response = render_page(
                "page/door.html",
                words=words,
                plan=plan,
                mark=browser.create_mark(),
                again=again,
                consent=self._site.build_consent(words).words,
            )
        else:
            view = VotingView(room, self._site, words, request.query_params.get("kata", ""))
            response = render_page(
                "page/room.html", words=words, plan=plan, view=view, mark=browser.create_mark()
            )
        browser.store_token(request, plan, response)
        return response

    async def enter_workshop(self, request: Request) -> Response:
        """Into the room. A form sent twice lets one person in."""
        sent = await read_form_fields(request)
        plan, browser, room = await self._find_visitor(request)
        words = self._site.choose_locale(request)
        if isinstance(plan, int):
            return self._build_refusal(plan, words)
        browser.read_form_key(sent)
        now, rooms = self._site.clock.now(), self._site.workshops
        if room is None:
            seats, who = self._site.seat_limiter, read_client_address(request)
            if not seats.allows_attempt(who):
                return render_page("page/sorry.html", 429, words=words, kind="seats")
            seats.count_wrong_attempt(who)  # Each seat costs as much as a wrong code elsewhere.
            room = await rooms.join_by_web(plan, browser.token, words.language, now)
        if room is None:
            return render_page("page/sorry.html", 409, words=words, kind="full")
        # Once, however often the form comes; a seat without it is shown the door again.
        await rooms.record_consent(room, self._site.build_consent(words), now)
        return redirect_to(f"/ikut/{plan.code}")

    def build_form_handler(self, act: VisitAction) -> Callable[[Request], Awaitable[Response]]:
        """Carries out what somebody in the room sent, then shows how things stand.

        One thing after another, as in the chat: a reason on its way would undo a newer vote.
        """

        async def handle_form(request: Request) -> Response:
            # Read before the turn: a phone that sends slowly must not hold up the other forms of
            # its browser.
            sent, token = await read_form_fields(request), Browser.from_request(request).token
            async with self._turns.setdefault(token, asyncio.Lock()):
                return await handle_in_turn(request, sent)

        async def handle_in_turn(request: Request, sent: dict[str, str]) -> Response:
            plan, browser, room = await self._find_visitor(request)
            if isinstance(plan, int):
                return self._build_refusal(plan, self._site.choose_locale(request))
            key, moment = browser.read_form_key(sent), self._site.clock.now()
            if room is None or room.me is None or not room.me.consented:
                return redirect_to(f"/ikut/{plan.code}")
            tap = WorkshopRequest(room.me.respondent, moment, WEB_SOURCE, key)
            done = await act(FormSubmission(self._site, room, room.me, tap, sent))
            refused = done.refused if done else None
            refusal = f"?kata={quote(refused.reason)}" if refused else ""
            # The same address as before but for the part behind the #: browsers scroll there.
            return redirect_to(f"/ikut/{plan.code}{refusal}#butir-{sent.get('ballot', '')[:9]}")

        return handle_form

    async def stream_changes(self, request: Request) -> Response:
        """Says when something is to be seen anew. The page then asks for itself."""
        plan, _, _ = await self._find_visitor(request)
        if isinstance(plan, int):
            return Response(status_code=plan)
        streams, owner = self._site.event_streams, read_client_address(request)
        if not streams.has_room_for(owner):
            return Response(status_code=503, headers={"retry-after": "30"})

        async def moves() -> str:
            return str(await self._site.workshops.count_moves(plan.id))

        return streams.open_stream(plan.id, frozenset({RoomChange.MOVE}), moves, owner)

    async def _find_plan(self, request: Request, code: str) -> WorkshopPlan | int:
        """The workshop with a code, or the status to refuse with: 429 once too many were wrong."""
        guesses, who = self._site.address_limiter, read_client_address(request)
        if not guesses.allows_attempt(who):
            return 429
        plan = await self._site.find_plan_by_code(code)
        if plan is None:
            if guesses.count_wrong_attempt(who) and guesses.is_worth_logging():
                log.warning("codes refused", reason="too many wrong ones")
            return 404
        return plan

    async def _find_visitor(
        self, request: Request
    ) -> tuple[WorkshopPlan | int, Browser, Room | None]:
        """The workshop that an address names, the browser, and the room if it is in there.

        Whoever is in the room has no code to guess: others on its network cannot keep them out.
        """
        code, browser = request.path_params["code"], Browser.from_request(request)
        room = None if browser.new else await self._site.workshops.find_room_by_token(browser.token)
        if room is not None and room.plan.code == code:
            return room.plan, browser, room
        return await self._find_plan(request, code), browser, None

    def _build_refusal(self, status: int, words: PageLocale) -> Response:
        return render_page(
            "page/sorry.html", status, words=words, kind="many" if status == 429 else "code"
        )


def redirect_to(where: str) -> Response:
    """See there: a page that can be loaded again without sending the form again."""
    return RedirectResponse(where, 303, {"cache-control": "no-store"})


async def handle_forged_form(request: Request, _: Exception) -> Response:
    """A form of somebody else, or of a browser that keeps no cookie: shown the way in again."""
    log.warning("form refused", reason="it is not of this browser")
    return redirect_to(f"/ikut/{quote(request.path_params['code'], safe='')}?kata=form")
