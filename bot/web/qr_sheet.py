"""The sheet of QR codes that lies on the tables: cards to cut out, set by Typst."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import typst

from bot.web.links import Links, qr_svg
from bot.web.page_locale import Words
from bot.web.site import FONTS
from survey.workshop.plan import Plan

TEMPLATE = Path(__file__).with_name("sheet.typ")
LANGUAGES = ("id", "en")


def sheet(plan: Plan, links: Links, zone: ZoneInfo, pages: int = 1) -> bytes:
    """A PDF (A4) of six equal cards a page, in both languages. Raises NoAddress."""
    data = {
        "pages": pages,
        "code": plan.code,
        "chat": {"qr": qr_svg(links.chat(plan)), "address": f"t.me/{links.username}"},
        "web": {"qr": qr_svg(links.page(plan)), "address": links.short},
        "cards": [card(plan, Words(language, zone)) for language in LANGUAGES],
    }
    made = typst.compile(
        str(TEMPLATE),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(data)},
    )
    return made if isinstance(made, bytes) else made[0]


def card(plan: Plan, words: Words) -> dict[str, object]:
    """What a card says in one language."""
    t = words.t
    return {
        "language": words.language,
        "name": plan.title(words.language),
        "when": f"{words.day(plan.held_at)}, {words.clock(plan.held_at)}",
        "without": t("Without Telegram"),
        "how": [
            t("Scan a code with your phone's camera."),
            t("Telegram: tap START. Without Telegram: tap Take part."),
            t("Or type the code {code}.", code=plan.code),
        ],
    }
