"""Where a method gets its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.call_params import Params
from sandbox.world import World

Method = Callable[[World, Params], Any]
METHODS: dict[str, Method] = {}


def method(function: Method) -> Method:
    """Serve `send_message` as `sendmessage`; Telegram does not mind upper and lower case."""
    METHODS[function.__name__.replace("_", "")] = function
    return function
