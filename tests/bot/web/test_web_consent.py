"""The door of the voting page: its words are the consent, and their version is kept."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import text

from tests.bot.web.served_workshop import ServedWorkshop, build_ballots, serve_workshop
from tests.bot.web.test_voting_page import Visitor

AGREEING = "Dengan ikut serta, Anda setuju."


async def read_web_consents(here: ServedWorkshop) -> list[tuple[Any, ...]]:
    query = (
        "SELECT consent, words FROM attendance LEFT JOIN consent_wording ON digest = consent "
        "WHERE channel = 'web'"
    )
    async with here.workshop.store.read() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def test_coming_in_is_the_consent_to_the_words_on_the_door(tmp_path: Path) -> None:
    async with serve_workshop(tmp_path, (), build_ballots(1, 1)) as here:
        await here.fill_room(1)
        visitor = Visitor(here)
        assert AGREEING in (await visitor.get()).text
        assert await read_web_consents(here) == [], "nothing is kept of whoever only looks"
        room = await visitor.post("masuk")
        assert AGREEING not in room.text
        ((digest, words),) = await read_web_consents(here)
        assert words.endswith(AGREEING)
        assert sha256(words.encode()).hexdigest() == digest


async def test_a_seat_without_a_consent_is_shown_the_door_and_does_not_vote(
    tmp_path: Path,
) -> None:
    async with serve_workshop(tmp_path, (), build_ballots(1, 1)) as here:
        await here.fill_room(1)
        visitor = Visitor(here)
        await visitor.enter()
        async with here.workshop.store.begin() as connection:  # As one from before there were any.
            await connection.execute(text("UPDATE attendance SET consented_at = NULL"))
        await here.workshop.open(1)
        await visitor.vote(1, "4")
        assert AGREEING in (await visitor.get()).text
        async with here.workshop.store.read() as connection:
            assert (await connection.execute(text("SELECT count(*) FROM vote"))).scalar_one() == 0
        await visitor.post("masuk")
        assert AGREEING not in (await visitor.get()).text
        await visitor.vote(1, "4")
        async with here.workshop.store.read() as connection:
            assert (await connection.execute(text("SELECT count(*) FROM vote"))).scalar_one() == 1
