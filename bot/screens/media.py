"""What goes with a question besides its words: pictures, sounds, films, more to read."""

from __future__ import annotations

from bot.callbacks import codec
from bot.screens.card import Card
from bot.screens.screen import Button
from survey.forms.model.questionnaire import Choice

#: The word in callback data for the pictures of the choices.
CHOICES = "choices"


def media_rows(card: Card) -> tuple[tuple[Button, ...], ...]:
    """A button for each thing that can be looked at or heard: nothing is sent unasked."""
    t, ref = card.t, card.ref(card.key)
    labels = {
        "image": t("🖼 See the picture"),
        "audio": t("🔊 Listen"),
        "video": t("▶ Watch"),
    }
    files = card.question.media.of(card.language)
    found = [(kind, label) for kind, label in labels.items() if files.get(kind) in card.view.files]
    if pictured(card):
        found.append((CHOICES, t("🖼 Pictures of the choices")))
    return tuple((Button(label, codec.Watch(card.id, ref, kind)),) for kind, label in found)


def pictured(card: Card) -> list[tuple[Choice, str]]:
    """The choices on offer that have a picture, and its file."""
    offered = card.made.form.choices(card.key)
    pictures = ((c, c.media.of(card.language).get("image", "")) for c in offered)
    return [(choice, name) for choice, name in pictures if name in card.view.files]


def pieces(card: Card, what: str) -> list[tuple[str, str]]:
    """What a button of ``media_rows`` shows: names of files, each with its caption."""
    if what == CHOICES:
        return [(name, card.plain(choice.label)) for choice, name in pictured(card)]
    name = card.question.media.of(card.language).get(what, "")
    return [(name, "")] if name in card.view.files else []


def guidance(card: Card) -> str:
    """What may be read besides the hint, folded up until it is tapped."""
    words = card.say(card.question.guidance)
    return f"<blockquote expandable>{words}</blockquote>" if words else ""
