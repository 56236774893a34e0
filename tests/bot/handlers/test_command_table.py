"""The table of chat commands, and how a command is read."""

from __future__ import annotations

import re

import pytest

from bot.handlers.commands import (
    CHAT_COMMANDS,
    COMMANDS_BY_NAME,
    CommandMenu,
    SentCommand,
    list_help_lines,
    list_menu_entries,
    parse_command,
)
from bot.translation import get_translator
from tests.bot.running_bot import RunningBot

#: What Telegram takes as a command of a menu.
COMMAND_NAME = re.compile(r"[a-z0-9_]{1,32}")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("/start", SentCommand("start", "", "")),
        ("/start persepsi-rw", SentCommand("start", "", "persepsi-rw")),
        ("/start@Suara_Bot persepsi", SentCommand("start", "suara_bot", "persepsi")),
        ("/start\npersepsi", SentCommand("start", "", "persepsi")),
        ("/start@suara_bot\n\npersepsi\n", SentCommand("start", "suara_bot", "persepsi")),
        ("/START  a  b", SentCommand("start", "", "a  b")),
        ("/", SentCommand("", "", "")),
        ("/@suara_bot", SentCommand("", "suara_bot", "")),
        ("start", None),
        (" /start", None),
        ("", None),
    ],
)
def test_a_command_is_read_with_its_addressee_and_its_payload(
    text: str, read: SentCommand | None
) -> None:
    assert parse_command(text) == read


def test_every_command_has_names_of_its_own_that_telegram_takes() -> None:
    assert len(COMMANDS_BY_NAME) == sum(1 + len(command.aliases) for command in CHAT_COMMANDS)
    assert all(COMMAND_NAME.fullmatch(name) for name in COMMANDS_BY_NAME)
    assert all(command.uses for command in CHAT_COMMANDS)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_menus_and_the_help_list_what_is_theirs(language: str) -> None:
    t = get_translator(language)
    default = list_menu_entries(CommandMenu.DEFAULT, t)
    assert [name for name, _ in default] == ["start", "bantuan", "bahasa", "data", "hapus"]
    secretariat = list_menu_entries(CommandMenu.SECRETARIAT, t)
    assert [name for name, _ in secretariat] == ["laporan", "kutipan", "bantuan", "bahasa"]
    assert all(0 < len(text) <= 256 for _, text in [*default, *secretariat])
    named = [line.partition(" – ")[0] for line in list_help_lines(t)]
    assert named == ["/start", "/lokakarya", "/bantuan", "/bahasa", "/data", "/hapus"]


async def test_telegram_has_the_menu_of_the_table(suara: RunningBot) -> None:
    wanted = [name for name, _ in list_menu_entries(CommandMenu.DEFAULT, get_translator("id"))]
    calls = await suara.box.list_calls("setMyCommands")
    assert all(all(name in str(call) for name in wanted) for call in calls)
    assert calls


async def test_a_payload_in_a_new_line_counts(suara: RunningBot) -> None:
    ani = await suara.add_person()
    card = await ani.say("/start\npersepsi")
    assert "Ya, saya setuju" in card.labels
