"""What became of a call to Telegram: each answer is classed once, in one place."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest

import bot.telegram.calls
from bot.telegram.calls import (
    REFUSALS,
    TRANSIENT,
    FailedCall,
    FailureKind,
    attempt_call,
    classify_fault,
)
from bot.telegram.message_calls import MessageCalls
from tests.bot.running_bot import TOKEN

BOT_FILES = sorted((Path(__file__).parents[3] / "bot").rglob("*.py"))
#: The only modules that may know the library's errors, and why.
KNOW_THE_ERRORS = {
    "calls.py": "it classes them",
    "client.py": "the library demands that a way to the network raises its NetworkError",
}


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between attempts as long as a test can bear."""
    monkeypatch.setattr(bot.telegram.calls, "NETWORK_PAUSES", (0, 0, 0))


class CannedNetwork(BaseRequest):
    """A network on which the answers are known beforehand; the last one is given for ever."""

    read_timeout = 1.0

    def __init__(self, *answers: tuple[int, bytes] | Exception) -> None:
        self._answers = list(answers)
        self.calls = 0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(self, url: str, method: str, *_: Any, **__: Any) -> tuple[int, bytes]:
        self.calls += 1
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def refuse(code: int, words: str, **parameters: int) -> tuple[int, bytes]:
    """An answer as the Bot API gives it."""
    body = {"ok": False, "error_code": code, "description": words, "parameters": parameters}
    return code, json.dumps(body).encode()


DONE = (200, b'{"ok": true, "result": true}')
BAD = "Bad Request: "
ANSWERS: list[tuple[tuple[int, bytes] | Exception, FailureKind]] = [
    (refuse(400, BAD + "message is not modified: specified new"), FailureKind.UNCHANGED),
    (refuse(400, BAD + "message to edit not found"), FailureKind.MESSAGE_GONE),
    (refuse(400, BAD + "message to delete not found"), FailureKind.MESSAGE_GONE),
    (refuse(400, BAD + "message can't be edited"), FailureKind.MESSAGE_GONE),
    (refuse(400, BAD + "MESSAGE_ID_INVALID"), FailureKind.MESSAGE_GONE),
    (refuse(400, BAD + "there is no text in the message to edit"), FailureKind.NOT_A_TEXT),
    (refuse(400, BAD + "query is too old and response timeout"), FailureKind.TOO_LATE),
    (refuse(400, BAD + "PHOTO_INVALID_DIMENSIONS"), FailureKind.FILE_REFUSED),
    (refuse(400, BAD + "IMAGE_PROCESS_FAILED"), FailureKind.FILE_REFUSED),
    (refuse(400, BAD + "file is too big"), FailureKind.FILE_REFUSED),
    (refuse(400, BAD + "chat not found"), FailureKind.CHAT_GONE),
    (refuse(400, BAD + "group chat was deactivated"), FailureKind.CHAT_GONE),
    (refuse(400, BAD + "PEER_ID_INVALID"), FailureKind.CHAT_GONE),
    (refuse(400, BAD + "not enough rights to send photos to the chat"), FailureKind.NO_RIGHTS),
    (refuse(400, BAD + "have no rights to send a message"), FailureKind.NO_RIGHTS),
    (refuse(400, BAD + "need administrator rights in the channel chat"), FailureKind.NO_RIGHTS),
    (refuse(400, BAD + "CHAT_WRITE_FORBIDDEN"), FailureKind.NO_RIGHTS),
    (refuse(403, "Forbidden: not enough rights to send text messages"), FailureKind.NO_RIGHTS),
    (refuse(400, BAD + "Have no write access to the chat"), FailureKind.NO_RIGHTS),
    (refuse(400, BAD + "CHAT_SEND_DOCS_FORBIDDEN"), FailureKind.NO_RIGHTS),
    (refuse(400, BAD + "CHAT_RESTRICTED"), FailureKind.NO_RIGHTS),
    (refuse(400, BAD + "CHAT_ADMIN_REQUIRED"), FailureKind.NO_RIGHTS),
    (refuse(400, BAD + "TOPIC_CLOSED"), FailureKind.TOPIC_CLOSED),
    (refuse(400, BAD + "TOPIC_DELETED"), FailureKind.TOPIC_GONE),
    (refuse(400, BAD + "message thread not found"), FailureKind.TOPIC_GONE),
    (refuse(400, BAD + "can't parse entities"), FailureKind.REFUSED),
    (refuse(403, "Forbidden: bot was blocked by the user"), FailureKind.BLOCKED),
    (refuse(403, "Forbidden: bot was kicked from the group chat"), FailureKind.BLOCKED),
    (refuse(413, "Request Entity Too Large"), FailureKind.TOO_LARGE),
    (refuse(401, "Unauthorized"), FailureKind.UNKNOWN_TOKEN),
    (refuse(409, "Conflict: terminated by other getUpdates"), FailureKind.OTHER_POLLER),
    (refuse(502, "Bad Gateway"), FailureKind.UNREACHABLE),
    ((502, b"<html>of a proxy</html>"), FailureKind.UNREACHABLE),
    ((200, b"<html>of a hotel</html>"), FailureKind.UNREACHABLE),
    (TimedOut("Telegram did not answer in time"), FailureKind.UNREACHABLE),
    (OSError("https://api.telegram.org/bot1:secret"), FailureKind.UNREACHABLE),
]


