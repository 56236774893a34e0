"""What somebody sees whose act we could not carry out, for a fault of ours."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import app as application
from bot.clock import Clock
from bot.handlers import apology
from bot.telegram import intake
from sandbox import Sandbox
from tests.bot.running_bot import RunningBot, build_test_config, run_bot


@pytest.fixture
def _failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault in whatever people called Budi do."""

    async def route_or_fail(context: Any, update: Any) -> None:
        if update.effective_user.id == 1002:
            raise RuntimeError("rahasia")
        await route(context, update)

    route = application.route_update
    monkeypatch.setattr(intake, "RETRY_PAUSES", (0.01, 0.02))
    monkeypatch.setattr(application, "route_update", route_or_fail)


async def add_budi(tmp_path: Path, box: Sandbox) -> None:
    """Somebody who has begun an interview before the fault was there."""
    async with run_bot(build_test_config(tmp_path, box.url)) as app:
        await RunningBot(box, app, tmp_path).add_resident(1002)


async def test_whoever_meets_a_fault_of_ours_is_told_above_where_they_are(
    tmp_path: Path, box: Sandbox, request: pytest.FixtureRequest
) -> None:
    await add_budi(tmp_path, box)
    request.getfixturevalue("_failing")
    async with run_bot(build_test_config(tmp_path, box.url)) as app:
        suara = RunningBot(box, app, tmp_path)
        ani, budi = await suara.add_resident(1001), await suara.add_person(1002)
        await budi.person.tap("Tinggal di Jakarta")
        card = await budi.wait_for_card()
        assert card.text.startswith("⚠️ Maaf, ada gangguan di pihak kami")
        assert "Semua yang Anda jawab sebelumnya tetap tersimpan" in card.text
        assert "Apa hubungan" in card.text
        assert budi.toasts[-1].startswith("Maaf, ada gangguan")
        card = await budi.say("tinggal")
        assert card.text.startswith("⚠️ Maaf")
        assert len(budi.cards) == 1
        await ani.tap("Tinggal di Jakarta")
        assert suara.records.answers(1001)["hubungan"] == "tinggal"
        assert suara.records.count("set_aside") == 2


@pytest.mark.usefixtures("_failing")
async def test_a_stranger_and_a_group_are_told_nothing(tmp_path: Path, box: Sandbox) -> None:
    async with run_bot(build_test_config(tmp_path, box.url)) as app:
        suara = RunningBot(box, app, tmp_path)
        budi = await suara.add_person(1002)
        await budi.person.start("persepsi")
        await budi.person.wait_until_idle()
        assert budi.cards == []
        assert suara.records.count("set_aside") == 1


async def test_a_kind_word_that_fails_is_in_the_log_and_holds_up_nobody(
    tmp_path: Path, box: Sandbox, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_budi(tmp_path, box)
    request.getfixturevalue("_failing")

    def fail(*_: Any) -> None:
        raise RuntimeError("rahasia")

    monkeypatch.setattr(apology, "join_paragraphs", fail)
    with capture_logs() as logs:
        async with run_bot(build_test_config(tmp_path, box.url)) as app:
            suara = RunningBot(box, app, tmp_path)
            budi = await suara.add_person(1002)
            await budi.person.tap("Tinggal di Jakarta")
            await budi.person.wait_until_idle()
            ani = await suara.add_resident(1001)
            assert ani.cards
    assert [line["event"] for line in logs if line["log_level"] in ("error", "warning")] == [
        "update set aside", "nothing said of it",
    ]  # fmt: skip
    assert "rahasia" not in str(logs)


async def test_records_of_what_was_set_aside_go_after_ninety_days(suara: RunningBot) -> None:
    await suara.app.record_set_aside(5, "message", "TypeError")
    retention, now = suara.app.retention.service, Clock().now()
    await retention.delete_old_causes(now + timedelta(days=89))
    assert suara.records.count("set_aside") == 1
    await retention.delete_old_causes(now + timedelta(days=91))
    assert suara.records.count("set_aside") == 0
