"""The people's side of a sandbox, from Python.

    async with Sandbox.connect("http://127.0.0.1:8081") as box:
        person = await box.person(1001, first_name="Siti", language_code="id")
        await person.start("persepsi")
        card = await person.card()
        await person.tap(card.labels[0])
        await person.wait(lambda screen: "2 dari 20" in screen.card.text)

Nothing here polls or sleeps: one stream of events keeps every screen up to date, an act returns
when its own effect is on the screen, and waiting ends with the event that was waited for.
"""

from __future__ import annotations

# ruff: noqa: ASYNC109 - a `timeout` that raises TimeoutError is what tests expect of a wait
import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp

from sandbox.connection import DEFAULT_TIMEOUT, SandboxConnection, ScreenPredicate
from sandbox.phone_screen import PhoneScreen, ShownMessage


class PersonClient:
    """Somebody with a phone. Every act is in the private chat with the bot unless `chat` says."""

    def __init__(self, sandbox: SandboxConnection, number: int) -> None:
        self.box = sandbox
        self.id = number

    @property
    def screen(self) -> PhoneScreen:
        """The private chat with the bot."""
        return self.box.screen(self.id)

    async def perform(
        self, what: str, chat: GroupChatClient | int | None = None, **details: Any
    ) -> Any:
        """Do something by its name in sandbox.person_api.ACTS. Raises CannotDo."""
        body = details if chat is None else details | {"chat": _chat_id(chat)}
        answer = await self.box.call("POST", f"/person/{self.id}/{what}", body)
        await self.box.wait_for_event(answer["number"])
        return answer

    async def start(self, payload: str = "") -> None:
        """Open the deep link with this payload and press START."""
        await self.perform("start", payload=payload)

    async def say(
        self,
        text: str,
        chat: GroupChatClient | int | None = None,
        reply_to: int = 0,
        topic: int = 0,
        as_chat: GroupChatClient | int = 0,
    ) -> int:
        """Write a text; returns its message id: of a text that was split, that of its last part.

        `topic` is a thread of a forum. `as_chat` is the group itself for an anonymous
        administrator, or a channel of one's own.
        """
        about = {"reply_to": reply_to, "topic": topic, "as_chat": _chat_id(as_chat)}
        return int((await self.perform("say", chat, text=text, **about))["message_id"])

    async def forward(
        self,
        text: str,
        origin: dict[str, Any],
        chat: GroupChatClient | int | None = None,
    ) -> int:
        """Forward a text of somebody else; returns its message id.

        `origin` is {"user": person id}, {"hidden_user": name}, {"chat": id} or
        {"channel": id, "message_id": number}, the last two perhaps with "signature".
        """
        made = await self.perform("forward", chat, text=text, origin=origin)
        return int(made["message_id"])

    async def tap(
        self, label: str, message_id: int = 0, chat: GroupChatClient | int | None = None
    ) -> dict[str, Any]:
        """Tap the button with this label on the newest message with buttons, or on a given one.

        Returns {"query": id}, or what the phone does by itself: {"url": …}, {"copied": …}.
        """
        answer: dict[str, Any] = await self.perform("tap", chat, label=label, message_id=message_id)
        return answer

    async def send_callback_data(
        self, data: str, message_id: int = 0, chat: GroupChatClient | int | None = None
    ) -> None:
        """Send callback data as a manipulated app might: it need not be on any button."""
        await self.perform("tap", chat, data=data, message_id=message_id)

    async def share_location(
        self,
        latitude: float,
        longitude: float,
        chat: GroupChatClient | int | None = None,
        **details: float,
    ) -> int:
        """Share a place (degrees); returns its message id.

        horizontal_accuracy= in metres; live_period= in seconds shares it live, and message_id= of
        such a message then moves it.
        """
        place = {"latitude": latitude, "longitude": longitude, **details}
        return int((await self.perform("location", chat, **place))["message_id"])

    async def share_contact(
        self, phone_number: str, chat: GroupChatClient | int | None = None
    ) -> None:
        """Share the own contact."""
        await self.perform("contact", chat, phone_number=phone_number)

    async def send_sticker(
        self, emoji: str = "👍", chat: GroupChatClient | int | None = None
    ) -> None:
        """Send a sticker."""
        await self.perform("sticker", chat, emoji=emoji)

    async def send_photo(
        self,
        content: bytes,
        caption: str = "",
        chat: GroupChatClient | int | None = None,
        album: str = "",
    ) -> None:
        """Send a photo (PNG or JPEG); those of the same `album` belong together."""
        await self.send_file("photo", "photo.jpg", content, caption, chat, album)

    async def send_document(
        self,
        name: str,
        content: bytes,
        caption: str = "",
        chat: GroupChatClient | int | None = None,
    ) -> None:
        """Send a file."""
        await self.send_file("document", name, content, caption, chat)

    async def send_file(
        self,
        kind: str,
        name: str,
        content: bytes,
        caption: str = "",
        chat: GroupChatClient | int | None = None,
        album: str = "",
    ) -> None:
        """Send something of sandbox.file_store.KINDS: "voice", "audio", "video", "video_note" …"""
        chat_id = self.id if chat is None else _chat_id(chat)
        about = {"kind": kind, "name": name, "caption": caption, "album": album}
        query = about | {"chat": str(chat_id)}
        path = f"/person/{self.id}/upload"
        answer = await self.box.call("POST", path, content=content, query=query)
        await self.box.wait_for_event(answer["number"])

    async def edit_message(
        self, message_id: int, text: str, chat: GroupChatClient | int | None = None
    ) -> None:
        """Change the text of an own message."""
        await self.perform("edit", chat, message_id=message_id, text=text)

    async def list_commands(
        self, chat: GroupChatClient | int | None = None
    ) -> list[dict[str, Any]]:
        """The commands that the menu of a chat shows this person."""
        wanted = self.id if chat is None else _chat_id(chat)
        look = await self.box.call("GET", f"/person/{self.id}")
        shown: list[dict[str, Any]] = next(
            about["commands"] for about in look["chats"] if about["id"] == wanted
        )
        return shown

    async def clear_history(self, for_bot: bool = False) -> None:
        """Clear the chat with the bot, perhaps for the bot too."""
        await self.perform("clear", for_bot=for_bot)

    async def block(self) -> None:
        """Block the bot."""
        await self.perform("block")

    async def unblock(self) -> None:
        """Unblock the bot."""
        await self.perform("unblock")

    async def wait_until_idle(self, timeout: float = DEFAULT_TIMEOUT) -> PhoneScreen:
        """Wait until the bot is through with all this person did (see sandbox.idle_detection).

        Raises TimeoutError.
        """
        path = f"/person/{self.id}/settled?seconds={timeout}"
        answer = await self.box.call("GET", path)
        if not answer["settled"]:
            seen = self.screen.format_transcript()
            raise TimeoutError(f"the bot was not through within {timeout} s; seen:\n{seen}")
        await self.box.wait_for_event(answer["number"])
        return self.screen

    async def wait_for_card(self, timeout: float = DEFAULT_TIMEOUT) -> ShownMessage:
        """The bot's newest message with buttons, once the bot is through. Raises TimeoutError."""
        await self.wait_until_idle(timeout)
        await self.wait_until(lambda screen: screen.card is not None, timeout)
        card = self.screen.card
        assert card is not None  # noqa: S101 - just waited for
        return card

    async def wait_until(
        self,
        predicate: ScreenPredicate,
        timeout: float = DEFAULT_TIMEOUT,
        chat: GroupChatClient | int | None = None,
    ) -> PhoneScreen:
        """Wait until `predicate(screen)` is true: at once or with a coming event.

        A predicate that stumbles over a missing card or message counts as not true yet.
        Raises TimeoutError, with the transcript.
        """
        return await self.box.wait_until(
            self.id if chat is None else _chat_id(chat), predicate, timeout
        )

    async def download(self, shown: ShownMessage) -> bytes:
        """The file of a message."""
        return await self.box.download_file(shown.file_id)


