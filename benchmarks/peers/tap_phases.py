"""The parts of a tap, and which functions do the work of each."""

from __future__ import annotations

DECODE, READ, DECIDE, RECORD = "decode", "read", "decide", "record"
DRAW, CALL, NETWORK, ROUTE, LOOP, OTHER = "draw", "call", "network", "route", "loop", "other"
#: Where a stack has functions of several, the first of these counts.
PHASES = (DRAW, DECODE, NETWORK, CALL, RECORD, READ, DECIDE, ROUTE, LOOP, OTHER)
MEANINGS = {
    DECODE: "making objects of updates and of answers to calls",
    READ: "reading how things stand, and restoring interviews",
    DECIDE: "the engine: what an answer means, what comes next",
    RECORD: "writing it down, many people in one transaction",
    DRAW: "drawing the card",
    CALL: "making calls of objects",
    NETWORK: "HTTP",
    ROUTE: "handlers, order, outbox",
    LOOP: "asyncio itself, and waking up",
    OTHER: "anything else",
}
#: Parts of paths, each with its phase; the first that is in a function's path counts.
PATHS = (
    ("/bot/screens/", DRAW),
    ("/bot/telegram/message_arguments.py", DRAW),
    ("/bot/telegram/decoding.py", DECODE),
    ("/bot/telegram/client.py", NETWORK),
    ("/bot/telegram/connections.py", NETWORK),
    ("/aiohttp/", NETWORK),
    ("/site-packages/telegram/", CALL),
    ("/survey/store/writer.py", RECORD),
    ("/survey/store/", READ),
    ("/site-packages/sqlalchemy/", READ),
    ("/site-packages/aiosqlite/", READ),
    ("/survey/", DECIDE),
    ("/bot/", ROUTE),
    ("/asyncio/", LOOP),
)
#: Functions that tell more than their file does.
FUNCTIONS = {
    "de_json": DECODE,
    "de_list": DECODE,
    "record_steps": RECORD,
    "add_cause": RECORD,
    "_keep": RECORD,
    "keep": RECORD,
}
#: asyncio's loop; what called it is in every stack, and does no work for a tap.
LOOP_FUNCTION = "_run_once"


def find_phase(path: str, function: str) -> int:
    """The rank of the phase that a function works for."""
    if function in FUNCTIONS:
        return PHASES.index(FUNCTIONS[function])
    return PHASES.index(next((phase for part, phase in PATHS if part in path), OTHER))
