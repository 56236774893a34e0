"""Who somebody on the web page is: a random token in their browser, and marks of its forms."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from survey.services.workshop_service import hash_nonce
from survey.workshop.plan import WorkshopPlan

COOKIE_NAME = "suara"
#: A day and a night: whoever comes again on the second day is still the same person.
COOKIE_SECONDS = 36 * 3600
#: Bytes of a form at the most.
LARGEST_FORM = 8192


class ForgedForm(Exception):  # noqa: N818 - told to nobody but the log
    """A form that we did not give to this browser."""


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser at the page of one workshop, known by 128 random bits that only it has."""

    token: str
    new: bool

    @classmethod
    def from_request(cls, request: Request) -> Browser:
        """As its cookie says; one without gets a token."""
        known = request.cookies.get(COOKIE_NAME, "")
        # So many characters are 16 bytes in base64; a cookie of another length is none of ours.
        return cls(known, False) if len(known) == 22 else cls(secrets.token_urlsafe(16), True)

    def store_token(self, request: Request, plan: WorkshopPlan, response: Response) -> None:
        """Give it the token. It is sent back for this workshop alone, and not from other sites."""
        if self.new:
            response.set_cookie(
                COOKIE_NAME,
                self.token,
                max_age=COOKIE_SECONDS,
                path=f"/ikut/{plan.code}",
                # In a room without TLS a browser would not send a secure cookie back, and nobody
                # could vote.
                secure=request.url.scheme == "https",
                httponly=True,
                # Not strict: a link that is tapped in a chat or mail would come without the cookie,
                # and its owner would be taken for somebody new.
                samesite="lax",
            )

    def create_mark(self) -> str:
        """For a new form: makes it ours, and it acts once however often it is sent."""
        nonce = secrets.token_urlsafe(9)
        return f"{nonce}.{self._sign_nonce(nonce)}"

    def read_form_key(self, fields: dict[str, str]) -> int:
        """The key of what a form asks for; another button of the same form asks for something else.

        Raises ForgedForm.
        """
        nonce, _, signed = fields.get("mark", "").partition(".")
        # As bytes, since compare_digest raises TypeError for texts beyond ASCII, and what is sent
        # may be anything.
        if not hmac.compare_digest(signed.encode(), self._sign_nonce(nonce).encode()):
            raise ForgedForm
        return hash_nonce(self.token, repr(sorted(fields.items())))

    def _sign_nonce(self, nonce: str) -> str:
        return hmac.new(self.token.encode(), nonce.encode(), "sha256").hexdigest()[:32]


async def read_form_fields(request: Request) -> dict[str, str]:
    """What a form says. Raises HTTPException for one that is too large or no form."""
    body = b""
    async for chunk in request.stream():
        # Counted as it comes: what Content-Length says is the sender's word.
        body += chunk
        if len(body) > LARGEST_FORM:
            raise HTTPException(413)
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        raise HTTPException(400) from None
