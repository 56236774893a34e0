"""Accounts of Telegram's own that stand for somebody who is not a user."""

from __future__ import annotations

from typing import Any

GROUP_ANONYMOUS_BOT = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
"""Who an anonymous administrator is; the group is the `sender_chat`."""

CHANNEL_BOT = {
    "id": 136817688,
    "is_bot": True,
    "first_name": "Channel",
    "username": "Channel_Bot",
}
"""Who writes into a group in the name of a channel, which is the `sender_chat`."""

TELEGRAM_ACCOUNT = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
"""Who forwards a channel's posts into its group; the channel is the `sender_chat`."""

STAND_INS = frozenset({GROUP_ANONYMOUS_BOT["id"], CHANNEL_BOT["id"]})


def is_by_bot(message: dict[str, Any]) -> bool:
    """Whether a bot wrote a message: no stand-in for people, and nobody unknown."""
    sender = message.get("from", {})
    return bool(sender.get("is_bot")) and sender["id"] not in STAND_INS
