"""How often somebody may guess. Bounded in memory; nothing of it is written down."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

#: So many clients are remembered; the one that was quiet longest is forgotten first.
MOST_ADDRESSES = 4096
#: Seconds between two lines of the log about guessing.
LOG_INTERVAL = 60.0


@dataclass(slots=True)
class AttemptBucket:
    """Tries that are left, and when that was reckoned."""

    left: float
    counted_at: float


class AddressLimiter:
    """Wrong tries of a client and of all together: ``burst`` at once, then ``rate`` a second.

    Only wrong tries cost, so that a whole room may come in from behind one address. Once they are
    used up right ones are refused as well, else guessing would go on.
    """

    def __init__(self, burst: int, rate: float, share: int = 4) -> None:
        self._burst, self._rate, self._share = burst, rate, share
        self._clients: OrderedDict[str, AttemptBucket] = OrderedDict()
        self._all = AttemptBucket(burst * share, time.monotonic())
        self._told = -LOG_INTERVAL

    def allows_attempt(self, client: str) -> bool:
        """Whether a client may try."""
        return min(self._address_bucket(client).left, self._total_bucket().left) >= 1

    def count_wrong_attempt(self, client: str) -> None:
        """Count a wrong try."""
        self._address_bucket(client).left -= 1
        self._total_bucket().left -= 1

    def is_worth_logging(self) -> bool:
        """Whether the log should have a line of it: once a minute is enough."""
        now = time.monotonic()
        due = now - self._told >= LOG_INTERVAL
        self._told = now if due else self._told
        return due

    def _total_bucket(self) -> AttemptBucket:
        return self._refill(self._all, self._burst * self._share, self._rate * self._share)

    def _address_bucket(self, client: str) -> AttemptBucket:
        key = normalize_address(client)
        bucket = self._clients.setdefault(key, AttemptBucket(self._burst, time.monotonic()))
        self._clients.move_to_end(key)
        if len(self._clients) > MOST_ADDRESSES:
            self._clients.popitem(last=False)
        return self._refill(bucket, self._burst, self._rate)

    @staticmethod
    def _refill(bucket: AttemptBucket, most: float, rate: float) -> AttemptBucket:
        now = time.monotonic()
        bucket.left = min(most, bucket.left + (now - bucket.counted_at) * rate)
        bucket.counted_at = now
        return bucket


def normalize_address(client: str) -> str:
    """A client's address; of IPv6 the part that a household or a phone is given."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    return str(int(address) >> 64) if isinstance(address, IPv6Address) else client
