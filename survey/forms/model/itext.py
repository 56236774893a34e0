"""The texts of an XForm: words, guidance and media under an id, in every language.

Specification: https://getodk.github.io/xforms-spec/#languages
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from survey.forms.expressions.expression import Expression
from survey.forms.expressions.xml_document import XFORMS
from survey.forms.model.questionnaire import Media, Text

TextParts = tuple[str | Expression, ...]
MEDIA_KINDS = ("image", "audio", "video")
#: How an XForm writes the address of a medium.
ADDRESS_PATTERN = re.compile(r"^\s*jr://(images|audio|video)/|\s+$")


class Itext:
    """Everything under the model's ``itext``. ``languages`` begin with the default one."""

    def __init__(self, model: etree._Element) -> None:
        self._translations = list(model.iterfind(f"{XFORMS}itext/{XFORMS}translation"))
        self._translations.sort(key=lambda element: element.get("default") is None)
        self._words, self._guidance = self._read(None), self._read("guidance")
        self._media = self._read_media()
        self.languages = tuple(self._words) or ("default",)

    def _read(self, form: str | None) -> dict[str, dict[str, TextParts]]:
        """Language -> id -> parts of the values of that form."""
        return {
            element.get("lang", "default"): {
                text.get("id", ""): read_text_parts(value)
                for text in element.iterfind(f"{XFORMS}text")
                for value in text.iterfind(f"{XFORMS}value")
                if value.get("form") == form
            }
            for element in self._translations
        }

    def _read_media(self) -> dict[str, Media]:
        found: dict[str, dict[str, dict[str, str]]] = {}
        for element in self._translations:
            for text in element.iterfind(f"{XFORMS}text"):
                if files := read_label_files(text):
                    by_language = found.setdefault(text.get("id", ""), {})
                    by_language[element.get("lang", "default")] = files
        return {key: Media(files) for key, files in found.items()}

    def build_texts(self) -> dict[str, Text]:
        """All words by their ids."""
        keys = {key for words in self._words.values() for key in words}
        return {key: self.get_text(key) for key in keys}

    def get_text(self, key: str) -> Text:
        """The words under an id in every language that has them."""
        return collect_text(key, self._words)

    def get_guidance(self, key: str) -> Text:
        """What may be read besides the words under an id."""
        return collect_text(key, self._guidance)

    def get_media(self, key: str) -> Media:
        """The files that go with the words under an id."""
        return self._media.get(key, Media())

    def build_untranslated(self, *written: str | Expression) -> Text:
        """A text with these words in every language of the form."""
        return Text(dict.fromkeys(self.languages, written))


def collect_text(key: str, texts: Mapping[str, Mapping[str, TextParts]]) -> Text:
    """What stands under ``key`` in every language that has it."""
    return Text({language: found[key] for language, found in texts.items() if key in found})


def parse_text_id(source: str) -> str:
    """The id in ``jr:itext('id')``; ``''`` for anything else."""
    return source[len("jr:itext(") : -1].strip("'\"") if source.startswith("jr:itext(") else ""


def read_label_files(text: etree._Element) -> dict[str, str]:
    """Kind -> name of the files beside a text; of an image in two sizes the big one."""
    found = {
        value.get("form", ""): ADDRESS_PATTERN.sub("", value.text or "")
        for value in text.iterfind(f"{XFORMS}value")
    }
    found["image"] = found.get("big-image") or found.get("image", "")
    return {kind: found[kind] for kind in MEDIA_KINDS if found.get(kind)}


def read_text_parts(element: etree._Element) -> TextParts:
    """Words and outputs of a label in reading order."""
    found: list[str | Expression] = [element.text] if element.text else []
    for child in element:
        if source := child.get("value"):
            found.append(Expression(source))
        if child.tail:
            found.append(child.tail)
    # Only the two ends are trimmed: a space beside an output keeps it apart from the words.
    if found and isinstance(found[0], str):
        found[0] = found[0].lstrip()
    if found and isinstance(found[-1], str):
        found[-1] = found[-1].rstrip()
    return tuple(part for part in found if part)
