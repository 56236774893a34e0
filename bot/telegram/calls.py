"""The one place that makes a call to Telegram and says what became of one that failed.

Nobody else in the bot knows python-telegram-bot's errors or reads Telegram's words: they ask a
``FailedCall`` for its ``kind``. The Bot API documents no texts of errors and numbers nothing finer
than HTTP does, so what distinguishes two refusals is their wording. It comes from the source of
Telegram's own server, which is public: "Client.cpp" below is
github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp (commit 01a3679), "td" is
github.com/tdlib/td/tree/master/td/telegram (commit 022d602), on which that server stands.
"""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, auto
from typing import TypeVar

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.safe_logs import hide_tokens
from bot.telegram.client import FOREIGN_ANSWER, NETWORK_FAULTS

T = TypeVar("T")
#: Seconds between attempts to reach Telegram, growing up to the last. Telegram says nothing of
#: how soon to try after a 5xx or a broken connection; these are 48 s together, as long as a restart
#: on either side may take.
NETWORK_PAUSES = (1, 2, 5, 10, 30)
#: No reason is longer (characters): an answer that is not Telegram's may be a whole page.
LONGEST_REASON = 300
LET_IN_REMEDY = "add the bot to the group again, or take the chat out: suara chats remove"


class FailureKind(StrEnum):
    """What it means that a call failed. Everything that may happen is one of these."""

    #: The message shows already what it was to show. For whoever edits it, that is success.
    UNCHANGED = auto()
    #: The message is deleted, or one that a bot cannot edit any more.
    MESSAGE_GONE = auto()
    #: The message holds a medium, so it has no text to edit.
    NOT_A_TEXT = auto()
    #: The query is older than Telegram lets anybody answer it.
    TOO_LATE = auto()
    #: Telegram does not take the file as what it was sent as: as a photo, say.
    FILE_REFUSED = auto()
    #: There is no such chat, or not for us.
    CHAT_GONE = auto()
    #: The bot is in the chat and may not do this there.
    NO_RIGHTS = auto()
    #: The topic of a group with topics is closed to all but those who manage topics.
    TOPIC_CLOSED = auto()
    #: The topic is deleted, or there never was one.
    TOPIC_GONE = auto()
    #: The call itself is wrong, or refused for a reason that needs no treatment of its own.
    REFUSED = auto()
    #: The person has blocked the bot or is deleted; the group is, or has thrown the bot out.
    BLOCKED = auto()
    #: The group became a supergroup; ``migrated_to`` is its new number.
    MIGRATED = auto()
    #: More bytes than the Bot API takes in one call.
    TOO_LARGE = auto()
    #: Too many calls; ``retry_after`` says when the next may be made.
    RATE_LIMITED = auto()
    #: No answer, or none of Telegram's own, or that Telegram itself is out of order.
    UNREACHABLE = auto()
    #: Telegram does not know the bot's token.
    UNKNOWN_TOKEN = auto()
    #: Somebody else asks for the same bot's updates, or a webhook is set.
    OTHER_POLLER = auto()


#: Telegram understood the call and will not do it, now or later (HTTP 400).
REFUSALS = frozenset(
    {
        FailureKind.UNCHANGED,
        FailureKind.MESSAGE_GONE,
        FailureKind.NOT_A_TEXT,
        FailureKind.TOO_LATE,
        FailureKind.FILE_REFUSED,
        FailureKind.CHAT_GONE,
        FailureKind.NO_RIGHTS,
        FailureKind.TOPIC_CLOSED,
        FailureKind.TOPIC_GONE,
        FailureKind.REFUSED,
    }
)
#: What is neither a fault of ours nor of Telegram's, but a chat's own affair, and what can be done
#: about it there or by the operator.
CHAT_REMEDIES: Mapping[FailureKind, str] = {
    FailureKind.BLOCKED: LET_IN_REMEDY,
    FailureKind.CHAT_GONE: LET_IN_REMEDY,
    FailureKind.NO_RIGHTS: (
        "ask an administrator of the group to let the bot send messages and files (the group's "
        "permissions), or to make it an administrator"
    ),
    FailureKind.TOPIC_CLOSED: (
        "ask an administrator of the group to open the topic again, or to make the bot an "
        "administrator who may manage topics"
    ),
    FailureKind.TOPIC_GONE: "the topic was deleted; ask the bot again in another one",
}
#: The same call may succeed later, with nothing changed.
TRANSIENT = frozenset({FailureKind.RATE_LIMITED, FailureKind.UNREACHABLE})

