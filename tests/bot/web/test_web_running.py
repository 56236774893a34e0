"""The pages as part of a running Suara: served where config.toml says, and gone with it."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import httpx
import pytest

import sandbox
from bot.config import Config, validate_config
from reports.toml_files import InvalidInputError
from tests.bot.running_bot import TOKEN, build_test_config, run_bot


def served(folder: Path, url: str, **web: str) -> Config:
    return validate_config(build_test_config(folder, url).model_dump(mode="json") | {"web": web})


def free() -> str:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return f"127.0.0.1:{found.getsockname()[1]}"


async def test_a_running_suara_serves_its_pages_and_polls(tmp_path: Path) -> None:
    where = free()
    async with sandbox.serve(token=TOKEN) as box, httpx.AsyncClient() as http:
        async with run_bot(served(tmp_path, box.url, listen=where)) as app:
            assert (await http.get(f"http://{where}/sehat")).json()["ok"]
            app.health.last_answer -= 1000
            await (await box.add_person(1001, first_name="Ani")).start()
            while not (health := await http.get(f"http://{where}/sehat")).json()["ok"]:
                await asyncio.sleep(0.05)
            assert health.json()["telegram_seconds_ago"] < 5
            door = await http.get(f"http://{where}/", follow_redirects=True)
            assert "Ketik kode yang ada di layar" in door.text
        with pytest.raises(httpx.ConnectError):
            await http.get(f"http://{where}/sehat")


@pytest.mark.parametrize(
    ("web", "said"),
    [
        ({"listen": "8090"}, "web.listen: '8090' is no host and port"),
        ({"listen": "127.0.0.1:99999"}, "web.listen: '127.0.0.1:99999' is no host and port"),
        ({"public_url": "https://suara.example.org"}, "web: public_url needs listen"),
        (
            {"listen": "127.0.0.1:8090", "public_url": "suara.example.org/x"},
            "web.public_url: 'suara.example.org/x' is no web site",
        ),
    ],
)
def test_addresses_that_cannot_be_are_refused_with_their_remedy(
    tmp_path: Path, web: dict[str, str], said: str
) -> None:
    with pytest.raises(InvalidInputError) as found:
        served(tmp_path, "http://127.0.0.1:1", **web)
    assert said in "\n".join(found.value.faults)


def test_a_slash_at_the_end_of_the_public_address_does_no_harm(tmp_path: Path) -> None:
    given = {"listen": "127.0.0.1:8090", "public_url": "https://suara.example.org/"}
    config = served(tmp_path, "http://127.0.0.1:1", **given)
    assert config.web.public_url == "https://suara.example.org"
    assert (config.web.host, config.web.port) == ("127.0.0.1", 8090)
