"""The links of a workshop: to join it, and for the screen of its room; and QR codes of them."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import segno

from survey.people import INVITATION_PREFIX
from survey.workshop.plan import WorkshopPlan


class NoAddress(Exception):  # noqa: N818 - it is the operator's word
    """Phones cannot reach us; the message says what to set."""


@dataclass(frozen=True, slots=True)
class WorkshopLinks:
    """``username`` is the bot's, ``site`` what config.toml calls ``web.public_url``."""

    username: str
    site: str = ""

    def build_chat_link(self, plan: WorkshopPlan) -> str:
        """Opens the bot and joins."""
        return f"https://t.me/{self.username}?start={INVITATION_PREFIX}{plan.code}"

    def build_page_link(self, plan: WorkshopPlan) -> str:
        """Opens the voting page. Raises NoAddress."""
        return f"{self.reachable_site}/ikut/{plan.code}"

    def build_projector_link(self, plan: WorkshopPlan) -> str:
        """Opens the projector; for facilitators alone. Raises NoAddress."""
        return f"{self.reachable_site}/layar/{plan.screen}"

    @property
    def reachable_site(self) -> str:
        """Where phones find us. Raises NoAddress."""
        if not self.site:
            raise NoAddress(
                "web.public_url is empty, so phones cannot find the web page. Write there where "
                "they reach this server, such as https://suara.example.org."
            )
        return self.site

    @property
    def short(self) -> str:
        """The voting page as one types it; empty if phones cannot reach it."""
        return f"{self.site.partition('//')[2]}/ikut" if self.site else ""


def draw_qr_svg(text: str) -> str:
    """A QR code as inline SVG, as large as what it stands in.

    Error correction M or better; with more of it the dots would be too small across a room.
    """
    svg = BytesIO()
    # Never a Micro QR code, which most phones' cameras do not read.
    segno.make(text, error="m", micro=False).save(
        svg, kind="svg", border=2, xmldecl=False, omitsize=True, svgclass=None, lineclass=None
    )
    return svg.getvalue().decode()
