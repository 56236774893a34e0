"""A group that becomes a supergroup has a new number: what belonged to the old one follows it."""

from __future__ import annotations

import asyncio

from bot.telegram.group_cards import GroupCards
from survey.services.administration import Administration


class ChatMigration:
    """Lets reports and votes follow a group to its new number.

    Telegram tells of it up to three times: by a message in the old group, by one in the new, and by
    refusing whatever is still sent to the old one. The first word counts.
    """

    def __init__(self, administration: Administration, group_cards: GroupCards) -> None:
        self._administration = administration
        self._group_cards = group_cards
        self._at_work = asyncio.Lock()

    async def move_chat(self, old: int, new: int) -> None:
        """Let what a group gets, and what it votes on, follow it; nothing the second time."""
        async with self._at_work:
            await self._administration.move_chat(old, new)
            await self._group_cards.move_voting(old, new)
