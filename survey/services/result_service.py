"""Telling people the results that they asked for: what was made, asked and told, step by step.

Each step is kept by itself as soon as it is done, so that whoever goes on after a crash, or beside
another process, knows where to go on. Asking for results is an act of the interview.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from survey.store import contacts, result_requests, summaries
from survey.store.database import Store
from survey.store.result_requests import ResultRequest
from survey.store.summaries import Summary
from survey.store.writer import CollisionError


class ResultService:
    """The steps of telling results, on one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep_summaries(self, wave_id: str, made: Iterable[Summary], at: datetime) -> bool:
        """Keep what is told of a wave; False if another process was faster, and theirs counts."""
        try:
            await self._store.keep(summaries.replace_summaries(wave_id, made, at))
        except CollisionError:
            return False
        return True

    async def keep_preview(self, wave_id: str, chat_id: int, card: int, at: datetime) -> None:
        """A chat of the secretariat was asked by the message ``card`` whether they may go out."""
        await self._store.keep(summaries.replace_preview(wave_id, chat_id, card, at))

    async def claim(self, one: ResultRequest, at: datetime) -> bool:
        """Whether this process is the one to tell them; not if they took it back meanwhile."""
        return await result_requests.claim_result_request(self._store, one, at)

    async def keep_notice(self, one: ResultRequest, message_id: int | None) -> None:
        """Keep the message that the summary is put into; None if they have deleted it."""
        await self._store.keep([result_requests.set_result_notice(one, message_id)])

    async def mark_told(self, one: ResultRequest, at: datetime) -> None:
        """They were told; they are not told again."""
        await self._store.keep([result_requests.mark_told(one, at)])

    async def mark_blocked(self, one: ResultRequest, at: datetime) -> None:
        """They have blocked the bot: they are told when they are back."""
        await self._store.keep([contacts.set_blocked_at(one.telegram_id, at)])
