"""What people do: every act puts something into a chat and tells the bot, if it may see it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sandbox.call_params import Upload
from sandbox.chats import GENERAL_TOPIC, Chat, Json, Message, Person
from sandbox.entities import parse_text, utf16_length
from sandbox.keyboards import Button, find_button, list_button_rows
from sandbox.long_texts import split_long_text
from sandbox.message_delivery import forward_to_discussion, tell_bot
from sandbox.methods.chat_members import build_member
from sandbox.methods.message_contents import MAX_TEXT
from sandbox.refusals import CannotDo
from sandbox.senders import CHANNEL_BOT, GROUP_ANONYMOUS_BOT
from sandbox.world import World

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
FIRST_GROUP_ID = 4_000_000_000
SUPERGROUP_OFFSET = 1_000_000_000_000


@dataclass(frozen=True, slots=True)
class Guise:
    """Where in a forum somebody writes, and as which chat.

    `topic` 0 is General. `as_chat` 0 is the person; a group's own id makes an administrator
    anonymous, a channel's id lets its founder speak as the channel.
    """

    topic: int = 0
    as_chat: int = 0


OPENLY = Guise()


def send_text(
    world: World,
    person: Person,
    chat: Chat,
    text: str,
    reply_to: int = 0,
    guise: Guise = OPENLY,
) -> Message:
    """Write a text, perhaps as a reply; a long one becomes several messages. Returns the last."""
    if not text.strip():
        raise CannotDo("an empty text cannot be sent")
    for part in split_long_text(text):
        shown, entities = parse_text(part)
        content: Json = {"text": shown, "entities": entities} if entities else {"text": shown}
        message = send_content(world, person, chat, content, reply_to, guise)
        reply_to = 0  # Only the first part shows what it replies to.
    return message


def press_start(world: World, person: Person, payload: str = "") -> Message:
    """Open https://t.me/<bot>?start=<payload> and press START."""
    if not PAYLOAD.fullmatch(payload):
        raise CannotDo("a start payload is at most 64 of A-Z a-z 0-9 _ -")
    return send_text(world, person, world.chats[person.id], f"/start {payload}".strip())


def send_content(
    world: World,
    person: Person,
    chat: Chat,
    content: Json,
    reply_to: int = 0,
    guise: Guise = OPENLY,
) -> Message:
    """Put content into a chat and tell the bot. Raises CannotDo."""
    _must_be_in(person, chat)
    head = _find_topic(person, chat, guise.topic)
    if chat.private and chat.bot == "kicked":
        unblock_bot(world, person)
    if reply_to:
        replied = _find_message(chat, reply_to).content
        inner = {key: value for key, value in replied.items() if key != "reply_to_message"}
        head |= {"reply_to_message": inner}
    sender, named = _present_sender(world, person, chat, guise.as_chat)
    message = world.post_message(chat, sender, named | head | content, person.id)
    if chat.private and chat.bot == "left":
        chat.bot = "member"
        world.save_chat(chat)
    tell_bot(world, chat, message, person.id)
    forward_to_discussion(world, chat, message, person.id)
    return message


def _find_topic(person: Person, chat: Chat, topic: int) -> Json:
    """What a message says of its topic: one that answers nothing answers the topic's beginning."""
    if not chat.forum:
        if topic:
            raise CannotDo("this chat has no topics")
        return {}
    about = chat.topics.get(str(topic or GENERAL_TOPIC))
    if about is None:
        raise CannotDo(f"there is no topic {topic}")
    if about["closed"] and not chat.administers(person.id):
        raise CannotDo("this topic is closed")
    begun = chat.messages.get(topic)
    answered = {"reply_to_message": begun.content} if begun else {}
    return answered | chat.describe_topic(topic)


def _present_sender(world: World, person: Person, chat: Chat, as_chat: int) -> tuple[Json, Json]:
    """Who a message says that it is from: a User, and `sender_chat` where a chat speaks."""
    if chat.type == "channel":
        if not chat.administers(person.id):
            raise CannotDo("only administrators write in a channel")
        return person.to_user(), {}
    if not as_chat:
        return person.to_user(), {}
    spoken = world.chats.get(as_chat)
    if spoken is None or not spoken.administers(person.id):
        raise CannotDo(f"person {person.id} cannot speak as chat {as_chat}")
    if spoken.id != chat.id and spoken.type != "channel":
        raise CannotDo("a group speaks only in itself")
    account = GROUP_ANONYMOUS_BOT if spoken.id == chat.id else CHANNEL_BOT
    return account, {"sender_chat": world.build_chat(spoken)}


def send_file(
    world: World,
    person: Person,
    chat: Chat,
    kind: str,
    upload: Upload,
    caption: str = "",
    guise: Guise = OPENLY,
    **more: Any,
) -> Message:
    """Send a photo, a voice message, a document …: one of sandbox.file_store.KINDS."""
    content = world.files.build_attachment(world.files.add(kind, upload))
    content |= ({"caption": caption} if caption else {}) | more
    return send_content(world, person, chat, content, guise=guise)


