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
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

DEMO_TOKEN = "7000000001:demo-token-of-a-bot-that-is-not-real"  # noqa: S105 - opens nothing
DEMO_USERNAME = "suara_demo_bot"
DEMO_FOLDER = Path(__file__).parent
HABITS_FILE = DEMO_FOLDER / "habits.toml"
WORDS_FILE = DEMO_FOLDER / "walking.toml"
#: Simulated people have numbers from here on.
FIRST_CROWD_ID = 5000
#: Those who fill brought questionnaires have numbers from here on.
FIRST_WALKER_ID = 900_001
#: Where the chats are unless somebody wishes for another port.
DEFAULT_PORT = 8081
#: How long a line of the sandbox's stream of events may be.
MOST_BYTES_OF_EVENT = 1 << 24
#: What an HTTP answer says of an act that is not possible on the screen as it is now.
REFUSED_STATUS = 409
#: Below it there is room for another port to suggest.
MOST_PORT = 65_526


class DemoError(Exception):
    """The demo cannot run, or not go on; the message says who could not do what, or what to do."""


class ActionRefusedError(Exception):
    """Somebody's screen is not what it was when they decided; the message says what is on it."""


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
        """One request of a person's side. Raises ActionRefusedError, or DemoError."""
        try:
            async with self._session.request(verb, self.url + path, json=body) as response:
                answer: dict[str, Any] = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as fault:
            raise DemoError(f"The sandbox did not answer {verb} {path}: {fault!r}") from None
        if response.status == REFUSED_STATUS:
            raise ActionRefusedError(answer["error"])
        if not response.ok:
            raise DemoError(f"The sandbox refused {verb} {path}: {answer}")
        return answer

    async def create_person(self, person: int, first_name: str, language_code: str) -> None:
        """Let somebody exist, or change what is known of them."""
        about = {"first_name": first_name, "language_code": language_code}
        await self.send_request("PUT", f"/person/{person}", about)

    async def act_as(self, person: int, what: str, **details: Any) -> None:
        """Do something in somebody's private chat. Raises ActionRefusedError."""
        await self.send_request("POST", f"/person/{person}/{what}", details)

    async def read_messages(self, person: int) -> list[dict[str, Any]]:
        """What stands in somebody's private chat."""
        chats = (await self.read_person(person))["chats"]
        return next((chat["messages"] for chat in chats if chat["id"] == person), [])

    async def read_person(self, person: int) -> dict[str, Any]:
        """Everything on a person's screen."""
        return await self.send_request("GET", f"/person/{person}")

    async def wait_until_idle(self, person: int, seconds: float) -> None:
        """Wait until the bot is through with what somebody did, at most ``seconds``."""
        await self.send_request("GET", f"/person/{person}/settled?seconds={seconds:g}")

    @asynccontextmanager
    async def watch_screen(self, person: int, changed: asyncio.Event) -> AsyncIterator[None]:
        """Set ``changed`` whenever something happens on somebody's screen, and at first."""
        following = asyncio.create_task(self._follow_screen(person, changed), name="watching")
        try:
            yield
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError, aiohttp.ClientError):
                await following

    async def _follow_screen(self, person: int, changed: asyncio.Event) -> None:
        """Whoever waits goes on with the end of the stream, too: the next look says what is."""
        url, patient = f"{self.url}/person/events", aiohttp.ClientTimeout(total=None)
        seen = {"person": str(person)}
        try:
            async with self._session.get(
                url, params=seen, timeout=patient, read_bufsize=MOST_BYTES_OF_EVENT
            ) as stream:
                async for line in stream.content:
                    if line.startswith(b"data: "):
                        changed.set()
        finally:
            changed.set()

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
    check_port(port)
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


def check_port(port: int) -> None:
    """Raise DemoError if somebody listens there."""
    with socket.socket() as probe:
        # As servers do: a port that a demo has just left is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise DemoError(explain_taken_port(port)) from None


def explain_taken_port(port: int) -> str:
    """One line for whoever has to name another one."""
    other = port + 9 if port < MOST_PORT else DEFAULT_PORT
    return (
        f"Port {port} is taken. Name another one: make demo PORT={other}, or suara demo --port "
        f"{other}"
    )


async def wait_until_ready(process: asyncio.subprocess.Process, port: int) -> None:
    """Wait until the sandbox says that it is ready, or ends. Raises DemoError if it ends."""
    first_line = await process.stdout.readline() if process.stdout is not None else b""
    if first_line.strip() != b"ready":
        check_port(port)
        raise DemoError(
            f"The sandbox did not start. What it says: {sys.executable} -m sandbox --port {port}"
        )


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


def run_crowd_process(
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
    return run_people_process(
        "sandbox.crowd", log, "--url", url, "--people", str(people), "--seed", str(seed),
        "--first-id", str(first), "--habits", str(habits), "--speed", speed,
        "--skip", str(skip), *(("--group", group) if group else ()),
    )  # fmt: skip


def run_walker_process(
    url: str, links: Sequence[str], people: int, seed: int, log: Path
) -> AsyncIterator[dict[str, Any]]:
    """Let ``people`` open each link and fill what is there; yields as a crowd does.

    Raises DemoError if they end badly.
    """
    return run_people_process(
        "sandbox.walkers", log, "--url", url, "--people", str(people), "--seed", str(seed),
        "--first-id", str(FIRST_WALKER_ID), "--words", str(WORDS_FILE), "--links", *links,
    )  # fmt: skip


async def run_people_process(
    module: str, log: Path, *arguments: str
) -> AsyncIterator[dict[str, Any]]:
    """Let simulated people act in a process of their own; yields the lines that it says.

    Raises DemoError if it ends badly.
    """
    process = await start_process(
        "-m", module, "--log", str(log), *arguments, stdout=asyncio.subprocess.PIPE
    )
    try:
        if process.stdout is not None:
            async for line in process.stdout:
                yield json.loads(line)
        if await process.wait() != 0:
            raise DemoError(f"The simulated people stopped before their end; {log} says where.")
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
