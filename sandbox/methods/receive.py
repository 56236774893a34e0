"""Methods through which the bot learns what people did, and answers their taps."""

from __future__ import annotations

from typing import Any

from sandbox.call_params import CallParams
from sandbox.chats import Json
from sandbox.entities import utf16_length
from sandbox.methods.registry import register_method
from sandbox.refusals import QUERY_TOO_OLD, Refusal, bad_request
from sandbox.world import World

MAX_TOAST = 200


@register_method
async def get_updates(world: World, params: CallParams) -> list[dict[str, Any]]:
    """Long polling."""
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


@register_method
def set_webhook(_: World, params: CallParams) -> bool:
    """Only "no webhook" can be set here."""
    if params.text("url"):
        raise Refusal(501, "Not Implemented: the sandbox is for polling")
    return True


@register_method
def delete_webhook(world: World, params: CallParams) -> bool:
    """There is none; pending updates can be dropped all the same."""
    if params.flag("drop_pending_updates"):
        world.updates.drop_all()
    return True


@register_method
def get_webhook_info(world: World, _: CallParams) -> Json:
    """No webhook, and how many updates wait."""
    return {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
