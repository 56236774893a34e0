"""How updates are brought: Telegram calls our own address, and is told when each is on disk.

What the Bot API documents (core.telegram.org/bots/api, setWebhook, getWebhookInfo): an update comes
as JSON in a POST, with our secret in a header; up to ``max_connections`` come side by side; what is
not answered with 2xx comes again. What it does not document is in Client.cpp and WebhookActor.cpp
of github.com/tdlib/telegram-bot-api (commit 01a3679): of a chat's messages one is under way at a
time, of a person's taps one, each in their order; a person's message and tap may come side by side,
which `bot.telegram.update_order.UpdateOrder` puts in order as far as both are here; what failed is
tried again at once, then after 2, 4, 8 … 60 seconds, or as Retry-After says, for as long as
getUpdates would keep it.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, NoReturn
from urllib.parse import urlsplit

import structlog
from telegram import WebhookInfo

from bot.config import WebhookSection
from bot.telegram.calls import FailedCall, FailureKind, attempt_call, choose_pause
from bot.telegram.client import UNKNOWN_BOT
from bot.telegram.decoding import UPDATE_KINDS
from bot.telegram.intake import IntakeError, RevokedTokenError, SupersededError, UpdateIntake
from bot.web.server import run_web_server
from bot.web.update_receiver import SECRET_HEADER, UpdateReceiver
from bot.workers.chat_partitions import ChatPartitions
from bot.workers.update_forwarder import open_forwarder
from survey.store.database import DatabaseFault, explain_database_fault

log = structlog.get_logger()
#: Seconds until we ask Telegram how the webhook does for the first time, and from then on. The
#: first is soon, since an address that cannot be reached is seen at the first update; the others
#: are less than `bot.web.health.LONGEST_SILENCE`.
CHECK_PAUSES = (5.0, 25.0)
#: Seconds that updates under way may take when we stop.
CLOSE_SECONDS = 5.0
#: Seconds between two lines of the log about a database that cannot be used.
LOG_INTERVAL = 60.0


def derive_webhook_secret(token: str) -> str:
    """The secret by which we know Telegram, made of the bot's token.

    So there is none to be kept, all processes of a bot have the same, and a new token brings a new
    one. The token cannot be computed from it.
    """
    return hmac.new(token.encode(), b"suara webhook", "sha256").hexdigest()


class DeliveryLog:
    """Tells the operator, once for each reason, that Telegram cannot deliver."""

    def __init__(self) -> None:
        self._last: datetime | None = None
        self._told = ""

    def note_past(self, info: WebhookInfo) -> None:
        """What failed before the start is over, and said of nothing that is wrong now."""
        self._last = info.last_error_date

    def note(self, info: WebhookInfo) -> None:
        """What Telegram says of its last attempts."""
        failed_again = info.last_error_date is not None and info.last_error_date != self._last
        self._last = info.last_error_date
        reason = (info.last_error_message or "no reason given") if failed_again else ""
        if reason and reason != self._told:
            log.warning(
                "webhook not reached",
                reason=reason,
                waiting=info.pending_update_count,
                remedy="look at webhook.url, its certificate, and the web server in front of us",
            )
        if self._told and not reason:
            log.info("webhook is reached again", waiting=info.pending_update_count)
        self._told = reason


@dataclass
class Webhook:
    """Updates brought to our own address, from its setting to its removal."""

    settings: WebhookSection
    intake: UpdateIntake
    #: Told when Telegram is reachable again.
    on_reconnect: Callable[[], None] = lambda: None
    #: Told of every answer of Telegram.
    on_answer: Callable[[], None] = lambda: None
    #: Which chats are handled here; those of others are passed on.
    partitions: ChatPartitions = field(default_factory=ChatPartitions)
    #: Whether a database can be waited for, rather than ends us.
    is_passing: Callable[[DatabaseFault], bool] = lambda _: False
    unreachable_count: int = 0
    #: Our address as Telegram says it.
    known_url: str = ""
    delivery_log: DeliveryLog = field(default_factory=DeliveryLog)
    _fault_logged_at: float = -LOG_INTERVAL

    async def run(self, stop: asyncio.Event) -> None:
        """Receive updates until ``stop``. Raises IntakeError, DatabaseFault, WebFault."""
        secret = derive_webhook_secret(self.intake.bot.token)
        path = urlsplit(self.settings.url).path or "/"
        async with open_forwarder(
            self.intake.take, self.partitions, path, {SECRET_HEADER: secret}
        ) as forwarder:
            failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            receiver = UpdateReceiver(
                path,
                secret,
                forwarder.take_brought,
                forwarder.take_forwarded,
                partial(self._note_fault, failed),
            )
            await self._receive(receiver, failed, secret, stop)

    def _note_fault(self, failed: asyncio.Future[None], fault: DatabaseFault) -> None:
        """Have it end us, or say it once a minute where the database will be back."""
        if not self.is_passing(fault):
            if not failed.done():
                failed.set_exception(fault)
        elif time.monotonic() - self._fault_logged_at >= LOG_INTERVAL:
            self._fault_logged_at = time.monotonic()
            log.warning(
                "updates put off",
                reason=explain_database_fault(fault),
                remedy="they wait with Telegram, which brings them again",
            )

    async def _receive(
        self,
        receiver: UpdateReceiver,
        failed: asyncio.Future[None],
        secret: str,
        stop: asyncio.Event,
    ) -> None:
        host, port = self.settings.host, self.settings.port
        # We listen before Telegram is told where, and until it was told otherwise.
        async with run_web_server(
            receiver.build_app(), None, host, port, "webhook.listen"
        ) as address:
            watching = asyncio.create_task(self._set_and_watch(secret, address))
            stopping = asyncio.create_task(stop.wait())
            awaited: set[asyncio.Future[Any]] = {watching, stopping, failed}
            try:
                ended, _ = await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
                for one in ended:
                    one.result()
                await self._remove()
            finally:
                watching.cancel()
                stopping.cancel()
                failed.cancel()
                await receiver.close(CLOSE_SECONDS)
                await self.intake.finish()

    async def _set_and_watch(self, secret: str, address: str) -> None:
        """Set the webhook, then look again and again how it does. Raises IntakeError."""
        info = await attempt_call(self.intake.bot.get_webhook_info)
        # What another worker has set stays: to set it again breaks off what is being brought.
        if self.partitions.worker_count == 1 or not self._is_set(info):
            await self._set(secret)
            info = await attempt_call(self.intake.bot.get_webhook_info)
        self.known_url, waiting = self.settings.url, 0
        if not isinstance(info, FailedCall):
            self.known_url, waiting = info.url or self.settings.url, info.pending_update_count
            self.delivery_log.note_past(info)
        log.info("webhook set", url=self.settings.url, listens_at=address, waiting=waiting)
        pauses = iter(CHECK_PAUSES)
        while True:
            await asyncio.sleep(next(pauses, CHECK_PAUSES[-1]))
            await self._check()

    def _is_set(self, info: WebhookInfo | FailedCall) -> bool:
        """Whether updates are brought to our address as the settings say."""
        return not isinstance(info, FailedCall) and (info.url, info.max_connections) == (
            self.settings.url,
            self.settings.max_connections,
        )

    async def _set(self, secret: str) -> None:
        """Tell Telegram our address, however long it cannot be reached. Raises IntakeError."""
        while isinstance(
            failed := await attempt_call(
                lambda: self.intake.bot.set_webhook(
                    self.settings.url,
                    secret_token=secret,
                    max_connections=self.settings.max_connections,
                    allowed_updates=UPDATE_KINDS,
                )
            ),
            FailedCall,
        ):
            if not failed.is_transient:
                self._raise_refusal(failed)
            self._note_unreachable(failed)
            known = failed.retry_after
            await asyncio.sleep(
                choose_pause(self.unreachable_count - 1) if known is None else known
            )
        self._note_answer()

    def _raise_refusal(self, failed: FailedCall) -> NoReturn:
        if failed.kind is FailureKind.UNKNOWN_TOKEN:
            raise RevokedTokenError(UNKNOWN_BOT)
        raise IntakeError(
            f"webhook.url: Telegram does not take {self.settings.url} ({failed.reason}). It has to "
            "be reachable from the internet over https, at port 443, 80, 88 or 8443; or leave it "
            "empty, and Suara polls."
        )

    async def _check(self) -> None:
        """Look how the webhook does. Raises IntakeError if it is ours no more."""
        info = await attempt_call(self.intake.bot.get_webhook_info)
        if isinstance(info, FailedCall):
            if info.kind is FailureKind.UNKNOWN_TOKEN:
                raise RevokedTokenError(UNKNOWN_BOT)
            self._note_unreachable(info)
            return
        self._note_answer()
        if info.url != self.known_url:
            raise SupersededError(
                "Another program has removed or moved the webhook: it takes the updates now, with "
                "the same token, so this one ends. If that is none of yours, let @BotFather give "
                "you a new token."
            )
        self.delivery_log.note(info)

    def _note_unreachable(self, failed: FailedCall) -> None:
        if self.unreachable_count == 0:
            log.warning("telegram cannot be reached", reason=failed.reason, remedy="we keep trying")
        self.unreachable_count += 1

    def _note_answer(self) -> None:
        self.on_answer()
        if self.unreachable_count:
            log.info("telegram is reachable again")
            self.unreachable_count = 0
            self.on_reconnect()

    async def _remove(self) -> None:
        """Take our address back at a stop, if the settings say so; what waits stays and waits."""
        if self.settings.remove_at_stop and self.partitions.worker_count == 1:
            failed = await attempt_call(self.intake.bot.delete_webhook)
            if isinstance(failed, FailedCall):
                log.warning("webhook not removed", reason=failed.reason)
