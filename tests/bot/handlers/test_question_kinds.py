"""Every kind of question and appearance, asked and answered over a real socket."""

# ruff: noqa: E501 - a row of a table is one line.

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sandbox import Sandbox
from tests.bot.running_bot import DatabaseRecords, Phone, RunningBot, build_survey_config, run_bot

JAKARTA = ZoneInfo("Asia/Jakarta")

HEAD = """
| survey | type | name | label::Indonesia (id) | label::English (en) | appearance | parameters | constraint | required |
|---|---|---|---|---|---|---|---|---|
"""
TAIL = """
| | text | akhir | Terakhir? | Last? |

| choices | list_name | name | label::Indonesia (id) | label::English (en) |
|---|---|---|---|---|
| | bahaya | banjir | Banjir | Flood |
| | bahaya | gempa | Gempa | Earthquake |
| | bahaya | api | Kebakaran | Fire |
| | skala | 1 | 1 | 1 |
| | skala | 2 | 2 | 2 |
| | skala | 3 | 3 | 3 |
| | skala | 4 | 4 | 4 |
| | skala | 5 | 5 | 5 |
| | setuju | a | Sangat tidak | Not at all |
| | setuju | b | Tidak | No |
| | setuju | c | Kurang | Little |
| | setuju | d | Biasa | So-so |
| | setuju | e | Cukup | Fairly |
| | setuju | f | Setuju | Yes |
| | setuju | g | Sangat setuju | Very much |
| | cara | a b | Dengan spasi | With a space |
| | cara | kosong |
| | cara | wa | Melalui pesan singkat di telepon genggam yang dibacakan petugas | By a text message |

| settings | form_title | form_id | version | default_language | namespaces |
|---|---|---|---|---|---|
| | Uji | uji | 1 | Indonesia (id) | suara="https://suara.id/xforms" |
"""


@asynccontextmanager
async def asked(
    box: Sandbox, folder: Path, rows: str, language: str = "id"
) -> AsyncIterator[tuple[Phone, DatabaseRecords]]:
    """Somebody who has agreed to be asked these rows, and what is kept of it."""
    config = build_survey_config(folder, box.url, HEAD + rows.strip("\n") + TAIL)
    async with run_bot(config) as app:
        suara = RunningBot(box, app, folder)
        yield await suara.add_resident(wave="uji", language=language), suara.records


def kept(records: DatabaseRecords, name: str = "q") -> list[str]:
    """What stands of an answer, in its order."""
    found = records.rows(
        """SELECT coalesce(code.value, answer.value) FROM answer
        JOIN question ON question.id = answer.question_id
        LEFT JOIN code ON code.id = answer.code_id
        WHERE question.path LIKE ? ORDER BY occurrence, answer.number""",
        f"%/{name}",
    )
    return [value for (value,) in found]


async def test_a_day_is_tapped(box: Sandbox, tmp_path: Path) -> None:
    async with asked(box, tmp_path, "| | date | q | Kapan? | When? |") as (ani, records):
        card = await ani.tap("◀", "15")
        assert "Terakhir?" in card.text
        last_month = datetime.now(JAKARTA).date().replace(day=1) - timedelta(days=1)
        assert kept(records) == [last_month.replace(day=15).isoformat()]
        assert "●15" in (await ani.tap("‹ Kembali")).labels


async def test_yesterday_is_a_tap_and_paging_keeps_nothing(box: Sandbox, tmp_path: Path) -> None:
    async with asked(box, tmp_path, "| | date | q | Kapan? | When? |") as (ani, records):
        before = records.read_all_tables()
        await ani.tap("▶", "◀", "◀", "Sen")  # A heading: nothing changes.
        assert records.read_all_tables() == before
        await ani.tap("Kemarin")
        yesterday = datetime.now(JAKARTA).date() - timedelta(days=1)
        assert kept(records) == [yesterday.isoformat()]


