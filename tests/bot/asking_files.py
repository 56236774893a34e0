"""A questionnaire that asks for files and points, and a look into the folder they come to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image

from bot.config import Config
from tests.bot.suaras import Phone, Suara, fielded

ASKS = """
| survey | type | name | label::Indonesia (id) | label::English (en) | body::suara:consent |
| | acknowledge | setuju | Boleh? | May we? | yes |
| | image | foto | Foto banjir | Photo of the flood |
| | audio | suara | Ceritakan | Tell us |
| | video | film | Rekam | Film it |
| | file | berkas | Surat | A letter |
| | geopoint | titik | Di mana? | Where? |
| | geotrace | jalur | Lewat mana? | Which way? |
| | text | kata | Kata | Words |
| settings | form_title | form_id | version | default_language | namespaces |
| | Uji | uji | 1 | Indonesia (id) | suara="https://suara.id/xforms" |
"""


def asking(folder: Path, url: str, markdown: str = ASKS) -> Config:
    """A Suara that asks for files and puts them into ``folder/berkas``."""
    return fielded(folder, url, markdown, files={"folder": str(folder / "berkas")})


def picture(side: int = 1200) -> bytes:
    """A photo that differs from all others."""
    made = BytesIO()
    Image.effect_noise((side, side), 60).convert("RGB").save(made, "JPEG")
    return made.getvalue()


def lying(suara: Suara) -> dict[str, bytes]:
    """What lies in the folder."""
    folder = suara.folder / "berkas"
    return {path.name: path.read_bytes() for path in folder.glob("*")} if folder.exists() else {}


async def fetched(suara: Suara) -> dict[str, bytes]:
    """The same once the depot is through."""
    await suara.app.context.attachments.wait_until_done()
    return lying(suara)


def kept(suara: Suara, phone: Phone) -> dict[str, str]:
    return suara.records.answers(phone.id, "uji")


async def until(holds: Callable[[], bool]) -> None:
    """Wait for the housekeeping."""
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.05)
