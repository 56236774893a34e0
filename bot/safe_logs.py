"""The one place that keeps people's words and the bot's token out of what is printed.

Libraries print what they were working on when something failed: an update, a call with its text,
an address with the token. So of theirs nothing is printed but kinds and places.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path
from traceback import extract_tb
from typing import Any

#: A bot's token as @BotFather writes it, or as it stands in an address.
TOKEN_PATTERN = re.compile(r"\d{3,}(?::|%3[Aa])[A-Za-z0-9_-]{20,}")
HIDDEN_TOKEN = "<token>"  # noqa: S105 - what stands in its place
#: Libraries that know updates, texts and addresses. We say ourselves what became of a call.
SILENT_LIBRARIES = ("telegram", "aiohttp", "httpx", "httpcore")
#: asyncio's messages begin with words and names of code; what was at work follows in brackets.
FIRST_WORDS = re.compile(r"[\w .,:-]*")


def hide_tokens(text: str) -> str:
    """A text without any bot's token."""
    return TOKEN_PATTERN.sub(HIDDEN_TOKEN, text)


def locate_fault(fault: BaseException) -> str:
    """File, line and function a fault came from.

    The fault's message is left out: it may hold what somebody wrote.
    """
    frames = extract_tb(fault.__traceback__)
    if not frames:
        return "nowhere"
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno} {frames[-1].name}"


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
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    restrain_libraries()
