"""What all pages stand on, and the application that serves them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.attempts import AttemptLimiter
from bot.clock import Clock
from bot.screens.workshop.consent_wording import build_web_consent
from bot.translation import match_language
from bot.web.event_streams import EventStreams
from bot.web.links import WorkshopLinks, draw_qr_svg
from bot.web.page_locale import PageLocale
from survey.people import parse_code
from survey.services.workshop_service import WorkshopService
from survey.workshop.plan import ConsentWording, WorkshopPlan
from survey.workshop.register import RegisterItem

STATIC_FOLDER = Path(__file__).with_name("static")
FONT_FOLDER = Path(str(files("font_source_sans_pro"))) / "files"
#: Wrong codes that an address may try at once, and seconds between two of them afterwards. All
#: addresses together may try four times as many; then one that guessed has to wait, others not.
MOST_AT_ONCE, ATTEMPT_INTERVAL, ATTEMPT_SHARE = 20, 2.0, 4
#: Seats that an address may take at once, and seconds between two of them afterwards: a room comes
#: in from behind one address, but not within a second.
MOST_SEATS_AT_ONCE, SEAT_INTERVAL = 30, 2.0
#: How long what is said of the contact may be relied on.
CONTACT_LIFETIME = timedelta(days=180)
#: Nothing from anywhere else, no inline script or style, in nobody's frame.
SECURITY_HEADERS = {
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
TEMPLATES.globals["qr"] = draw_qr_svg


@dataclass
class Site:
    """What pages need; ``sectors`` and ``categories`` are what one can stand for."""

    workshops: WorkshopService
    event_streams: EventStreams
    clock: Clock
    links: WorkshopLinks
    zone: ZoneInfo
    languages: tuple[str, ...]
    sectors: tuple[RegisterItem, ...]
    categories: tuple[RegisterItem, ...]
    secretariat: str = ""
    answers_months: int = 24
    security_contact: str = ""
    address_limiter: AttemptLimiter = field(
        default_factory=lambda: AttemptLimiter(
            MOST_AT_ONCE, ATTEMPT_INTERVAL, one_by_one=True, share=ATTEMPT_SHARE
        )
    )
    seat_limiter: AttemptLimiter = field(
        default_factory=lambda: AttemptLimiter(MOST_SEATS_AT_ONCE, SEAT_INTERVAL, one_by_one=True)
    )
    known_plans: tuple[WorkshopPlan, ...] = ()

    def choose_locale(self, request: Request, known: str = "") -> PageLocale:
        """The language asked for, else the one we know, else that of the city."""
        language = request.query_params.get("bahasa") or known
        return PageLocale(match_language(language, self.languages), self.zone, self.languages)

    def build_consent(self, words: PageLocale) -> ConsentWording:
        """What whoever comes in agrees to."""
        return build_web_consent(words.t, self.secretariat, self.answers_months)

    async def show_security_contact(self, _: Request) -> Response:
        """Whom to tell of a weakness, as RFC 9116 has it; 404 where nobody is named."""
        if not self.security_contact:
            return Response(status_code=404)
        expires = self.clock.now() + CONTACT_LIFETIME
        lines = (f"Contact: {self.security_contact}", f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}")
        return PlainTextResponse("\n".join((*lines, "Preferred-Languages: id, en", "")))

    async def find_plan_by_code(self, text: str) -> WorkshopPlan | None:
        """The workshop with a code, however it was typed."""
        code = parse_code(text)
        return await self.workshops.find_plan(code) if code else None

    async def find_plan_by_token(self, token: str) -> WorkshopPlan | None:
        """The workshop whose projector a token opens."""
        self.known_plans = tuple(await self.workshops.list_plans())
        return self.find_known_plan(token)

    def find_known_plan(self, token: str) -> WorkshopPlan | None:
        """The workshop whose projector a token opens, among those read last from the database.

        Digests are compared in constant time, so that no token can be guessed letter by letter.
        """
        # Of digests rather than tokens, because compare_digest may tell by its time whether two
        # lengths differ (docs.python.org, hmac).
        wanted_digest = sha256(token.encode()).digest()
        digests = ((plan, sha256(plan.screen.encode()).digest()) for plan in self.known_plans)
        matches = [plan for plan, digest in digests if compare_digest(digest, wanted_digest)]
        return matches[0] if matches else None


def read_client_address(request: Request) -> str:
    """The address of whoever asks; that of a proxy on this machine is seen through."""
    # uvicorn puts the forwarded address here itself, and believes it from 127.0.0.1 alone.
    return request.client.host if request.client else ""


def render_page(template: str, status: int = 200, **shows: Any) -> HTMLResponse:
    """A page that nobody keeps."""
    words: PageLocale = shows["words"]
    html = TEMPLATES.get_template(template).render(t=words.t, **shows)
    return HTMLResponse(html, status, {"cache-control": "no-store"})


class SecurityHeadersMiddleware:
    """Puts the headers of ``SECURITY_HEADERS`` on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [
                    (name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()
                ]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        await self._app(scope, receive, guarded)
