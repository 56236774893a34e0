"""The operator's side over HTTP: what the bot did, and how the world around it behaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.injected_faults import InjectedFault
from sandbox.telegram_limits import TelegramLimits
from sandbox.world import World

JsonObject = dict[str, Any]


def control_routes(world: World) -> list[Route]:
    """Everything below /control."""

    def at(
        path: str, serve: Callable[[World, Request, JsonObject], JsonObject], method: str
    ) -> Route:
        async def endpoint(request: Request) -> Response:
            body = await request.json() if await request.body() else {}
            try:
                return JSONResponse(serve(world, request, body))
            except (ValueError, TypeError, KeyError) as error:
                raise HTTPException(400, str(error)) from error

        return Route(path, endpoint, methods=[method])

    return [
        at("/control", read_state, "GET"),
        at("/control/log", list_calls, "GET"),
        at("/control/updates", inject_update, "POST"),
        at("/control/faults", add_fault, "POST"),
        at("/control/faults", clear_faults, "DELETE"),
        at("/control/clock", move_clock, "POST"),
        at("/control/rates", switch_rate_limits, "POST"),
        at("/control/ids", set_next_id, "POST"),
        at("/control/reset", reset_world, "POST"),
    ]


def read_state(world: World, _: Request, __: JsonObject) -> JsonObject:
    """How things stand."""
    return {
        "bot": world.bot,
        "now": world.clock.now(),
        "pending_updates": len(world.updates),
        "problems": world.problems,
        "people": len(world.people),
        "rates": world.rate_limits.on,
    }


def list_calls(world: World, request: Request, _: JsonObject) -> JsonObject:
    """The bot's calls: ?method=&since=."""
    query = request.query_params
    return {"calls": world.call_log.list_calls(query.get("method", ""), int(query.get("since", 0)))}


def inject_update(world: World, _: Request, body: JsonObject) -> JsonObject:
    """{"update": {…}, "numbered": bool, "person": id, "chat": id}: deliver `update` as it is."""
    raw = body["update"]
    if not isinstance(raw, dict):
        raise TypeError("an update is an object")
    numbered, person, chat = body.get("numbered", True), body.get("person", 0), body.get("chat", 0)
    return {"update_id": world.inject_update(raw, numbered, person, chat)}


def add_fault(world: World, _: Request, body: JsonObject) -> JsonObject:
    """See sandbox.injected_faults.InjectedFault for the fields."""
    world.faults.add(InjectedFault.from_json(body))
    return {}


def clear_faults(world: World, _: Request, __: JsonObject) -> JsonObject:
    """No more faults."""
    world.faults.clear()
    return {}


def move_clock(world: World, _: Request, body: JsonObject) -> JsonObject:
    """{"set": s since 1970, "advance": s, "stopped": bool}, each if given, in this order."""
    if "set" in body:
        world.clock.set(float(body["set"]))
    if "advance" in body:
        world.clock.advance(float(body["advance"]))
    if "stopped" in body:
        (world.clock.stop if body["stopped"] else world.clock.run)()
    world.webhook.wake()
    return {"now": world.clock.now()}


def switch_rate_limits(world: World, _: Request, body: JsonObject) -> JsonObject:
    """{"on": bool, …}: whether Telegram's limits on sending hold, and numbers for other limits."""
    numbers = {name: value for name, value in body.items() if name != "on"}
    world.rate_limits.set_limits(TelegramLimits.from_json(numbers))
    world.rate_limits.on = bool(body["on"])
    return {"on": world.rate_limits.on}


def set_next_id(world: World, _: Request, body: JsonObject) -> JsonObject:
    """{"kind": "update" | "tap" | "group", "next": n}."""
    world.set_next_id(str(body["kind"]), int(body["next"]))
    return {}


def reset_world(world: World, _: Request, __: JsonObject) -> JsonObject:
    """Forget everything but the bot."""
    world.reset()
    return {}
