"""Any bytes may be the answer to a call, as they come from proxies and broken servers."""

from __future__ import annotations

import asyncio
import errno

import aiohttp
import pytest

from sandbox import PersonClient, Sandbox
from sandbox.server import TOKEN


class PlainClient:
    """Posts to a method and reads the answer as it is."""

    def __init__(self, session: aiohttp.ClientSession, box: Sandbox) -> None:
        self._session, self._root = session, f"{box.base_url}{TOKEN}"

    async def post(self, method: str, **params: object) -> tuple[int, str, bytes]:
        """Status, content type and body."""
        async with self._session.post(f"{self._root}/{method}", json=params) as response:
            return response.status, response.headers["content-type"], await response.read()


@pytest.mark.parametrize(
    "body",
    [b"<html>502</html>", b"", b"null", b"[]", b'{"ok":true}', b'{"ok":tr', b"\xff\x00", b"7"],
)
async def test_the_bytes_come_as_they_are_and_the_call_has_no_effect(
    box: Sandbox, siti: PersonClient, body: bytes
) -> None:
    await box.inject_answer("sendMessage", body, 200, {"Content-Type": "application/json"})
    async with aiohttp.ClientSession() as session:
        plain = PlainClient(session, box)
        answer = await plain.post("sendMessage", chat_id=siti.id, text="lost")
        assert answer == (200, "application/json", body)
        assert (await plain.post("sendMessage", chat_id=siti.id, text="done"))[0] == 200
    await siti.wait_until(lambda screen: screen.last_message.text == "done")
    assert [shown.text for shown in siti.screen.messages] == ["/start", "done"]
    assert (await box.list_calls("sendMessage"))[0]["fault"] == "answered 200 before"


async def test_a_call_may_take_effect_and_be_answered_with_nonsense(
    box: Sandbox, siti: PersonClient
) -> None:
    await box.inject_answer("sendMessage", b"<html>", 504, effect=True)
    async with aiohttp.ClientSession() as session:
        answer = await PlainClient(session, box).post("sendMessage", chat_id=siti.id, text="done")
    assert answer == (504, "text/html", b"<html>")
    await siti.wait_until(lambda screen: screen.last_message.text == "done")
    assert (await box.list_calls("sendMessage"))[0]["fault"] == "answered 504 after"


async def test_an_answer_is_meant_for_a_method_a_chat_and_a_time(
    box: Sandbox, siti: PersonClient
) -> None:
    budi = await box.add_person(1002)
    await budi.start()
    now = await box.move_clock(set=1_800_000_000, stopped=True)
    await box.inject_answer(
        "sendMessage", b"", 502, times=0, chat_id=siti.id, since=now + 10, until=now + 20
    )
    async with aiohttp.ClientSession() as session:
        plain = PlainClient(session, box)

        async def statuses() -> list[int]:
            calls = [plain.post("sendMessage", chat_id=c, text="x") for c in (siti.id, budi.id)]
            return [(await call)[0] for call in calls]

        assert await statuses() == [200, 200]
        await box.move_clock(advance=10)
        assert await statuses() == [502, 200]
        assert await statuses() == [502, 200]
        await box.move_clock(advance=10)
        assert await statuses() == [200, 200]


async def test_a_body_may_be_cut_or_never_end(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        plain = PlainClient(session, box)
        await box.inject_answer("getMe", b'{"ok":true,', ending="cut")
        with pytest.raises(aiohttp.ClientPayloadError):
            await plain.post("getMe")
        await box.inject_answer("getMe", b'{"ok":true,', ending="never")
        async with session.post(f"{box.base_url}{TOKEN}/getMe") as response:
            assert await response.content.readexactly(15) == b'{"ok":true,    '
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await response.read()
        assert (await plain.post("getMe"))[0] == 200


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_connection_may_be_reset(box: Sandbox, siti: PersonClient, drop: str) -> None:
    await box.inject_fault("sendMessage", drop=drop, reset=True)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientOSError) as caught:
            await PlainClient(session, box).post("sendMessage", chat_id=siti.id, text="x")
    assert caught.value.errno == errno.ECONNRESET
    if drop == "after":
        await siti.wait_until(lambda screen: screen.last_message.text == "x")


async def test_what_cannot_be_meant_is_refused(box: Sandbox) -> None:
    for wrong in ({"ending": "soon"}, {"body": "é"}):
        with pytest.raises(ValueError, match="ending is one of|body is base64"):
            await box.inject_fault("getMe", status=200, **wrong)
