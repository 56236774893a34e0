"""What the button of an update means, read once on the update's whole way."""

from __future__ import annotations

from bot.callbacks.callback import Callback
from bot.callbacks.codec import parse_callback
from bot.telegram.taps import IncomingUpdate


class CallbackReader:
    """The callbacks of the updates under way.

    The poller has to know of a callback before it is handled, as some divide a batch, and the
    router knows it again when its turn comes. What is read is kept until the update was handled;
    after a restart Telegram brings the update again, and it is read anew.
    """

    def __init__(self) -> None:
        self._read: dict[int, Callback | None] = {}

    def read(self, update: IncomingUpdate) -> Callback | None:
        """What the button of an update means; None for no button, or none of ours."""
        query = update.callback_query
        if query is None:
            return None
        if update.update_id not in self._read:
            self._read[update.update_id] = parse_callback(query.data or "")
        return self._read[update.update_id]

    def forget(self, update: IncomingUpdate) -> None:
        """An update was handled, well or not."""
        self._read.pop(update.update_id, None)
