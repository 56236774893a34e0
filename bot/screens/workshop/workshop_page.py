"""What somebody in a workshop looks at, beyond what the room itself brings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkshopPage:
    """A page of the room; nothing of it is kept, a restart leads back to the first one.

    ``name`` is ``""`` (what the room brings) or, for participants, brief (``number``: its page),
    row and why (``number``: the ballot), table, leave; for facilitators also list (its page),
    ballot (``number``), note (``number``: its ballot, 0 for those at hand), more, seats (its page),
    seat (``number``), lock, screen.
    ``seconds`` is the timer chosen, ``notice`` what to tell them once, ``link_word`` a random one
    for the link that they may pass on, ``noted_ballots`` the ballots of the note that they write.
    """

    name: str = ""
    number: int = 0
    seconds: int = 0
    notice: str = ""
    link_word: str = ""
    noted_ballots: tuple[int, ...] = ()
