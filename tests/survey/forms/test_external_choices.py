"""Choices on the sheet external_choices are offered, each by the answer before."""

from __future__ import annotations

from pathlib import Path

from survey.forms.authoring.lint import examine_workbook
from survey.forms.authoring.workbook import parse_workbook
from survey.forms.authoring.xlsform import compile_source
from survey.forms.runtime.form import Form

CASCADE = """\
| survey | | | | |
| | type | name | label::Indonesia (id) | choice_filter |
| | select_one kota | kota | Kota | |
| | select_one_external kecamatan | kecamatan | Kecamatan | kota=${kota} |

| choices | | | |
| | list_name | name | label::Indonesia (id) |
| | kota | barat | Jakarta Barat |
| | kota | utara | Jakarta Utara |

| external_choices | | | | |
| | list_name | name | label | kota |
| | kecamatan | tambora | Tambora | barat |
| | kecamatan | palmerah | Palmerah | barat |
| | kecamatan | cilincing | Cilincing | utara |
"""


def test_the_choices_follow_the_answer_before() -> None:
    form = Form(compile_source(CASCADE, ".md", Path()))
    form.set_value("/data/kota", "barat")
    offered = form.list_choices("/data/kecamatan")
    assert [choice.value for choice in offered] == ["tambora", "palmerah"]
    assert form.render_text(offered[0].label, "/data/kecamatan", "Indonesia (id)") == "Tambora"
    form.set_value("/data/kecamatan", "tambora")
    assert form.find_problem("/data/kecamatan") is None
    form.set_value("/data/kota", "utara")
    assert form.find_problem("/data/kecamatan") == "choice"


def test_played_in_the_terminal_it_is_text_as_in_odks_engine() -> None:
    questionnaire, faults = examine_workbook(parse_workbook(CASCADE, ".md"), Path())
    assert questionnaire is not None
    assert [fault for fault in faults if not fault.warning] == []
    assert questionnaire.by_path["/data/kecamatan"].kind.name == "text"
