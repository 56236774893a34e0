"""Methods about the bot itself: who it is, its names, descriptions, menu button."""

from __future__ import annotations

import json
from typing import Any

from sandbox.call_params import CallParams
from sandbox.chats import Json
from sandbox.methods.registry import register_method
from sandbox.refusals import bad_request
from sandbox.world import World


@register_method
def get_me(world: World, _: CallParams) -> Json:
    """The bot as a User."""
    return world.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def _slot(params: CallParams, what: str) -> str:
    scope = params.structure("scope", "BotCommandScope") or {"type": "default"}
    return f"{what} {json.dumps(scope, sort_keys=True)} {params.text('language_code')}"


def _write(world: World, slot: str, value: Any) -> bool:
    world.profile[slot] = value
    world.store.save_record("profile", "", lambda: world.profile)
    world.events.publish("profile", 0)
    return True


def _set(world: World, params: CallParams, field: str, most: int) -> bool:
    words = params.text(field)
    if len(words) > most:
        raise bad_request(f"{field.upper()}_TOO_LONG")
    return _write(world, _slot(CallParams(params), field), words)


def _get(world: World, params: CallParams, field: str) -> Json:
    general = CallParams()
    words = world.profile.get(_slot(params, field)) or world.profile.get(_slot(general, field), "")
    return {field: words}


@register_method
def set_my_name(world: World, params: CallParams) -> bool:
    """The bot's name in a language."""
    return _set(world, params, "name", 64)


@register_method
def get_my_name(world: World, params: CallParams) -> Json:
    """The bot's name."""
    found = _get(world, params, "name")
    return found if found["name"] else {"name": world.bot["first_name"]}


@register_method
def set_my_description(world: World, params: CallParams) -> bool:
    """What an empty chat shows."""
    return _set(world, params, "description", 512)


@register_method
def get_my_description(world: World, params: CallParams) -> Json:
    """What an empty chat shows."""
    return _get(world, params, "description")


@register_method
def set_my_short_description(world: World, params: CallParams) -> bool:
    """What the profile shows."""
    return _set(world, params, "short_description", 120)


@register_method
def get_my_short_description(world: World, params: CallParams) -> Json:
    """What the profile shows."""
    return _get(world, params, "short_description")


@register_method
def set_chat_menu_button(world: World, params: CallParams) -> bool:
    """The button beside the text box."""
    button = params.structure("menu_button", "menu button") or {"type": "default"}
    return _write(world, f"menu {params.integer('chat_id')}", button)


@register_method
def get_chat_menu_button(world: World, params: CallParams) -> Json:
    """The button beside the text box."""
    menus = ({"type": "commands"}, world.profile.get("menu 0"))
    own: Json | None = world.profile.get(f"menu {params.integer('chat_id')}")
    return own or menus[1] or menus[0]


@register_method
def log_out(_: World, __: CallParams) -> bool:
    """Nothing to leave."""
    return True


@register_method
def close(_: World, __: CallParams) -> bool:
    """Nothing to close."""
    return True
