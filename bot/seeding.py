"""What config.toml seeds, put into the store where the store does not have it yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.config import Config
from bot.seeds import SECTORS, ChatSeed, InvitationSeed, WaveSeed
from survey.forms.model.questionnaire import Questionnaire
from survey.people import INVITATION_LIFETIME, Invitation, Role, Wave
from survey.services.administration import Administration
from survey.store.database import Store
from survey.store.report_chats import ReportChat, StoredSchedule


async def seed_store(
    store: Store, config: Config, compiled: Mapping[str, Questionnaire], now: datetime
) -> None:
    """Put into the store what config.toml seeds and the store does not have yet.

    ``compiled`` are the waves' questionnaires; one that was edited is for new interviews.
    """
    administration = Administration(store)
    for seeded in config.waves:
        form = compiled[seeded.id]
        await administration.seed_wave(build_wave(seeded, form, config.suara.languages), form, now)
    await administration.seed_settings(
        (build_invitation(seeded, now) for seeded in config.invitations),
        (build_report_chat(c, config.report_language, now) for c in config.secretariat.chats),
        (StoredSchedule(plan.id, plan.report, plan.every, now) for plan in config.schedules),
        now,
    )


def build_wave(seeded: WaveSeed, asked: Questionnaire, languages: tuple[str, ...]) -> Wave:
    """A wave as config.toml wants it, with the version of its questionnaire as it is now."""
    audience = tuple(map(Role, seeded.audience))
    return Wave(seeded.id, asked.digest, audience, seeded.opens, seeded.closes, languages)


def build_invitation(seeded: InvitationSeed, now: datetime) -> Invitation:
    """An invitation as config.toml wants it."""
    return Invitation(
        seeded.code,
        Role(seeded.role),
        SECTORS[seeded.sector],
        seeded.category,
        seeded.uses,
        seeded.workshop,
        seeded.expires or now + INVITATION_LIFETIME,
    )


def build_report_chat(seeded: ChatSeed, language: str, now: datetime) -> ReportChat:
    """A chat of the secretariat as config.toml wants it."""
    return ReportChat(
        id=seeded.id,
        language=seeded.language or language,
        since=now,
        kinds=seeded.kinds,
        formats=seeded.formats,
        quiet=seeded.quiet,
        skip_unchanged=seeded.skip_unchanged,
    )
