"""How often somebody may guess. Bounded in memory; nothing of it is written down."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

#: So many clients are remembered; the one that was quiet longest is forgotten first.
REMEMBERED = 4096
#: Seconds between two lines of the log about guessing.
QUIET = 60.0


@dataclass(slots=True)
class Bucket:
    """Tries that are left, and when that was reckoned."""

    left: float
    at: float


class Guesses:
    """Wrong tries of a client and of all together: ``burst`` at once, then ``rate`` a second.

    Only wrong tries cost, so that a whole room may come in from behind one address. Once they are
    used up right ones are refused as well, else guessing would go on.
    """

    def __init__(self, burst: int, rate: float, share: int = 4) -> None:
        self._burst, self._rate, self._share = burst, rate, share
        self._clients: OrderedDict[str, Bucket] = OrderedDict()
        self._all = Bucket(burst * share, time.monotonic())
        self._told = -QUIET

    def allows(self, client: str) -> bool:
        """Whether a client may try."""
        return min(self._bucket(client).left, self._everybody().left) >= 1

    def wrong(self, client: str) -> None:
        """Count a wrong try."""
        self._bucket(client).left -= 1
        self._everybody().left -= 1

    def worth_telling(self) -> bool:
        """Whether the log should have a line of it: once a minute is enough."""
        now = time.monotonic()
        due = now - self._told >= QUIET
        self._told = now if due else self._told
        return due

    def _everybody(self) -> Bucket:
        return self._filled(self._all, self._burst * self._share, self._rate * self._share)

    def _bucket(self, client: str) -> Bucket:
        key = network(client)
        bucket = self._clients.setdefault(key, Bucket(self._burst, time.monotonic()))
        self._clients.move_to_end(key)
        if len(self._clients) > REMEMBERED:
            self._clients.popitem(last=False)
        return self._filled(bucket, self._burst, self._rate)

    @staticmethod
    def _filled(bucket: Bucket, most: float, rate: float) -> Bucket:
        now = time.monotonic()
        bucket.left = min(most, bucket.left + (now - bucket.at) * rate)
        bucket.at = now
        return bucket


def network(client: str) -> str:
    """A client's address; of IPv6 the part that a household or a phone is given."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    return str(int(address) >> 64) if isinstance(address, IPv6Address) else client
