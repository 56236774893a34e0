"""The methods of the Bot API, by their name in lower case without underscores."""

from sandbox.methods import about, chats, edit, files, receive, send
from sandbox.methods.registry import METHODS, Method

__all__ = ["METHODS", "Method", "about", "chats", "edit", "files", "receive", "send"]
