"""Open answers in a report: words, themes and quotes, and nobody given away."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.chapters.elements import Chapter, ReportTable
from reports.chapters.opinions.chapter import build_opinions_chapter
from reports.chapters.opinions.themes_and_quotes import (
    MAX_QUOTE_LENGTH,
    MAX_QUOTES,
    mask_theme_counts,
    shorten_printed_quote,
)
from reports.city_file import load_vocabulary, read_city, read_pack
from reports.localizer import Localizer
from reports.opinions.publishable_words import PublishableWords
from reports.opinions.terms import (
    FrequentTerms,
    OpenText,
    detect_language,
    find_frequent_terms,
    stem_word,
    tokenize_text,
)
from reports.opinions.themes import ThemeMatcher
from reports.reading.frames import read_frames
from tests.reports.filled_store import FilledStore, build_report_request
from tests.reports.open_answers import (
    EMPTY_TEXTS,
    ENGLISH_TEXTS,
    FLOOD_TEXTS,
    TRAFFIC_TEXTS,
    add_open_answers,
    release_quote,
)
from tests.survey.form_helpers import CITY_FILE

ROOT = Path(__file__).parents[3]
THEMES = str(ROOT / "questionnaires" / "tema.csv")


def chapter(store: FilledStore, language: str = "id", **changes: Any) -> Chapter:
    """The chapter as a report has it."""
    wanted = build_report_request(store, language=language, themes=THEMES, **changes)
    frames = read_frames(wanted.database_url, wanted.end, language, texts=True)
    return build_opinions_chapter(frames, wanted, Localizer(language, wanted.timezone))


def table(found: Chapter, key: str) -> ReportTable:
    return next(table for table in found.tables if table.key == key)


def everything(found: Chapter) -> str:
    """All that a reader could find in it."""
    tables = [table.frame.to_json(force_ascii=False) for table in found.tables]
    pictures = [picture.svg.decode() + picture.alt + picture.caption for picture in found.pictures]
    return "\n".join([*found.findings, *found.notes, *tables, *pictures])


def apart(texts: Iterable[str], hint: str = "id") -> list[OpenText]:
    return [tokenize_text(text, hint) for text in texts]


def counts(texts: Iterable[str], minimum: int = 2, hint: str = "id") -> dict[str, int]:
    return {term.text: term.people for term in find_all_terms(texts, minimum, hint).terms}


def find_all_terms(texts: Iterable[str], minimum: int, hint: str = "id") -> FrequentTerms:
    """As if any word might be printed."""
    return find_frequent_terms(apart(texts, hint), minimum, 50, lambda _: True)


# Words


def test_a_person_counts_once_for_a_word_whatever_its_form() -> None:
    found = counts(["banjir banjir banjir", "Kebanjiran terus", "BANJIRRRR!!!", "macet"])
    assert found == {"banjir": 3}


def test_a_word_of_fewer_people_than_the_minimum_is_nowhere() -> None:
    assert "ciliwung" not in counts(["ciliwung kotor", "ciliwung meluap", "kali kotor"], 3)
    assert counts(["rumah Zubaidah kebanjiran"], 1)
    assert counts(["rumah Zubaidah kebanjiran"], 2) == {}


def test_a_phrase_swallows_the_words_that_nearly_always_stand_in_it() -> None:
    found = counts(["lalu lintas kacau", "lalu lintas padat", "lalu lintas", "kacau"])
    assert found == {"lalu lintas": 3, "kacau": 2}


def test_a_word_that_often_stands_alone_is_shown_beside_its_phrase() -> None:
    found = counts(["air bersih", "air bersih", "air keruh", "air mati", "air"])
    assert found == {"air": 5, "air bersih": 2}


def test_no_phrase_goes_through_a_full_stop_or_a_place_where_something_was_taken_out() -> None:
    texts = ["Pompa. Rusak", "pompa, rusak", "pompa […] rusak", "pompa 😀 rusak", "pompa - rusak"]
    assert counts(texts) == {"pompa": 5, "rusak": 5}


def test_stop_words_may_stand_inside_a_phrase_but_not_at_its_ends() -> None:
    found = counts(["sampah di kali", "sampah di kali", "yang di sampah", "kali itu"])
    assert found == {"sampah": 3, "kali": 3, "sampah di kali": 2}


def test_words_of_the_chat_are_stop_words_too() -> None:
    assert counts(["tolong dong yg ini gak bisa", "tolong dong utk yg itu nggak"]) == {}


def test_a_word_said_twice_is_the_same_word() -> None:
    assert counts(["anak-anak", "anak2", "anak"]) == {"anak": 3}


def test_names_of_places_keep_their_capital_and_first_words_lose_it() -> None:
    assert set(counts(["Sampah di Tebet", "Kali Tebet meluap", "sampah Tebet"])) == {
        "sampah",
        "Tebet",
    }


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("please fix the drains", "id", "en"),
        ("tolong perbaiki got di depan rumah", "en", "id"),
        ("please fix macetnya dong, udah parah banget", "en", "id"),
        ("MRT", "en", "en"),
        ("MRT", "id", "id"),
        ("مياه نظيفة", "id", "id"),
        ("", "xx", "id"),
    ],
)
def test_the_language_is_known_by_its_stop_words_or_taken_from_the_interview(
    text: str, hint: str, language: str
) -> None:
    assert detect_language(text, hint) == language


@pytest.mark.parametrize(
    "text", [*EMPTY_TEXTS, "", "   ", "tidak ada, terima kasih", "no, thank you"]
)
def test_a_text_of_stop_words_or_signs_says_nothing(text: str) -> None:
    assert not tokenize_text(text, "id").has_content_words


@pytest.mark.parametrize("text", ["مياه نظيفة للجميع", "地铁", "🌊 banjir 🌊", "ๆน้ำท่วม"])
def test_every_alphabet_has_words(text: str) -> None:
    assert tokenize_text(text, "id").has_content_words


@given(st.lists(st.text(max_size=60), max_size=8), st.integers(1, 4))
def test_whatever_is_written_no_term_is_shown_of_fewer_people(
    texts: list[str], minimum: int
) -> None:
    for term in find_all_terms(texts, minimum).terms:
        assert minimum <= term.people <= len(texts)


KNOWN = PublishableWords(load_vocabulary(CITY_FILE))


def test_a_word_in_no_list_is_not_printed_however_many_write_it() -> None:
    found = find_frequent_terms(apart(["banjir Gondrong"] * 30), 5, 50, KNOWN.has_word)
    assert [term.text for term in found.terms] == ["banjir"]
    assert found.withheld == 1


def test_of_a_word_s_forms_the_usual_one_of_those_in_the_list_is_printed() -> None:
    texts = apart(["kebanjiranlah"] * 4 + ["kebanjiran"] * 2)
    found = find_frequent_terms(texts, 5, 50, {"kebanjiran"}.__contains__)
    assert [(term.text, term.people) for term in found.terms] == [("kebanjiran", 6)]


@pytest.mark.parametrize("word", ["Banjir", "banjiiir", "anak2", "anak-anak", "Tebet", "24", "the"])
def test_ordinary_words_are_in_the_list(word: str) -> None:
    assert KNOWN.has_word(word)


@pytest.mark.parametrize("word", ["Gondrong", "zulkarnain", "Budi", "siti", "Pramono", "", "-"])
def test_names_are_not(word: str) -> None:
    assert KNOWN.has_word(word) == (word in ("", "-"))


def test_no_name_of_the_packs_is_in_the_vocabulary() -> None:
    packs = [read_pack(CITY_FILE.parent / name) for name in read_city(CITY_FILE).redaction]
    names = {word for pack in packs for word in pack.words["given_names"].split()}
    texts = [CITY_FILE.parent / name for name in read_city(CITY_FILE).vocabulary]
    listed = {word for file in texts if file.suffix == ".txt" for word in file.read_text().split()}
    assert not names & listed


# Themes


def themes_of(text: str, hint: str = "id") -> set[str]:
    return ThemeMatcher.read(THEMES).match_text(tokenize_text(text, hint))


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("Saluran mampet, sampah menumpuk", {"banjir", "sampah"}),
        ("air bersih sering mati", {"air"}),
        ("Kota yang bersih dan nyaman", set()),
        ("macet sekali", {"macet"}),
        ("perbaiki jalan berlubang", {"jalan"}),
        ("rumah sakit penuh", {"kesehatan"}),
        ("pemadam kebakaran lambat", {"siaga"}),
        ("clean air and more trees, please", {"udara", "hijau"}),
        ("illegal parking on the sidewalk, please act", {"macet", "jalan"}),
        ("semoga sukses", set()),
    ],
)
def test_a_text_belongs_to_every_theme_of_which_it_has_a_word(text: str, themes: set[str]) -> None:
    assert themes_of(text) == themes


def test_an_english_text_about_air_is_not_about_water() -> None:
    assert themes_of("the air here is not good for us") == set()
    assert "air" not in themes_of("we need clean air in this city")


def test_no_word_of_the_shipped_file_stands_under_two_themes() -> None:
    every = ThemeMatcher.read(THEMES)
    for theme in every.every:
        assert theme.label
        assert theme.labels["en"]
    for (language, stems), names in every._index.items():  # noqa: SLF001
        assert len(names) == 1, (language, stems)


def test_a_file_with_other_columns_is_said_to_be_one() -> None:
    with pytest.raises(ValueError, match="columns name, label"):
        ThemeMatcher.read(str(ROOT / "questionnaires" / "kota.csv"))
    assert ThemeMatcher.read("").every == []


# The chapter


def test_words_themes_and_quotes_stand_in_the_chapter(store: FilledStore) -> None:
    numbers = add_open_answers(store, FLOOD_TEXTS + TRAFFIC_TEXTS + EMPTY_TEXTS)
    add_open_answers(store, ENGLISH_TEXTS, place="31.74", language="en")
    release_quote(store, numbers[0], "Banjir di kampung kami tiap hujan, saluran air mampet.")
    release_quote(store, numbers[5], None)
    found = chapter(store, minimum_cell=3)
    said = "\n".join(found.findings)
    assert "17 orang" in said
    assert "Banjir dan drainase (38%)" in said
    assert "1 jawaban" in said
    themes = table(found, "themes").frame.set_index("theme")["people"]
    assert themes["Banjir dan drainase"] == 5
    words = table(found, "words").frame.set_index("word")["people"]
    assert words["saluran air"] == 3
    assert words["clean water"] == 3
    quotes = table(found, "quotes").frame
    assert list(quotes["theme"]) == ["Banjir dan drainase"]
    assert "kampung kami" in quotes["quote"][0]
    assert list(quotes["language"]) == ["Indonesia"]


def test_what_was_withheld_or_not_looked_at_stands_nowhere(store: FilledStore) -> None:
    numbers = add_open_answers(store, [*FLOOD_TEXTS, "Rahasia besar warga sini tentang lurahnya"])
    release_quote(store, numbers[-1], None)
    found = chapter(store, minimum_cell=3)
    assert "Rahasia" not in everything(found)
    assert "kampung kami" not in everything(found)


def test_numbers_and_names_are_gone_before_anything_is_counted(store: FilledStore) -> None:
    add_open_answers(store, ["Telepon Pak Zulkarnain 0812-3456-7890 soal banjir"] * 9)
    text = everything(chapter(store, minimum_cell=3))
    assert "banjir" in text
    assert "zulkarnain" not in text.lower()
    assert "7890" not in text


def test_a_name_that_many_write_is_nowhere_until_it_is_released(store: FilledStore) -> None:
    numbers = add_open_answers(store, ["Gondrong parkir liar di trotoar"] * 9)
    found = chapter(store, minimum_cell=3)
    assert "gondrong" not in everything(found).lower()
    assert "trotoar" in everything(found)
    assert any("1 kata lagi" in note for note in found.notes)
    release_quote(store, numbers[0], "Gondrong parkir liar di trotoar")
    after = table(chapter(store, minimum_cell=3), "words").frame["word"]
    assert "gondrong parkir liar" in set(after)


def test_too_few_writers_are_said_to_be_too_few(store: FilledStore) -> None:
    add_open_answers(store, ["Banjir di gang kami", "Macet", *EMPTY_TEXTS])
    found = chapter(store)
    assert any("Kurang dari 5" in line for line in found.findings)
    assert not found.pictures
    assert "banjir" not in everything(found).lower().replace("banjir dan drainase", "")
    assert table(found, "themes").frame["people"].isna().all()


def test_when_nobody_wrote_that_is_said(store: FilledStore) -> None:
    add_open_answers(store, [])
    found = chapter(store)
    assert found.findings == ("Belum ada yang menulis jawaban bebas.",)
    assert not found.tables


def test_only_stop_words_give_a_chapter_without_figures(store: FilledStore) -> None:
    add_open_answers(store, EMPTY_TEXTS * 3)
    found = chapter(store, minimum_cell=3)
    assert not found.pictures
    assert table(found, "words").frame.empty


def test_a_city_of_few_is_hidden_and_another_with_it(store: FilledStore) -> None:
    add_open_answers(store, FLOOD_TEXTS * 2, place="31.71")
    add_open_answers(store, TRAFFIC_TEXTS * 3, place="31.74")
    add_open_answers(store, FLOOD_TEXTS * 2, place="31.75")
    add_open_answers(store, FLOOD_TEXTS[:2], place="31.73")
    frame = table(chapter(store), "theme_places").frame
    flood = frame[frame["theme"] == "Banjir dan drainase"].set_index("place")
    assert flood.loc["Jakarta Barat"].isna()[["people", "n", "share"]].all()
    assert flood["n"].isna().sum() >= 2


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6),
    st.integers(3, 5),
)
def test_no_shown_part_of_a_city_is_small_and_none_can_be_subtracted(
    cells: list[tuple[int, int]], minimum: int
) -> None:
    counts, totals = [a for a, _ in cells], [a + b for a, b in cells]
    mask = mask_theme_counts(counts, totals, [0 < total < minimum for total in totals], minimum)
    for (count, rest), hide in zip(cells, mask, strict=True):
        assert hide or not (0 < count < minimum or 0 < rest < minimum)
    assert sum(mask) != 1 or len(mask) == 1


def test_a_theme_has_some_quotes_and_each_stands_once(store: FilledStore) -> None:
    numbers = add_open_answers(store, FLOOD_TEXTS * 4)
    for number in numbers:
        release_quote(store, number, f"Saluran air mampet di mana-mana, ini yang ke{number * 'n'}")
    frame = table(chapter(store), "quotes").frame
    assert len(frame) == MAX_QUOTES
    assert frame["quote"].is_unique


def test_a_long_quote_ends_after_a_whole_word() -> None:
    text = "Perbaiki saluran air " * 40
    short = shorten_printed_quote(text)
    assert len(short) <= MAX_QUOTE_LENGTH
    assert short.endswith(("Perbaiki…", "saluran…", "air…"))


def test_a_quote_released_later_is_in_no_earlier_report(store: FilledStore) -> None:
    numbers = add_open_answers(store, FLOOD_TEXTS)
    release_quote(store, numbers[0], FLOOD_TEXTS[0])
    wanted = build_report_request(store)
    assert read_frames(wanted.database_url, wanted.end, "id").released_quotes
    early = read_frames(wanted.database_url, wanted.start - (wanted.end - wanted.start) * 2, "id")
    assert early.released_quotes == ()


def test_the_figures_say_the_same_in_both_languages(store: FilledStore) -> None:
    add_open_answers(store, FLOOD_TEXTS + TRAFFIC_TEXTS)
    one, other = (table(chapter(store, code), "themes").frame for code in ("id", "en"))
    assert json.loads(one["people"].to_json()) == json.loads(other["people"].to_json())
    assert "Floods and drains" in set(other["theme"])


def test_stems_are_those_of_the_language() -> None:
    assert stem_word("kemacetan", "id") == stem_word("macet", "id")
    assert stem_word("flooding", "en") == stem_word("floods", "en")
