"""What Prometheus reads of a running Suara."""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from bot.monitoring.metrics import REGISTRY
from sandbox import Sandbox
from tests.bot.monitoring.test_monitoring import build_monitored_config
from tests.bot.running_bot import ROOT, RunningBot, run_bot


async def read_metrics(place: Path) -> dict[str, float]:
    transport = httpx.AsyncHTTPTransport(uds=str(place))
    async with httpx.AsyncClient(transport=transport, timeout=30) as monitor:
        text = (await monitor.get("http://suara/metrics")).text
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


async def test_what_people_do_is_counted_and_names_nobody(tmp_path: Path, box: Sandbox) -> None:
    place = tmp_path / "monitoring"
    async with run_bot(build_monitored_config(tmp_path, box.url, f"unix:{place}")) as app:
        before = await read_metrics(place)
        await RunningBot(box, app, tmp_path).add_resident(987_654_321)
        after = await read_metrics(place)
    count = "suara_update_seconds_count"
    assert after[count] - before[count] == 2  # The start and the tap.
    assert after['suara_outbox_depth{urgency="own"}'] == 0
    assert after['suara_check_failed{check="database"}'] == 0
    assert after['suara_database_bytes{file="suara.db"}'] > 0
    assert "987654321" not in str(after)


def test_the_metrics_that_are_explained_are_those_that_there_are() -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `(suara_\w+)` \|", text, re.MULTILINE))
    there = {
        metric.name + ("_total" if metric.type == "counter" else "")
        for metric in REGISTRY.collect()
    }
    assert explained == there
