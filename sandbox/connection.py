"""The connection to a running sandbox: requests one way, a stream of events the other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp

from sandbox.phone_screen import PhoneScreen
from sandbox.refusals import CannotDo

DEFAULT_TIMEOUT = 30.0
#: Gets a PhoneScreen; typed loosely, because what it reaches for may not be there yet.
ScreenPredicate = Callable[[Any], object]


class SandboxConnection:
    """Sends requests, keeps every screen up to date, and knows who waits for what."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session
        self._screens: dict[int, PhoneScreen] = {}
        self.last_event = -1
        self._reached: list[tuple[int, asyncio.Future[None]]] = []
        self._waiting: dict[int, list[tuple[ScreenPredicate, asyncio.Future[None]]]] = {}

    def screen(self, chat_id: int) -> PhoneScreen:
        """What is seen in a chat."""
        return self._screens.setdefault(chat_id, PhoneScreen(chat_id))

    async def call(
        self,
        verb: str,
        path: str,
        body: Any = None,
        content: bytes | None = None,
        query: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """One request. Raises CannotDo for what the person cannot do, ValueError for the rest."""
        async with self._session.request(
            verb, path, json=body, data=content, params=query
        ) as response:
            answer: dict[str, Any] = await response.json(content_type=None)
        if response.status == 409:
            raise CannotDo(answer["error"])
        if response.status >= 400:
            raise ValueError(f"{verb} {path}: {answer.get('description', answer)}")
        return answer

    async def download_file(self, file_id: str, name: str = "file") -> bytes:
        """The content of a file that was sent."""
        async with self._session.get(f"/person/file/{file_id}/{name}") as response:
            response.raise_for_status()
            return await response.read()

    async def wait_for_event(self, number: int, seconds: float = DEFAULT_TIMEOUT) -> None:
        """Wait until event `number` is on the screens."""
        if self.last_event < number:
            future = asyncio.get_running_loop().create_future()
            self._reached.append((number, future))
            async with asyncio.timeout(seconds):
                await future

    async def wait_until(
        self, chat_id: int, predicate: ScreenPredicate, seconds: float = DEFAULT_TIMEOUT
    ) -> PhoneScreen:
        """Wait until `predicate` holds for what is seen in a chat.

        Raises TimeoutError, and AttributeError for a predicate that cannot hold.
        """
        screen = self.screen(chat_id)
        if _holds(predicate, screen):
            return screen
        future = asyncio.get_running_loop().create_future()
        entry = (predicate, future)
        self._waiting.setdefault(chat_id, []).append(entry)
        try:
            async with asyncio.timeout(seconds):
                await future
        except TimeoutError as error:
            raise TimeoutError(
                f"not within {seconds} s; seen:\n{screen.format_transcript()}"
            ) from error
        finally:
            self._waiting[chat_id].remove(entry)
        return screen

    async def follow_events(self) -> None:
        """Keep the screens up to date until cancelled."""
        async with self._session.get("/person/events", read_bufsize=1 << 24) as response:
            async for line in response.content:
                if line.startswith(b"data: "):
                    self._take(json.loads(line[6:]))

    def _take(self, event: dict[str, Any]) -> None:
        chat_id = event["chat"]
        if chat_id:
            self.screen(chat_id).apply_event(event)
        self.last_event = event["number"]
        for number, future in [entry for entry in self._reached if entry[0] <= self.last_event]:
            self._reached.remove((number, future))
            if not future.done():
                future.set_result(None)
        for predicate, future in self._waiting.get(chat_id, []):
            if not future.done():
                self._answer_if_holding(predicate, chat_id, future)

    def _answer_if_holding(
        self, predicate: ScreenPredicate, chat_id: int, future: asyncio.Future[None]
    ) -> None:
        """Let whoever waits go on. A mistake of theirs is theirs: it must not end the stream."""
        try:
            if _holds(predicate, self.screen(chat_id)):
                future.set_result(None)
        except AttributeError as mistake:
            future.set_exception(mistake)


def _holds(predicate: ScreenPredicate, screen: PhoneScreen) -> bool:
    """Whether a predicate is true of a screen; not so if it asks for what is not there yet.

    That is an element of a list, or an attribute of the None that stands for a missing message.
    Raises AttributeError for an attribute that there never will be: waiting for it would end in
    a timeout that does not say why.
    """
    try:
        return bool(predicate(screen))
    except IndexError:
        return False
    except AttributeError as error:
        if error.obj is not None:
            raise
        return False
