"""What the meanings of all buttons have in common."""

from __future__ import annotations

from typing import ClassVar


class Callback:
    """What a button means. ``verb`` is the first word of its callback data, its own.

    Each is a frozen dataclass whose fields, all of them ``str`` or ``int``, are the words behind
    the verb, in their order; it stands in a module that ``bot.callbacks.codec`` registers.
    """

    __slots__ = ()
    verb: ClassVar[str]
