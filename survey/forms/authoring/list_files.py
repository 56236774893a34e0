"""Lists in files beside a questionnaire (CSV, XML, GeoJSON): places, assets."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from lxml import etree

from survey.forms.authoring.text_tables import find_list_delimiter
from survey.forms.authoring.workbook import LARGEST_FILE, MOST_ROWS
from survey.forms.expressions.xml_document import build_xml_parser

#: Headings that can be a step of a path; other columns are not taken into the form.
COLUMN_NAME_PATTERN = re.compile(r"[^\W\d][\w.-]*")


class ListError(Exception):
    """A list file that cannot be used; ``remedy`` says what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list: its columns and, for each row, column -> text.

    ``is_unicode`` is false where its encoding had to be guessed.
    """

    columns: tuple[str, ...]
    rows: list[dict[str, str]]
    is_unicode: bool = True


def read_list_file(folder: Path, name: str) -> ListFile:
    """The list in the file ``name`` of ``folder``. Raises ListError."""
    # A questionnaire may come from anybody, so its lists are read from its own folder alone; a
    # backslash parts folders on Windows.
    if name != Path(name).name or "\\" in name or name.startswith("."):
        raise ListError(f"“{name}” is not the plain name of a file.", "Put it beside the form.")
    read = LIST_PARSERS.get(Path(name).suffix)
    if read is None:
        raise ListError(f"The list {name} is not a CSV, XML or GeoJSON file.", "Save it as CSV.")
    try:
        if (folder / name).stat().st_size > LARGEST_FILE:
            raise ListError(f"The list {name} is larger than 5 MB.", "Take out what is not needed.")
        decoded, is_unicode = decode_list((folder / name).read_bytes())
        text = unicodedata.normalize("NFC", decoded)
        if not text.strip():
            raise ListError(f"The list {name} is empty.", "Write its header and its rows.")
        rows = read(text)
    except FileNotFoundError:
        raise ListError(f"There is no file {name} beside the form.", "Put it there.") from None
    except (OSError, ValueError, csv.Error, etree.XMLSyntaxError, RecursionError) as fault:
        reason = f"The list {name} cannot be read: {type(fault).__name__}."
        raise ListError(reason, "Save it as CSV with the encoding UTF-8.") from None
    if len(rows) > MOST_ROWS:
        raise ListError(f"The list {name} has more than 20,000 rows.", "Shorten it.")
    columns = tuple(c for c in dict.fromkeys(chain.from_iterable(rows)) if is_path_step(c))
    if not rows and read is parse_csv_list:
        columns = tuple(filter(is_path_step, read_csv_header(text)))
    return ListFile(columns, [{c: row.get(c) or "" for c in columns} for row in rows], is_unicode)


def decode_list(content: bytes) -> tuple[str, bool]:
    """The text of a list, and whether it is Unicode. Raises UnicodeDecodeError."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16"), True
    try:
        # Excel begins a UTF-8 file with a byte-order mark, which would stick to the first heading.
        return content.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        # What spreadsheets write in the west where they are not asked for Unicode.
        return content.decode("cp1252"), False


def is_path_step(column: str | None) -> bool:
    """Whether a heading can be a step of a path."""
    return COLUMN_NAME_PATTERN.fullmatch(column or "") is not None


def parse_csv_list(text: str) -> list[dict[str, str]]:
    """The rows of a CSV file that hold something. Raises csv.Error."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=find_list_delimiter(text))
    header = next(rows, [])
    named = [(place, heading.strip()) for place, heading in enumerate(header)]
    return [
        {heading: row[place].strip() if place < len(row) else "" for place, heading in named}
        for row in rows
        if any(map(str.strip, row))
    ]


def read_csv_header(text: str) -> list[str]:
    """The headings of a CSV file."""
    found = csv.reader(io.StringIO(text, newline=""), delimiter=find_list_delimiter(text))
    return [heading.strip() for heading in next(found, [])]


def parse_xml_list(text: str) -> list[dict[str, str]]:
    """The items of an XML file. Raises XMLSyntaxError."""
    root = etree.fromstring(text.encode(), build_xml_parser())
    return [
        {etree.QName(cell).localname: cell.text or "" for cell in item.iterchildren(etree.Element)}
        for item in root.iterchildren(etree.Element)
    ]


def parse_geojson_list(text: str) -> list[dict[str, str]]:
    """The features of a GeoJSON file: properties, ``id`` and ``geometry``. Raises ValueError.

    RFC 7946; the geometry as XForms writes places, latitude first.
    """
    known = json.loads(text)
    features = known.get("features") if isinstance(known, dict) else None
    if not isinstance(features, list):
        raise ValueError("no FeatureCollection")
    return [build_feature_row(feature) for feature in features if isinstance(feature, dict)]


def build_feature_row(feature: dict[str, Any]) -> dict[str, str]:
    """A feature as a row of a list."""
    row = {
        name: format_json_value(value) for name, value in (feature.get("properties") or {}).items()
    }
    geometry = feature.get("geometry") or {}
    row["geometry"] = ";".join(format_geometry_points(geometry.get("coordinates") or []))
    return {"id": format_json_value(feature["id"]), **row} if "id" in feature else row


def format_json_value(value: object) -> str:
    """A value of JSON as text."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def format_geometry_points(coordinates: list[Any]) -> Iterator[str]:
    """Points, however deep they are nested, as ``latitude longitude 0 0``."""
    if coordinates and isinstance(coordinates[0], int | float):
        # GeoJSON has the longitude first, XForms the latitude.
        longitude, latitude = coordinates[:2]
        yield f"{latitude} {longitude} 0 0"
        return
    for inner in coordinates:
        yield from format_geometry_points(inner)


LIST_PARSERS = {".csv": parse_csv_list, ".xml": parse_xml_list, ".geojson": parse_geojson_list}
