"""People, chats and messages, in the shapes of the Bot API."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.senders import is_by_bot

Json = dict[str, Any]

GENERAL_TOPIC = 1
"""The topic that every forum has; its messages say nothing of a topic."""


@dataclass(slots=True)
class Person:
    """Somebody with a Telegram account."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "id"

    def to_user(self) -> Json:
        """As a Bot API User."""
        known = {name: value for name, value in asdict(self).items() if value}
        return {**known, "is_bot": False}

    def to_record(self) -> Json:
        """For the store."""
        return asdict(self)


@dataclass(slots=True)
class Message:
    """A message: `content` is the Bot API Message, replaced as a whole when it is edited.

    `author` is the person who wrote it, even where the content names a chat (0: nobody);
    `by_bot` is whether the bot did.
    """

    chat_id: int
    content: Json
    deleted: bool = False
    author: int = 0
    by_bot: bool | None = None

    def __post_init__(self) -> None:
        """A record of an earlier version does not say who wrote it."""
        if self.by_bot is None:
            self.by_bot = is_by_bot(self.content)
            self.author = 0 if self.by_bot else self.content.get("from", {}).get("id", 0)

    @property
    def id(self) -> int:
        """`message_id`, counted within the chat."""
        number: int = self.content["message_id"]
        return number

    def to_record(self) -> Json:
        """For the store."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's), a group chat or a channel.

    `bot` is the bot's standing, as in ChatMember.status; in a private chat "left" means that the
    person never wrote, "kicked" that they blocked the bot. Its person cleared it up to message
    `cleared_to`. A forum has `topics` by their thread; a channel may be `linked_to` a group.
    """

    id: int
    type: str
    title: str = ""
    members: list[int] = field(default_factory=list)
    bot: str = "left"
    migrated_to: int = 0
    pinned: int = 0
    last_message_id: int = 0
    cleared_to: int = 0
    administrators: list[int] = field(default_factory=list)
    forum: bool = False
    topics: dict[str, Json] = field(default_factory=dict)
    bot_manages_topics: bool = False
    linked_to: int = 0
    keyboard: Json = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    toasts: list[Json] = field(default_factory=list)

    @property
    def private(self) -> bool:
        """Whether it is a chat with one person."""
        return self.type == "private"

    def administers(self, person: int) -> bool:
        """Whether somebody is an administrator: the founder, and whoever was made one."""
        founder = bool(self.members) and person == self.members[0]
        return not self.private and (founder or person in self.administrators)

    def describe_topic(self, thread: int) -> Json:
        """What a message says of the topic that it stands in."""
        if not self.forum or thread in {0, GENERAL_TOPIC}:
            return {}
        return {"message_thread_id": thread, "is_topic_message": True}

    def shows(self, message: Message) -> bool:
        """Whether people still see a message, unless it was deleted."""
        return message.id > self.cleared_to

    def to_record(self) -> Json:
        """For the store; messages are records of their own, toasts are not kept."""
        return {
            name: getattr(self, name)
            for name in self.__dataclass_fields__
            if name not in {"messages", "toasts"}
        }