async def test_a_typed_day_is_said_in_words_on_the_review(box: Sandbox, tmp_path: Path) -> None:
    async with asked(box, tmp_path, "| | date | q | Kapan? | When? |") as (ani, records):
        assert "belum terbaca" in (await ani.say("31 februari 2026")).text
        assert "23/11/2026" in (await ani.say("entahlah")).text
        await ani.say("23 nov 2026")
        assert kept(records) == ["2026-11-23"]
        assert "Senin, 23 November 2026" in (await ani.tap("Lewati")).text


async def test_a_moment_is_tapped_or_typed_in_parts(box: Sandbox, tmp_path: Path) -> None:
    async with asked(box, tmp_path, "| | datetime | q | Kapan? | When? |") as (ani, records):
        card = await ani.say("17 agustus 2025")
        assert "Minggu, 17 Agustus 2025: ketuk jamnya" in card.text
        await ani.tap("10", "10.00")
        assert kept(records) == ["2025-08-17T10:00:00.000+07:00"]
        assert "Minggu, 17 Agustus 2025, 10.00" in (await ani.tap("‹ Kembali")).text
        await ani.say("17/8/2025 jam 7 malam")
        assert kept(records) == ["2025-08-17T19:00:00.000+07:00"]


async def test_a_time_is_asked_in_english(box: Sandbox, tmp_path: Path) -> None:
    async with asked(box, tmp_path, "| | time | q | Jam? | What time? |", "en") as (ani, records):
        await ani.tap("14", "14:35")
        assert kept(records) == ["14:35:00.000+07:00"]
        assert "14:35" in (await ani.tap("Skip")).text


async def test_a_range_refuses_what_is_not_on_a_step(box: Sandbox, tmp_path: Path) -> None:
    rows = "| | range | q | Berapa? | How many? | | start=0 end=10 step=2 |"
    async with asked(box, tmp_path, rows) as (ani, records):
        assert "0 sampai 10, kelipatan 2" in (await ani.say("3")).text
        assert kept(records) == []
        assert "Terakhir?" in (await ani.tap("4")).text
        assert kept(records) == ["4"]


async def test_a_long_range_is_stepped_through(box: Sandbox, tmp_path: Path) -> None:
    rows = "| | range | q | Berapa? | How many? | | start=0 end=100 step=1 |"
    async with asked(box, tmp_path, rows) as (ani, records):
        await ani.tap("+10", "+10", "−1")
        assert kept(records) == []
        await ani.tap("Pilih 19 ✓")
        assert kept(records) == ["19"]


async def test_ranking_is_tapping_in_order(box: Sandbox, tmp_path: Path) -> None:
    async with asked(box, tmp_path, "| | rank bahaya | q | Urutkan | Rank |") as (ani, records):
        card = await ani.tap("Kebakaran")
        assert "1. Kebakaran" in card.labels
        assert "Selesai ›" not in card.labels
        assert kept(records) == []  # Half a ranking is no answer.
        card = await ani.tap("Banjir")
        assert sorted(card.labels)[:3] == ["1. Kebakaran", "2. Banjir", "3. Gempa"]
        card = await ani.tap("2. Banjir", "Banjir")
        assert "1. Kebakaran\n2. Gempa\n3. Banjir" in card.text
        assert "Terakhir?" in (await ani.tap("Selesai ›")).text
        assert kept(records) == ["api", "gempa", "banjir"]
        assert "1. Kebakaran, 2. Gempa, 3. Banjir" in (await ani.tap("Lewati")).text


async def test_a_ranking_is_started_over_or_left_half_done(box: Sandbox, tmp_path: Path) -> None:
    rows = "| | rank bahaya | q | Urutkan | Rank | | | | yes |"
    async with asked(box, tmp_path, rows) as (ani, records):
        await ani.tap("Gempa", "Banjir", "Selesai ›")
        card = await ani.tap("‹ Kembali", "↺ Ulangi")
        assert not [label for label in card.labels if label[0].isdigit()]
        assert kept(records) == []
        await ani.say("gempa")
        assert "1. Gempa" in (await ani.wait_for_card()).text
        assert (
            "Urutkan"
            in (await ani.send_callback_data(f"d:{records.interview(ani.id, 'uji')}:1")).text
        )
        assert kept(records) == []


