"""The programs that are compared, each a process of its own, and what they use of the machine."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.peers.bot_account import BotAccount
from benchmarks.peers.plain_questions import QUESTIONNAIRES, ROOT
from benchmarks.peers.residents import Habit, tap_any, tap_like_resident

OURS, AIOGRAM, USUAL = "suara", "aiogram", "usual"
#: All bots have the first core, one at a time; server and people have the last.
BOT_CORE, SERVER_CORE = 0, (os.cpu_count() or 1) - 1
LOG_FILE, PROFILE_FILE = "log", "profile.json"
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
#: Seconds that a program may take to end.
GRACE = 15.0
#: Our settings that would keep people waiting here on purpose, all off. None of the two others
#: keeps to Telegram's limits, and people of benchmarks tap faster than anybody can read.
UNLIMITED = {
    "most_a_second = 30": "most_a_second = 0",
    "most_a_second_in_chat = 1 ": "most_a_second_in_chat = 0 ",
    "most_a_minute_in_group = 20": "most_a_minute_in_group = 0",
    "most_acts_a_second = 5": "most_acts_a_second = 0",
}


@dataclass(frozen=True, slots=True)
class ProgramKind:
    """One of the programs: what its people do, and how it is started."""

    name: str
    number: int
    habit: Habit

    @property
    def token(self) -> str:
        """The token that it is given."""
        return f"{self.number}00001:benchmark-of-the-peers-{self.number}"

    def open_account(self, people: int, seed: int) -> BotAccount:
        """What the server knows of it."""
        return BotAccount(self.number, self.token, self.habit, people, seed)


KINDS = {
    OURS: ProgramKind(OURS, 1, tap_like_resident),
    AIOGRAM: ProgramKind(AIOGRAM, 2, tap_any),
    USUAL: ProgramKind(USUAL, 3, tap_any),
}


@dataclass(slots=True)
class RunningProgram:
    """A program at work."""

    kind: ProgramKind
    account: BotAccount
    process: asyncio.subprocess.Process
    folder: Path

    def measure_processor_time(self) -> float:
        """Seconds of a core that it has used, with all its threads and children."""
        return sum(map(read_processor_time, [self.process.pid, *list_children(self.process.pid)]))

    def measure_memory(self) -> float:
        """Megabytes that it holds now."""
        lines = read_proc(self.process.pid, "status").splitlines()
        held = next(line for line in lines if line.startswith("VmRSS"))
        return int(held.split()[1]) / 1024

    def check_alive(self) -> None:
        """Raise RuntimeError, with the end of its log, if it has ended."""
        if self.process.returncode is not None:
            words = (self.folder / LOG_FILE).read_text(encoding="utf-8", errors="replace")[-2000:]
            raise RuntimeError(f"{self.kind.name} has ended: {words}")


def read_proc(pid: int, name: str) -> str:
    """One of the files in which Linux tells of a process."""
    return Path(f"/proc/{pid}/{name}").read_text(encoding="ascii", errors="replace")


def read_processor_time(pid: int) -> float:
    """What a process, and those of its children that have ended, have used."""
    fields = read_proc(pid, "stat").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS_A_SECOND


def list_children(pid: int) -> list[int]:
    """The children that live."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


# Starting them


def write_our_config(folder: Path, url: str) -> Path:
    """The shipped configuration with the server's address and a database of its own."""
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    replaced = UNLIMITED | {
        "sqlite+aiosqlite:///var/suara.db": f"sqlite+aiosqlite:///{folder / 'suara.db'}",
        "https://api.telegram.org": url,
        '"questionnaires"': f'"{QUESTIONNAIRES}"',
        "2026-11-01T00:00:00+07:00": "2025-01-01T00:00:00+07:00",
        "2027-03-01T00:00:00+07:00": "2099-01-01T00:00:00+07:00",
    }
    for old, new in replaced.items():
        if old not in text:
            raise ValueError(f"config.toml has no {old}")
        text = text.replace(old, new)
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def build_command(kind: ProgramKind, folder: Path, url: str, questions: Path) -> list[str]:
    """How it is started."""
    if kind.name == OURS:
        return ["-m", "bot", "run", "-c", str(write_our_config(folder, url))]
    module = f"benchmarks.peers.{kind.name}_bot"
    return ["-m", module, url, kind.token, str(questions), str(folder)]


def build_sampled_command(kind: ProgramKind, folder: Path, url: str, questions: Path) -> list[str]:
    """How ours is started to be looked at while it works; what is seen goes into PROFILE_FILE."""
    _, _, *arguments = build_command(kind, folder, url, questions)
    return ["-m", "benchmarks.peers.sampled_run", str(folder / PROFILE_FILE), *arguments]


def keep_to_core(core: int) -> None:
    """Have this process, and all that it starts, run on one core."""
    os.sched_setaffinity(0, {core})


@asynccontextmanager
async def run_program(
    kind: ProgramKind, account: BotAccount, command: Sequence[str], folder: Path
) -> AsyncIterator[RunningProgram]:
    """A program until the end of the block, when it ends as an operator ends it."""
    pin: Callable[[], None] = partial(keep_to_core, BOT_CORE)
    with (folder / LOG_FILE).open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, cwd=ROOT, env=os.environ | {"SUARA_TOKEN": kind.token},
            stdout=file, stderr=file, preexec_fn=pin,
        )  # fmt: skip
    try:
        yield RunningProgram(kind, account, process, folder)
    finally:
        await end_process(process)


async def end_process(process: asyncio.subprocess.Process) -> None:
    """End it as an operator does; whoever would first do all that waits is killed."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(GRACE):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
