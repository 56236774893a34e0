"""``README.txt`` beside the data: what each file is and how to read it, in two languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from reports.export.atomic_files import beside
from reports.export.ddi import CONDITIONS, CONFIDENTIAL, SAMPLING, Study
from reports.export.variables import SPECIAL
from reports.localizer import Words, later

#: The end of a file's name -> what such a file is; the first that fits.
FILES = {
    "interviews.csv": later(
        "a row for each interview, sent or not: wave, role, how it ended, times. Joins with all "
        "others by “key”, or by “wave” and “respondent”."
    ),
    "answers.csv": later(
        "a row for each answer that stands, of all interviews. Import it as text: an answer may "
        "begin with “=”."
    ),
    "answers.parquet": later(
        "the same for Python, R and DuckDB. “codes” lists what was chosen; times know their zone."
    ),
    ".csv": later("a row for each interview handed in, or each round of a repeat."),
    ".ddi.xml": later(
        "codebook (DDI-Codebook 2.5) of the .sav files: wording and labels in all languages, who "
        "was asked and how."
    ),
    ".sav": later(
        "for SPSS, PSPP, R (haven) and Python (pyreadstat): a row for each complete or partial "
        "interview, or each round of a repeat in which something was answered; “key” joins them."
    ),
}
READING = (
    later(
        "In the .sav files the codes of choices are numbers with labels. Of several choices each "
        "is a variable of its own, 1 chosen and 0 not; a rank is 1, 2, 3 … Empty means not asked "
        "or skipped."
    ),
    later("These numbers are declared as missing values:"),
)
SPECIALS = {
    "tt": later("don't know"),
    "tm": later("rather not say"),
    "tp": later("not exposed"),
    "bb": later("not my field"),
}
WRITTEN = later("Written {time}. {secretariat}")


def write_readme(
    directory: Path, study: Study, written: Sequence[Path], zone: ZoneInfo, now: datetime
) -> Path:
    """Explain the files that were written."""
    path = directory / "README.txt"
    names = [file.name for file in written]
    parts = [
        "\n".join(lines(names, study, Words(language, zone.key), now)) for language in ("id", "en")
    ]
    with beside(path) as name:
        name.write_text("\n\n\n".join(parts) + "\n", encoding="utf-8")
    return path


def lines(names: Sequence[str], study: Study, words: Words, now: datetime) -> Iterator[str]:
    """What is said in one language."""
    yield words(WRITTEN, time=words.time(now), secretariat=study.secretariat).strip()
    yield ""
    for name in names:
        what = next(text for end, text in FILES.items() if name.endswith(end))
        yield f"- {name}: {words(what)}"
    yield ""
    if any(name.endswith(".sav") for name in names):
        yield " ".join(words(text) for text in READING)
        yield from (f"  {SPECIAL[code]}  {code}  {words(text)}" for code, text in SPECIALS.items())
        yield ""
    yield from (words(text) for text in (SAMPLING, CONFIDENTIAL, CONDITIONS))