async def test_numbers_are_shown_as_their_reader_writes_them(box: Sandbox, tmp_path: Path) -> None:
    rows = """
| | decimal | q | Berapa? | How many? |
| | integer | uang | Rupiah? | Rupiah? | thousands-sep |
"""
    async with asked(box, tmp_path, rows) as (ani, records):
        await ani.say("2")
        assert "Jawaban Anda: 2\n" in (await ani.tap("‹ Kembali")).text + "\n"
        await ani.say("2,5")
        assert kept(records) == ["2.5"]
        await ani.say("1.500.000")
        assert kept(records, "uang") == ["1500000"]
        card = await ani.tap("Lewati")
        assert "2,5" in card.text
        assert "1.500.000" in card.text


async def test_points_of_a_scale_stand_in_one_row(box: Sandbox, tmp_path: Path) -> None:
    rows = "| | select_one skala | q | Setuju? | Agree? | likert |"
    async with asked(box, tmp_path, rows) as (ani, records):
        row = (await ani.wait_for_card()).raw["reply_markup"]["inline_keyboard"][0]
        assert [button["text"] for button in row] == ["1", "2", "3", "4", "5"]
        await ani.say("4")  # A number that stands on a button may be typed.
        assert kept(records) == ["4"]


async def test_words_of_a_scale_stand_below_each_other(box: Sandbox, tmp_path: Path) -> None:
    rows = "| | select_one setuju | q | Setuju? | Agree? | likert |"
    async with asked(box, tmp_path, rows) as (ani, _):
        keyboard = (await ani.wait_for_card()).raw["reply_markup"]["inline_keyboard"]
        assert [len(row) for row in keyboard[:7]] == [1] * 7


async def test_short_choices_stand_side_by_side_if_asked(box: Sandbox, tmp_path: Path) -> None:
    rows = "| | select_one bahaya | q | Apa? | What? | columns-pack |"
    async with asked(box, tmp_path, rows) as (ani, _):
        row = (await ani.wait_for_card()).raw["reply_markup"]["inline_keyboard"][0]
        assert [button["text"] for button in row] == ["Banjir", "Gempa", "Kebakaran"]


async def test_a_long_label_is_said_in_full_and_numbered(box: Sandbox, tmp_path: Path) -> None:
    async with asked(box, tmp_path, "| | select_one cara | q | Cara? | How? |") as (ani, records):
        card = await ani.wait_for_card()
        assert "3) Melalui pesan singkat di telepon genggam yang dibacakan petugas" in card.text
        assert card.labels[:2] == ["1) Dengan spasi", "2) kosong"]  # No label: its value.
        assert card.labels[2].startswith("3) Melalui pesan")
        await ani.say("3")
        assert kept(records) == ["wa"]
        card = await ani.tap("‹ Kembali")
        assert card.labels[2].startswith("● 3) Melalui")
        await ani.tap(card.labels[0])
        assert kept(records) == ["a b"]
        assert "Dengan spasi" in (await ani.tap("Lewati")).text


async def test_the_choices_may_be_what_was_answered_before(box: Sandbox, tmp_path: Path) -> None:
    rows = """
| | begin_repeat | orang | Orang | Person | | | |
| | text | nama | Nama? | Name? |
| | end_repeat | | | |
| | select_one ${nama} | q | Siapa tertua? | Who is the oldest? |
"""
    async with asked(box, tmp_path, rows) as (ani, records):
        await ani.say("Ani <b>")
        card = await ani.say("ya")
        await ani.say("Budi")
        card = await ani.say("cukup")
        assert card.labels[:2] == ["Ani <b>", "Budi"]
        await ani.tap("Budi")
        assert kept(records) == ["Budi"]
        assert "● Budi" in (await ani.tap("‹ Kembali")).labels
        await ani.say("ani")
        assert kept(records) == ["Ani <b>"]


