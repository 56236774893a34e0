"""A questionnaire that asks for files and points, and a look into the folder they come to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image

from bot.config import Config
from tests.bot.running_bot import Phone, RunningBot, build_survey_config

FILE_QUESTIONS = """
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


def build_file_survey(folder: Path, url: str, markdown: str = FILE_QUESTIONS) -> Config:
    """A Suara that asks for files and puts them into ``folder/berkas``."""
    return build_survey_config(folder, url, markdown, files={"folder": str(folder / "berkas")})


def draw_photo(side: int = 1200) -> bytes:
    """A photo that differs from all others."""
    made = BytesIO()
    Image.effect_noise((side, side), 60).convert("RGB").save(made, "JPEG")
    return made.getvalue()


def list_stored_files(suara: RunningBot) -> dict[str, bytes]:
    """What lies in the folder."""
    folder = suara.folder / "berkas"
    return {path.name: path.read_bytes() for path in folder.glob("*")} if folder.exists() else {}


async def wait_for_stored_files(suara: RunningBot) -> dict[str, bytes]:
    """The same once the depot is through."""
    await suara.app.context.files.attachments.wait_until_done()
    return list_stored_files(suara)


def read_file_answers(suara: RunningBot, phone: Phone) -> dict[str, str]:
    return suara.records.answers(phone.id, "uji")


async def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for the housekeeping."""
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.05)
