"""Seats of the web page: limited by room and address, seen and taken away by facilitators."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from math import inf
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot.attempts import AttemptLimiter
from tests.bot.web.served_workshop import ServedWorkshop, build_ballots, serve_workshop
from tests.bot.web.test_voting_page import MARK, Visitor


class VisitorElsewhere(Visitor):
    """A browser at an address of its own, as a web server in front tells it."""

    def __init__(self, here: ServedWorkshop, address: str) -> None:
        super().__init__(here)
        self.http.headers["x-forwarded-for"] = address


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[ServedWorkshop]:
    async with serve_workshop(tmp_path, (), build_ballots(2, 3)) as here:
        await here.fill_room(2)
        yield here


async def count_joined(here: ServedWorkshop) -> int:
    return (await here.workshop.rooms.read_whole_room("uji")).presence.joined


async def name_people(here: ServedWorkshop, people: int) -> None:
    await here.workshop.rooms.set_people(here.workshop.next_tap("wayan"), "uji", people)


async def test_one_client_with_fresh_cookies_gets_few_seats(room: ServedWorkshop) -> None:
    await name_people(room, 2000)
    room.site.seat_limiter = AttemptLimiter(4, inf, one_by_one=True)
    visitors = [Visitor(room) for _ in range(6)]
    answers = []
    for visitor in visitors:
        await visitor.get()
        answers.append((await visitor.post("masuk")).status_code)
    assert answers == [200] * 4 + [429] * 2
    assert (await visitors[0].post("masuk")).status_code == 200, "who is in may come again"
    other = VisitorElsewhere(room, "203.0.113.9")
    await other.enter()
    assert await count_joined(room) == 2 + 5


async def test_the_page_lets_in_as_many_as_the_facilitator_named(room: ServedWorkshop) -> None:
    await name_people(room, 5)
    visitors = [Visitor(room) for _ in range(8)]
    await asyncio.gather(*(visitor.get() for visitor in visitors))
    answers = await asyncio.gather(*(visitor.post("masuk") for visitor in visitors))
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [409] * 5
    assert await count_joined(room) == 5
    outside = visitors[[answer.status_code for answer in answers].index(409)]
    assert "Ruangan sudah penuh" in (await outside.post("masuk")).text
    await name_people(room, 6)
    assert (await outside.post("masuk")).status_code == 200
    assert await count_joined(room) == 6


async def test_whoever_is_in_the_chat_is_let_in_all_the_same(room: ServedWorkshop) -> None:
    await name_people(room, 0)
    await room.workshop.join("dewi")
    assert await count_joined(room) == 3


async def test_a_seat_that_is_taken_away_goes_with_its_votes(room: ServedWorkshop) -> None:
    keeper, cheat = Visitor(room), Visitor(room)
    await keeper.enter()
    await cheat.enter()
    assert "Kursi 2" in (await cheat.get()).text
    await room.workshop.open(2)
    for visitor, value in ((keeper, "2"), (cheat, "5")):
        await visitor.get()
        await visitor.vote(2, value)
    await room.cast_votes(2, "2 2")
    await room.workshop.close(2)
    await room.workshop.reveal(2)
    seats = (await room.workshop.rooms.find_room(room.workshop.known["wayan"].id)).web_seats
    assert [seat.number for seat in seats] == [2, 1]
    await room.workshop.rooms.remove_seat(room.workshop.next_tap("wayan"), "uji", 2)
    found = (await room.workshop.rooms.read_whole_room("uji")).tallies[2, 1]
    assert dict(found.counts) == {"2": 3}
    assert "Ikut serta" in (await cheat.get()).text
    await cheat.post("masuk")
    await cheat.get()
    await cheat.post("diri", sector="swasta", category="")
    assert "Kursi 3" in (await cheat.get()).text, "no number is given twice"


async def test_nobody_but_its_facilitators_manages_seats(room: ServedWorkshop) -> None:
    visitor = Visitor(room)
    await visitor.enter()
    for name in ("p0", "p1"):
        with pytest.raises(PermissionError):
            await room.workshop.rooms.remove_seat(room.workshop.next_tap(name), "uji", 1)
        with pytest.raises(PermissionError):
            await room.workshop.rooms.set_people(room.workshop.next_tap(name), "uji", 0)
    assert await count_joined(room) == 3


async def test_guessing_from_five_addresses_shuts_no_sixth_out(room: ServedWorkshop) -> None:
    room.site.address_limiter = AttemptLimiter(4, inf, one_by_one=True, share=4)
    async with httpx.AsyncClient(base_url=room.url) as http:
        for number in range(5):
            headers = {"x-forwarded-for": f"203.0.113.{number}"}
            for guess in range(4):
                await http.post("/ikut", data={"code": f"LOKA-X{guess}"}, headers=headers)
            refused = await http.post("/ikut", data={"code": "UJI-2026"}, headers=headers)
            assert refused.status_code == 429, "whoever guessed waits, even with the right code"
    sixth = VisitorElsewhere(room, "203.0.113.77")
    answer = await sixth.http.post("/ikut", data={"code": "uji-2026"})
    assert answer.status_code == 200
    assert MARK.search(answer.text)
    await sixth.enter()
    assert await count_joined(room) == 3
    guesses = [await sixth.http.post("/ikut", data={"code": f"LOKA-Y{n}"}) for n in range(2)]
    assert [answer.status_code for answer in guesses] == [404, 429], (
        "while many guess, each address has one guess"
    )
