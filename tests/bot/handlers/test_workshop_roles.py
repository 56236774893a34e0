"""Who leads a workshop leads that one alone, until their invitation is revoked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sandbox import Sandbox
from survey.store import workshop_plans
from tests.bot.running_workshop import (
    CODE,
    WorkshopDay,
    plan_todays_workshop,
    run_workshop_bot,
    tap_beginning,
)


async def keep_another_workshop(day: WorkshopDay) -> None:
    """A second workshop with a public code of its own."""
    plan = plan_todays_workshop()
    other = replace(
        plan, workshop=replace(plan.workshop, id="lain"), code="LAIN-2026", screen="another-secret"
    )
    await day.suara.app.store.keep(workshop_plans.add_plan(other, datetime.now(UTC)))


async def test_a_facilitator_takes_part_in_another_workshop_like_everybody(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        await keep_another_workshop(day)
        wayan = await day.join_facilitator()
        assert any(label.startswith("▶ Buka") for label in wayan.cards[-1].labels)
        await wayan.start("l-LAIN-2026")
        if "Nanti saja" in wayan.cards[-1].labels:
            await wayan.tap("Nanti saja")
        assert not any(label.startswith("▶ Buka") for label in wayan.cards[-1].labels)
        rows = day.suara.records.rows("SELECT workshop_id, leads FROM attendance ORDER BY 1")
        assert rows == [("lain", 0), ("uji", 1)]
        await wayan.start(f"l-{CODE}")
        assert any(label.startswith("▶ Buka") for label in wayan.cards[-1].labels)


async def test_whoever_is_there_leads_once_they_show_the_invitation(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        ani = await day.join_participant("ani")
        await ani.start("u-PANDU-2026")
        await ani.say("/lokakarya")
        assert any(label.startswith("▶ Buka") for label in ani.cards[-1].labels)


async def test_a_revoked_invitation_lets_nobody_in_and_nobody_lead(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan = await day.join_facilitator()
        administration = day.suara.app.context.services.administration
        await administration.revoke_invitation("PANDU-2026", datetime.now(UTC))
        await tap_beginning(wayan, "▶ Buka")
        assert day.suara.records.count("move") == 0
        ani = await day.find_or_add_phone("ani")
        assert "tidak berlaku" in (await ani.start("u-PANDU-2026")).text
        assert day.suara.records.rows("SELECT DISTINCT leads FROM attendance") == [(0,)]


async def test_a_facilitator_sees_the_web_seats_and_takes_one_away(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan = await day.join_facilitator()
        rooms = day.suara.app.context.services.workshops
        for token in ("a", "b"):
            await rooms.join_by_web(day.plan, token, "id", datetime.now(UTC))
        await wayan.tap("⋯ Lainnya", "🪑 Kursi halaman web")
        assert "2 dari 60 orang" in wayan.cards[-1].text
        assert "2 dari 50 orang" in (await wayan.tap("-10")).text
        await tap_beginning(wayan, "Kursi 1")
        card = await wayan.tap("Ya, cabut")
        assert "1 dari 50 orang" in card.text
        assert day.suara.records.rows("SELECT web_seat FROM attendance WHERE token NOT NULL") == [
            (2,)
        ]
