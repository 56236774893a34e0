"""What a workshop can judge: the assets, the shocks and the scale of a questionnaire. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey.catalogue import list_languages
from survey.forms.model.questionnaire import Group, Question, Questionnaire, Text
from survey.forms.model.xform_reader import XformReader

#: The group whose questions ask about one asset under each shock, and the list of the assets.
ASSET_GROUP = "aset"
#: The answer that a shock does not reach an asset. Other answers beside the points say nothing of
#: it: don't know, not my field.
NOT_EXPOSED = "tp"

#: Language -> words.
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RegisterItem:
    """An asset or a shock; only assets have a ``category``."""

    code: str
    labels: Labels
    category: str = ""

    def label(self, language: str) -> str:
        """Its name in a language; its code if it has none."""
        return self.labels.get(language) or self.code


@dataclass(frozen=True, slots=True)
class RatingScale:
    """What a vote can say. ``answers``: value -> its words, in the order in which they are shown.

    Values that are whole numbers are points of the scale, the others special answers.
    """

    answers: Mapping[str, Labels]

    @property
    def points(self) -> tuple[int, ...]:
        """The points, lowest first."""
        return tuple(sorted(int(value) for value in self.answers if value.isdecimal()))

    @property
    def specials(self) -> tuple[str, ...]:
        """The answers that are no rating: not exposed, don't know, not my field."""
        return tuple(value for value in self.answers if not value.isdecimal())

    def anchor(self, value: str, language: str) -> str:
        """What an answer means, in words."""
        return self.answers[value].get(language) or value


@dataclass(frozen=True, slots=True)
class Register:
    """Assets and shocks in the order of their lists, and the scale they are judged on."""

    assets: tuple[RegisterItem, ...]
    shocks: tuple[RegisterItem, ...]
    scale: RatingScale

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories of the assets, in the order of the list."""
        return tuple(dict.fromkeys(asset.category for asset in self.assets))


def build_register(questionnaire: Questionnaire, group: str = ASSET_GROUP) -> Register:
    """What a questionnaire asks about the assets of its list ``group``.

    The questions in the group of that name are the shocks, their choices the scale. Raises
    ValueError if it has no such group or list.
    """
    asked = [
        question
        for node in questionnaire.body.walk()
        if isinstance(node, Group) and node.path.endswith(f"/{group}")
        for question in node.walk()
        if isinstance(question, Question) and question.choices and not question.is_helper
    ]
    items = XformReader(questionnaire.xform).lists.get(group, [])
    if not asked or not items:
        raise ValueError(f"{questionnaire.id} has no group and list “{group}” to judge.")
    return Register(
        assets=tuple(map(build_asset, items)),
        shocks=tuple(RegisterItem(q.name, build_labels(questionnaire, q.label)) for q in asked),
        scale=RatingScale(
            {c.value: build_labels(questionnaire, c.label) for c in asked[0].choices}
        ),
    )


def build_asset(row: Mapping[str, str]) -> RegisterItem:
    """A row of the list of assets; list files have ``label`` and columns such as ``label_en``."""
    words = {code: row.get(f"label_{code}") or row.get("label", "") for code in list_languages()}
    return RegisterItem(row["name"], words, row.get("kategori", ""))


def build_labels(questionnaire: Questionnaire, text: Text) -> Labels:
    """A text in the languages of the chat."""
    return {
        code: text.get_plain_text(questionnaire.match_language(code)) for code in list_languages()
    }
