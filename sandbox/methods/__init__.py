"""The methods of the Bot API, by their name in lower case without underscores."""

from sandbox.methods import (
    bot_profile,
    chat_members,
    command_menu,
    edit,
    file_path,
    receive,
    send,
    webhook_settings,
)
from sandbox.methods.registry import METHODS, ApiMethod

__all__ = [
    "METHODS",
    "ApiMethod",
    "bot_profile",
    "chat_members",
    "command_menu",
    "edit",
    "file_path",
    "receive",
    "send",
    "webhook_settings",
]