class GroupChatClient:
    """A group chat or a channel, run by its founder."""

    def __init__(self, sandbox: SandboxConnection, founder: PersonClient, chat_id: int) -> None:
        self.box = sandbox
        self.founder = founder
        self.id = chat_id

    @property
    def screen(self) -> PhoneScreen:
        """What its members see."""
        return self.box.screen(self.id)

    async def wait_until(
        self, predicate: ScreenPredicate, timeout: float = DEFAULT_TIMEOUT
    ) -> PhoneScreen:
        """As Person.wait, for this chat."""
        return await self.box.wait_until(self.id, predicate, timeout)

    async def promote_bot(self, manage_topics: bool = False) -> None:
        """Make the bot an administrator, who may write in closed topics or not."""
        await self.founder.perform("promote", self, manage_topics=manage_topics)

    async def appoint(self, member: PersonClient) -> None:
        """Make a member an administrator."""
        await self.founder.perform("appoint", self, member=member.id)

    async def kick_bot(self) -> None:
        """Throw the bot out."""
        await self.founder.perform("kick", self)

    async def invite_bot(self) -> None:
        """Bring the bot back."""
        await self.founder.perform("invite", self)

    async def open_forum(self) -> None:
        """Give the supergroup topics."""
        await self.founder.perform("forum", self)

    async def create_topic(self, name: str) -> int:
        """Begin a topic; returns its thread."""
        return int((await self.founder.perform("topic", self, name=name))["message_id"])

    async def close_topic(self, topic: int, closed: bool = True) -> None:
        """Close a topic to all but administrators, or open it again."""
        await self.founder.perform("close_topic" if closed else "reopen_topic", self, topic=topic)

    async def delete_topic(self, topic: int) -> None:
        """Delete a topic and all that is in it."""
        await self.founder.perform("delete_topic", self, topic=topic)

    async def link_group(self, group: GroupChatClient) -> None:
        """Let a supergroup get each post of this channel by itself."""
        await self.founder.perform("link", self, group=group.id)

    async def migrate(self) -> GroupChatClient:
        """Let it become a supergroup; returns the group under its new id."""
        migrated = await self.founder.perform("migrate", self)
        return GroupChatClient(self.box, self.founder, migrated["chat"])


