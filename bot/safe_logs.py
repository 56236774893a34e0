"""The one place that keeps people's words and the bot's token out of what is printed.

Libraries print what they were working on when something failed: an update, a call with its text,
an address with the token. So of theirs nothing is printed but kinds and places.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Callable, Iterable, MutableMapping
from pathlib import Path
from traceback import extract_tb
from typing import Any, TextIO, cast

import structlog

#: A bot's token as @BotFather writes it, or as it stands in an address.
TOKEN_PATTERN = re.compile(r"\d{3,}(?::|%3[Aa])[A-Za-z0-9_-]{20,}")
HIDDEN_TOKEN = "<token>"  # noqa: S105 - what stands in its place
#: So many lines of one kind are written within so many seconds.
MOST_LINES, LINES_SECONDS = 60, 60.0
#: Libraries that know updates, texts and addresses. We say ourselves what became of a call.
SILENT_LIBRARIES = ("telegram", "aiohttp", "httpx", "httpcore")
#: asyncio's messages begin with words and names of code; what was at work follows in brackets.
FIRST_WORDS = re.compile(r"[\w .,:-]*")


#: What is a secret though it does not look like one: the part of our token behind the colon.
KNOWN_SECRETS: set[str] = set()


def remember_secret(secret: str) -> None:
    """Let nothing that leaves the process have this in it."""
    KNOWN_SECRETS.add(secret)


def hide_tokens(text: str) -> str:
    """A text without any bot's token, and without what was remembered as a secret."""
    text = TOKEN_PATTERN.sub(HIDDEN_TOKEN, text)
    for secret in KNOWN_SECRETS:
        text = text.replace(secret, HIDDEN_TOKEN)
    return text


class TokenFreeStream:
    """Standard output or error without any token, whoever writes: us, a library, a traceback."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text without the token."""
        self._stream.write(hide_tokens(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts so."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def guard_output() -> None:
    """Let no token leave the process by standard output or error, from now on."""
    sys.stdout = cast(TextIO, TokenFreeStream(sys.stdout))
    sys.stderr = cast(TextIO, TokenFreeStream(sys.stderr))


def locate_fault(fault: BaseException) -> str:
    """File, line and function a fault came from.

    The fault's message is left out: it may hold what somebody wrote.
    """
    frames = extract_tb(fault.__traceback__)
    if not frames:
        return "nowhere"
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno} {frames[-1].name}"


class LineLimiter:
    """At most so many lines of a kind within a minute; the next one says how many were left out.

    Kinds are words of our code and names of loggers, so there are few of them.
    """

    def __init__(self, most: int = MOST_LINES, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        #: Of each kind when its minute began, how many lines it had, how many were left out.
        self._counts: dict[str, tuple[float, int, int]] = {}

    def admit(self, kind: str) -> int | None:
        """How many lines were left out before this one; None if this one is to be left out."""
        now = self._clock()
        began, written, left_out = self._counts.get(kind, (now, 0, 0))
        if now - began >= LINES_SECONDS:
            began, written = now, 0
        if written >= self._most:
            self._counts[kind] = (began, written, left_out + 1)
            return None
        self._counts[kind] = (began, written + 1, 0)
        return left_out

    def filter_record(self, record: logging.LogRecord) -> bool:
        """Whether a library's line is written."""
        left_out = self.admit(f"{record.name} {record.levelname} {record.lineno}")
        if left_out:
            record.msg = f"{record.msg} ({left_out} lines like this were left out)"
        return left_out is not None

    def limit_event(
        self, _: Any, __: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """A processor of structlog. Raises DropEvent for what is to be left out."""
        left_out = self.admit(str(event.get("event")))
        if left_out is None:
            raise structlog.DropEvent
        return {**event, "left_out": left_out} if left_out else event


class TokenFreeFormatter(logging.Formatter):
    """A line of a library, without the token."""

    def format(self, record: logging.LogRecord) -> str:
        """The whole line, a traceback included."""
        return hide_tokens(super().format(record))


def hide_tokens_in_line(_: Any, __: str, line: MutableMapping[str, Any] | str) -> str:
    """The last processor of structlog: a line that is rendered, without the token."""
    return hide_tokens(str(line))


def reduce_to_place(record: logging.LogRecord) -> bool:
    """Leave of a record its first words, and of a fault its type and where it came from.

    asyncio adds the task or callback with its arguments, and the fault with its message.
    """
    words = FIRST_WORDS.match(str(record.msg))
    record.msg = words.group().strip() if words else ""
    record.args = None
    fault = record.exc_info[1] if record.exc_info else None
    if fault is not None:
        record.msg += f" ({type(fault).__name__} at {locate_fault(fault)})"
    record.exc_info = record.exc_text = record.stack_info = None
    return True


def restrain_libraries() -> None:
    """Silence the loggers of libraries that know updates, and cut short what asyncio says."""
    for name in SILENT_LIBRARIES:
        logger = logging.getLogger(name)
        # What comes from its children goes no further either.
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    logging.getLogger("asyncio").addFilter(reduce_to_place)


def configure_library_logs() -> None:
    """Warnings of libraries as lines on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TokenFreeFormatter("%(levelname)s %(name)s: %(message)s"))
    handler.addFilter(LineLimiter().filter_record)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    restrain_libraries()
