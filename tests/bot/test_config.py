"""config.toml: every fault at once, each with its key and how to mend it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.config import TelegramSettings, load_config, read_token, validate_config
from reports.toml_files import InvalidInputError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def raw() -> dict[str, Any]:
    """The shipped file as it stands."""
    return tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))


def faults(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidInputError) as found:
        validate_config(raw)
    return found.value.faults


def test_the_shipped_file_is_good_and_shows_every_setting(raw: dict[str, Any]) -> None:
    config = load_config(ROOT / "config.toml")
    written = {
        (table, key) for table, keys in raw.items() for key in keys if isinstance(keys, dict)
    }
    known = {
        (table, key)
        for table, keys in config.model_dump().items()
        for key in keys
        if isinstance(keys, dict)
    }
    assert known - written == set()


def test_every_fault_is_told_at_once_with_its_key(raw: dict[str, Any]) -> None:
    raw["suara"]["city"] = ""
    raw["suara"]["colour"] = "green"
    raw["suara"]["timezone"] = "Asia/Batavia"
    raw["suara"]["languages"] = ["id", "jv"]
    raw["telegram"]["most_at_once"] = 0
    raw["waves"][1]["opens"] = "2026-11-01 00:00:00"
    raw["waves"][0]["closes"] = raw["waves"][0]["opens"]
    raw["schedules"][0]["every"] = "weekly, someday 07:00"
    raw["invitations"] = [{"code": "air", "sector": "nobody", "category": "air", "uses": 0}]
    raw["database"] = {"url": "postgres://x"}
    raw["extra"] = {}
    del raw["suara"]["secretariat"]
    found = {fault.partition(":")[0]: fault for fault in faults(raw)}
    assert found.keys() == {
        "suara.city", "suara.colour", "suara.timezone", "suara.languages[1]", "suara.secretariat",
        "telegram.most_at_once", "waves[1].opens", "waves[0]", "schedules[0].every",
        "invitations[0].code", "invitations[0].sector", "invitations[0].uses", "database.url",
        "extra",
    }  # fmt: skip
    assert "no such setting" in found["suara.colour"]
    assert "Africa/Nairobi" in found["suara.timezone"]
    assert "has no time zone" in found["waves[1].opens"]
    assert "closes before it opens" in found["waves[0]"]
    assert "weekly, monday 07:00" in found["schedules[0].every"]
    assert "is missing" in found["suara.secretariat"]
    assert "AIR-2017" in found["invitations[0].code"]


@pytest.mark.parametrize("table", ["waves", "schedules"])
def test_two_seeds_of_one_name_are_refused(raw: dict[str, Any], table: str) -> None:
    raw[table].append(dict(raw[table][0]))
    (fault,) = faults(raw)
    assert fault.startswith(f"{table}: ")
    assert "twice" in fault


@pytest.mark.parametrize("table", ["waves", "schedules"])
def test_an_id_that_cannot_be_one_says_what_can(raw: dict[str, Any], table: str) -> None:
    raw[table][0]["id"] = "Warga 2026"
    (fault,) = faults(raw)
    assert fault.startswith(f"{table}[0].id: 'Warga 2026' is no id; write small letters")


def test_a_token_has_no_place_in_the_file(raw: dict[str, Any]) -> None:
    raw["telegram"]["token"] = "123456:secret"
    (fault,) = faults(raw)
    assert fault.startswith("telegram.token: no such setting")
    assert "secret" not in fault


def test_the_token_comes_from_the_environment_or_from_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = TelegramSettings(token_file=tmp_path / "token")
    monkeypatch.delenv("SUARA_TOKEN", raising=False)
    with pytest.raises(InvalidInputError, match="@BotFather"):
        read_token(settings)
    (tmp_path / "token").write_text("123456:" + "f" * 30 + "\n")
    (tmp_path / "token").chmod(0o600)
    assert read_token(settings) == "123456:" + "f" * 30
    monkeypatch.setenv("SUARA_TOKEN", "123456:" + "e" * 30)
    assert read_token(settings) == "123456:" + "e" * 30
    for wrong in ("hello", "654321:", "abc:" + "x" * 30, "654321:short"):
        monkeypatch.setenv("SUARA_TOKEN", wrong)
        with pytest.raises(InvalidInputError, match="copy it whole") as found:
            read_token(settings)
        assert wrong not in str(found.value)


def test_a_file_that_is_missing_or_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="--config"):
        load_config(tmp_path / "nothing.toml")
    (tmp_path / "broken.toml").write_text("[suara\n")
    with pytest.raises(InvalidInputError, match=r"broken\.toml.*line 1"):
        load_config(tmp_path / "broken.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInputError, match=r"binary\.toml"):
        load_config(tmp_path / "binary.toml")


def test_files_are_left_on_telegram_unless_a_folder_is_named(raw: dict[str, Any]) -> None:
    assert validate_config(raw).files.folder is None
    raw["files"] = {"folder": "var/files"}
    assert validate_config(raw).files.folder == Path("var/files")
    raw["files"]["largest_mb"] = 21
    assert [fault.partition(":")[0] for fault in faults(raw)] == ["files.largest_mb"]