def _chat_id(chat: GroupChatClient | int) -> int:
    return chat.id if isinstance(chat, GroupChatClient) else chat


class Sandbox(SandboxConnection):
    """A connection to a running sandbox. Make it with `connect` or get it from `sandbox.serve`."""

    @classmethod
    @asynccontextmanager
    async def connect(cls, url: str) -> AsyncIterator[Sandbox]:
        """Connect to the sandbox at `url` for as long as the block lasts."""
        connector = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=DEFAULT_TIMEOUT)
        async with aiohttp.ClientSession(url, connector=connector, timeout=timeout) as session:
            sandbox = cls(url, session)
            listener = asyncio.create_task(sandbox.follow_events())
            try:
                await sandbox.wait_for_event(0)
                yield sandbox
            finally:
                listener.cancel()
                with suppress(asyncio.CancelledError, aiohttp.ClientError):
                    await listener

    @property
    def base_url(self) -> str:
        """What a bot puts its token behind: PTB's `base_url`."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """The address that files are fetched from: PTB's `base_file_url`."""
        return f"{self.url}/file/bot"

    # people and group chats

    async def add_person(self, number: int, **about: str) -> PersonClient:
        """Create or pick a person: first_name, last_name, username, language_code."""
        look = await self.call("PUT", f"/person/{number}", about)
        for chat in look["chats"]:
            screen = self.screen(chat["id"])
            screen.about = chat
            for raw in chat["messages"]:
                screen.put_message(look["number"], raw)
        await self.wait_for_event(look["number"])
        return PersonClient(self, number)

    async def create_group(self, title: str, members: list[PersonClient]) -> GroupChatClient:
        """A group chat with the bot; the first member founds it and acts for it."""
        others = [member.id for member in members[1:]]
        founded = await members[0].perform("found", title=title, members=others)
        return GroupChatClient(self, members[0], founded["chat"])

    async def create_channel(self, title: str, founder: PersonClient) -> GroupChatClient:
        """A channel without the bot: `invite_bot` makes it an administrator."""
        made = await founder.perform("channel", title=title)
        return GroupChatClient(self, founder, made["chat"])

    # what a test or demo arranges

    async def list_calls(self, method: str = "", since: int = 0) -> list[dict[str, Any]]:
        """The bot's calls: number, at, method, params, ok, error_code, description, fault."""
        answer = await self.call("GET", f"/control/log?method={method}&since={since}")
        calls: list[dict[str, Any]] = answer["calls"]
        return calls

    async def list_problems(self) -> list[str]:
        """What `check` found wrong with the bot's calls."""
        problems: list[str] = (await self.call("GET", "/control"))["problems"]
        return problems

    async def inject_update(
        self, raw: dict[str, Any], numbered: bool = True, person: int = 0, chat: int = 0
    ) -> int:
        """Let the bot be given this update as it is, even one that Telegram would never make.

        Without `update_id` it gets the next one, unless `numbered` is False. What `person` does
        next waits until the bot is through with it. Returns its place in the queue, which is its
        `update_id` if it was given one.
        """
        body = {"update": raw, "numbered": numbered, "person": person, "chat": chat}
        return int((await self.call("POST", "/control/updates", body))["update_id"])

    async def inject_fault(self, method: str = "*", **fault: Any) -> None:
        """Let calls go wrong: see sandbox.injected_faults.InjectedFault."""
        await self.call("POST", "/control/faults", {"method": method, **fault})

    async def inject_answer(
        self,
        method: str,
        body: bytes,
        status: int = 200,
        headers: dict[str, str] | None = None,
        **fault: Any,
    ) -> None:
        """Let calls be answered with these bytes, as a proxy might: HTML, nothing, `null` …

        `effect=True` lets the call take effect first; `ending="cut"` or `"never"`, `times`,
        `chat_id`, `delay`, `since`, `until`: see sandbox.injected_faults.InjectedFault.
        """
        about = {"status": status, "headers": headers or {}, "body": b64encode(body).decode()}
        await self.inject_fault(method, **about, **fault)

    async def clear_faults(self) -> None:
        """Let calls go right again."""
        await self.call("DELETE", "/control/faults")

    async def move_clock(self, **move: float | bool) -> float:
        """Move the sandbox's clock by set=, advance=, stopped=; returns its time (s since 1970)."""
        seconds: float = (await self.call("POST", "/control/clock", move))["now"]
        return seconds

    async def switch_rate_limits(self, on: bool, **numbers: float) -> None:
        """Whether Telegram's limits on sending hold, counted from now on.

        Numbers other than Telegram's: see sandbox.telegram_limits.TelegramLimits.
        """
        await self.call("POST", "/control/rates", {"on": on, **numbers})

    async def set_next_id(self, kind: str, following: int) -> None:
        """Let the next "update", "tap" or "group" have this number."""
        await self.call("POST", "/control/ids", {"kind": kind, "next": following})

    async def reset(self) -> None:
        """Forget all people, chats, updates and files."""
        await self.call("POST", "/control/reset")
        self._screens.clear()
