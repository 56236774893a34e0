"""What people's suggestions are about: themes known by their words, from a file. Pure but for it.

A text belongs to every theme of which it has a word or phrase, compared by stems in the text's own
language; to none, if it has none. Whoever wants other themes edits the file.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reports.opinions.terms import STEMMERS, OpenText, Stems, stem_word

#: The columns of the file; ``words`` and ``words_en`` are separated by commas.
THEME_COLUMNS = ("name", "label", "label_en", "words", "words_en")


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme with its labels; Indonesian stands without a language, as in other lists."""

    name: str
    label: str
    label_en: str

    def get_label(self, language: str) -> str:
        """Its label."""
        return self.label_en if language == "en" and self.label_en else self.label


class ThemeFileError(ValueError):
    """What must be mended in the file."""


class ThemeMatcher:
    """All themes, ready to be looked for."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        self.every: list[Theme] = []
        self._index: defaultdict[tuple[str, Stems], set[str]] = defaultdict(set)
        for row in rows:
            self.every.append(Theme(row["name"], row["label"], row["label_en"]))
            for language, column in zip(STEMMERS, ("words", "words_en"), strict=True):
                for phrase in filter(None, map(str.strip, row[column].split(","))):
                    stems = tuple(stem_word(word, language) for word in phrase.split())
                    self._index[language, stems].add(row["name"])
        self._longest = max((len(stems) for _, stems in self._index), default=0)

    @classmethod
    def read(cls, path: str) -> ThemeMatcher:
        """From a CSV file; none where none is named. Raises ThemeFileError with what to mend."""
        file = Path(path)
        if not path:
            return cls(())
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                rows = list(csv.DictReader(lines))
        except (OSError, UnicodeDecodeError, csv.Error):
            raise ThemeFileError(f"{file.name}: save it as CSV with commas, in UTF-8.") from None
        if any(row.get(column) is None for row in rows for column in THEME_COLUMNS):
            raise ThemeFileError(
                f"{file.name}: every row needs the columns {', '.join(THEME_COLUMNS)}."
            )
        if any(not row["name"] or not row["label"] for row in rows):
            raise ThemeFileError(f"{file.name}: every row needs a name and a label.")
        names = [row["name"] for row in rows]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ThemeFileError(f"{file.name}: {', '.join(twice)} stands there twice; keep one.")
        return cls(rows)

    def match_text(self, text: OpenText) -> set[str]:
        """The names of the themes that a text is about; longer phrases go before their words."""
        found: set[str] = set()
        for part in text.parts:
            stems = tuple(token.stem for token in part)
            begin = 0
            while begin < len(stems):
                named, size = self._find_longest_match(text.language, stems[begin:])
                found |= named
                begin += size
        return found

    def _find_longest_match(self, language: str, stems: Stems) -> tuple[set[str], int]:
        """The longest phrase that ``stems`` begin with: its themes, and its number of words."""
        for size in range(min(self._longest, len(stems)), 0, -1):
            if named := self._index.get((language, stems[:size])):
                return named, size
        return set(), 1
