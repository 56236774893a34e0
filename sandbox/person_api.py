"""The person's side over HTTP: JSON in, JSON out, and one stream of events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox import group_actions, person_actions
from sandbox.call_params import CallParams, Upload
from sandbox.chats import Chat, Json, Message, Person
from sandbox.file_store import FILE_KINDS
from sandbox.injected_faults import PERSON_PREFIX
from sandbox.methods.bot_profile import get_my_description
from sandbox.methods.command_menu import find_commands
from sandbox.methods.message_contents import build_location
from sandbox.person_actions import Guise
from sandbox.refusals import CannotDo, bad_request
from sandbox.world import World

INLINE_MEDIA_TYPES = frozenset(
    {
        "application/pdf",
        "text/plain",
        "image/png",
        "image/jpeg",
        "image/webp",
        "audio/mpeg",
        "audio/ogg",
        "video/mp4",
        "video/webm",
    }
)
"""What a browser may show by itself; anything else could bring scripts and is saved."""

PersonAction = Callable[[World, Person, Chat, Json], Any]


def _send_place(world: World, person: Person, chat: Chat, body: Json) -> Message:
    if "message_id" in body:
        return person_actions.move_location(
            world, person, chat, body["message_id"], build_location(CallParams(body))
        )
    place = build_location(CallParams(body))
    return person_actions.send_content(world, person, chat, place, guise=_read_guise(body))


def _send_contact(world: World, person: Person, chat: Chat, body: Json) -> Message:
    contact = {
        "phone_number": body["phone_number"],
        "first_name": body.get("first_name", person.first_name),
        "user_id": person.id,
    }
    sent = {"contact": contact}
    return person_actions.send_content(world, person, chat, sent, guise=_read_guise(body))


def _read_guise(body: Json) -> Guise:
    """Where and as whom somebody writes: `topic` and `as_chat`, each if given."""
    return Guise(int(body.get("topic", 0)), int(body.get("as_chat", 0)))


PERSON_ACTIONS: dict[str, PersonAction] = {
    "start": lambda w, p, _, body: person_actions.press_start(w, p, body.get("payload", "")),
    "say": lambda w, p, c, body: person_actions.send_text(
        w, p, c, body["text"], body.get("reply_to", 0), _read_guise(body)
    ),
    "tap": lambda w, p, c, body: person_actions.tap_button(
        w,
        p,
        c,
        body.get("label", ""),
        body.get("data", ""),
        body.get("message_id", 0),
        str(body.get("mark", "")),
    ),
    "location": _send_place,
    "contact": _send_contact,
    "sticker": lambda w, p, c, body: person_actions.send_sticker(
        w, p, c, body.get("emoji") or "👍", _read_guise(body)
    ),
    "forward": lambda w, p, c, body: group_actions.send_forward(
        w, p, c, body["text"], body["origin"], _read_guise(body)
    ),
    "edit": lambda w, p, c, body: person_actions.edit_text(
        w, p, c, body["message_id"], body["text"]
    ),
    "clear": lambda w, p, _, body: person_actions.clear_history(w, p, body.get("for_bot", False)),
    "block": lambda w, p, *_: person_actions.block_bot(w, p),
    "unblock": lambda w, p, *_: person_actions.unblock_bot(w, p),
    "found": lambda w, p, _, body: person_actions.found_group(
        w, p, body["title"], body.get("members", [])
    ),
    "channel": lambda w, p, _, body: group_actions.found_channel(w, p, body["title"]),
    "link": lambda w, p, c, body: group_actions.link_group(w, p, c, body["group"]),
    "forum": lambda w, p, c, _: group_actions.open_forum(w, p, c),
    "topic": lambda w, p, c, body: group_actions.create_topic(w, p, c, body["name"]),
    "close_topic": lambda w, p, c, body: group_actions.close_topic(w, p, c, body["topic"], True),
    "reopen_topic": lambda w, p, c, body: group_actions.close_topic(w, p, c, body["topic"], False),
    "delete_topic": lambda w, p, c, body: group_actions.delete_topic(w, p, c, body["topic"]),
    "join": lambda w, p, c, _: person_actions.join_group(w, p, c),
    "leave": lambda w, p, c, _: person_actions.leave_group(w, p, c),
    "promote": lambda w, p, c, body: person_actions.promote_bot(
        w, p, c, body.get("manage_topics", False)
    ),
    "appoint": lambda w, p, c, body: person_actions.appoint_administrator(w, p, c, body["member"]),
    "kick": lambda w, p, c, _: person_actions.kick_bot(w, p, c),
    "invite": lambda w, p, c, _: person_actions.invite_bot(w, p, c),
    "migrate": lambda w, p, c, _: person_actions.migrate_group(w, p, c),
}


def person_routes(world: World) -> list[Route]:
    """Everything below /person."""

    def at(path: str, serve: Callable[..., Any], method: str = "GET") -> Route:
        async def endpoint(request: Request) -> Response:
            response: Response = await serve(world, request)
            return response

        return Route(path, endpoint, methods=[method])

    return [
        at("/person", list_people),
        at("/person/events", stream_events),
        at("/person/file/{file_id}/{name}", download_file),
        at("/person/{id:int}", save_person, "PUT"),
        at("/person/{id:int}", read_screens),
        at("/person/{id:int}/settled", wait_until_idle),
        at("/person/{id:int}/upload", upload_file, "POST"),
        at("/person/{id:int}/{act}", perform_action, "POST"),
    ]


async def list_people(world: World, _: Request) -> Response:
    """Who there is, and the bot."""
    persons = [person.to_user() for person in world.people.values()]
    return JSONResponse({"bot": world.bot, "persons": persons})


async def stream_events(world: World, request: Request) -> Response:
    """Server-sent events: all, or of ?kinds=a,b, or what ?person= sees."""
    query = request.query_params
    kinds = frozenset(filter(None, query.get("kinds", "").split(",")))
    interest = partial(_is_wanted, world, int(query.get("person", 0)), kinds)
    return StreamingResponse(world.events.subscribe(interest), media_type="text/event-stream")


def _is_wanted(world: World, person: int, kinds: frozenset[str], event: Json) -> bool:
    if kinds and event["kind"] not in kinds:
        return False
    return not person or world.is_visible_to(event, person)


async def download_file(world: World, request: Request) -> Response:
    """A file as the person's phone would show it."""
    file = world.files.get(request.path_params["file_id"])
    disposition = f"inline; filename*=UTF-8''{quote(file.name)}"
    headers = {"content-disposition": disposition, "x-content-type-options": "nosniff"}
    if file.mime not in INLINE_MEDIA_TYPES:
        headers["content-disposition"] = disposition.replace("inline", "attachment")
    return Response(file.content, media_type=file.mime, headers=headers)


