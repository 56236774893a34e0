"""Everything the sandbox knows, and the few ways in which it changes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sandbox.call_log import CallLog
from sandbox.call_params import CallParams
from sandbox.chats import Chat, Json, Message, Person
from sandbox.clock import SandboxClock
from sandbox.event_stream import Event, EventStream
from sandbox.file_store import FileStore
from sandbox.idle_detection import IdleDetector
from sandbox.injected_faults import FaultQueue
from sandbox.rate_limits import RateLimits
from sandbox.record_store import SandboxStore
from sandbox.update_queue import CALLBACK_LIFE, UpdateQueue
from sandbox.webhook import AnswerCall, WebhookSender


async def _run_nothing(_: str, __: CallParams) -> None:
    """Until there is a Bot API, no answer can call it."""


FIRST_UPDATE_ID = 100_000_000


@dataclass(slots=True)
class PendingTap:
    """A callback query that waits for its answer."""

    id: str
    person: int
    chat: int
    message: int
    until: float
    mark: str = ""

    def to_record(self) -> Json:
        """For the store."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class World:
    """One bot and the people, chats and messages around it."""

    def __init__(self, token: str, username: str, data: Path | None = None) -> None:
        """`token` is "<bot id>:<secret>"; `data` the file that outlives a restart, if any."""
        self.token = token
        self.bot: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": username.removesuffix("_bot").title(),
            "username": username,
        }
        self.store = SandboxStore(data)
        self.events = EventStream()
        self.clock = SandboxClock()
        self.problems: list[str] = []
        self.run_answer: AnswerCall = _run_nothing
        self._load()

    def _load(self) -> None:
        """Take up what the store has; with an empty store, begin."""
        self.call_log = CallLog()
        self.faults = FaultQueue()
        self.rate_limits = RateLimits(self.clock)
        self.idle_detector = IdleDetector()
        self.files = FileStore(self.store)
        self.updates = UpdateQueue(self.store, self.clock, self.idle_detector)
        self.webhook = WebhookSender(
            self.store, self.clock, self.updates, lambda *call: self.run_answer(*call)
        )
        self.updates.on_arrival = self.webhook.wake
        self.people = {r["id"]: Person(**r) for r in self.store.list_records("person")}
        self.chats = {r["id"]: Chat(**r) for r in self.store.list_records("chat")}
        self.taps = {r["id"]: PendingTap(**r) for r in self.store.list_records("tap")}
        messages = [Message(**r) for r in self.store.list_records("message")]
        for message in sorted(messages, key=lambda message: message.id):
            self.chats[message.chat_id].messages[message.id] = message
        self.profile: Json = next(self.store.list_records("profile"), {})
        self._counters = Counter(next(self.store.list_records("counters"), {}))

    def reset(self) -> None:
        """Forget everything but the bot and its token."""
        self.updates.interrupt()
        self.webhook.cancel()
        self.store.clear()
        self.problems.clear()
        self.clock = SandboxClock()
        self._load()
        self.events.publish("reset", 0)

    def close_streams(self) -> None:
        """End every stream and long poll, and bring nothing more to a webhook."""
        self.webhook.cancel()
        self.events.close_all()
        self.updates.interrupt()

    def close(self) -> None:
        """Write what is left."""
        self.store.close()

    # ids

    def next_id(self, kind: str) -> int:
        """1, 2, 3 … for each kind: the same run gives the same ids."""
        self._counters[kind] += 1
        self.store.save_record("counters", "", lambda: dict(self._counters))
        return self._counters[kind]

    def set_next_id(self, kind: str, following: int) -> None:
        """Let the next id of a kind be `following`."""
        self._counters[kind] = following - 1

    def now(self) -> int:
        """Whole seconds since 1970, as Telegram dates things."""
        return int(self.clock.now())

    # people and chats

    def add_person(self, person: Person) -> Person:
        """Add somebody, or change what is known of them; they have a chat with the bot."""
        self.people[person.id] = person
        self.store.save_record("person", person.id, person.to_record)
        if person.id not in self.chats:
            self.add_chat(Chat(person.id, "private", members=[person.id]))
        self.events.publish("person", person.id, person=person.to_user())
        return person

    def add_chat(self, chat: Chat) -> Chat:
        """Add a chat."""
        self.chats[chat.id] = chat
        self.save_chat(chat)
        return chat

    def save_chat(self, chat: Chat) -> None:
        """A chat changed."""
        self.store.save_record("chat", chat.id, chat.to_record)
        self.events.publish("chat", chat.id, about=self.describe_chat(chat))

    def describe_chat(self, chat: Chat) -> Json:
        """What the person side shows of a chat beside its messages."""
        return {
            "id": chat.id,
            "type": chat.type,
            "title": chat.title or self.bot["first_name"],
            "members": chat.members,
            "bot": chat.bot,
            "migrated_to": chat.migrated_to,
            "pinned": chat.pinned,
            "keyboard": chat.keyboard,
            "topics": chat.topics,
        }

    def build_chat(self, chat: Chat) -> Json:
        """As a Bot API Chat."""
        if not chat.private:
            forum = {"is_forum": True} if chat.forum else {}
            return {"id": chat.id, "type": chat.type, "title": chat.title} | forum
        user = self.people[chat.id].to_user()
        names = ("first_name", "last_name", "username")
        return {"id": chat.id, "type": "private"} | {n: user[n] for n in names if n in user}

    def is_visible_to(self, event: Event, person: int) -> bool:
        """Whether a person would see this event on their screen."""
        if event["kind"] == "person":
            return True
        if "only_for" in event:
            return bool(event["only_for"] == person)
        chat = self.chats.get(event["chat"])
        return chat is None or person in chat.members

    # messages

    def post_message(self, chat: Chat, sender: Json, content: Json, author: int = 0) -> Message:
        """A new message in a chat, from a Bot API User; in a channel it is the channel's."""
        chat.last_message_id += 1
        about = self.build_chat(chat)
        who = {"sender_chat": about} if chat.type == "channel" else {"from": sender}
        head = {"message_id": chat.last_message_id, **who, "chat": about, "date": self.now()}
        by_bot = sender["id"] == self.bot["id"]
        message = Message(chat.id, head | content, author=author, by_bot=by_bot)
        chat.messages[message.id] = message
        self.store.save_record("chat", chat.id, chat.to_record)
        self._keep(message)
        self.events.publish("message", chat.id, message=self.describe_message(message))
        return message

    def describe_message(self, message: Message) -> Json:
        """What the person side shows: it says of a channel's post too that the bot wrote it."""
        unnamed = message.by_bot and "from" not in message.content
        return message.content | {"by_bot": True} if unnamed else message.content

    def edit_message(self, message: Message, content: Json) -> Message:
        """Put other content into a message; the old dictionary stays as it was."""
        message.content = content | {"edit_date": self.now()}
        self._keep(message)
        if self.chats[message.chat_id].shows(message):
            shown = self.describe_message(message)
            self.events.publish("edited", message.chat_id, message=shown)
        return message

    def delete_message(self, message: Message) -> None:
        """Delete a message; the transcript still shows that it was there."""
        message.deleted = True
        self._keep(message)
        self.events.publish("deleted", message.chat_id, message_id=message.id)

    def _keep(self, message: Message) -> None:
        self.store.save_record("message", f"{message.chat_id}:{message.id}", message.to_record)

    def show_toast(self, tap: PendingTap, text: str, alert: bool, url: str) -> None:
        """What the person sees when their tap was answered: often nothing."""
        toast = {"message_id": tap.message, "text": text, "show_alert": alert, "url": url}
        if text or url:
            self.chats[tap.chat].toasts.append(toast | {"person": tap.person})
        self.events.publish("toast", tap.chat, only_for=tap.person, mark=tap.mark, **toast)

    # updates

    def queue_update(
        self, kind: str, content: Json, person: int, chat: int, query: str = ""
    ) -> bool:
        """Queue an update that a person caused. False: the bot does not want this kind."""
        if not self.updates.is_wanted(kind):
            return False
        update_id = self._next_update_id()
        self.idle_detector.add_update(update_id, person, chat, query)
        self.updates.add(update_id, kind, content)
        return True

    def inject_update(self, raw: Json, numbered: bool, person: int, chat: int) -> int:
        """Queue `raw` as it is, wanted or not; returns its place in the queue.

        `numbered` gives it an `update_id` if it has none. An `update_id` above all that were is
        also its place, and the next ones follow it. `person` is whoever waits until the bot is
        through with it (0: nobody).
        """
        said = raw.get("update_id")
        if isinstance(said, int) and said > max(self._counters["update"], FIRST_UPDATE_ID - 1):
            self.set_next_id("update", said)
        update_id = self._next_update_id()
        if numbered:
            raw = {"update_id": update_id} | raw
        if person:
            self.idle_detector.add_update(update_id, person, chat or person, "")
        self.updates.add_raw(update_id, raw)
        return update_id

    def _next_update_id(self) -> int:
        if not self._counters["update"]:
            self.set_next_id("update", FIRST_UPDATE_ID)
        return self.next_id("update")

    def open_tap(self, person: int, chat: int, message: int, mark: str = "") -> PendingTap:
        """A tap that now waits for `answerCallbackQuery`; its `mark` comes back with the toast."""
        number = f"{self.bot['id']}{self.next_id('tap'):08d}"
        until = self.clock.now() + CALLBACK_LIFE
        tap = PendingTap(number, person, chat, message, until, mark)
        self.taps[tap.id] = tap
        self.store.save_record("tap", tap.id, tap.to_record)
        return tap

    def close_tap(self, query_id: str) -> PendingTap | None:
        """Take a waiting tap. None: unknown, answered before, or too old."""
        tap = self.taps.pop(query_id, None)
        if tap is None:
            return None
        self.store.save_record("tap", query_id, dict)
        self.idle_detector.mark_answered(query_id)
        return tap if tap.until >= self.clock.now() else None
