"""How files end, and what happens to them when something fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from sandbox import Sandbox
from tests.bot.file_questions import (
    build_file_survey,
    draw_photo,
    list_stored_files,
    read_file_answers,
    wait_for_stored_files,
    wait_until,
)
from tests.bot.running_bot import Phone, RunningBot, run_bot
from tests.survey.expired_records import delete_expired


@pytest.fixture
async def suara(tmp_path: Path, box: Sandbox) -> AsyncIterator[RunningBot]:
    """A Suara that asks for files and puts them into a folder."""
    async with run_bot(build_file_survey(tmp_path, box.url)) as app:
        yield RunningBot(box, app, tmp_path)


async def test_a_file_that_could_not_be_fetched_is_fetched_after_a_restart(
    tmp_path: Path, box: Sandbox
) -> None:
    config = build_file_survey(tmp_path, box.url)
    content = draw_photo(300)
    async with run_bot(config) as app:
        suara = RunningBot(box, app, tmp_path)
        await box.inject_fault("getFile", code=500, times=1)
        with capture_logs() as lines:
            ani = await suara.add_resident(wave="uji")
            await ani.person.send_photo(content)
            await ani.wait_for_card()
            assert await wait_for_stored_files(suara) == {}
        (line,) = [line for line in lines if line["event"] == "file not fetched"]
        assert "token" not in str(line).lower()
        assert "/file/" not in str(line)
    await box.clear_faults()
    name = read_file_answers(suara, ani)["foto"]
    (tmp_path / "berkas").mkdir(exist_ok=True)
    (tmp_path / "berkas" / f"{name}.part").write_bytes(content[:100])
    async with run_bot(config) as app:
        suara = RunningBot(box, app, tmp_path)
        await wait_until(lambda: list_stored_files(suara) == {name: content})
        ani = Phone(ani.person, app)
        assert "✓ Foto diterima" in (await ani.tap("‹ Kembali")).text


async def test_deleting_a_respondent_by_hand_deletes_their_files_at_the_next_start(
    tmp_path: Path, box: Sandbox
) -> None:
    config = build_file_survey(tmp_path, box.url)
    async with run_bot(config) as app:
        suara = RunningBot(box, app, tmp_path)
        ani = await suara.add_resident(wave="uji")
        await ani.person.send_photo(draw_photo(300))
        await ani.wait_for_card()
        assert len(await wait_for_stored_files(suara)) == 1
        (tmp_path / "berkas" / "not-ours.txt").write_text("stays")
    for statement in ("DELETE FROM contact", "DELETE FROM respondent"):
        await suara.records.execute(statement)
    async with run_bot(config) as app:
        await wait_until(lambda: set(list_stored_files(suara)) == {"not-ours.txt"})
        await app.context.files.attachments.wait_until_done()
        assert suara.records.count("attachment") == 0


async def test_the_files_of_an_old_wave_are_deleted_with_its_answers(suara: RunningBot) -> None:
    ani = await suara.add_resident(wave="uji")
    await ani.person.send_photo(draw_photo(300))
    await ani.wait_for_card()
    assert len(await wait_for_stored_files(suara)) == 1
    later = suara.app.clock.now() + timedelta(days=3000)
    await delete_expired(suara.app.store, later, timedelta(days=90), 24)
    suara.app.context.files.attachments.retry_failed()
    assert await wait_for_stored_files(suara) == {}
    assert suara.records.count("attachment") == 0


async def test_whoever_withdraws_while_their_photo_is_fetched_leaves_nothing(
    suara: RunningBot,
) -> None:
    await suara.box.inject_fault("getFile", delay=0.4)
    ani = await suara.add_resident(wave="uji")
    await ani.person.send_photo(draw_photo(300))
    await ani.wait_for_card()
    await ani.say("/hapus")
    await ani.tap("Ya, hapus semuanya")
    assert await wait_for_stored_files(suara) == {}
    assert suara.records.count("attachment") == 0


async def test_a_folder_that_cannot_be_used_costs_no_answer(tmp_path: Path, box: Sandbox) -> None:
    (tmp_path / "berkas").write_text("in the way")
    config = build_file_survey(tmp_path, box.url)
    async with run_bot(config) as app:
        suara = RunningBot(box, app, tmp_path)
        ani = await suara.add_resident(wave="uji")
        with capture_logs() as lines:
            await ani.person.send_photo(draw_photo(300))
            assert "Ceritakan" in (await ani.wait_for_card()).text
            await app.context.files.attachments.wait_until_done()
        (line,) = [line for line in lines if line["event"] == "file not fetched"]
        assert line["reason"] == "File exists"
        (tmp_path / "berkas").unlink()
        app.context.files.attachments.retry_failed()
        assert list(await wait_for_stored_files(suara)) == [read_file_answers(suara, ani)["foto"]]


async def test_a_fetched_file_whose_folder_is_away_is_deleted_when_it_is_back(
    suara: RunningBot,
) -> None:
    ani = await suara.add_resident(wave="uji")
    await ani.person.send_photo(draw_photo(300))
    await ani.wait_for_card()
    assert len(await wait_for_stored_files(suara)) == 1
    (suara.folder / "berkas").rename(suara.folder / "away")
    with capture_logs() as lines:
        await ani.say("/hapus")
        await ani.tap("Ya, hapus semuanya")
    assert [line["event"] for line in lines if line["log_level"] == "warning"] == [
        "file not deleted"
    ]
    assert suara.records.rows("SELECT interview_id FROM attachment") == [(None,)]
    (suara.folder / "away").rename(suara.folder / "berkas")
    suara.app.context.files.attachments.retry_failed()
    assert await wait_for_stored_files(suara) == {}
    assert suara.records.count("attachment") == 0


async def test_a_photo_after_the_wave_has_closed_is_not_taken(suara: RunningBot) -> None:
    ani = await suara.add_resident(wave="uji")
    await suara.records.execute("UPDATE wave SET closes_at = 1000000, opens_at = 0")
    await ani.person.send_photo(draw_photo(300))
    assert "sudah ditutup" in (await ani.wait_for_card()).text
    assert suara.records.count("attachment") == 0


HOUSES = """
| survey | type | name | label::Indonesia (id) | label::English (en) | body::suara:consent |
| | acknowledge | setuju | Boleh? | May we? | yes |
| | begin_repeat | rumah | Rumah | House |
| | image | foto | Foto rumah | Photo of the house |
| | end_repeat |
| | select_one ya | lagi | Lagi? | More? |
| | image | tambahan | Foto tambahan | Another photo | |
| choices | list_name | name | label::Indonesia (id) | label::English (en) |
| | ya | ya | Ya | Yes |
| | ya | tidak | Tidak | No |
| settings | form_title | form_id | version | default_language | namespaces |
| | Uji | uji | 1 | Indonesia (id) | suara="https://suara.id/xforms" |
"""


async def test_photos_in_repeats_go_with_their_instance(tmp_path: Path, box: Sandbox) -> None:
    config = build_file_survey(tmp_path, box.url, HOUSES)
    photos = [draw_photo(side) for side in (300, 310)]
    async with run_bot(config) as app:
        suara = RunningBot(box, app, tmp_path)
        ani = await suara.add_resident(wave="uji")
        await ani.person.send_photo(photos[0])
        await ani.wait_for_card()
        await ani.tap("➕ Tambah")
        await ani.person.send_photo(photos[1])
        card = await ani.wait_for_card()
        assert sorted((await wait_for_stored_files(suara)).values()) == sorted(photos)
        card = await ani.tap("🗑 Hapus salah satu")
        await ani.tap(next(label for label in card.labels if label.startswith("🗑 1.")))
        assert list((await wait_for_stored_files(suara)).values()) == [photos[1]]
        (name,) = list_stored_files(suara)
        assert read_file_answers(suara, ani) == {"foto[1]": name}


async def test_a_photo_that_is_not_relevant_now_is_kept_while_it_may_come_back(
    tmp_path: Path, box: Sandbox
) -> None:
    asks = HOUSES.replace("| | begin_repeat", "| | begin_group").replace("end_repeat", "end_group")
    asks = asks.replace("body::suara:consent |", "body::suara:consent | relevant |").replace(
        "Another photo | |", "Another photo | | ${lagi} = 'ya' |"
    )
    config = build_file_survey(tmp_path, box.url, asks)
    async with run_bot(config) as app:
        suara = RunningBot(box, app, tmp_path)
        ani = await suara.add_resident(wave="uji")
        await ani.tap("Lewati", "Ya")
        await ani.person.send_photo(draw_photo(300))
        await ani.wait_for_card()
        await ani.tap("‹ Kembali", "‹ Kembali", "Tidak")
        assert "tambahan" not in read_file_answers(suara, ani)
        assert len(await wait_for_stored_files(suara)) == 1
        card = await ani.tap("‹ Kembali", "Ya")
        assert "📷 1 foto" in card.text
        assert read_file_answers(suara, ani)["tambahan"] in list_stored_files(suara)


async def test_nothing_of_a_withdrawn_file_is_left_on_the_disk(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_bot(build_file_survey(tmp_path, box.url)) as app:
        suara = RunningBot(box, app, tmp_path)
        ani = await suara.add_resident(wave="uji")
        await ani.person.send_photo(draw_photo(300))
        await ani.wait_for_card()
        (name,) = await wait_for_stored_files(suara)
        traces = [name, *suara.records.rows("SELECT file_id, file_unique_id FROM attachment")[0]]
        assert all(trace.encode() in suara.records.read_file_bytes() for trace in traces)
        await ani.say("/hapus")
        await ani.tap("Ya, hapus semuanya")
    assert not any(trace.encode() in suara.records.read_file_bytes() for trace in traces)
    assert list_stored_files(suara) == {}
