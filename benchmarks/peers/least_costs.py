"""The least that the parts of a tap could cost here: each done bare, by the fastest way at hand.

No bot is made of these; they say how far away one is. Nothing is checked, nobody is looked up,
nothing is decided.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from socket import socketpair
from typing import Any

import orjson

from benchmarks.peers.tap_phases import DECODE, DRAW, NETWORK, READ, RECORD

#: People who share a transaction, and how often each part is done.
GROUP, TIMES = 50, 40
CREATE_TABLES = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE step (person INTEGER, number INTEGER, content TEXT, PRIMARY KEY (person, number));
CREATE TABLE answer (person INTEGER, question INTEGER, value INTEGER,
    PRIMARY KEY (person, question)) WITHOUT ROWID;
CREATE TABLE cause (number INTEGER PRIMARY KEY);
"""
CARD = {
    "chat_id": 10000001,
    "message_id": 12345,
    "text": "9 dari 25\n\n<b>Seberapa kuat ekonomi Jakarta dan peluang bagi semua orang?</b>",
    "parse_mode": "HTML",
    "reply_markup": {
        "inline_keyboard": [
            [{"text": f"Pilihan {n}, bisa lebih baik", "callback_data": f"a:1234:9:{n}"}]
            for n in range(6)
        ]
    },
}
UPDATE = {
    "update_id": 123456,
    "callback_query": {
        "id": "10000001-9",
        "from": {"id": 10000001, "is_bot": False, "first_name": "Warga"},
        "message": CARD | {"date": 1796000000, "chat": {"id": 10000001, "type": "private"}},
        "data": "a:1234:9:3",
    },
}


def measure_least_costs() -> dict[str, float]:
    """Microseconds of a core for the parts that can be done bare."""
    update, card = orjson.dumps(UPDATE), orjson.dumps(CARD)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_database(folder)) as database,
        ThreadPoolExecutor(1) as thread,
    ):
        reading = in_thread(thread, lambda _: read_group(database))
        writing = in_thread(thread, lambda number: write_group(database, number))
        return {
            DECODE: measure_cost(lambda: orjson.loads(update)),
            DRAW: measure_cost(lambda: orjson.dumps(CARD)),
            READ: measure_cost(reading) / GROUP,
            RECORD: measure_cost(writing) / GROUP,
            NETWORK: measure_network(card),
        }


def in_thread(thread: ThreadPoolExecutor, work: Callable[[int], Any]) -> Callable[[], None]:
    """Work that is done in another thread, waited for, and told how often it was done before."""
    done = iter(range(1_000_000))
    return lambda: thread.submit(work, next(done)).result()


def measure_cost(act: Callable[[], Any]) -> float:
    """Microseconds of a core, of all threads, that an act takes in the mean."""
    act()
    begun = time.process_time()
    for _ in range(TIMES):
        act()
    return 1e6 * (time.process_time() - begun) / TIMES


def open_database(folder: str) -> sqlite3.Connection:
    """A database on disk with tables like ours."""
    database = sqlite3.connect(
        Path(folder) / "least.db", check_same_thread=False, isolation_level=None
    )
    database.executescript(CREATE_TABLES)
    return database


def read_group(database: sqlite3.Connection) -> None:
    """How it stands with so many people, each by the key, in one transaction."""
    database.execute("BEGIN")
    for person in range(GROUP):
        database.execute("SELECT max(number) FROM step WHERE person = ?", (person,)).fetchone()
    database.execute("COMMIT")


def write_group(database: sqlite3.Connection, number: int) -> None:
    """Step, answer and cause of so many people in one transaction that is on disk at its end."""
    people = range(GROUP)
    database.execute("BEGIN IMMEDIATE")
    database.executemany("INSERT INTO cause VALUES (?)", [(number * GROUP + p,) for p in people])
    database.executemany("INSERT INTO step VALUES (?, ?, '3')", [(p, number) for p in people])
    database.executemany(
        "INSERT OR REPLACE INTO answer VALUES (?, ?, 3)", [(p, number % 25) for p in people]
    )
    database.execute("COMMIT")


def measure_network(body: bytes) -> float:
    """What a tap's two calls cost whoever makes them: writing a request, reading the answer.

    The other end of the line is written here, too, so that one call of both is two of ours.
    """
    request = b"POST /bot/edit HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    ours, theirs = socketpair()
    with ours, theirs:

        def call() -> None:
            for one, other in ((ours, theirs), (theirs, ours)):
                one.send(request)
                other.recv(65536)

        return measure_cost(call)
