"""What is told of a wave to those who answered: the report's own figures, short, in their words."""

from __future__ import annotations

from html.parser import HTMLParser
from io import BytesIO

import pytest
from PIL import Image

from reports.report_content import build_content
from reports.request import ReportRequestError
from reports.wave_summary import FEWEST_FOR_PICTURE, LONGEST_SUMMARY, build_summaries
from survey.store.summaries import Summary
from tests.reports.filled_store import HOUR, OPENS, START, FilledStore, build_report_request
from tests.reports.random_answers import draw_resident_answers, list_places


@pytest.fixture(scope="module")
def both(crowded: FilledStore) -> dict[str, Summary]:
    """Of the crowd's perception, in both languages."""
    wanted = build_report_request(crowded, scope="persepsi", language="id+en", start=OPENS)
    return {found.language: found for found in build_summaries(wanted)}


def table(store: FilledStore, key: str) -> dict[str, float]:
    """Label -> share, as the wave's report has them."""
    content = build_content(build_report_request(store, kind="wave", scope="persepsi", start=OPENS))
    found = next(t for c in content.chapters for t in c.tables if t.key == key)
    label, share = {"perception": ("driver", "weak"), "named": ("label", "share")}[key]
    rows = found.frame.head(12) if key == "perception" else found.frame
    return dict(zip(rows[label], rows[share], strict=True))


def told(summary: Summary) -> dict[str, str]:
    """What stands in its lines: label -> percent."""
    lines = (line for line in summary.text.splitlines() if line.startswith("• "))
    return dict(line.removeprefix("• ").split(" – ") for line in lines)


def test_the_figures_are_those_of_the_report(
    crowded: FilledStore, both: dict[str, Summary]
) -> None:
    drivers, named = table(crowded, "perception"), table(crowded, "named")
    said = told(both["id"])
    assert len(said) == 12
    for label, percent in said.items():
        assert percent == f"{(drivers | named)[label]:.0%}"
    ranked = sorted(drivers, key=lambda label: -drivers[label])
    assert [*said][:3] == ranked[:3]
    assert {drivers[label] for label in [*said][3:6]} == {drivers[label] for label in ranked[-3:]}


def test_both_languages_say_the_same_in_their_own_words(both: dict[str, Summary]) -> None:
    indonesian, english = both["id"], both["en"]
    assert [*told(indonesian).values()] == [*told(english).values()]
    assert not told(indonesian).keys() & told(english).keys()
    for summary in both.values():
        assert len(summary.text) < LONGEST_SUMMARY
        with Image.open(BytesIO(summary.picture)) as picture:
            assert picture.width == 1280
    assert indonesian.picture != english.picture


def test_other_questionnaires_are_told_by_their_key_figures(crowded: FilledStore) -> None:
    (found,) = build_summaries(
        build_report_request(crowded, scope="kerentanan", language="en", start=OPENS)
    )
    assert "Highest medians of a shock (participants)" in found.text
    assert "Largest share of grave medians" in found.text


@pytest.mark.parametrize(
    ("people", "enough"), [(0, False), (FEWEST_FOR_PICTURE - 1, False), (FEWEST_FOR_PICTURE, True)]
)
def test_of_few_people_nothing_is_told_but_that_they_were_few(
    store: FilledStore, people: int, enough: bool
) -> None:
    form = store.open_wave("persepsi", ["resident"], closes_at=START)
    for number in range(people):
        at = OPENS + number * HOUR
        answers = draw_resident_answers(form, store.random, list_places(form)[0])
        store.add_interview("persepsi", store.add_respondent(at=at), answers, at, at + HOUR)
    store.write_rows()
    long = "Sekretariat <" + "panjang " * 60 + ">"
    (found,) = build_summaries(build_report_request(store, scope="persepsi", secretariat=long))
    assert ("terlalu sedikit" in found.text) is not enough
    assert bool(found.picture) is bool(told(found)) is enough
    assert str(people) in found.text
    assert len(found.text) < LONGEST_SUMMARY
    assert balanced(found.text)


def test_a_wave_that_is_not_there_is_said(crowded: FilledStore) -> None:
    with pytest.raises(ReportRequestError, match="lain"):
        build_summaries(build_report_request(crowded, scope="lain"))


def balanced(html: str) -> bool:
    """Whether every tag is closed."""
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, _: tags.append(tag)  # type: ignore[method-assign]
    parser.handle_endtag = lambda tag: tags.remove(tag)  # type: ignore[method-assign]
    parser.feed(html)
    return not tags and "<p" not in html