#: Telegram's words in a 400 or 403, in lower case, and what they mean; the first found counts.
WORDS: tuple[tuple[str, FailureKind], ...] = (
    # Client.cpp, fail_query_with_error: MESSAGE_NOT_MODIFIED, only if the buttons are the same as
    # well: of two edits that want the same, and of one that is made again because the answer to
    # the first was lost.
    ("message is not modified", FailureKind.UNCHANGED),
    # td, MessagesManager::edit_message_text, of a message with a photo or a document.
    ("there is no text in the message", FailureKind.NOT_A_TEXT),
    # Client.cpp, fail_query_with_error: QUERY_ID_INVALID. How late is too late is not documented.
    ("query is too old", FailureKind.TOO_LATE),
    # Client.cpp, check_chat and check_chat_access; td, DialogManager.
    ("chat not found", FailureKind.CHAT_GONE),
    # Older servers say this of a group whose owner has deleted it; today's Client.cpp answers 403.
    ("group chat was deactivated", FailureKind.CHAT_GONE),
    # The data centre's name for a chat that we have never met, which Client.cpp passes on as it is:
    # core.telegram.org/method/messages.sendMessage.
    ("peer_id_invalid", FailureKind.CHAT_GONE),
    # td, MessageContent.cpp, can_send_message_content: "… to send photos to the chat".
    ("not enough rights", FailureKind.NO_RIGHTS),
    # Older servers' words for CHAT_WRITE_FORBIDDEN.
    ("have no rights", FailureKind.NO_RIGHTS),
    # td, MessagesManager::can_send_message.
    ("have no write access", FailureKind.NO_RIGHTS),
    # td, DialogManager: "… in the channel chat".
    ("need administrator rights", FailureKind.NO_RIGHTS),
    # The data centre's name, a 403 there: of those that consist of capitals Client.cpp makes a 400.
    ("chat_write_forbidden", FailureKind.NO_RIGHTS),
    # The data centre's names, CHAT_SEND_PLAIN_FORBIDDEN and one for each kind of file, and of a
    # group that Telegram itself has restricted: core.telegram.org/method/messages.sendMedia.
    ("chat_send_", FailureKind.NO_RIGHTS),
    ("chat_restricted", FailureKind.NO_RIGHTS),
    ("chat_admin_required", FailureKind.NO_RIGHTS),
    # The data centre's names: core.telegram.org/method/messages.sendMessage.
    ("topic_closed", FailureKind.TOPIC_CLOSED),
    ("topic_deleted", FailureKind.TOPIC_GONE),
    # Client.cpp, of a thread that td does not know.
    ("message thread not found", FailureKind.TOPIC_GONE),
    # Client.cpp, check_message, with "message to edit" and "message to delete".
    ("message to edit not found", FailureKind.MESSAGE_GONE),
    ("message to delete not found", FailureKind.MESSAGE_GONE),
    # td, MessagesManager::edit_message_text and its neighbours: not ours, forwarded, a service
    # message, or one without content any more.
    ("message can't be edited", FailureKind.MESSAGE_GONE),
    # The data centre's name for a message that was deleted between td's look and the edit.
    ("message_id_invalid", FailureKind.MESSAGE_GONE),
    # The data centre's names: core.telegram.org/method/messages.sendMedia. Width and height of a
    # photo may be 10,000 together and one at most 20 times the other: core.telegram.org/bots/api
    # (sendPhoto).
    ("photo_invalid_dimensions", FailureKind.FILE_REFUSED),
    ("image_process_failed", FailureKind.FILE_REFUSED),
    # td, FileLoaderUtils.cpp, and Client.cpp of a file to download (20 MB are the most).
    ("file is too big", FailureKind.FILE_REFUSED),
)
#: The HTTP server before Telegram's own says this with status 413, without a word of the Bot API.
TOO_LARGE_WORDS = "too large"


@dataclass(frozen=True, slots=True)
class FailedCall:
    """What became of a call that failed, as data.

    ``reason`` is for the log: Telegram's words, or ours where Telegram said nothing. It holds no
    address, since that of every call holds the bot's token. ``retry_after`` is in seconds.
    """

    kind: FailureKind
    reason: str
    retry_after: float | None = None
    migrated_to: int | None = None

    @property
    def is_refusal(self) -> bool:
        """Whether Telegram understood the call and will not do it."""
        return self.kind in REFUSALS

    @property
    def is_transient(self) -> bool:
        """Whether the same call may succeed later."""
        return self.kind in TRANSIENT

    @property
    def remedy(self) -> str:
        """What can be done about it, where it is the chat's own affair; else empty."""
        return CHAT_REMEDIES.get(self.kind, "")


