"""What people read on questions and choices, for files and tables: words without markup."""

from __future__ import annotations

from reports.localizer import Localizer, gettext_noop
from survey.forms.model.questionnaire import Text
from survey.label_markup import read_label_words

#: The two texts that ``or_other`` puts into every language as they are -> what the chat says
#: instead.
OR_OTHER_TEXTS = {
    "Other": gettext_noop("Other"),
    "Specify other.": gettext_noop("What else? Please type it."),
}


def read_label(text: Text, language: str, words: Localizer) -> str:
    """A text in a language of its questionnaire; what XLSForm put in in that of ``words``."""
    told = read_label_words(text, language)
    return words(OR_OTHER_TEXTS[told]) if told in OR_OTHER_TEXTS else told
