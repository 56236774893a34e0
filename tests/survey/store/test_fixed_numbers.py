"""Numbers of codes are written when a version is first fielded, and never again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, update

from survey.forms.authoring.xlsform import compile_source
from survey.forms.model.questionnaire import Questionnaire
from survey.store import waves
from survey.store.database import Store
from survey.store.fixed_numbers import NumbersByPath, build_numbers_query, group_number_rows
from survey.store.schema import code_number

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FORM = """
| survey | type | name | label |
| | select_one warna | warna | Warna apa? |
| | select_multiple warna | semua | Warna apa saja? |
| choices | list_name | name | label |
| | warna | merah | Merah |
| | warna | biru | Biru |
| settings | form_title | form_id | version |
| | Warna | warna | 1 |
"""
NEWER = FORM.replace("| | warna | merah", "| | warna | hijau | Hijau |\n| | warna | merah").replace(
    "| warna | 1 |", "| warna | 2 |"
)


def compile_form(text: str) -> Questionnaire:
    return compile_source(text, ".md", Path())


async def field_form(store: Store, form: Questionnaire, hours: int = 0) -> NumbersByPath:
    """Field a version as a start of the bot does; the numbers that are kept then."""
    async with store.read() as connection:
        at = NOON + timedelta(hours=hours)
        await store.keep(await waves.add_questionnaire(connection, form, at))
        return group_number_rows(await connection.execute(build_numbers_query(form.id)))


async def test_a_later_version_adds_numbers_and_changes_none(empty_database: str) -> None:
    async with Store.open(empty_database) as store:
        first = await field_form(store, compile_form(FORM))
        assert first["/data/warna"] == {"merah": 1, "biru": 2}
        assert await field_form(store, compile_form(FORM)) == first
    async with Store.open(empty_database) as store:
        later = await field_form(store, compile_form(NEWER), 1)
    assert later["/data/warna"] == later["/data/semua"] == {"merah": 1, "biru": 2, "hijau": 3}
    assert list(later["/data/warna"]) == ["merah", "biru", "hijau"], "as they were fielded"


async def test_versions_from_before_there_were_numbers_come_in_their_order(
    empty_database: str,
) -> None:
    """What was fielded before an update gets its numbers at the next start, the oldest first."""
    async with Store.open(empty_database) as store:
        await field_form(store, compile_form(FORM))
        await field_form(store, compile_form(NEWER), 1)
        await store.keep([delete(code_number)])
        found = await field_form(store, compile_form(NEWER), 2)
    assert found["/data/warna"] == {"merah": 1, "biru": 2, "hijau": 3}


async def test_what_is_kept_rules_even_if_it_would_be_numbered_otherwise_today(
    empty_database: str,
) -> None:
    async with Store.open(empty_database) as store:
        await field_form(store, compile_form(FORM))
        await store.keep([update(code_number).where(code_number.c.number == 2).values(number=7)])
        found = await field_form(store, compile_form(NEWER), 1)
    assert found["/data/warna"] == {"merah": 1, "biru": 7, "hijau": 2}
