"""People, chats and messages, in the shapes of the Bot API."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

Json = dict[str, Any]


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
        given = {name: value for name, value in asdict(self).items() if value}
        return {**given, "is_bot": False}

    def to_record(self) -> Json:
        """For the store."""
        return asdict(self)


@dataclass(slots=True)
class Message:
    """A message: `content` is the Bot API Message, replaced as a whole when it is edited."""

    chat_id: int
    content: Json
    deleted: bool = False

    @property
    def id(self) -> int:
        """`message_id`, counted within the chat."""
        number: int = self.content["message_id"]
        return number

    @property
    def by_bot(self) -> bool:
        """Whether the bot wrote it."""
        return bool(self.content["from"]["is_bot"])

    def to_record(self) -> Json:
        """For the store."""
        return {"chat_id": self.chat_id, "content": self.content, "deleted": self.deleted}


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's) or a group chat.

    `bot` is the bot's standing, as in ChatMember.status; in a private chat "left" means that the
    person never wrote, "kicked" that they blocked the bot. Its person cleared it up to message
    `cleared_to`.
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