class CallError(Exception):
    """A call failed; its text is the reason."""

    def __init__(self, failed: FailedCall) -> None:
        super().__init__(failed.reason)
        self.failed = failed

    @property
    def kind(self) -> FailureKind:
        """What it means that the call failed."""
        return self.failed.kind


# Making a call


async def attempt_call(call: Callable[[], Awaitable[T]]) -> T | FailedCall:
    """Make a call once; what it gave, or why it failed. Never raises a TelegramError."""
    try:
        return await call()
    except TelegramError as fault:
        return classify_fault(fault)
    except Exception as fault:
        if is_decoding_fault(fault):
            return FailedCall(FailureKind.UNREACHABLE, FOREIGN_ANSWER)
        raise


def is_decoding_fault(fault: Exception) -> bool:
    """Whether python-telegram-bot failed to make an object of what an answer holds.

    It looks at no types and lets the TypeError, KeyError or the like escape from ``de_json``.
    """
    return any(
        frame.f_code.co_name == "de_json" for frame, _ in traceback.walk_tb(fault.__traceback__)
    )


async def make_call(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call once; what it gave. Raises CallError."""
    done = await attempt_call(call)
    if isinstance(done, FailedCall):
        raise CallError(done)
    return done


def choose_pause(failures: int) -> float:
    """Seconds to wait when Telegram could not be reached ``failures`` times before."""
    return NETWORK_PAUSES[min(failures, len(NETWORK_PAUSES) - 1)]


# What a fault means


def classify_fault(fault: TelegramError) -> FailedCall:
    """What an error of python-telegram-bot means."""
    if isinstance(fault, RetryAfter):
        seconds = read_retry_seconds(fault)
        return FailedCall(FailureKind.RATE_LIMITED, quote_words(fault), retry_after=seconds)
    if isinstance(fault, ChatMigrated):
        new = fault.new_chat_id
        return FailedCall(FailureKind.MIGRATED, quote_words(fault), migrated_to=new)
    kind = classify_words(fault) or classify_type(fault)
    if kind is FailureKind.UNREACHABLE:
        return FailedCall(kind, explain_unreachable(fault))
    return FailedCall(kind, quote_words(fault))


def quote_words(fault: TelegramError) -> str:
    """What an error says, for the log: short, and without the token that an address may hold."""
    return hide_tokens(str(fault))[:LONGEST_REASON]


def classify_words(fault: TelegramError) -> FailureKind | None:
    """What Telegram's words mean, where they tell more than the status does."""
    # The library takes "Bad Request: " away and turns the rest into lower case but for its first
    # letter, so "MESSAGE_ID_INVALID" arrives as "Message_id_invalid".
    said = str(fault).lower()
    # Some servers say of missing rights 403 where others say 400.
    if isinstance(fault, BadRequest | Forbidden):
        return next((kind for words, kind in WORDS if words in said), None)
    if isinstance(fault, NetworkError) and TOO_LARGE_WORDS in said:
        return FailureKind.TOO_LARGE
    return None


def classify_type(fault: TelegramError) -> FailureKind:
    """What the status of an answer means, which the library makes a type of."""
    if isinstance(fault, BadRequest | EndPointNotFound):
        return FailureKind.REFUSED
    if isinstance(fault, Forbidden):
        # Client.cpp, check_chat_access and fail_query_with_error: blocked by the user, user is
        # deactivated, kicked from the chat, not a member of it, the group was deleted; td: a user
        # who has never written to us. Whoever lets us in again tells us by my_chat_member.
        return FailureKind.BLOCKED
    if isinstance(fault, InvalidToken):
        return FailureKind.UNKNOWN_TOKEN
    if isinstance(fault, Conflict):
        return FailureKind.OTHER_POLLER
    # A 5xx, a broken connection, no answer in time; and a plain TelegramError, which the library
    # raises of a 200 that is not JSON: something in between has answered, not Telegram.
    return FailureKind.UNREACHABLE


def explain_unreachable(fault: TelegramError) -> str:
    """Why Telegram could not be reached, without addresses and without pages of strangers."""
    cause = fault.__cause__
    if cause is None or isinstance(cause, NETWORK_FAULTS):
        return quote_words(fault)  # Telegram's words, or those of NetworkRequest.
    if isinstance(cause, TelegramError | ValueError):
        # The library could not read it as JSON, and quotes all of it.
        return FOREIGN_ANSWER
    return f"the call could not be made: {type(cause).__name__}"


def read_retry_seconds(fault: RetryAfter) -> float:
    """Seconds that Telegram asks us to wait; newer versions of the library say it as timedelta."""
    wait = fault.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
