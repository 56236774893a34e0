"""What becomes of each kind of question in the exported files, by the kind's name.

Statistics programs get variables (``VariableKind``), ODK's layouts get columns (``OdkColumns``).
What nobody is asked, and what was of several kinds in its versions, goes by its data type alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class VariableKind(StrEnum):
    """What is in a column of the wide data."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"
    CHOICE = "choice"
    TICK = "tick"
    RANK = "rank"
    POINT = "point"


class OdkColumns(StrEnum):
    """The columns that ODK Central and KoBoToolbox make of a value."""

    PLAIN = "plain"
    POINT = "point"
    CHOICES = "choices"


@dataclass(frozen=True, slots=True)
class KindExport:
    """What becomes of a value.

    A variable of the kind TICK or RANK is one for each choice, of POINT one for each part. No
    variable (None) is made of what is only told.
    """

    variable: VariableKind | None
    columns: OdkColumns = OdkColumns.PLAIN


AS_TEXT = KindExport(VariableKind.TEXT)
AS_NUMBER = KindExport(VariableKind.NUMBER)
AS_DAY = KindExport(VariableKind.DAY)
AS_POINT = KindExport(VariableKind.POINT, OdkColumns.POINT)

KIND_EXPORTS: Mapping[str, KindExport] = {
    "text": AS_TEXT,
    "integer": AS_NUMBER,
    "decimal": AS_NUMBER,
    "range": AS_NUMBER,
    "date": AS_DAY,
    # Both are written with an offset and perhaps without seconds: no type of SPSS keeps that.
    "time": AS_TEXT,
    "datetime": AS_TEXT,
    "geopoint": AS_POINT,
    "geotrace": AS_TEXT,
    "geoshape": AS_TEXT,
    "barcode": AS_TEXT,
    "select_one": KindExport(VariableKind.CHOICE),
    "select_multiple": KindExport(VariableKind.TICK, OdkColumns.CHOICES),
    "rank": KindExport(VariableKind.RANK),
    "image": AS_TEXT,
    "audio": AS_TEXT,
    "video": AS_TEXT,
    "file": AS_TEXT,
    "note": KindExport(None),
    "acknowledge": KindExport(None),
}

#: What becomes of a value by the XForms data type of its node; all others are texts.
DATATYPE_EXPORTS: Mapping[str, KindExport] = {
    "int": AS_NUMBER,
    "decimal": AS_NUMBER,
    "date": AS_DAY,
    "geopoint": AS_POINT,
}


def find_datatype_export(datatype: str) -> KindExport:
    """What becomes of a value of an XForms data type."""
    return DATATYPE_EXPORTS.get(datatype, AS_TEXT)