async def test_what_was_answered_before_can_be_ranked(box: Sandbox, tmp_path: Path) -> None:
    rows = """
| | begin_repeat | orang | Orang | Person | | | |
| | text | nama | Nama? | Name? |
| | end_repeat | | | |
| | rank ${nama} | q | Urutkan menurut usia | By age | | | | yes |
"""
    async with asked(box, tmp_path, rows) as (ani, records):
        for name in ("Ani", "Budi"):
            await ani.say(name)
            await ani.say("ya")
        await ani.say("Cici")
        await ani.say("cukup")
        card = await ani.tap("Cici", "Ani")
        assert "1. Cici\n2. Ani\n3. Budi" in card.text
        await ani.tap("Selesai ›")
        assert kept(records) == ["Cici", "Ani", "Budi"]


async def test_another_answer_can_be_given(box: Sandbox, tmp_path: Path) -> None:
    rows = "| | select_one bahaya or_other | q | Apa? | What? |"
    async with asked(box, tmp_path, rows) as (ani, records):
        card = await ani.tap("Lainnya")
        assert "Apa lainnya? Silakan ketik." in card.text
        await ani.say("Angin")
        assert (kept(records), kept(records, "q_other")) == (["other"], ["Angin"])
        card = await ani.tap("Lewati")
        assert "Lainnya" in card.text


async def test_a_secret_is_never_shown_again(box: Sandbox, tmp_path: Path) -> None:
    async with asked(box, tmp_path, "| | text | q | Sandi? | Secret? | masked |") as (ani, records):
        await ani.say("rahasia")
        assert kept(records) == ["rahasia"]
        card = await ani.tap("‹ Kembali")
        assert "••••" in card.text
        assert "rahasia" not in card.text
        assert "rahasia" not in (await ani.tap("Lanjut ›", "Lewati")).text


async def test_text_may_be_digits_only(box: Sandbox, tmp_path: Path) -> None:
    rows = "| | text | q | Nomor? | Number? | numbers |"
    async with asked(box, tmp_path, rows) as (ani, records):
        assert "angka saja" in (await ani.say("nol delapan")).text
        await ani.say("0812-3456")
        assert kept(records) == ["0812-3456"]


async def test_several_lines_are_kept(box: Sandbox, tmp_path: Path) -> None:
    rows = "| | text | q | Cerita? | Story? | multiline |"
    async with asked(box, tmp_path, rows) as (ani, records):
        assert "boleh beberapa baris" in (await ani.wait_for_card()).text
        await ani.say("satu\ndua")
        assert kept(records) == ["satu\ndua"]


async def test_the_number_below_the_bars_is_typed(box: Sandbox, tmp_path: Path) -> None:
    async with asked(box, tmp_path, "| | barcode | q | Kode? | Code? |") as (ani, records):
        assert "di bawah garis" in (await ani.wait_for_card()).text
        await ani.say("8991102")
        assert kept(records) == ["8991102"]


async def test_an_authors_markup_is_drawn_and_a_respondents_is_not(
    box: Sandbox, tmp_path: Path
) -> None:
    rows = """
| | text | q | Siapa? | Who? |
| | note | n | # Halo ${q}! <span style="color:red">**Awas** banjir</span> [info](https://jakarta.go.id) | Hello |
"""
    async with asked(box, tmp_path, rows) as (ani, _):
        card = await ani.say("**Ani** <i>x</i> & <b>")
        assert "Halo **Ani** <i>x</i> & <b>! Awas banjir info (https://jakarta.go.id)" in card.text
        styles = {entity["type"] for entity in card.raw["entities"]}
        assert "italic" not in styles
        assert "bold" in styles


