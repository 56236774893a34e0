"""Methods about the address to which updates are brought."""

from __future__ import annotations

import asyncio
import re
import socket
from urllib.parse import urlsplit

from sandbox.call_params import CallParams, Upload
from sandbox.chats import Json
from sandbox.methods.registry import register_method
from sandbox.refusals import bad_request
from sandbox.telegram_limits import WEBHOOK_CONNECTIONS, WEBHOOK_MOST_CONNECTIONS
from sandbox.webhook import WebhookSettings
from sandbox.world import World

SECRET_LENGTH = 256
SECRET_PATTERN = re.compile(r"[A-Za-z0-9_-]*")


@register_method
async def set_webhook(world: World, params: CallParams) -> bool:
    """Have updates brought to `url`. Unlike Telegram's, it may be http:// and at any port."""
    settings = await _read_settings(params)
    allowed = params.structure("allowed_updates", "allowed_updates")
    if isinstance(allowed, list):
        world.updates.allow(allowed)
    _change(world, params, settings)
    if settings.url:
        world.updates.end_poll()
    return True


@register_method
def delete_webhook(world: World, params: CallParams) -> bool:
    """Have updates wait for `getUpdates` again."""
    _change(world, params, WebhookSettings())
    return True


@register_method
def get_webhook_info(world: World, _: CallParams) -> Json:
    """Where updates are brought to, how many wait, and what went wrong last."""
    settings, error = world.webhook.settings, world.webhook.last_error
    info: Json = {
        "url": settings.url,
        "has_custom_certificate": bool(settings.certificate),
        "pending_update_count": len(world.updates),
    }
    if error is not None:
        info |= {"last_error_date": error[0], "last_error_message": error[1]}
    if settings.url:
        info |= {"max_connections": settings.max_connections, "ip_address": "127.0.0.1"}
    if world.updates.allowed:
        info["allowed_updates"] = world.updates.allowed
    return info


def _change(world: World, params: CallParams, settings: WebhookSettings) -> None:
    dropping = params.flag("drop_pending_updates")
    if dropping:
        world.updates.drop_all()
    if dropping or settings != world.webhook.settings:
        world.webhook.set(settings)


async def _read_settings(params: CallParams) -> WebhookSettings:
    """What `setWebhook` asks for. Raises Refusal, in the words of Client.cpp (tdlib)."""
    url, secret = params.text("url"), params.text("secret_token")
    if not url:
        return WebhookSettings()
    if len(secret) > SECRET_LENGTH:
        raise bad_request("secret token is too long")
    if not SECRET_PATTERN.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if "://" not in url:
        url = f"https://{url}"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    try:
        await asyncio.get_running_loop().getaddrinfo(parts.hostname, parts.port)
    except socket.gaierror as error:
        raise bad_request(
            "bad webhook: Failed to resolve host: Name or service not known"
        ) from error
    asked = params.integer("max_connections", WEBHOOK_CONNECTIONS)
    connections = max(1, min(asked, WEBHOOK_MOST_CONNECTIONS))
    given = params.get("certificate")
    certificate = given.content.decode("ascii", "replace") if isinstance(given, Upload) else ""
    return WebhookSettings(url, secret, connections, certificate)
