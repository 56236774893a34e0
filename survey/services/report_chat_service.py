"""The secretariat's chats, as whoever acts in one of them asks for it."""

from __future__ import annotations

from survey.store import report_chats
from survey.store.database import Store
from survey.store.report_chats import ReportChat


class ReportChatService:
    """Which chats are the secretariat's, on one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find_chat(self, chat_id: int) -> ReportChat | None:
        """What a chat of the secretariat gets; None for any other chat."""
        async with self._store.read() as connection:
            return (await report_chats.read_report_chats(connection)).get(chat_id)
