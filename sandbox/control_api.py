"""The operator's side over HTTP: what the bot did, and how the world around it behaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.injected_faults import Fault
from sandbox.world import World

Answer = dict[str, Any]


def routes(world: World) -> list[Route]:
    """Everything below /control."""

    def at(path: str, serve: Callable[[World, Request, Answer], Answer], method: str) -> Route:
        async def endpoint(request: Request) -> Response:
            body = await request.json() if await request.body() else {}
            try:
                return JSONResponse(serve(world, request, body))
            except (ValueError, TypeError, KeyError) as error:
                raise HTTPException(400, str(error)) from error

        return Route(path, endpoint, methods=[method])

    return [
        at("/control", state, "GET"),
        at("/control/log", log, "GET"),
        at("/control/faults", add_fault, "POST"),
        at("/control/faults", clear_faults, "DELETE"),
        at("/control/clock", move_clock, "POST"),
        at("/control/rates", switch_rates, "POST"),
        at("/control/ids", fix_id, "POST"),
        at("/control/reset", reset, "POST"),
    ]


def state(world: World, _: Request, __: Answer) -> Answer:
    """How things stand."""
    return {
        "bot": world.bot,
        "now": world.clock.now(),
        "pending_updates": len(world.updates),
        "problems": world.problems,
        "people": len(world.persons),
        "rates": world.rates.on,
    }


def log(world: World, request: Request, _: Answer) -> Answer:
    """The bot's calls: ?method=&since=."""
    query = request.query_params
    return {"calls": world.log.calls(query.get("method", ""), int(query.get("since", 0)))}


def add_fault(world: World, _: Request, body: Answer) -> Answer:
    """See sandbox.injected_faults.Fault for the fields."""
    world.faults.add(Fault.read(body))
    return {}


def clear_faults(world: World, _: Request, __: Answer) -> Answer:
    """No more faults."""
    world.faults.clear()
    return {}


def move_clock(world: World, _: Request, body: Answer) -> Answer:
    """{"set": s since 1970, "advance": s, "stopped": bool}, each if given, in this order."""
    if "set" in body:
        world.clock.set(float(body["set"]))
    if "advance" in body:
        world.clock.advance(float(body["advance"]))
    if "stopped" in body:
        (world.clock.stop if body["stopped"] else world.clock.run)()
    return {"now": world.clock.now()}


def switch_rates(world: World, _: Request, body: Answer) -> Answer:
    """{"on": bool}: whether Telegram's limits on sending hold."""
    world.rates.on = bool(body["on"])
    return {"on": world.rates.on}


def fix_id(world: World, _: Request, body: Answer) -> Answer:
    """{"kind": "update" | "tap" | "group", "next": n}."""
    world.fix_id(str(body["kind"]), int(body["next"]))
    return {}


def reset(world: World, _: Request, __: Answer) -> Answer:
    """Forget everything but the bot."""
    world.reset()
    return {}
