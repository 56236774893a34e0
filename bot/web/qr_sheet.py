"""The sheet of QR codes that lies on the tables: cards to cut out, set by Typst."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import typst

from bot.web.links import WorkshopLinks, draw_qr_svg
from bot.web.page_locale import PageLocale
from bot.web.site import FONT_FOLDER
from survey.workshop.plan import WorkshopPlan

SHEET_TEMPLATE = Path(__file__).with_name("sheet.typ")
SHEET_LANGUAGES = ("id", "en")


def build_qr_sheet(
    plan: WorkshopPlan, links: WorkshopLinks, zone: ZoneInfo, pages: int = 1
) -> bytes:
    """A PDF (A4) of six equal cards a page, in both languages. Raises NoAddress."""
    data = {
        "pages": pages,
        "code": plan.code,
        "chat": {
            "qr": draw_qr_svg(links.build_chat_link(plan)),
            "address": f"t.me/{links.username}",
        },
        "web": {"qr": draw_qr_svg(links.build_page_link(plan)), "address": links.short},
        "cards": [
            build_card_texts(plan, PageLocale(language, zone)) for language in SHEET_LANGUAGES
        ],
    }
    pdf = typst.compile(
        str(SHEET_TEMPLATE),
        font_paths=[str(FONT_FOLDER)],
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(data)},
    )
    return pdf if isinstance(pdf, bytes) else pdf[0]


def build_card_texts(plan: WorkshopPlan, words: PageLocale) -> dict[str, object]:
    """What a card says in one language."""
    t = words.t
    return {
        "language": words.language,
        "name": plan.title(words.language),
        "when": f"{words.format_day(plan.held_at)}, {words.format_clock(plan.held_at)}",
        "without": t("Without Telegram"),
        "how": [
            t("Scan a code with your phone's camera."),
            t("Telegram: tap START. Without Telegram: tap Take part."),
            t("Or type the code {code}.", code=plan.code),
        ],
    }
