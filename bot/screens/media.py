"""What goes with a question besides its words: pictures, sounds, films, more to read."""

from __future__ import annotations

from bot.callbacks.interview_callbacks import ShowMedia
from bot.screens.card import Card
from bot.screens.screen import Button
from survey.forms.model.questionnaire import Choice

#: The word in callback data for the pictures of the choices.
CHOICE_PICTURES = "choices"


def build_media_rows(card: Card) -> tuple[tuple[Button, ...], ...]:
    """A button for each thing that can be looked at or heard: nothing is sent unasked."""
    t, ref = card.t, card.encode_key(card.key)
    labels = {
        "image": t("🖼 See the picture"),
        "audio": t("🔊 Listen"),
        "video": t("▶ Watch"),
    }
    files = card.question.media.get_files(card.language)
    found = [
        (kind, label) for kind, label in labels.items() if files.get(kind) in card.view.media_files
    ]
    if list_choice_pictures(card):
        found.append((CHOICE_PICTURES, t("🖼 Pictures of the choices")))
    return tuple((Button(label, ShowMedia(card.interview_id, ref, kind)),) for kind, label in found)


def list_choice_pictures(card: Card) -> list[tuple[Choice, str]]:
    """The choices on offer that have a picture, and its file."""
    itemset = card.question.itemset
    if itemset is None or not itemset.has_media:
        return []
    offered = card.offered.choices
    pictures = ((c, c.media.get_files(card.language).get("image", "")) for c in offered)
    return [(choice, name) for choice, name in pictures if name in card.view.media_files]


def list_media_files(card: Card, what: str) -> list[tuple[str, str]]:
    """What a button of ``media_rows`` shows: names of files, each with its caption."""
    if what == CHOICE_PICTURES:
        return [
            (name, card.render_plain(choice.label)) for choice, name in list_choice_pictures(card)
        ]
    name = card.question.media.get_files(card.language).get(what, "")
    return [(name, "")] if name in card.view.media_files else []


def format_guidance(card: Card) -> str:
    """What may be read besides the hint, folded up until it is tapped."""
    words = card.render_html(card.question.guidance)
    return f"<blockquote expandable>{words}</blockquote>" if words else ""
