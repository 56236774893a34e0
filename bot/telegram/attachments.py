"""Files that answer questions: fetched from Telegram into a folder, deleted when they are not
needed any more.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog
from telegram import Bot

from bot.clock import Clock
from bot.telegram.calls import CallError, make_call
from survey.services.attachment_service import AttachmentService
from survey.store.attachments import PendingAttachment
from survey.store.database import DatabaseFault, Store

log = structlog.get_logger()
#: So many files are fetched at the same time; each is in memory as a whole meanwhile, 20 MB at the
#: most, since the Bot API hands out no larger ones (core.telegram.org/bots/api, getFile).
MOST_DOWNLOADS = 4
#: Seconds that fetching one may take.
DOWNLOAD_TIMEOUT = 120


class AttachmentDownloader:
    """Fetches files from Telegram, and deletes those that answer nothing any more.

    What is to be done stands in the database, so that nothing is forgotten when the program ends.
    Without a folder files are only known by Telegram's reference.
    """

    def __init__(self, store: Store, bot: Bot, clock: Clock, folder: Path | None) -> None:
        self._records = AttachmentService(store)
        self._bot, self._clock, self._folder = bot, clock, folder
        #: Held while it is settled whether a file stays, so that none stays by mistake.
        self._settling = asyncio.Lock()
        # Names of files that could not be fetched. Every card of a questionnaire that asks for
        # files starts the work, and each would otherwise ask Telegram for them again.
        self._failed: set[str] = set()
        self._asked = False
        self._task: asyncio.Task[None] | None = None
        #: Hands the work to another worker, if that one has to do it.
        self.pass_on: Callable[[], bool] = lambda: False

    def start_work(self) -> None:
        """Delete and fetch what is to be, beside everything else; returns at once.

        Of several workers the one that leads does it, and is told of it.
        """
        if self.pass_on():
            return
        self._asked = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name="attachments")

    def retry_failed(self) -> None:
        """Start the work, and try again what could not be fetched before."""
        self._failed.clear()
        self.start_work()

    async def wait_until_done(self) -> None:
        """Wait until nothing is left to be done."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def close(self) -> None:
        """Stop at once; what is not in the folder yet is fetched after the next start."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _work(self) -> None:
        while self._asked:
            # Before the work: what is asked for during it makes another round.
            self._asked = False
            try:
                await self.delete_unused()
                if self._folder is not None:
                    await self._fetch_all()
            # With a star, since the task group raises what its tasks raise as a group.
            except* DatabaseFault as faults:
                log.warning("files left as they are", fault=type(faults.exceptions[0]).__name__)

    # Deleting

    async def delete_unused(self) -> None:
        """Delete the files that belong to nobody any more, then what is known of them."""
        async with self._settling:
            found = await self._records.list_detached()
            gone = [name for name, fetched in found.items() if self._delete(name, fetched)]
            if gone:
                await self._records.forget(gone)

    def _delete(self, name: str, fetched: bool) -> bool:
        """Whether nothing is left of a file in the folder."""
        if self._folder is None or not self._folder.is_dir():
            if fetched:
                log.warning("file not deleted", file=name, reason="files.folder is not there")
            # What was never fetched has left nothing in the folder, so it may be forgotten without
            # it.
            return not fetched
        try:
            for path in (self._folder / name, name_partial_file(self._folder / name)):
                path.unlink(missing_ok=True)
        except OSError as fault:
            log.warning("file not deleted", file=name, reason=fault.strerror)
            return False
        return True

    # Fetching

    async def _fetch_all(self) -> None:
        # Of this bot alone: a file_id is good only for the bot that was given it
        # (core.telegram.org/bots/api, "Sending files").
        wanted = await self._records.list_unfetched(self._bot.id)
        gate = asyncio.Semaphore(MOST_DOWNLOADS)

        async def one(file: PendingAttachment) -> None:
            async with gate:
                await self._fetch(file)

        async with asyncio.TaskGroup() as group:
            for file in wanted:
                if file.name not in self._failed:
                    group.create_task(one(file))

    async def _fetch(self, wanted: PendingAttachment) -> None:
        """Fetch one file; what fails is tried again with the housekeeping, every six hours."""
        try:
            content = await make_call(lambda: self._download(wanted.file_id))
            await self._keep(wanted.name, content)
        except (CallError, OSError) as fault:
            self._failed.add(wanted.name)
            log.warning("file not fetched", file=wanted.name, reason=explain_download_fault(fault))

    async def _download(self, file_id: str) -> bytes:
        found = await self._bot.get_file(file_id)
        return bytes(await found.download_as_bytearray(read_timeout=DOWNLOAD_TIMEOUT))

    async def _keep(self, name: str, content: bytes) -> None:
        """Put a file into the folder, unless it is no answer any more."""
        if self._folder is None:
            return
        async with self._settling:
            # Asked after the file has come and within the lock: a withdrawal during the download
            # would otherwise leave a file that no row knows of.
            if await self._records.is_attached(name):
                await asyncio.to_thread(write_whole_file, self._folder / name, content)
                await self._records.mark_fetched(name, self._clock.now())


def write_whole_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; one that is there already stays. Raises OSError."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = name_partial_file(path)
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            # Before it gets its name: after a power cut the name could stand for an empty file,
            # which would be taken for fetched.
            os.fsync(file.fileno())
        part.rename(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def name_partial_file(path: Path) -> Path:
    """Where a file is written before it is whole."""
    return path.with_name(f"{path.name}.part")


def explain_download_fault(fault: CallError | OSError) -> str:
    """Why a file could not be fetched, without its address: that holds the bot's token."""
    if isinstance(fault, OSError):
        return fault.strerror or type(fault).__name__
    return str(fault)
