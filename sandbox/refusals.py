"""What Telegram says when it refuses a call, word for word."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault of the program
    """A refused call: the HTTP status and `error_code`, Telegram's words, and its hints.

    `parameters` holds `retry_after` (s) or `migrate_to_chat_id`, as in ResponseParameters.
    """

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def build_body(self) -> dict[str, Any]:
        """The body that carries the refusal."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class CannotDo(Exception):  # noqa: N818 - an answer to the person
    """What a person tried is not possible on their screen."""


def bad_request(words: str, **parameters: int) -> Refusal:
    """400 with `words` after "Bad Request: "."""
    return Refusal(400, f"Bad Request: {words}", **parameters)


def forbidden(words: str) -> Refusal:
    """403 with `words` after "Forbidden: "."""
    return Refusal(403, f"Forbidden: {words}")


def too_many_requests(seconds: int) -> Refusal:
    """429: come back in `seconds`."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
OTHER_POLLER = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is"
    " running"
)
WEBHOOK_TAKES_OVER = "Conflict: terminated by setWebhook request"
WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the"
    " webhook first"
)
CHAT_UPGRADED = "group chat was upgraded to a supergroup chat"
