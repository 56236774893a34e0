"""The commands that a bot offers: set by scope and language, and who is shown which of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandbox.call_params import CallParams
from sandbox.chats import Chat, Json, Person
from sandbox.methods.lookup import find_known_chat
from sandbox.methods.registry import register_method
from sandbox.refusals import bad_request
from sandbox.world import World

MAX_COMMANDS = 100
COMMAND_PATTERN = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE_PATTERN = re.compile(r"([a-z]{2})?")
GENERAL_SCOPES = frozenset(
    {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
)
CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})


@register_method
def set_my_commands(world: World, params: CallParams) -> bool:
    """The command menu for a scope and language. No commands at all: as if none were set."""
    commands = params.structure("commands", "commands")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND_PATTERN.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    _write_commands(world, params, commands)
    return True


@register_method
def get_my_commands(world: World, params: CallParams) -> list[Json]:
    """The commands set for exactly this scope and language."""
    return _get_commands(world, _read_slot(world, params))


@register_method
def delete_my_commands(world: World, params: CallParams) -> bool:
    """No commands for this scope and language: a wider scope's are shown again."""
    _write_commands(world, params, [])
    return True


def _write_commands(world: World, params: CallParams, commands: list[Json]) -> None:
    world.profile[_read_slot(world, params)] = commands
    world.store.save_record("profile", "", lambda: world.profile)
    world.events.publish("profile", 0)


def _get_commands(world: World, slot: str) -> list[Json]:
    return list(world.profile.get(slot, []))


def _read_slot(world: World, params: CallParams) -> str:
    """Where a scope's commands are kept. Raises Refusal, in the words of Client.cpp (tdlib)."""
    scope = params.structure("scope", "BotCommandScope") or {"type": "default"}
    if not isinstance(scope, dict):
        raise _scope_refusal("BotCommandScope must be an Object")
    language, kind = params.text("language_code"), str(scope.get("type", ""))
    if not LANGUAGE_PATTERN.fullmatch(language):
        raise bad_request("invalid language code specified")
    if kind in GENERAL_SCOPES:
        return _name_slot(kind, language)
    if kind not in CHAT_SCOPES:
        raise _scope_refusal("Unsupported type specified")
    chat = find_known_chat(world, CallParams(chat_id=scope.get("chat_id")))
    if kind != "chat" and chat.private:
        raise bad_request("can't change commands of members in private chats")
    if kind != "chat_member":
        return _name_slot(kind, language, chat.id)
    user = CallParams(scope).integer("user_id")
    if user <= 0:
        raise _scope_refusal("Invalid user_id specified")
    return _name_slot(kind, language, chat.id, user)


def _scope_refusal(words: str) -> Exception:
    return bad_request(f"can't parse BotCommandScope: {words}")


def _name_slot(kind: str, language: str, *where: int) -> str:
    return f"commands {kind} {' '.join(map(str, where))} {language}"


def find_commands(world: World, person: Person, chat: Chat) -> list[Json]:
    """What the menu shows somebody in a chat: the nearest scope that has commands.

    Within a scope the person's language comes first; the order is that of "Determining list of
    commands" (core.telegram.org/bots/api#botcommandscope).
    """
    for kind, *where in _list_scopes(person, chat):
        for language in (person.language_code[:2].lower(), ""):
            if commands := _get_commands(world, _name_slot(str(kind), language, *map(int, where))):
                return commands
    return []


def _list_scopes(person: Person, chat: Chat) -> Iterator[tuple[str | int, ...]]:
    administrator = chat.administers(person.id)
    if chat.private:
        yield "chat", chat.id
        yield ("all_private_chats",)
    else:
        yield "chat_member", chat.id, person.id
        if administrator:
            yield "chat_administrators", chat.id
        yield "chat", chat.id
        if administrator:
            yield ("all_chat_administrators",)
        yield ("all_group_chats",)
    yield ("default",)
