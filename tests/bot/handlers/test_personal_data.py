"""/data: all that is kept about whoever asks, of nobody else, and on no disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sandbox import Sandbox
from survey.store.personal_records import PERSONAL_QUERIES
from survey.store.workshop_schema import metadata
from tests.bot.perception_answers import answer_all_and_send
from tests.bot.running_bot import Phone, RunningBot
from tests.bot.running_workshop import reveal_results, run_workshop_bot, tap_beginning


async def ask_for_data(phone: Phone, command: str = "/data") -> tuple[str, dict[str, Any]]:
    """The page and the JSON that somebody gets."""
    before = {shown.message_id for shown in phone.person.screen.messages}
    await phone.say(command)
    new = [shown for shown in phone.person.screen.messages if shown.message_id not in before]
    files = {shown.file_name: shown for shown in new if shown.file_name}
    assert list(files) == ["data.html", "data.json"]
    page, written = [(await phone.person.download(shown)).decode() for shown in files.values()]
    return page, json.loads(written)


def list_files(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*")}


async def test_every_answer_the_consent_and_when_what_was_done_come_at_once(
    suara: RunningBot, tmp_path: Path
) -> None:
    ani = await suara.add_resident()
    await answer_all_and_send(ani)
    before = list_files(tmp_path)
    page, written = await ask_for_data(ani)
    assert list_files(tmp_path) == before, "nothing of it is left on the disk"
    records = written["records"]
    kept = suara.records.rows(
        "SELECT coalesce(code.value, answer.value) FROM answer LEFT JOIN code ON code.id = code_id"
    )
    assert sorted(row["value"] for row in records["answer"]) == sorted(value for (value,) in kept)
    assert len(records["step"]) == suara.records.count("step")
    assert records["contact"][0]["telegram_id"] == ani.id
    digest, version = suara.records.rows(
        "SELECT questionnaire.digest, version FROM questionnaire JOIN interview USING (digest)"
    )[0]
    assert f"{version} ({digest})" in page
    for words in (
        "Seberapa siap Jakarta menghadapi bencana",  # The words that they agreed to.
        "Apa hubungan Anda dengan Jakarta?",
        "Tinggal di Jakarta",
        "Tebet Barat",
        "menjawab · ",
        "mengirim",
    ):
        assert words in page, words
    for address in ("http://", "https://", "<script", "src="):
        assert address not in page, "the page needs nothing from elsewhere"


async def test_it_speaks_the_language_of_whoever_asks(suara: RunningBot) -> None:
    ani = await suara.add_resident(language="en")
    await ani.tap("I live in Jakarta")
    page, _ = await ask_for_data(ani, "/dataku")
    assert "All that is kept about you" in page
    assert "What ties you to Jakarta?" in page
    assert "I live in Jakarta" in page


async def test_markup_that_somebody_typed_is_words_in_the_page(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await suara.records.execute("UPDATE respondent SET source = '<img src=x onerror=alert(1)>'")
    page, _ = await ask_for_data(ani)
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


async def test_in_a_workshop_it_has_ones_own_votes_and_nobody_elses(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, budi = await day.join_two_participants()
        await tap_beginning(wayan, "▶")
        await tap_beginning(ani, "4")
        await tap_beginning(budi, "2")
        await reveal_results(wayan, ani, budi)
        await wayan.say("catatan rahasia fasilitator")
        page, written = await ask_for_data(ani)
        votes = written["records"]["vote"]
        ((own,),) = day.suara.records.rows(
            "SELECT respondent_id FROM contact WHERE telegram_id = ?", ani.id
        )
        assert [(row["respondent_id"], row["value"]) for row in votes] == [(own, "4")]
        assert "suara Anda" in page
        assert "Rumah pompa" in page
        whole = page + json.dumps(written)
        for others in (str(budi.id), str(wayan.id), "catatan rahasia"):
            assert others not in whole
        assert "langkah Anda" not in page
        leading, _ = await ask_for_data(wayan)
        assert "langkah Anda sebagai fasilitator" in leading


async def test_who_has_nothing_kept_is_told_so_and_is_not_met_by_asking(suara: RunningBot) -> None:
    ani = await suara.add_person()
    card = await ani.say("/data")
    assert "Tidak ada yang disimpan tentang Anda" in card.text
    assert suara.records.count("contact") == 0
    budi = await suara.add_resident(1002)
    await budi.say("/hapus")
    await budi.tap("Ya, hapus semuanya")
    assert "Tidak ada yang disimpan" in (await budi.say("/data")).text


async def test_asked_twice_it_is_made_once(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await suara.box.inject_fault("sendMediaGroup", delay=1.0)
    await ani.person.say("/data")
    await ani.person.say("/data")
    card = await ani.wait_for_card()
    assert len(await suara.box.list_calls("sendMediaGroup")) == 1
    assert "sedang dikirim" in card.text
    assert (await ask_for_data(ani))[1]["records"]["contact"]


async def test_in_a_group_nothing_comes(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    group = await suara.box.create_group("Warga", [ani.person])
    await ani.person.say("/data", chat=group)
    await ani.wait_for_card()
    assert await suara.box.list_calls("sendMediaGroup") == []


def test_no_table_that_tells_of_a_person_is_left_out() -> None:
    personal = {"respondent", "contact"}
    while (
        found := {
            table.name
            for table in metadata.tables.values()
            for column in table.foreign_keys
            if column.column.table.name in personal | {"interview", "answer"}
        }
        - personal
    ):
        personal |= found
    assert personal == set(PERSONAL_QUERIES)
