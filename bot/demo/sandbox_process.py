"""The demo's stage: the sandbox and its crowd as processes of their own, spoken to over HTTP.

The product knows only the sandbox's URL, as it knows Telegram's.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import socket
import sys
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

DEMO_TOKEN = "7000000001:demo-token-of-a-bot-that-is-not-real"  # noqa: S105 - opens nothing
DEMO_USERNAME = "suara_demo_bot"
DEMO_FOLDER = Path(__file__).parent
HABITS_FILE = DEMO_FOLDER / "habits.toml"
#: Simulated people have numbers from here on.
FIRST_CROWD_ID = 5000
#: Seconds that the sandbox may take to start.
START_TIMEOUT = 20


class DemoError(Exception):
    """The demo cannot run; the message says what to do."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to be in the demo. ``start`` is the payload of their link."""

    id: int
    first_name: str
    language_code: str
    what: str
    start: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class DemoParticipant:
    """Somebody to be in the workshop. ``before`` is the payload of a link that they open first."""

    id: int
    first_name: str
    language_code: str
    what: str
    before: str = ""


def read_people_file() -> dict[str, Any]:
    """people.toml."""
    return tomllib.loads((DEMO_FOLDER / "people.toml").read_text(encoding="utf-8"))


def list_demo_people() -> list[DemoPerson]:
    """Who is in the demo."""
    return [DemoPerson(**person) for person in read_people_file()["people"]]


def list_demo_participants() -> list[DemoParticipant]:
    """Who is in its workshop, the facilitator first."""
    return [DemoParticipant(**person) for person in read_people_file()["workshop"]]


def find_free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class DemoSandbox:
    """A running sandbox."""

    def __init__(self, url: str, session: aiohttp.ClientSession, people: list[DemoPerson]) -> None:
        self.url = url
        self.players = people
        self._session = session

    async def send_request(self, verb: str, path: str, body: Any = None) -> dict[str, Any]:
        """One request of a person's side."""
        async with self._session.request(verb, self.url + path, json=body) as response:
            response.raise_for_status()
            answer: dict[str, Any] = await response.json()
            return answer

    async def create_person(self, person: int, first_name: str, language_code: str) -> None:
        """Let somebody exist, or change what is known of them."""
        about = {"first_name": first_name, "language_code": language_code}
        await self.send_request("PUT", f"/person/{person}", about)

    async def act_as(self, person: int, what: str, **details: Any) -> None:
        """Do something in somebody's private chat."""
        await self.send_request("POST", f"/person/{person}/{what}", details)

    async def read_messages(self, person: int) -> list[dict[str, Any]]:
        """What stands in somebody's private chat."""
        chats = (await self.read_person(person))["chats"]
        return next((chat["messages"] for chat in chats if chat["id"] == person), [])

    async def read_person(self, person: int) -> dict[str, Any]:
        """Everything on a person's screen."""
        return await self.send_request("GET", f"/person/{person}")

    async def create_people(self) -> int:
        """Let everybody exist; the number of the secretariat's chat."""
        known = {person["id"] for person in (await self.send_request("GET", "/person"))["persons"]}
        for player in self.players:
            if player.id not in known:
                await self.create_person(player.id, player.first_name, player.language_code)
        secretary = next(player for player in self.players if player.group)
        for chat in (await self.read_person(secretary.id))["chats"]:
            if chat["type"] != "private":
                return int(chat["id"])
        group = await self.send_request(
            "POST", f"/person/{secretary.id}/found", {"title": secretary.group, "members": []}
        )
        return int(group["chat"])

    def build_link(self, player: DemoPerson, chat_id: int) -> str:
        """The page that shows the chat as a person sees it."""
        if player.group:
            return f"{self.url}/?person={player.id}&chat={chat_id}"
        return f"{self.url}/?person={player.id}&start={player.start}"

    async def download_documents(self, chat_id: int) -> dict[str, bytes]:
        """File name -> content of every document that was delivered into a chat."""
        secretary = next(player for player in self.players if player.group)
        documents: dict[str, bytes] = {}
        for chat in (await self.read_person(secretary.id))["chats"]:
            for message in chat["messages"] if chat["id"] == chat_id else ():
                if document := message.get("document"):
                    path = f"/person/file/{document['file_id']}/file"
                    async with self._session.get(self.url + path) as response:
                        documents[document["file_name"]] = await response.read()
        return documents


@asynccontextmanager
async def run_sandbox(
    folder: Path, port: int, people: list[DemoPerson]
) -> AsyncIterator[DemoSandbox]:
    """Run the sandbox on ``port``, its memory in ``folder``. Raises DemoError."""
    command = [
        "-m",
        "sandbox",
        "--port",
        str(port),
        "--token",
        DEMO_TOKEN,
        "--username",
        DEMO_USERNAME,
    ]
    # The sandbox ends when its stdin closes, so that it cannot outlive us, however we end.
    process = await start_process(
        *command, "--attached", "--data", str(folder / "sandbox"),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await wait_until_ready(process, port)
        async with aiohttp.ClientSession() as session:
            yield DemoSandbox(f"http://127.0.0.1:{port}", session, people)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def wait_until_ready(process: asyncio.subprocess.Process, port: int) -> None:
    """Wait until the sandbox says that it is ready."""
    first_line = b""
    if process.stdout is not None:
        with suppress(TimeoutError):
            first_line = await asyncio.wait_for(process.stdout.readline(), START_TIMEOUT)
    if first_line.strip() != b"ready":
        raise DemoError(f"Port {port} is taken. Name another one: suara demo --port 8090")


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Keep a second demo out of the folder. Raises DemoError if there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            # The system frees this lock when its process ends in whatever way, so that a demo that
            # was killed does not lock out the next one.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError(
                "A demo is already running here: open its links, or stop it with Ctrl-C."
            ) from None
        yield


async def start_process(*arguments: str, **options: Any) -> asyncio.subprocess.Process:
    """A Python process of its own; Ctrl-C reaches only us, and we end it."""
    return await asyncio.create_subprocess_exec(
        sys.executable, *arguments, start_new_session=True, **options
    )


def clear_log(log: Path) -> Path:
    """The path of a log that a crowd adds to, without what the last one left there."""
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    return log


async def run_crowd_process(
    url: str,
    people: int,
    seed: int,
    log: Path,
    *,
    habits: Path = HABITS_FILE,
    first: int = FIRST_CROWD_ID,
    skip: int = 0,
    group: str = "",
    speed: str = "full",
) -> AsyncIterator[dict[str, Any]]:
    """Let simulated people answer; yields how far they are, the summary last.

    Raises DemoError if the crowd ends badly.
    """
    process = await start_process(
        "-m", "sandbox.crowd", "--url", url, "--people", str(people), "--seed", str(seed),
        "--first-id", str(first), "--habits", str(habits), "--log", str(log), "--speed", speed,
        "--skip", str(skip), *(("--group", group) if group else ()),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        if process.stdout is not None:
            async for line in process.stdout:
                yield json.loads(line)
        if await process.wait() != 0:
            raise DemoError("The crowd stopped before its end.")
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
