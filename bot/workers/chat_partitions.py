"""Which worker has which chat. Pure: what to take and to give up is decided on a list of locks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

#: Chats are divided into so many parts, each of which one worker has at a time; more workers than
#: that would have nothing to do.
PARTITION_COUNT = 64
ALL_PARTITIONS = frozenset(range(PARTITION_COUNT))


def find_partition(chat_id: int) -> int:
    """The part that a chat belongs to."""
    return chat_id % PARTITION_COUNT


@dataclass(slots=True)
class ChatPartitions:
    """What this worker has, as far as it knows; without others it has everything.

    Of what it is ``leaving`` it takes no more updates, but shows yet what waits. ``holders`` are
    the addresses of the others, by partition. The one that ``leads`` does what one has to do alone:
    what is due by the clock. Of each partition some updates are ``under_way``.
    """

    held: frozenset[int] = ALL_PARTITIONS
    leaving: frozenset[int] = frozenset()
    holders: Mapping[int, str] = field(default_factory=dict)
    leads: bool = True
    worker_count: int = 1
    under_way: Counter[int] = field(default_factory=Counter)

    def stand_back(self) -> None:
        """Have nothing until it is known what the others have."""
        self.held, self.leads = frozenset(), False

    def takes_chat(self, chat_id: int) -> bool:
        """Whether updates of a chat are handled here."""
        partition = find_partition(chat_id)
        return partition in self.held and partition not in self.leaving

    def shows_chat(self, chat_id: int) -> bool:
        """Whether a chat is shown here what changes without its doing."""
        return find_partition(chat_id) in self.held

    def find_holder(self, chat_id: int) -> str | None:
        """The address of the other worker that has a chat; None if nobody is known to."""
        return self.holders.get(find_partition(chat_id))

    @contextmanager
    def handle_update(self, chat_id: int) -> Iterator[None]:
        """An update of a chat is under way until the block ends."""
        partition = find_partition(chat_id)
        self.under_way[partition] += 1
        try:
            yield
        finally:
            self.under_way[partition] -= 1


@dataclass(frozen=True, slots=True)
class PartitionChange:
    """Partitions to take now, as far as they are free, and those to leave."""

    take: frozenset[int]
    leave: frozenset[int]


def plan_change(
    held: Collection[int],
    free: Collection[int],
    worker_count: int,
    lost: Collection[int] = (),
    long_free: Collection[int] = (),
) -> PartitionChange:
    """What a worker takes and leaves, so that all have about as many.

    ``lost`` are those that it had until its connection ended: they are its own first, and others
    take them only when they were free for some time (``long_free``). So a database that is started
    again finds everybody with the chats that they had.
    """
    fair = -(-PARTITION_COUNT // max(worker_count, 1))
    wanted = fair - len(held)
    if wanted < 0:
        return PartitionChange(frozenset(), frozenset(sorted(held)[wanted:]))
    own = [number for number in sorted(lost) if number in free]
    others = [number for number in sorted(long_free) if number in free and number not in own]
    return PartitionChange(frozenset([*own, *others][:wanted]), frozenset())
