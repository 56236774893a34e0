"""What config.toml seeds, put into the store where the store does not have it yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.config import Config
from bot.seeds import SECTORS, ChatSeed, InvitationSeed, WaveSeed
from survey.forms.model.questionnaire import Questionnaire
from survey.people import Invitation, Role, Wave
from survey.store import report_chats, waves
from survey.store.database import Store
from survey.store.report_chats import ReportChat, StoredSchedule
from survey.store.writer import Statement


async def seed_store(
    store: Store, config: Config, compiled: Mapping[str, Questionnaire], now: datetime
) -> None:
    """Put into the store what config.toml seeds and the store does not have yet.

    ``compiled`` are the waves' questionnaires; one that was edited is for new interviews.
    """
    for wave in config.waves:
        await seed_wave_version(store, wave, compiled[wave.id], config.suara.languages, now)
    async with store.read() as connection:
        statements: list[Statement] = []
        for code in config.invitations:
            statements += await waves.seed_invitation(connection, build_invitation(code), now)
        for chat in config.secretariat.chats:
            office = build_report_chat(chat, config.report_language, now)
            statements += await report_chats.seed_report_chat(connection, office)
        for plan in config.schedules:
            due = StoredSchedule(plan.id, plan.report, plan.every, now)
            statements += await report_chats.seed_schedule(connection, due)
    await store.keep(statements)


async def seed_wave_version(
    store: Store,
    seeded: WaveSeed,
    asked: Questionnaire,
    languages: tuple[str, ...],
    now: datetime,
) -> None:
    """Put in a wave and the version of its questionnaire."""
    audience = tuple(map(Role, seeded.audience))
    new = Wave(seeded.id, asked.digest, audience, seeded.opens, seeded.closes, languages)
    async with store.read() as connection:
        registered = await waves.add_questionnaire(connection, asked, now)
        opened = await waves.seed_wave(connection, new)
    await store.keep([*registered, *opened])


def build_invitation(seeded: InvitationSeed) -> Invitation:
    """An invitation as config.toml wants it."""
    sector = SECTORS[seeded.sector]
    return Invitation(seeded.code, Role(seeded.role), sector, seeded.category, seeded.uses)


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
