"""A questionnaire with all that makes tables difficult, and people who answer it for real."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from survey.forms.authoring.xlsform import compile_source
from survey.people import Role, Wave
from survey.services.interview_service import InterviewService
from survey.services.snapshot import Request, Snapshot
from survey.store import waves
from survey.store.database import Store
from survey.store.interviews import Cause

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OPENS, CLOSES = NOW - timedelta(days=1), NOW + timedelta(days=10)
MINUTE = timedelta(minutes=1)

HOUSEHOLD_FORM = """
| survey | type | name | label | required | calculation | repeat_count | body::suara:consent |
| | acknowledge | setuju | Ikut? | yes | | | yes |
| | note | salam | Halo |
| | begin_group | rt | RT |
| | text | nama | Nama RT |
| | geopoint | titik | Di mana? |
| | select_multiple bahaya or_other | bahaya | Bahaya apa? |
| | rank mutu | urutan | Mana dulu? |
| | end_group |
| | image | foto | Foto RT |
| | integer | banyak | Berapa rumah? |
| | begin_repeat | rumah | Rumah | | | ${banyak} |
| | calculate | nomor | | | position(..) |
| | begin_group | isi | Isi |
| | decimal | luas | Luas |
| | select_multiple mutu | mutu | Apa baiknya? |
| | end_group |
| | integer | penghuni | Berapa anak? |
| | begin_repeat | anak | Anak | | | ${penghuni} |
| | date | lahir | Kapan lahir? |
| | end_repeat |
| | end_repeat |
| choices | list_name | name | label |
| | bahaya | banjir | Banjir |
| | bahaya | api | Api |
| | mutu | teduh | Teduh |
| | mutu | dekat | Dekat |
| settings | form_title | form_id | version | namespaces |
| | Rumah tangga | rumah tangga | 1 | suara="https://suara.id/xforms" |
"""
#: What one person says: two houses, in the second of which live two children.
HOUSEHOLD_ANSWERS = {
    "rt/nama": "Melati; 05",
    "rt/titik": "-6.175 106.827",
    "rt/bahaya": "banjir other",
    "rt/bahaya_other": "puting beliung",
    "rt/urutan": "dekat teduh",
    "banyak": "2",
    "rumah[1]/isi/luas": "36.5",
    "rumah[1]/penghuni": "0",
    "rumah[2]/isi/mutu": "teduh",
    "rumah[2]/penghuni": "2",
    "rumah[2]/anak[1]/lahir": "2019-02-03",
    "rumah[2]/anak[2]/lahir": "2021-12-31",
}


class HouseholdSurvey:
    """A store in a file, its survey, and the clock that goes on a minute with each act."""

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite+aiosqlite:///{path}"
        self._opening = Store.open(self.url)
        self._now = NOW
        self._numbers = count(1)

    async def __aenter__(self) -> Self:
        self.store = await self._opening.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._opening.__aexit__(kind, fault, trace)

    async def field_form(self, markdown: str = HOUSEHOLD_FORM, wave: str = "desa") -> None:
        """Field a version of a questionnaire in a wave, as the bot does when it begins anew."""
        form = compile_source(markdown, ".md", Path())
        self._now += MINUTE
        async with self.store.read() as connection:
            await self.store.keep(await waves.add_questionnaire(connection, form, self._now))
            new = Wave(wave, form.digest, (Role.RESIDENT,), OPENS, CLOSES)
            await self.store.keep(await waves.seed_wave(connection, new))
        self.survey = InterviewService(self.store, UTC)

    def next_request(self, person: int) -> Request:
        """The next thing that a person does."""
        self._now += MINUTE
        return Request(person, self._now, Cause(9, next(self._numbers)), None)

    async def begin_interview(
        self, person: int, said: Mapping[str, str], wave: str = "desa"
    ) -> Snapshot:
        """Agree, answer what there is an answer to, and skip the rest up to the review."""
        await self.survey.arrive(self.next_request(person), "id", wave)
        return await self.answer_until_review(
            person, said, await self.survey.agree(self.next_request(person))
        )

    async def answer_until_review(
        self, person: int, said: Mapping[str, str], now: Snapshot
    ) -> Snapshot:
        """Answer, skip, and add nothing where more could be added, up to the review."""
        while now.interview is not None and (key := now.interview.position):
            value = said.get(key.split("/", 2)[2], "")
            if now.interview.find_repeat(key):
                now = await self.survey.finish_repeat(self.next_request(person), key)
            elif value or now.interview.find_question(key).kind.is_display_only:
                now = await self.survey.answer(self.next_request(person), key, value)
            else:
                now = await self.survey.skip(self.next_request(person), key)
            assert now.notice is None, (key, now.notice)
        return now

    async def complete_interview(
        self, person: int, said: Mapping[str, str], wave: str = "desa"
    ) -> None:
        """All of that, and send it."""
        await self.begin_interview(person, said, wave)
        sent = await self.survey.send(self.next_request(person))
        assert sent.notice is None
