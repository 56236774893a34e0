"""The token leaves the process by no way: no line, no traceback, no child, no file of others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import TelegramSettings, read_token
from bot.jobs.report_process import run_in_process
from reports.request import ReportRequest
from reports.toml_files import InvalidInputError

TOKEN = "654321:AAE-" + "x" * 31
#: A program that lets its token slip in every way, after it has read it as the command does.
CARELESS = """
import logging, os, sys, traceback
from pathlib import Path
import structlog
from bot.command_line.base import configure_logging
from bot.config import TelegramSettings, read_token
from bot.safe_logs import guard_output
guard_output()
configure_logging()
token = read_token(TelegramSettings(token_file=Path("nowhere")))
secret = token.partition(":")[2]
print(token, f"https://api.telegram.org/bot{token}/getMe", secret)
sys.stderr.writelines([f"{token}\\n", token.replace(":", "%3A") + "\\n"])
structlog.get_logger().error("careless", about=token, more={"secret": secret})
logging.getLogger("somebody.else").error("careless %s", token)
try:
    raise ValueError(f"the address /bot{token}/getUpdates")
except ValueError:
    traceback.print_exc()
raise RuntimeError(secret)
"""


def test_nothing_that_is_printed_has_the_token() -> None:
    ended = subprocess.run(  # noqa: S603 - a program of ours
        [sys.executable, "-c", CARELESS], env=os.environ | {"SUARA_TOKEN": TOKEN},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    said = ended.stdout + ended.stderr
    assert said.count("careless") == 2, said
    assert "RuntimeError" in said
    assert TOKEN.partition(":")[2] not in said
    assert said.count("<token>") >= 8


def read_environment(_: ReportRequest) -> str:
    """What a process of ours finds in its environment; carried out there."""
    return os.environ.get("SUARA_TOKEN", "nothing")


async def test_a_process_that_we_start_has_no_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SUARA_TOKEN", TOKEN)
    assert read_token(TelegramSettings(token_file=tmp_path / "none")) == TOKEN
    assert await run_in_process(read_environment, None, 60) == "nothing"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mode", "is_taken"),
    [(0o600, True), (0o400, True), (0o640, True), (0o644, False), (0o620, False)],
)
def test_a_token_file_that_others_may_read_is_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, is_taken: bool
) -> None:
    monkeypatch.delenv("SUARA_TOKEN", raising=False)
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(mode)
    settings = TelegramSettings(token_file=file)
    if is_taken:
        assert read_token(settings) == TOKEN
        return
    with pytest.raises(InvalidInputError) as refused:
        read_token(settings)
    assert f"chmod 600 {file}" in "\n".join(refused.value.faults)
