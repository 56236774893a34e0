"""Methods about chats and who is in them."""

from __future__ import annotations

from sandbox.call_params import CallParams
from sandbox.chats import Chat, Json
from sandbox.methods.lookup import find_known_chat, find_message, find_writable_chat
from sandbox.methods.registry import register_method
from sandbox.refusals import bad_request
from sandbox.world import World


@register_method
def get_chat(world: World, params: CallParams) -> Json:
    """A chat as ChatFullInfo."""
    chat = find_known_chat(world, params)
    full = world.build_chat(chat) | {
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
    }
    if chat.linked_to:
        full["linked_chat_id"] = chat.linked_to
    pinned = chat.messages.get(chat.pinned)
    return full | ({"pinned_message": pinned.content} if pinned else {})


def build_chat_member(world: World, chat: Chat, user_id: int) -> Json:
    """Somebody's place in a chat, as ChatMember."""
    if user_id == world.bot["id"]:
        return build_member(world.bot, chat.bot, chat)
    if user_id not in world.people:
        raise bad_request("PARTICIPANT_ID_INVALID")
    status = "left"
    if user_id in chat.members:
        owner = not chat.private and user_id == chat.members[0]
        helps = chat.administers(user_id)
        status = "creator" if owner else "administrator" if helps else "member"
    return build_member(world.people[user_id].to_user(), status, chat)


def build_member(user: Json, status: str, chat: Chat) -> Json:
    """A User with a status in a chat, as ChatMember."""
    member: Json = {"user": user, "status": status}
    if status == "kicked":
        return member | {"until_date": 0}
    if status == "creator":
        return member | {"is_anonymous": False}
    if status == "administrator":
        rights = (
            "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members"
            " can_promote_members can_change_info can_invite_users can_post_stories"
            " can_edit_stories can_delete_stories can_pin_messages can_send_welcome_messages"
        )
        return (
            member
            | dict.fromkeys(rights.split(), True)
            | _list_rights_by_kind(user, chat)
            | {
                "can_be_edited": False,
                "is_anonymous": False,
            }
        )
    return member


def _list_rights_by_kind(user: Json, chat: Chat) -> Json:
    if chat.type == "channel":
        return {"can_post_messages": True, "can_edit_messages": True}
    if chat.type == "supergroup":
        return {"can_manage_topics": chat.bot_manages_topics or not user["is_bot"]}
    return {}


@register_method
def get_chat_member(world: World, params: CallParams) -> Json:
    """One member."""
    return build_chat_member(world, find_writable_chat(world, params), params.integer("user_id"))


@register_method
def get_chat_administrators(world: World, params: CallParams) -> list[Json]:
    """Who may do more."""
    chat = find_writable_chat(world, params)
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    everybody = [*chat.members, world.bot["id"]]
    members = [build_chat_member(world, chat, user_id) for user_id in everybody]
    return [member for member in members if member["status"] in {"creator", "administrator"}]


@register_method
def get_chat_member_count(world: World, params: CallParams) -> int:
    """How many, the bot included."""
    return len(find_writable_chat(world, params).members) + 1


@register_method
def leave_chat(world: World, params: CallParams) -> bool:
    """Leave a group chat."""
    chat = find_writable_chat(world, params)
    if chat.private:
        raise bad_request("chat member status can't be changed in private chats")
    chat.bot = "left"
    world.save_chat(chat)
    return True


@register_method
def pin_chat_message(world: World, params: CallParams) -> bool:
    """Pin a message; the chat says so."""
    chat = find_writable_chat(world, params)
    _require_pin_right(chat)
    message = find_message(chat, params.integer("message_id"), "to pin")
    chat.pinned = message.id
    world.save_chat(chat)
    world.post_message(chat, world.bot, {"pinned_message": message.content})
    return True


@register_method
def unpin_chat_message(world: World, params: CallParams) -> bool:
    """Unpin."""
    chat = find_writable_chat(world, params)
    _require_pin_right(chat)
    if not chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned = 0
    world.save_chat(chat)
    return True


@register_method
def unpin_all_chat_messages(world: World, params: CallParams) -> bool:
    """Unpin whatever is pinned."""
    chat = find_writable_chat(world, params)
    _require_pin_right(chat)
    chat.pinned = 0
    world.save_chat(chat)
    return True


def _require_pin_right(chat: Chat) -> None:
    if not chat.private and chat.bot != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
