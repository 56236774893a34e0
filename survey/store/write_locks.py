"""What only one writing transaction at a time may do, whichever process it is in."""

from __future__ import annotations

from enum import IntEnum


class WriteLock(IntEnum):
    """Stands among the statements of a write that are decided on what others may be writing.

    A write takes its locks before its first statement, so each of its statements sees what whoever
    had the lock before has kept. With SQLite every write has the whole file for itself, and a lock
    adds nothing.
    """

    #: Tables are brought up to date.
    TABLES = 1
    #: The people who used an invitation are counted, and one more uses it.
    INVITATIONS = 2
    #: Moves are counted and votes are kept; so votes have ascending numbers as they are kept.
    VOTES = 3
    #: A delivery is looked for, and claimed.
    DELIVERIES = 4
    #: A release is taken.
    RELEASES = 5
