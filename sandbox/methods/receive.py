"""Methods through which the bot learns what people did, and answers their taps."""

from __future__ import annotations

from typing import Any

from sandbox.call_params import Params
from sandbox.chats import Json
from sandbox.entities import utf16
from sandbox.methods.registry import method
from sandbox.refusals import QUERY_TOO_OLD, Refusal, bad
from sandbox.world import World

MAX_TOAST = 200


@method
async def get_updates(world: World, params: Params) -> list[dict[str, Any]]:
    """Long polling."""
    allowed = params.structure("allowed_updates", "allowed_updates")
    return await world.updates.get(
        params.integer("offset"),
        params.integer("limit", 100),
        params.number("timeout") or 0,
        allowed if isinstance(allowed, list) else None,
    )


@method
def answer_callback_query(world: World, params: Params) -> bool:
    """Stop the button's spinner, perhaps with a toast or an alert."""
    text = params.text("text")
    if utf16(text) > MAX_TOAST:
        raise bad("MESSAGE_TOO_LONG")
    tap = world.close_tap(params.text("callback_query_id"))
    if tap is None:
        raise bad(QUERY_TOO_OLD)
    world.toast(tap, text, params.flag("show_alert"), params.text("url"))
    if text:
        world.settling.spoke(tap.chat)
    return True


@method
def set_webhook(_: World, params: Params) -> bool:
    """Only "no webhook" can be set here."""
    if params.text("url"):
        raise Refusal(501, "Not Implemented: the sandbox is for polling")
    return True


@method
def delete_webhook(world: World, params: Params) -> bool:
    """There is none; pending updates can be dropped all the same."""
    if params.flag("drop_pending_updates"):
        world.updates.drop_all()
    return True


@method
def get_webhook_info(world: World, _: Params) -> Json:
    """No webhook, and how many updates wait."""
    return {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
