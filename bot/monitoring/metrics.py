"""What Prometheus reads: counted where it happens, measured when it asks. Nothing personal."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
#: Bounds in seconds, around what people notice.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
UPDATE_SECONDS = Histogram(
    "suara_update_seconds",
    "From an update's coming to its being done with: kept, its screen handed to the outbox.",
    buckets=BOUNDS,
    registry=REGISTRY,
)
SET_ASIDE = Counter(
    "suara_updates_set_aside", "Updates that could not be carried out.", registry=REGISTRY
)
FAILED_CALLS = Counter(
    "suara_failed_calls",
    "Calls in the outbox that failed, by kind (docs/telegram.md); rate_limited is a 429.",
    ["kind"],
    registry=REGISTRY,
)
OUTBOX_DEPTH = Gauge(
    "suara_outbox_depth", "What waits for Telegram, by urgency.", ["urgency"], registry=REGISTRY
)
CHECK_FAILED = Gauge(
    "suara_check_failed", "1 if a check of /health failed.", ["check"], registry=REGISTRY
)
DATABASE_BYTES = Gauge(
    "suara_database_bytes", "Sizes of the database and its log.", ["file"], registry=REGISTRY
)
