"""Methods through which the bot learns what people did, and answers their taps."""

from __future__ import annotations

from typing import Any

from sandbox.call_params import CallParams
from sandbox.entities import utf16_length
from sandbox.methods.registry import register_method
from sandbox.refusals import QUERY_TOO_OLD, WEBHOOK_IS_SET, bad_request
from sandbox.world import World

MAX_TOAST = 200


@register_method
async def get_updates(world: World, params: CallParams) -> list[dict[str, Any]]:
    """Long polling. Raises Refusal (409) while a webhook is set or when another poll begins."""
    if world.webhook.on:
        await world.updates.refuse_poller(WEBHOOK_IS_SET)
    allowed = params.structure("allowed_updates", "allowed_updates")
    return await world.updates.get_updates(
        params.integer("offset"),
        params.integer("limit", 100),
        params.number("timeout") or 0,
        allowed if isinstance(allowed, list) else None,
    )


@register_method
def answer_callback_query(world: World, params: CallParams) -> bool:
    """Stop the button's spinner, perhaps with a toast or an alert."""
    text = params.text("text")
    if utf16_length(text) > MAX_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    tap = world.close_tap(params.text("callback_query_id"))
    if tap is None:
        raise bad_request(QUERY_TOO_OLD)
    world.show_toast(tap, text, params.flag("show_alert"), params.text("url"))
    if text:
        world.idle_detector.mark_bot_spoke(tap.chat)
    return True
