"""Every kind of question that Suara asks: how it is read, checked and kept.

To add one takes an entry here, one in ``bot/screens/question_controls.py`` (what is drawn and
said) and one in ``reports/export/kind_exports.py`` (what column it becomes); the tests name what
is missing. The kinds are those of XLSForm (https://xlsform.org/en/#question-types) in the names of
pyxform's ``question_type_dictionary``, which writes the XForm that is read here.
"""

from __future__ import annotations

from collections.abc import Mapping

from survey.forms.answers import datatypes, stored_values, typed_answers
from survey.forms.answers.kind_definition import CanonicalWriter, ChoiceMode, QuestionKind

QUESTION_KINDS: Mapping[str, QuestionKind] = {
    kind.name: kind
    for kind in (
        QuestionKind(
            name="text", datatype="string", check=stored_values.check_text, is_free_text=True
        ),
        QuestionKind(
            name="integer",
            datatype="int",
            parse_input=typed_answers.parse_integer,
            check=stored_values.check_integer,
            canonicalize=datatypes.format_xform_integer,
            is_number=True,
        ),
        QuestionKind(
            name="decimal",
            datatype="decimal",
            parse_input=typed_answers.parse_decimal,
            check=stored_values.check_decimal,
            canonicalize=datatypes.format_xform_decimal,
            is_number=True,
        ),
        QuestionKind(
            name="range",
            control="range",
            parse_input=typed_answers.parse_range,
            check=stored_values.check_range,
            is_number=True,
        ),
        QuestionKind(
            name="date",
            datatype="date",
            parse_input=typed_answers.parse_date,
            check=stored_values.check_date,
            canonicalize=datatypes.format_xform_date,
            asks_day=True,
        ),
        QuestionKind(
            name="time",
            datatype="time",
            parse_input=typed_answers.parse_time,
            check=stored_values.check_time,
            canonicalize=datatypes.format_xform_time,
            asks_clock=True,
        ),
        QuestionKind(
            name="datetime",
            datatype="dateTime",
            parse_input=typed_answers.parse_datetime,
            check=stored_values.check_datetime,
            canonicalize=datatypes.format_xform_datetime,
            asks_day=True,
            asks_clock=True,
        ),
        QuestionKind(
            name="geopoint",
            datatype="geopoint",
            parse_input=typed_answers.parse_point,
            check=stored_values.check_point,
            canonicalize=datatypes.format_geopoint,
            takes_location=True,
        ),
        # A chat draws no lines and no areas: they are described in words, which ODK would refuse.
        QuestionKind(name="geotrace", datatype="geotrace", canonicalize=datatypes.format_geotrace),
        QuestionKind(name="geoshape", datatype="geoshape", canonicalize=datatypes.format_geoshape),
        QuestionKind(name="barcode", datatype="barcode"),
        QuestionKind(name="select_one", control="select1", choices=ChoiceMode.ONE),
        QuestionKind(name="select_multiple", control="select", choices=ChoiceMode.SEVERAL),
        QuestionKind(name="rank", control="odk:rank", choices=ChoiceMode.RANKED),
        QuestionKind(name="image", control="upload", mediatype="image/*"),
        QuestionKind(name="audio", control="upload", mediatype="audio/*"),
        QuestionKind(name="video", control="upload", mediatype="video/*"),
        QuestionKind(name="file", control="upload"),
        QuestionKind(name="note", is_display_only=True),
        QuestionKind(
            name="acknowledge", control="trigger", is_display_only=True, confirmation="OK"
        ),
    )
}

#: How values of a data type are written; other types are texts, and everything is one.
DATATYPE_WRITERS: Mapping[str, CanonicalWriter] = {
    kind.datatype: kind.canonicalize for kind in QUESTION_KINDS.values() if kind.canonicalize
}
