"""How fast a bot may write, and what going on in spite of it costs: each number with its source.

Telegram documents three numbers and adds "or so" to each; everything else was measured or told by
people who ran into it:
- [faq] core.telegram.org/bots/faq, "My bot is hitting limits"
- [td-1331] github.com/tdlib/td/issues/1331
- [tba-535] github.com/tdlib/telegram-bot-api/issues/535
- [grammy] grammy.dev/advanced/flood
- [bothelp] help.bothelp.io/en/speed-limits-and-high-volume-work
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class TelegramLimits:
    """Messages per window, and the penalties; windows and penalties in seconds.

    A number of messages may be set to something else by a test; 0 takes that limit away.
    """

    per_chat: int = 1
    """Messages in a private chat in `chat_window`: "avoid sending more than one message per second"
    [faq]. Telegram may allow short bursts above; here there are none."""
    chat_window: float = 1.0
    per_group: int = 20
    """Messages in a group chat in `group_window`: "not … more than 20 messages per minute to the
    same group" [faq]. All of them may come at once. Channels are assumed to be alike."""
    group_window: float = 60.0
    overall: int = 30
    """Messages to everybody in `overall_window`: "not … more than 30 messages per second or so"
    [faq]."""
    overall_window: float = 1.0
    reaction_time: float = 0.25
    """Calls are forgiven so long after a refusal: they were under way when it was given. A round
    trip to Telegram; chosen here, since nobody has measured what Telegram forgives."""
    penalty_factor: float = 2.0
    """Each later call during a pause is an offence and makes the next pause so many times longer.
    That it grows was seen: 10 s to hours [tba-535], 2 s to 10,072 s [td-1331], 30 s to 120 s
    [bothelp]; the factor is chosen here."""
    penalty_most: float = 120.0
    """The longest pause: the highest that a sender of mass mailings reports as usual [bothelp]."""
    penalty_memory: float = 60.0
    """Offences are forgotten so long after a pause ended. They are forgotten in the end (hours came
    down to 10 s by good behaviour [tba-535]); the time is chosen here."""

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> TelegramLimits:
        """Telegram's numbers but for those given. Raises ValueError for what is no limit."""
        known = {field.name for field in fields(cls)}
        if strange := set(given) - known:
            raise ValueError(f"no limit is called {', '.join(sorted(strange))}, only {known}")
        return cls(**given)


SENDING = frozenset(
    f"send{what}"
    for what in (
        *("message", "photo", "document", "audio", "voice", "video", "mediagroup"),
        *("location", "contact"),
    )
)
"""What counts as a message [faq]. An album counts once: nobody has measured it."""

EDITING = frozenset(
    f"editmessage{what}" for what in ("text", "caption", "media", "replymarkup", "livelocation")
)
"""What counts like a message: in groups edits share the 20 a minute (t.me/tdlibchat/146123, by way
of [grammy]); elsewhere nobody has measured them, so the stricter is assumed."""

# Webhooks: WebhookActor.h, WebhookActor.cpp and Client.cpp of github.com/tdlib/telegram-bot-api.

WEBHOOK_CONNECTIONS = 40
"""Updates on their way at a time, if `setWebhook` does not say (core.telegram.org/bots/api)."""

WEBHOOK_MOST_CONNECTIONS = 100
"""The most that `max_connections` may say (core.telegram.org/bots/api)."""

WEBHOOK_LOADED_PER_CONNECTION = 2
"""Updates looked at per connection (max_loaded_updates_): many that fail hold up all others."""

WEBHOOK_QUIET_SECONDS = 10.0
"""So long after the last success only one connection is opened (last_success_time_)."""

WEBHOOK_ANSWER_SECONDS = 60.0
"""An answer that takes longer counts as none (HttpOutboundConnection, idle_timeout)."""

WEBHOOK_LONGEST_WAIT = 60.0
"""The longest pause between tries (WEBHOOK_MAX_RESEND_TIMEOUT; Telegram draws from once to twice
that)."""

WEBHOOK_LONGEST_RETRY_AFTER = 3600
"""The longest `Retry-After` that is heeded, in seconds (MAX_RETRY_AFTER)."""

WEBHOOK_GONE_SECONDS = 23 * 3600.0
"""An address that answers 410 for so long is forgotten (WEBHOOK_DROP_TIMEOUT)."""

CONFLICT_SECONDS = 3.0
"""A 409 so soon after another is held back as long (next_get_updates_conflict_time_)."""
