"""Typst: data and a template in, a document or a picture out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from reports.documents.fonts import load_fonts, make_typesettable

TEMPLATES = Path(__file__).with_name("templates")


def compile_template(
    template: str,
    reports: Sequence[Any],
    form: Any,
    made_at: datetime,
    *,
    standards: Any = None,
    resolution: float | None = None,
) -> bytes:
    """The document in any form that Typst writes a single file of.

    Texts reach the template as data and are never read as markup. ``resolution`` is in pixels an
    inch.
    """
    made = typst.compile(
        str(TEMPLATES / template),
        font_paths=load_fonts(),
        format=form,
        ppi=resolution,
        # Typst takes nothing but texts as inputs.
        sys_inputs={"reports": json.dumps(make_typesettable(reports), ensure_ascii=False)},
        # The report's moment and not that of compiling: the same report is the same document.
        timestamp=int(made_at.timestamp()),
        pdf_standards=standards,
    )
    return made if isinstance(made, bytes) else made[0]
