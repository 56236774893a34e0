"""At which moments figures changed, and who is in them since when.

Reports are made in a process of their own, without an event loop; so connections are plain here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, delete, event, insert, make_url, select

from survey.store.database import BUSY_TIMEOUT
from survey.store.postgres import build_plain_url, hold_lock
from survey.store.schema import interview, release, released_interview
from survey.store.write_locks import WriteLock


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """One release of a wave's answers by people of one role, in plain values.

    ``sizes``: grouping, category, people, number of the release that showed so many.
    """

    wave_id: str
    role: str
    number: int
    at: datetime
    breaks_down: bool
    size: int
    sizes: Sequence[tuple[str, str, int, int]]
    closed_rows: Sequence[tuple[str, str]]
    closed_groupings: Sequence[str]


@contextmanager
def open_to_release(database_url: str) -> Iterator[Connection]:
    """A connection on which nobody else takes a release until the end; all is kept, or nothing.

    Read and planned under the lock, so that of two processes the second sees the first's.
    """
    is_file = make_url(database_url).get_backend_name() == "sqlite"
    engine = build_file_engine(database_url) if is_file else build_server_engine(database_url)
    try:
        with engine.connect() as connection:
            if not is_file:
                hold_lock(connection, WriteLock.RELEASES)
            with connection.begin():
                yield connection
    finally:
        engine.dispose()


def build_server_engine(database_url: str) -> Engine:
    """To a PostgreSQL: all that a transaction reads is of its beginning."""
    return create_engine(
        build_plain_url(database_url), hide_parameters=True, isolation_level="REPEATABLE READ"
    )


def build_file_engine(database_url: str) -> Engine:
    """To a SQLite file: a transaction has it for itself."""
    url = make_url(database_url)
    engine = create_engine(
        url.set(drivername=url.get_backend_name()),
        hide_parameters=True,
        connect_args={"isolation_level": None, "timeout": BUSY_TIMEOUT / 1000},
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def list_releases(connection: Connection, wave_id: str, role: str) -> list[ReleaseRecord]:
    """The releases of a wave's answers by people of one role, the first one first."""
    query = (
        select(release)
        .where(release.c.wave_id == wave_id, release.c.role == role)
        .order_by(release.c.number)
    )
    return [ReleaseRecord(**row) for row in connection.execute(query).mappings()]


def list_released_roles(connection: Connection, wave_id: str) -> list[str]:
    """The roles of which a wave has releases."""
    query = select(release.c.role).where(release.c.wave_id == wave_id).distinct()
    return sorted(connection.scalars(query))


def list_released_interviews(
    connection: Connection, wave_id: str, role: str
) -> list[dict[str, Any]]:
    """The rows of who is in a wave's releases by people of one role, or was and is left out."""
    query = (
        select(released_interview)
        .join(interview, interview.c.id == released_interview.c.interview_id)
        .where(interview.c.wave_id == wave_id, released_interview.c.role == role)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def keep_release(
    connection: Connection, taken: ReleaseRecord, interviews: Sequence[Mapping[str, Any]]
) -> None:
    """Write a release, and who is in it in place of who was in the last one."""
    connection.execute(
        insert(release).values(
            {column.name: getattr(taken, column.name) for column in release.columns}
        )
    )
    mine = select(interview.c.id).where(interview.c.wave_id == taken.wave_id)
    # Also who was in the release of another role, which they had by then.
    ids = [row["interview_id"] for row in interviews]
    connection.execute(
        delete(released_interview).where(
            released_interview.c.interview_id.in_(mine), released_interview.c.role == taken.role
        )
    )
    for start in range(0, len(ids), 500):
        connection.execute(
            delete(released_interview).where(
                released_interview.c.interview_id.in_(ids[start : start + 500])
            )
        )
    if interviews:
        connection.execute(insert(released_interview), list(interviews))