async def test_a_year_beyond_all_calendars_is_asked_again(box: Sandbox, tmp_path: Path) -> None:
    rows = """
| | date | q | Kapan? | When? |
| | date | r | Lalu? | And then? | year |
"""
    async with asked(box, tmp_path, rows) as (ani, records):
        assert "belum terbaca" in (await ani.say("31/12/9999")).text
        assert "belum terbaca" in (await ani.say("9999-12-31")).text
        assert kept(records) == []
        card = await ani.say("31/12/9998")
        assert kept(records) == ["9998-12-31"]
        # The calendar of the last year is drawn, and can be turned to no later one.
        await ani.say("9998")
        card = await ani.tap("‹ Kembali", "‹ Kembali")
        assert "●31" in card.labels
        assert "●31" in (await ani.tap("▶")).labels


async def test_a_default_beyond_all_calendars_is_drawn(box: Sandbox, tmp_path: Path) -> None:
    head = HEAD.replace("required |", "required | default |").replace("---|\n", "---|---|\n", 1)
    config = build_survey_config(
        tmp_path,
        box.url,
        f"{head.rstrip()}\n| | date | q | Kapan? | When? | | | | | 9999-12-31 |{TAIL}",
    )
    async with run_bot(config) as app:
        ani = await RunningBot(box, app, tmp_path).add_resident(wave="uji", language="id")
        card = await ani.say("entahlah")
        assert "Kapan?" in card.text
        assert "Kapan?" in (await ani.tap("◀")).text


async def test_any_part_of_a_label_or_a_code_finds_a_choice(box: Sandbox, tmp_path: Path) -> None:
    rows = "\n".join(f"| | rw | k{n}x | RW {n:02} | RW {n:02} |" for n in range(1, 21))
    tail = TAIL.replace(
        "| | skala | 1 |", f"{rows}\n| | rw | kafe | Café | Café |\n| | skala | 1 |", 1
    )
    form = (
        HEAD
        + "| | select_one rw | q | RW mana? | Which? |\n| | select_one rw | r | Lalu? | Then? |"
        + tail
    )
    async with run_bot(build_survey_config(tmp_path, box.url, form)) as app:
        suara = RunningBot(box, app, tmp_path)
        ani = await suara.add_resident(wave="uji", language="id")
        assert "Lalu?" in (await ani.say("05")).text
        assert kept(suara.records) == ["k5x"]
        await ani.tap("‹ Kembali")
        await ani.say("cafe")
        assert kept(suara.records) == ["kafe"]
        # What fits by a code alone, which nobody sees, is shown and not chosen.
        card = await ani.say("k20x")
        assert "🔎" in card.text
        assert "RW 20" in card.labels
        await ani.tap("RW 20")
        assert kept(suara.records, "r") == ["k20x"]
        # A number with a sign is no search for the one without.
        await ani.tap("‹ Kembali")
        assert "tidak ada dalam daftar" in (await ani.say("-5")).text


async def test_a_code_that_stands_twice_is_found_among_what_is_offered(
    box: Sandbox, tmp_path: Path
) -> None:
    form = """
| survey | type | name | label | choice_filter |
| | select_one kota | kota | Kota? | |
| | select_one desa | q | Desa? | kota=${kota} |
| | text | akhir | Terakhir? | |
| choices | list_name | name | label | kota |
| | kota | a | Awan | |
| | kota | b | Bukit | |
| | desa | 1 | Awan utara | a |
| | desa | 2 | Awan selatan | a |
| | desa | 1 | Bukit utara | b |
| | desa | 2 | Bukit selatan | b |
| settings | form_title | form_id | version | allow_choice_duplicates |
| | Uji | uji | 1 | yes |
"""
    async with run_bot(build_survey_config(tmp_path, box.url, form)) as app:
        suara = RunningBot(box, app, tmp_path)
        ani = await suara.add_resident(wave="uji", language="id")
        await ani.tap("Bukit")
        card = await ani.say("bukit")
        assert [label for label in card.labels if "Bukit" in label] == [
            "Bukit utara",
            "Bukit selatan",
        ]
        await ani.tap("Bukit utara")
        assert kept(suara.records) == ["1"]
        assert "Bukit utara" in (await ani.say("sudah")).text
