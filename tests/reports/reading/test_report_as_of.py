"""What a report knows is what was known when its period ended."""

from __future__ import annotations

from datetime import timedelta

from reports.reading.disposition import BREAK_OFF, COMPLETE, IN_PROGRESS, PARTIAL
from reports.reading.frames import Frames, read_frames
from tests.reports.filled_store import (
    CLOSES,
    END,
    HOUR,
    OPENS,
    START,
    FilledStore,
    build_report_request,
)
from tests.reports.random_answers import draw_resident_answers, list_places

BOTH = ["resident", "participant"]


def answer(store: FilledStore, wave: str = "persepsi", **interview: object) -> None:
    """One more resident who passes through a wave."""
    form = store.forms[wave]
    said = draw_resident_answers(form, store.random, list_places(form)[0])
    begun = interview.pop("started", START + HOUR)
    store.add_interview(wave, store.add_respondent(), said, begun, **interview)  # type: ignore[arg-type]


def known(store: FilledStore, moment: object = END) -> Frames:
    store.write_rows()
    return read_frames(store.url, moment, "id")  # type: ignore[arg-type]


def test_an_interview_passes_through_its_dispositions(store: FilledStore) -> None:
    store.open_wave("persepsi", BOTH)
    answer(store, sent=START + 2 * HOUR)
    answer(store, sent=END + HOUR, last=END - HOUR)
    answer(store, progress=0.5, last=START + HOUR)
    answer(store, progress=0.49, last=START + HOUR)
    answer(store, progress=0.9, last=END - 47 * HOUR)
    answer(store, progress=0.1, last=END + HOUR)
    found = list(known(store).interviews["disposition"])
    assert found == [COMPLETE, IN_PROGRESS, PARTIAL, BREAK_OFF, IN_PROGRESS, IN_PROGRESS]


def test_when_the_wave_closes_nobody_is_in_progress(store: FilledStore) -> None:
    store.open_wave("persepsi", BOTH, closes_at=END - HOUR)
    answer(store, progress=0.9, last=END - 2 * HOUR)
    assert list(known(store).interviews["disposition"]) == [PARTIAL]


def test_what_came_at_the_end_or_later_is_left_out(store: FilledStore) -> None:
    store.open_wave("persepsi", BOTH)
    answer(store, sent=START + 2 * HOUR)
    answer(store, started=END, sent=END + HOUR)
    now, later = known(store), known(store, END + 2 * HOUR)
    assert (len(now.interviews), len(later.interviews)) == (1, 2)
    question = now.forms[0].find_question("hubungan")
    assert question is not None
    assert now.forms[0].count_answered(question) == 1
    assert later.forms[0].count_answered(question) == 2


def test_answers_of_broken_off_and_unfinished_interviews_do_not_count(store: FilledStore) -> None:
    store.open_wave("persepsi", BOTH)
    answer(store, sent=START + 2 * HOUR)
    answer(store, progress=0.3, last=START + HOUR)
    answer(store, progress=0.9, last=END - HOUR)
    form = known(store).forms[0]
    question = form.find_question("hubungan")
    assert question is not None
    assert form.count_answered(question) == 1


def test_results_are_of_the_last_wave_and_those_open_beside_it(store: FilledStore) -> None:
    times = ((OPENS, START), (START, CLOSES), (START + HOUR, CLOSES))
    for number, (opens, closes) in enumerate(times):
        wave = f"persepsi-{number}"
        store.open_wave("persepsi", BOTH, wave=wave, opens_at=opens, closes_at=closes)
        answer(store, wave, started=opens + HOUR, sent=opens + 2 * HOUR)
    frames = known(store)
    assert [wave.id for wave in frames.waves] == ["persepsi-0", "persepsi-1", "persepsi-2"]
    assert [form.waves for form in frames.forms] == [("persepsi-1", "persepsi-2")]


def test_a_wave_that_opens_later_is_not_in_the_report(store: FilledStore) -> None:
    store.open_wave("persepsi", BOTH, opens_at=END)
    assert known(store).waves == ()


def test_a_report_of_an_asynchronous_address_reads_the_same_store(store: FilledStore) -> None:
    store.open_wave("persepsi", BOTH)
    store.write_rows()
    url = store.url.replace("sqlite:", "sqlite+aiosqlite:")
    assert [wave.id for wave in read_frames(url, build_report_request(store).end, "id").waves] == [
        "persepsi"
    ]
    assert timedelta(0) < END - START