async def save_person(world: World, request: Request) -> Response:
    """Create a person or change what is known of them."""
    number = request.path_params["id"]
    body = await request.json()
    known = world.people.get(number)
    before = known.to_record() if known else {"id": number, "first_name": f"Person {number}"}
    world.add_person(Person(**before | body))
    return await read_screens(world, request)


async def read_screens(world: World, request: Request) -> Response:
    """Everything on one person's screen; `number` says up to which event."""
    person = _person(world, request)
    shown = [
        world.describe_chat(chat)
        | {
            "messages": [
                world.describe_message(m) | {"deleted": m.deleted or not chat.shows(m)}
                for m in chat.messages.values()
            ],
            "toasts": [t for t in chat.toasts if t["person"] == person.id],
            "commands": find_commands(world, person, chat),
        }
        for chat in world.chats.values()
        if person.id in chat.members
    ]
    body = {"number": world.events.number, "person": person.to_user(), "bot": world.bot}
    words = get_my_description(world, CallParams(language_code=person.language_code))
    return JSONResponse(body | {"chats": shown} | words)


async def wait_until_idle(world: World, request: Request) -> Response:
    """Wait until the bot is through with all this person did; see sandbox.idle_detection."""
    seconds = float(request.query_params.get("seconds", 10))
    done = await world.idle_detector.wait_until_idle(request.path_params["id"], seconds)
    return JSONResponse({"settled": done, "number": world.events.number})


async def perform_action(world: World, request: Request) -> Response:
    """One act, in the private chat or in the one given as `chat`."""
    person = _person(world, request)
    act = PERSON_ACTIONS.get(request.path_params["act"])
    if act is None:
        raise HTTPException(404, f"a person can {', '.join(PERSON_ACTIONS)} or upload")
    body: Json = await request.json() if await request.body() else {}
    await _let_fault_happen(world, person, request.path_params["act"])
    try:
        result = act(world, person, _chat(world, body.get("chat", person.id)), body)
    except KeyError as error:
        raise HTTPException(400, f"{error} is missing") from error
    return _answer(world, result)


async def _let_fault_happen(world: World, person: Person, act: str) -> None:
    """An act that was to go wrong comes late, or is refused as on a screen that has changed."""
    fault = world.faults.take_matching(f"{PERSON_PREFIX}{act}", person.id, world.clock.now())
    if fault is None:
        return
    await asyncio.sleep(fault.delay)
    if fault.code:
        raise CannotDo(fault.description or "the screen has changed: a fault on demand")


async def upload_file(world: World, request: Request) -> Response:
    """Send the request's body as a file: ?kind=&name=&caption=&chat=&album=."""
    person, query = _person(world, request), request.query_params
    chat = _chat(world, int(query.get("chat", person.id)))
    kind = query.get("kind", "document")
    if kind not in FILE_KINDS:
        raise bad_request(f"no such kind of file: {kind}")
    mime = request.headers.get("content-type", "application/octet-stream")
    sent = Upload(query.get("name", "file"), mime, await request.body())
    album = {"media_group_id": query["album"]} if query.get("album") else {}
    caption, guise = query.get("caption", ""), _read_guise(dict(query))
    return _answer(
        world, person_actions.send_file(world, person, chat, kind, sent, caption, guise, **album)
    )


def _person(world: World, request: Request) -> Person:
    person = world.people.get(request.path_params["id"])
    if person is None:
        raise HTTPException(404, f"nobody has the id {request.path_params['id']}")
    return person


def _chat(world: World, chat_id: int) -> Chat:
    chat = world.chats.get(chat_id)
    if chat is None:
        raise HTTPException(404, f"there is no chat {chat_id}")
    return chat


def _answer(world: World, result: Any) -> Response:
    body: Json = {}
    if isinstance(result, Message):
        body = {"message_id": result.id}
    elif isinstance(result, Chat):
        body = {"chat": result.id}
    elif isinstance(result, dict):
        body = result
    return JSONResponse({"number": world.events.number} | body)