async def attempt(answer: tuple[int, bytes] | Exception) -> bool | FailedCall:
    """What becomes of a call that is answered so, whichever way it is made."""
    ours = Bot(TOKEN, request=CannedNetwork(answer))
    calls = MessageCalls(ours)
    found = await attempt_call(lambda: ours.delete_message(1, 2))
    assert await attempt_call(lambda: calls.delete_messages(1, [2])) == found
    return found


@pytest.mark.parametrize(("answer", "kind"), ANSWERS, ids=lambda each: str(each)[:60])
async def test_each_answer_means_one_thing(
    answer: tuple[int, bytes] | Exception, kind: FailureKind
) -> None:
    failed = await attempt(answer)
    assert isinstance(failed, FailedCall)
    assert failed.kind is kind
    assert failed.reason
    assert not any(word in failed.reason for word in ("html", "secret"))
    assert (failed.is_refusal, failed.is_transient) == (kind in REFUSALS, kind in TRANSIENT)


async def test_how_long_to_wait_and_where_a_group_has_gone_are_data() -> None:
    slower = await attempt(refuse(429, "Too Many Requests: retry after 7", retry_after=7))
    moved = await attempt(
        refuse(400, BAD + "group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1009)
    )
    assert isinstance(slower, FailedCall)
    assert (slower.kind, slower.retry_after) == (FailureKind.RATE_LIMITED, 7)
    assert isinstance(moved, FailedCall)
    assert (moved.kind, moved.migrated_to) == (FailureKind.MIGRATED, -1009)


def test_every_kind_of_failure_is_known_by_an_answer() -> None:
    asked = {kind for _, kind in ANSWERS} | {FailureKind.RATE_LIMITED, FailureKind.MIGRATED}
    assert asked == set(FailureKind)


def test_a_fault_that_the_library_invents_later_is_no_fault_of_the_message() -> None:
    assert classify_fault(TelegramError("something new")).kind is FailureKind.UNREACHABLE
    assert classify_fault(NetworkError("something new")).is_transient


# Nobody else


def list_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_nobody_else_knows_the_errors_of_the_library() -> None:
    found = {
        path.name
        for path in BOT_FILES
        if any(name.startswith("telegram.error") for name in list_imports(path))
    }
    assert found == set(KNOW_THE_ERRORS)


def test_nobody_else_reads_the_words_of_telegram() -> None:
    ours = next(path for path in BOT_FILES if path.name == "calls.py")
    for path in BOT_FILES:
        said = path.read_text(encoding="utf-8").lower()
        words = [w for w, _ in bot.telegram.calls.WORDS if path != ours and f'"{w}' in said]
        assert words == [], path
        assert path == ours or "not modified" not in said, path
