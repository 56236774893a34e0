"""Whoever handles an update awaits the database, and never Telegram: read from the code itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

HANDLERS = Path(__file__).parents[3] / "bot" / "handlers"
#: What makes a call to Telegram and waits for it.
WAITING = {"attempt_call", "make_call", "deliver", "deliver_ignoring", "call_beside"}
#: What a handler may read of the bot; everything else of it is a call.
KNOWN_OF_BOT = {"id", "username"}


def find_calls_to_telegram(path: Path) -> Iterator[str]:
    """Where a module would wait for Telegram."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        of_bot = isinstance(node, ast.Attribute) and getattr(node.value, "attr", "") == "bot"
        if isinstance(node, ast.Attribute) and of_bot and node.attr not in KNOWN_OF_BOT:
            yield f"{path.name}:{node.lineno} bot.{node.attr}"
        name = getattr(node, "id", None) or getattr(node, "attr", None)
        if isinstance(node, ast.Name | ast.Attribute) and name in WAITING:
            yield f"{path.name}:{node.lineno} {name}"


def test_no_handler_waits_for_telegram() -> None:
    modules = sorted(HANDLERS.glob("*.py"))
    assert len(modules) > 10
    assert [found for path in modules for found in find_calls_to_telegram(path)] == []