def send_sticker(
    world: World, person: Person, chat: Chat, emoji: str, guise: Guise = OPENLY
) -> Message:
    """Send a sticker, which is known by its emoji only."""
    sticker = {
        "file_id": f"sticker-{ord(emoji[0]):x}",
        "file_unique_id": f"{ord(emoji[0]):x}",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": emoji,
    }
    return send_content(world, person, chat, {"sticker": sticker}, guise=guise)


def move_location(
    world: World, person: Person, chat: Chat, message_id: int, place: Json
) -> Message:
    """Where somebody is by now who shares their live location: an edit of that message."""
    message = _find_message(chat, message_id)
    world.edit_message(message, message.content | place)
    tell_bot(world, chat, message, person.id, edited=True)
    return message


def edit_text(world: World, person: Person, chat: Chat, message_id: int, text: str) -> Message:
    """Change the text of an own message."""
    message = _find_message(chat, message_id)
    if message.author != person.id or "text" not in message.content:
        raise CannotDo(f"message {message_id} is no text of this person")
    shown, entities = parse_text(text)
    if not shown or utf16_length(shown) > MAX_TEXT:
        raise CannotDo("a phone splits only new texts, and sends no empty ones")
    kept = {k: v for k, v in message.content.items() if k not in {"text", "entities"}}
    content = kept | {"text": shown} | ({"entities": entities} if entities else {})
    world.edit_message(message, content)
    tell_bot(world, chat, message, person.id, edited=True)
    return message


def tap_button(
    world: World,
    person: Person,
    chat: Chat,
    label: str = "",
    data: str = "",
    message_id: int = 0,
    mark: str = "",
) -> Json:
    """Tap a button by its label, on a given message or else on the newest that has buttons.

    `data` in place of a label forges a callback with data that may be on no button. Returns what
    the screen does by itself: {"url": …}, {"copied": …} or {"query": id}. Raises CannotDo.
    `mark` comes back with the toast, so that whoever taps often knows which tap it answers.
    """
    _must_be_in(person, chat)
    message, found = _find_button(chat, label, message_id)
    if message is None or (found is None and not data):
        return _tap_reply_keyboard(world, person, chat, label, message)
    button: Button = {"callback_data": data} if data else found or {}
    if "url" in button:
        return _follow(world, person, button["url"])
    if "copy_text" in button:
        return {"copied": button["copy_text"]["text"]}
    if chat.bot not in {"member", "administrator"}:
        raise CannotDo("the bot is not in this chat")
    waiting = world.open_tap(person.id, chat.id, message.id, mark)
    query = {
        "id": waiting.id,
        "from": person.to_user(),
        "message": message.content,
        "chat_instance": str(chat.id),
        "data": button["callback_data"],
    }
    world.queue_update("callback_query", query, person.id, chat.id, waiting.id)
    return {"query": waiting.id}


def _find_button(chat: Chat, label: str, message_id: int) -> tuple[Message | None, Button | None]:
    """The message tapped on, or the newest with buttons, and its button with this label."""
    with_buttons = (
        m for m in reversed(chat.messages.values()) if _has_buttons(m) and chat.shows(m)
    )
    message = _find_message(chat, message_id) if message_id else next(with_buttons, None)
    return message, find_button(message.content, label) if message else None


def _has_buttons(message: Message) -> bool:
    return not message.deleted and bool(list_button_rows(message.content))


def _tap_reply_keyboard(
    world: World, person: Person, chat: Chat, label: str, message: Message | None
) -> Json:
    """The keyboard below the text box, whose buttons say their label."""
    keys = [key for row in chat.keyboard.get("keyboard", []) for key in row]
    labels = [key if isinstance(key, str) else key["text"] for key in keys]
    if label in labels:
        return {"message_id": send_text(world, person, chat, label).id}
    rows = list_button_rows(message.content) if message else []
    shown = [[button["text"] for button in row] for row in rows]
    raise CannotDo(f"no button {label!r} here; there are {[*shown, labels]}")


def _follow(world: World, person: Person, url: str) -> Json:
    link = re.fullmatch(
        rf"https?://t\.me/{re.escape(world.bot['username'])}\?start=([\w-]*)", url, re.IGNORECASE
    )
    if link is None:
        return {"url": url}
    return {"url": url, "message_id": press_start(world, person, link[1]).id}


def block_bot(world: World, person: Person) -> None:
    """Block the bot."""
    _set_bot_status(world, person, world.chats[person.id], "kicked")


def unblock_bot(world: World, person: Person) -> None:
    """Unblock the bot."""
    _set_bot_status(world, person, world.chats[person.id], "member")


