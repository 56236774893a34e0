"""Where this process has introduced the bot of late."""

from __future__ import annotations

from datetime import datetime, timedelta

#: Whoever removes the bot and adds it again within this has read who it is.
INTRODUCTION_INTERVAL = timedelta(days=1)


class IntroductionMemory:
    """Groups that were greeted within a day.

    It may be lost at a restart: a group that adds the bot again is then greeted once more.
    """

    def __init__(self) -> None:
        self._greeted: dict[int, datetime] = {}

    def note(self, chat_id: int, now: datetime) -> bool:
        """Note that a group is greeted; whether it was not within the interval."""
        since = now - INTRODUCTION_INTERVAL
        self._greeted = {chat: at for chat, at in self._greeted.items() if at > since}
        is_news = chat_id not in self._greeted
        self._greeted.setdefault(chat_id, now)
        return is_news
