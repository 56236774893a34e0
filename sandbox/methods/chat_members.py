"""Methods about chats and who is in them."""

from __future__ import annotations

from sandbox.call_params import Params
from sandbox.chats import Chat, Json
from sandbox.methods.lookup import known_chat, message_in, open_chat
from sandbox.methods.registry import method
from sandbox.refusals import bad
from sandbox.world import World


@method
def get_chat(world: World, params: Params) -> Json:
    """A chat as ChatFullInfo."""
    chat = known_chat(world, params)
    full = world.as_chat(chat) | {
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
    pinned = chat.messages.get(chat.pinned)
    return full | ({"pinned_message": pinned.content} if pinned else {})


def standing(world: World, chat: Chat, user_id: int) -> Json:
    """Somebody's place in a chat, as ChatMember."""
    if user_id == world.bot["id"]:
        return as_member(world.bot, chat.bot)
    if user_id not in world.persons:
        raise bad("PARTICIPANT_ID_INVALID")
    status = "left"
    if user_id in chat.members:
        owner = not chat.private and user_id == chat.members[0]
        status = "creator" if owner else "member"
    return as_member(world.persons[user_id].user(), status)


def as_member(user: Json, status: str) -> Json:
    """A User with a status, as ChatMember."""
    member: Json = {"user": user, "status": status}
    if status == "kicked":
        return member | {"until_date": 0}
    if status == "creator":
        return member | {"is_anonymous": False}
    if status == "administrator":
        rights = (
            "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members"
            " can_promote_members can_change_info can_invite_users can_post_stories"
            " can_edit_stories can_delete_stories can_pin_messages"
        )
        return (
            member
            | dict.fromkeys(rights.split(), True)
            | {
                "can_be_edited": False,
                "is_anonymous": False,
            }
        )
    return member


@method
def get_chat_member(world: World, params: Params) -> Json:
    """One member."""
    return standing(world, open_chat(world, params), params.integer("user_id"))


@method
def get_chat_administrators(world: World, params: Params) -> list[Json]:
    """Who may do more."""
    chat = open_chat(world, params)
    if chat.private:
        raise bad("there are no administrators in the private chat")
    everybody = [*chat.members, world.bot["id"]]
    members = [standing(world, chat, user_id) for user_id in everybody]
    return [member for member in members if member["status"] in {"creator", "administrator"}]


@method
def get_chat_member_count(world: World, params: Params) -> int:
    """How many, the bot included."""
    return len(open_chat(world, params).members) + 1


@method
def leave_chat(world: World, params: Params) -> bool:
    """Leave a group chat."""
    chat = open_chat(world, params)
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    chat.bot = "left"
    world.keep_chat(chat)
    return True


@method
def pin_chat_message(world: World, params: Params) -> bool:
    """Pin a message; the chat says so."""
    chat = open_chat(world, params)
    _must_pin(chat)
    message = message_in(chat, params.integer("message_id"), "to pin")
    chat.pinned = message.id
    world.keep_chat(chat)
    world.post(chat, world.bot, {"pinned_message": message.content})
    return True


@method
def unpin_chat_message(world: World, params: Params) -> bool:
    """Unpin."""
    chat = open_chat(world, params)
    _must_pin(chat)
    if not chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned = 0
    world.keep_chat(chat)
    return True


@method
def unpin_all_chat_messages(world: World, params: Params) -> bool:
    """Unpin whatever is pinned."""
    chat = open_chat(world, params)
    _must_pin(chat)
    chat.pinned = 0
    world.keep_chat(chat)
    return True


def _must_pin(chat: Chat) -> None:
    if not chat.private and chat.bot != "administrator":
        raise bad("not enough rights to manage pinned messages in the chat")
