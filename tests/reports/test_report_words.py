"""Both languages say everything."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from reports.documents.workbook import SHEET_NAMES
from reports.localizer import Localizer

PACKAGE = Path(__file__).parents[2] / "reports"
KEYWORDS = {"words": None, "gettext_noop": None, "translate_plural": (1, 2)}


def last(text: object) -> str:
    """A text; of a plural its last form, which shows the number too."""
    return str(text[-1]) if isinstance(text, list | tuple) else str(text)


def texts() -> set[str]:
    """The English texts in the code."""
    found = extract_from_dir(PACKAGE, [("**.py", "python")], keywords=KEYWORDS)
    return {last(text) for _, _, text, _, _ in found}


def translations() -> dict[str, str]:
    with (PACKAGE / "locales/id/reports.po").open("rb") as file:
        catalogue = read_po(file, locale="id", abort_invalid=True)
    return {last(message.id): last(message.string) for message in catalogue if message.id}


def test_every_text_is_translated_and_no_translation_is_left_over() -> None:
    known = translations()
    assert len(known) > 150
    assert texts() == set(known)
    assert all(known.values())


def test_a_translation_has_the_braces_of_its_text() -> None:
    for text, translation in translations().items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", translation)), text


@pytest.mark.parametrize("language", ["id", "en"])
def test_sheets_have_names_that_excel_takes(language: str) -> None:
    words = Localizer(language, "Asia/Jakarta")
    names = [words(name) for name in SHEET_NAMES.values()]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1, "30 November 2026"),
        (7, "30 November – 6 Desember 2026"),
        (40, "30 November 2026 – 8 Januari 2027"),
    ],
)
def test_a_period_is_said_by_its_days(days: int, said: str) -> None:
    start = datetime(2026, 11, 29, 17, tzinfo=UTC)
    assert (
        Localizer("id", "Asia/Jakarta").format_period(start, start + timedelta(days=days)) == said
    )


def test_numbers_are_written_as_the_language_writes_them() -> None:
    indonesian, english = Localizer("id", "Asia/Jakarta"), Localizer("en", "Asia/Jakarta")
    assert (indonesian.format_count(12345), english.format_count(12345)) == ("12.345", "12,345")
    assert (indonesian.format_score(2.5), english.format_score(3.0)) == ("2,5", "3")
    assert indonesian.format_share(0.456) == english.format_share(0.456) == "46%"


def test_one_and_many_differ_only_in_english() -> None:
    text = ("{number} interview", "{number} interviews")
    assert Localizer("en", "Asia/Jakarta").translate_plural(*text, 1) == "1 interview"
    assert Localizer("en", "Asia/Jakarta").translate_plural(*text, 2) == "2 interviews"
