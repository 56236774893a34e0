"""``README.txt`` beside the data: what each file is and how to read it, in two languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from reports.export.atomic_files import write_atomically
from reports.export.ddi import CONDITIONS_TEXT, CONFIDENTIAL_TEXT, SAMPLING_TEXT, Study
from reports.localizer import Localizer, gettext_noop
from survey.catalogue import list_languages
from survey.code_numbers import SPECIAL_NUMBERS

#: The end of a file's name -> what such a file is; the first that fits.
FILE_MEANINGS = {
    "interviews.csv": gettext_noop(
        "a row for each interview, sent or not: wave, role, how it ended, times. Joins with all "
        "others by “key”, or by “wave” and “respondent”."
    ),
    "answers.csv": gettext_noop(
        "a row for each answer that stands, of all interviews. Import it as text: an answer may "
        "begin with “=”."
    ),
    "waves.csv": gettext_noop(
        "a row for each wave: when, whom, how many declined, with which others it is counted."
    ),
    "codebook.csv": gettext_noop(
        "a row for each code of each question: its number, its labels, the versions that offer it."
    ),
    "lists.csv": gettext_noop("the lists that the questionnaires draw from, a row for each cell."),
    "left_out.csv": gettext_noop(
        "questions of older versions whose answers reports count nowhere, and why."
    ),
    "quotes.csv": gettext_noop("what the secretariat released of answers in people's own words."),
    "earlier.csv": gettext_noop(
        "how often each value was given about a workshop's ballots before it began."
    ),
    "votes.csv": gettext_noop("a row for each vote of a workshop, in rounds that count."),
    "votes_undone.csv": gettext_noop("votes of a workshop in rounds that do not count, and why."),
    "ballots.csv": gettext_noop("a row for each revealed round of each ballot of a workshop."),
    "baseline.csv": gettext_noop("a workshop's table of earlier ratings with its results."),
    "answers.parquet": gettext_noop(
        "the same for Python, R and DuckDB. “codes” lists what was chosen; times know their zone."
    ),
    ".csv": gettext_noop("a row for each interview handed in, or each round of a repeat."),
    ".ddi.xml": gettext_noop(
        "codebook (DDI-Codebook 2.5) of the .sav files: wording and labels in all languages, who "
        "was asked and how."
    ),
    ".sav": gettext_noop(
        "for SPSS, PSPP, R (haven) and Python (pyreadstat): a row for each complete or partial "
        "interview, or each round of a repeat in which something was answered; “key” joins them."
    ),
}
INPUT_MEANING = gettext_noop("a file that the settings name, as it was when this was written.")
READING_HINTS = (
    gettext_noop(
        "In the .sav files the codes of choices are numbers with labels. Of several choices each "
        "is a variable of its own, 1 chosen and 0 not; a rank is 1, 2, 3 … Empty means not asked "
        "or skipped. A number stands for the same code in every file, for ever: codebook.csv."
    ),
    gettext_noop("These numbers are declared as missing values:"),
)
SPECIAL_MEANINGS = {
    "tt": gettext_noop("don't know"),
    "tm": gettext_noop("rather not say"),
    "tp": gettext_noop("not exposed"),
    "bb": gettext_noop("not my field"),
}
WRITTEN_LINE = gettext_noop("Written {time}. {secretariat}")


def write_readme(
    directory: Path, study: Study, written: Sequence[Path], zone: ZoneInfo, now: datetime
) -> Path:
    """Explain the files that were written."""
    path = directory / "README.txt"
    names = [file.relative_to(directory).as_posix() for file in written]
    parts = [
        "\n".join(list_readme_lines(names, study, Localizer(language, zone.key), now))
        for language in list_languages()
    ]
    with write_atomically(path) as name:
        name.write_text("\n\n\n".join(parts) + "\n", encoding="utf-8")
    return path


def list_readme_lines(
    names: Sequence[str], study: Study, words: Localizer, now: datetime
) -> Iterator[str]:
    """What is said in one language."""
    yield words(WRITTEN_LINE, time=words.format_time(now), secretariat=study.secretariat).strip()
    yield ""
    for name in names:
        if name.startswith("inputs/"):
            yield f"- {name}: {words(INPUT_MEANING)}"
            continue
        what = next(text for end, text in FILE_MEANINGS.items() if name.endswith(end))
        yield f"- {name}: {words(what)}"
    yield ""
    if any(name.endswith(".sav") for name in names):
        yield " ".join(words(text) for text in READING_HINTS)
        yield from (
            f"  {SPECIAL_NUMBERS[code]}  {code}  {words(text)}"
            for code, text in SPECIAL_MEANINGS.items()
        )
        yield ""
    yield from (words(text) for text in (SAMPLING_TEXT, CONFIDENTIAL_TEXT, CONDITIONS_TEXT))
