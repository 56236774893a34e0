"""A local Telegram Bot API with people in it: for tests, the demo and the benchmarks.

`serve` runs it inside a test, `python -m sandbox` as a process of its own; `Sandbox` is the client
for the people's side of either.
"""

from sandbox.client import GroupChatClient, PersonClient, Sandbox
from sandbox.phone_screen import PhoneScreen, ShownMessage
from sandbox.refusals import CannotDo
from sandbox.server import serve

__all__ = [
    "CannotDo",
    "GroupChatClient",
    "PersonClient",
    "PhoneScreen",
    "Sandbox",
    "ShownMessage",
    "serve",
]
