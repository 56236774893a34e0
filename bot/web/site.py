"""What all pages stand on, and the application that serves them."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.clock import Clock
from bot.translation import spoken
from bot.web.address_limits import Guesses
from bot.web.event_streams import Pulse
from bot.web.links import Links, qr_svg
from bot.web.page_locale import Words
from survey.people import code_in
from survey.services.workshop_service import Rooms
from survey.workshop.plan import Plan
from survey.workshop.register import Item

STATIC = Path(__file__).with_name("static")
FONTS = Path(str(files("font_source_sans_pro"))) / "files"
#: Wrong codes that a client may try at once, and in a second afterwards.
BURST, RATE = 20, 0.5
#: Nothing from anywhere else, no inline script or style, in nobody's frame.
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
TEMPLATES = Environment(
    loader=PackageLoader("bot.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.globals["qr"] = qr_svg


@dataclass
class Site:
    """What pages need; ``sectors`` and ``categories`` are what one can stand for."""

    rooms: Rooms
    pulse: Pulse
    clock: Clock
    links: Links
    zone: ZoneInfo
    languages: tuple[str, ...]
    sectors: tuple[Item, ...]
    categories: tuple[Item, ...]
    guesses: Guesses = field(default_factory=lambda: Guesses(BURST, RATE))
    plans: tuple[Plan, ...] = ()

    def words(self, request: Request, known: str = "") -> Words:
        """The language asked for, else the one we know, else that of the city."""
        asked = request.query_params.get("bahasa") or known
        return Words(spoken(asked, self.languages), self.zone)

    async def by_code(self, text: str) -> Plan | None:
        """The workshop with a code, however it was typed."""
        code = code_in(text)
        return await self.rooms.called(code) if code else None

    async def by_screen(self, token: str) -> Plan | None:
        """The workshop whose projector a token opens."""
        self.plans = tuple(await self.rooms.plans())
        return self.screen_known(token)

    def screen_known(self, token: str) -> Plan | None:
        """The same among those read last, without a look into the database."""
        given = sha256(token.encode()).digest()
        digests = ((plan, sha256(plan.screen.encode()).digest()) for plan in self.plans)
        found = [plan for plan, digest in digests if compare_digest(digest, given)]
        return found[0] if found else None


def client(request: Request) -> str:
    """The address of whoever asks; that of a proxy on this machine is seen through."""
    return request.client.host if request.client else ""


def html(template: str, status: int = 200, **shows: Any) -> HTMLResponse:
    """A page that nobody keeps."""
    words: Words = shows["words"]
    found = TEMPLATES.get_template(template).render(t=words.t, **shows)
    return HTMLResponse(found, status, {"cache-control": "no-store"})


class Guarded:
    """Puts the headers of ``HEADERS`` on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        await self._app(scope, receive, guarded)
