"""What the languages of interviews are called in a report."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from reports.localizer import Localizer


def name_languages(interviews: pd.DataFrame, words: Localizer) -> Mapping[str, str]:
    """Code -> name, of every language that one of these interviews was held in."""
    codes = interviews["language"].dropna().unique()
    return {str(code): words.name_language(str(code)) for code in codes}
