"""Chats come to this worker, or go: what of them is in its memory and not in the database."""

from __future__ import annotations

from bot.clock import Clock
from bot.handlers.context import HandlerContext
from bot.jobs.screen_recovery import show_unseen_screens
from bot.workers.chat_partitions import find_partition


class SenderHandover:
    """Has the senders show, or forget, the chats that come and go."""

    def __init__(self, context: HandlerContext, clock: Clock) -> None:
        self._context, self._clock = context, clock

    def owes_screens(self, partition: int) -> bool:
        """Whether anything waits to be shown in chats of a partition."""
        return self._context.senders.outbox.owes_any(
            lambda chat_id: find_partition(chat_id) == partition
        )

    async def take_over(self, partitions: frozenset[int]) -> None:
        """Show those whose chats are ours from now on what they have not seen.

        Raises DatabaseFault.
        """
        senders, context = self._context.senders, self._context
        senders.card_updater.requeue_sessions()
        await show_unseen_screens(
            context.services.interviews,
            senders.card_sender,
            context.draw_unseen,
            self._clock.now(),
            lambda person: find_partition(person) in partitions,
        )

    async def hand_over(self, partitions: frozenset[int]) -> None:
        """Write down what only this process knows of these chats, and forget it."""

        def is_meant(chat_id: int) -> bool:
            return find_partition(chat_id) in partitions

        self._context.senders.outbox.drop_chats(is_meant)
        self._context.views.forget_people(is_meant)
        await self._context.senders.shown_screens.write()
