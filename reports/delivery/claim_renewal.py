"""A claim belongs to a living process: it is renewed as long as that works on it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from survey.store import deliveries
from survey.store.database import DatabaseFault, Store
from survey.store.deliveries import RENEWAL_INTERVAL, Delivery


@asynccontextmanager
async def hold_claim(store: Store, claimed: Delivery, now: datetime) -> AsyncIterator[None]:
    """Renew a claim until the block ends; broken off by a stop, give it back at once."""
    renewing = asyncio.create_task(renew_regularly(store, claimed, now), name="claim")
    try:
        yield
    except asyncio.CancelledError:
        with suppress(DatabaseFault):  # Without it, the claim grows old by itself.
            await store.keep([deliveries.release_claim(claimed)])
        raise
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)


async def renew_regularly(store: Store, claimed: Delivery, now: datetime) -> None:
    """Renew a claim that was taken ``now``, again and again."""
    began = time.monotonic()
    while True:
        await asyncio.sleep(RENEWAL_INTERVAL.total_seconds())
        moment = now + timedelta(seconds=time.monotonic() - began)
        with suppress(DatabaseFault):  # The next one may get through.
            await store.keep([deliveries.renew_claim(claimed, moment)])