def clear_history(world: World, person: Person, for_bot: bool) -> None:
    """Clear the chat with the bot, which is told nothing.

    As on most phones the messages only vanish for the person, and the bot may edit them without
    anybody seeing it (github.com/telegramdesktop/tdesktop/issues/17033). `for_bot` deletes them for
    the bot too, as the web apps offer it: an edit then finds no message.
    """
    chat = world.chats[person.id]
    if for_bot:
        for message in [m for m in chat.messages.values() if not m.deleted]:
            world.delete_message(message)
    chat.cleared_to = chat.last_message_id
    world.save_chat(chat)
    world.events.publish("cleared", chat.id, up_to=chat.cleared_to)


def found_group(world: World, founder: Person, title: str, members: list[int]) -> Chat:
    """A group chat of the founder, others and the bot."""
    group_id = -(FIRST_GROUP_ID + world.next_id("group"))
    everybody = list(dict.fromkeys([founder.id, *members]))
    chat = world.add_chat(Chat(group_id, "group", title, everybody))
    _set_bot_status(world, founder, chat, "member")
    post_service_message(world, founder, chat, {"group_chat_created": True})
    return chat


def promote_bot(world: World, person: Person, chat: Chat, manage_topics: bool = False) -> None:
    """Make the bot an administrator of the group chat, who may write in closed topics or not."""
    chat.bot_manages_topics = manage_topics
    _set_bot_status(world, person, chat, "administrator")


def appoint_administrator(world: World, person: Person, chat: Chat, member: int) -> None:
    """Make a member an administrator of the chat."""
    must_administer(person, chat)
    if member not in chat.members:
        raise CannotDo("only members can become administrators")
    if not chat.administers(member):
        chat.administrators.append(member)
        world.save_chat(chat)


def kick_bot(world: World, person: Person, chat: Chat) -> None:
    """Throw the bot out of the group chat."""
    _set_bot_status(world, person, chat, "kicked")


def invite_bot(world: World, person: Person, chat: Chat) -> None:
    """Bring the bot into the group chat (again), into a channel as an administrator."""
    status = "administrator" if chat.type == "channel" else "member"
    _set_bot_status(world, person, chat, status)


def join_group(world: World, person: Person, chat: Chat) -> None:
    """Become a member of the group chat."""
    chat.members.append(person.id)
    world.save_chat(chat)
    post_service_message(world, person, chat, {"new_chat_members": [person.to_user()]})


def leave_group(world: World, person: Person, chat: Chat) -> None:
    """Leave the group chat."""
    _must_be_in(person, chat)
    chat.members.remove(person.id)
    world.save_chat(chat)
    post_service_message(world, person, chat, {"left_chat_member": person.to_user()})


def migrate_group(world: World, person: Person, chat: Chat) -> Chat:
    """Turn a group chat into a supergroup, which has another id and starts counting anew."""
    if chat.type != "group" or chat.migrated_to:
        raise CannotDo("only a group chat can become a supergroup, and only once")
    new_id = chat.id - SUPERGROUP_OFFSET
    above = world.add_chat(Chat(new_id, "supergroup", chat.title, [*chat.members], chat.bot))
    above.administrators = [*chat.administrators]
    chat.migrated_to = new_id
    world.save_chat(chat)
    post_service_message(world, person, chat, {"migrate_to_chat_id": new_id})
    post_service_message(world, person, above, {"migrate_from_chat_id": chat.id})
    return above


def _set_bot_status(world: World, person: Person, chat: Chat, status: str) -> None:
    """Change the bot's standing in a chat and tell it (`my_chat_member`)."""
    old, chat.bot = chat.bot, status
    if old == status:
        return
    world.save_chat(chat)
    change = {
        "chat": world.build_chat(chat),
        "from": person.to_user(),
        "date": world.now(),
        "old_chat_member": build_member(world.bot, old, chat),
        "new_chat_member": build_member(world.bot, status, chat),
    }
    world.queue_update("my_chat_member", change, person.id, chat.id)


def post_service_message(world: World, person: Person, chat: Chat, content: dict[str, Any]) -> None:
    """Let the chat say what somebody did; the bot is always told."""
    message = world.post_message(chat, person.to_user(), content, person.id)
    if chat.bot in {"member", "administrator"}:
        world.queue_update("message", message.content, person.id, chat.id)


def must_administer(person: Person, chat: Chat) -> None:
    """Raise CannotDo unless somebody is an administrator of the chat."""
    _must_be_in(person, chat)
    if not chat.administers(person.id):
        raise CannotDo("only administrators can do that")


def _must_be_in(person: Person, chat: Chat) -> None:
    if person.id not in chat.members:
        raise CannotDo(f"person {person.id} is not in chat {chat.id}")
    if chat.migrated_to:
        raise CannotDo(f"this group chat has become {chat.migrated_to}")


def _find_message(chat: Chat, message_id: int) -> Message:
    message = chat.messages.get(message_id)
    if message is None or message.deleted or not chat.shows(message):
        raise CannotDo(f"there is no message {message_id} in this chat")
    return message
