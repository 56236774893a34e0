"""A local Telegram Bot API with people in it: for tests, the demo and the benchmarks.

`serve` runs it inside a test, `python -m sandbox` as a process of its own; `Sandbox` is the client
for the people's side of either.
"""

from sandbox.client import Group, Person, Sandbox
from sandbox.phone_screen import Screen, Shown
from sandbox.refusals import CannotDo
from sandbox.server import serve

__all__ = ["CannotDo", "Group", "Person", "Sandbox", "Screen", "Shown", "serve"]
