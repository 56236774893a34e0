"""The columns that XLSForm knows on each sheet, and what an author's heading means."""

from __future__ import annotations

from dataclasses import dataclass

#: Other names of columns of the survey that XLSForm still takes.
SURVEY_ALIASES = {
    "relevance": "relevant",
    "calculate": "calculation",
    "caption": "label",
    "command": "type",
    "tag": "name",
    "value": "name",
    "readonly": "read_only",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "constraining_message": "constraint_message",
    "requiredmsg": "required_message",
    "bind::relevant": "relevant",
    "bind::calculate": "calculation",
    "bind::constraint": "constraint",
    "bind::required": "required",
    "bind::jr:constraintMsg": "constraint_message",
    "bind::jr:requiredMsg": "required_message",
    "control::appearance": "appearance",
    "body::appearance": "appearance",
}
CHOICES_ALIASES = {"caption": "label", "value": "name"}
SETTINGS_ALIASES = {
    "set_form_id": "form_id",
    "id_string": "form_id",
    "set_form_title": "form_title",
    "title": "form_title",
}
COLUMN_ALIASES = {
    "survey": SURVEY_ALIASES,
    "choices": CHOICES_ALIASES,
    "external_choices": CHOICES_ALIASES,
    "settings": SETTINGS_ALIASES,
}
#: Columns that may be there once for each language.
TRANSLATED_COLUMNS = frozenset(
    {"label", "hint", "guidance_hint", "constraint_message", "required_message"}
)
MEDIA_COLUMNS = frozenset({"image", "big-image", "audio", "video"})
#: First parts of a heading that say what kind of attribute follows, not what column it is.
COLUMN_PREFIXES = frozenset({"body", "control", "bind", "instance", "attribute"})
CHOICES_COLUMNS = MEDIA_COLUMNS | {"list_name", "name", "label"}
KNOWN_COLUMNS: dict[str, frozenset[str]] = {
    "survey": TRANSLATED_COLUMNS
    | MEDIA_COLUMNS
    | {
        "type",
        "name",
        "required",
        "relevant",
        "constraint",
        "calculation",
        "choice_filter",
        "appearance",
        "parameters",
        "repeat_count",
        "default",
        "read_only",
        "trigger",
        "autoplay",
        "rows",
        "disabled",
        "intent",
        "save_to",
    },
    "choices": CHOICES_COLUMNS,
    "external_choices": CHOICES_COLUMNS,
    "settings": frozenset(
        {
            "form_title",
            "form_id",
            "version",
            "default_language",
            "namespaces",
            "instance_name",
            "style",
            "public_key",
            "submission_url",
            "auto_send",
            "auto_delete",
            "allow_choice_duplicates",
            "clean_text_values",
            "omit_instanceid",
            "name",
            "prefix",
            "delimiter",
        }
    ),
}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its heading as written, XLSForm's name for it, and its language (``''``: none)."""

    heading: str
    name: str
    language: str = ""


def parse_heading(sheet: str, heading: str, *, double: bool) -> SheetColumn:
    """What a heading means; ``double`` where the sheet writes ``::`` between its parts."""
    aliases = COLUMN_ALIASES.get(sheet, {})
    if heading in aliases:
        return SheetColumn(heading, aliases[heading])
    parts = [part.strip() for part in heading.split("::" if double else ":")]
    parts[0] = simplify_known_heading(sheet, parts[0])
    if parts[0] == "media" and len(parts) > 1:
        parts = parts[1:]
    if parts[0] in COLUMN_PREFIXES and len(parts) > 1:
        parts = [f"{parts[0]}::{parts[1]}", *parts[2:]] if double else ["::".join(parts)]
    return SheetColumn(heading, aliases.get(parts[0], parts[0]), parts[1] if parts[1:] else "")


def simplify_known_heading(sheet: str, heading: str) -> str:
    """A heading that XLSForm knows in small letters, with _ for blanks; any other as it is.

    Conditions name the columns of a list as they are written, so those keep their capitals.
    """
    simple = "_".join(heading.lower().split())
    known = (KNOWN_COLUMNS.get(sheet, CHOICES_COLUMNS), COLUMN_ALIASES.get(sheet, {}))
    special = simple in COLUMN_PREFIXES or simple == "media"
    return simple if special or any(simple in names for names in known) else heading
