"""Where a method gets its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.call_params import CallParams
from sandbox.world import World

ApiMethod = Callable[[World, CallParams], Any]
METHODS: dict[str, ApiMethod] = {}


def register_method(function: ApiMethod) -> ApiMethod:
    """Serve `send_message` as `sendmessage`; Telegram does not mind upper and lower case."""
    METHODS[function.__name__.replace("_", "")] = function
    return function
