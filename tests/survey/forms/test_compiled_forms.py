"""What was compiled once is not compiled again, and is never what it should not be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from survey.forms.authoring import compiled_forms
from survey.forms.authoring.compiled_forms import CompiledForms
from survey.forms.authoring.faults import QuestionnaireError
from survey.forms.model.questionnaire import Questionnaire
from tests.survey.form_helpers import SETTINGS, SHIPPED

FORM = f"""
| survey | type | name | label |
| | select_one_from_file kota.csv | kota | Kota |
| | select_one ya | ya | Ya? |

| choices | list_name | name | label |
| | ya | y | Ya |
{SETTINGS}"""
#: Compiles a form and says its digest, and whether pyxform was needed.
CHILD = """
import sys
from pathlib import Path
from survey.forms.authoring.compiled_forms import CompiledForms
form = CompiledForms(Path(sys.argv[1])).compile_file(Path(sys.argv[2]))
print(form.digest, "pyxform" in sys.modules)
"""


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A questionnaire with a list in a file."""
    (tmp_path / "kota.csv").write_text("name,label\njkt,Jakarta\n", encoding="utf-8")
    path = tmp_path / "uji.md"
    path.write_text(FORM, encoding="utf-8")
    return path


def list_entries(form: Path) -> list[Path]:
    return sorted((form.parent / "kept").glob("*"))


def compile_again(form: Path) -> Questionnaire:
    """As a process does that has just started."""
    return CompiledForms(form.parent / "kept").compile_file(form)


def compile_in_process(kept: Path, form: Path) -> list[str]:
    child = [sys.executable, "-c", CHILD, str(kept), str(form)]
    return subprocess.run(child, check=True, capture_output=True, text=True).stdout.split()  # noqa: S603


@pytest.mark.parametrize("name", ["persepsi", "kerentanan"])
def test_a_restart_reads_what_was_compiled_and_does_not_even_load_pyxform(
    tmp_path: Path, name: str
) -> None:
    first, again = (compile_in_process(tmp_path, SHIPPED / f"{name}.md") for _ in range(2))
    assert first[1] == "True"
    assert again == [first[0], "False"]


def test_an_edited_form_and_an_edited_list_are_compiled_anew(form: Path) -> None:
    before = compile_again(form)
    assert compile_again(form).digest == before.digest
    (form.parent / "kota.csv").write_text("name,label\nbdg,Bandung\n", encoding="utf-8")
    listed = compile_again(form)
    assert [choice.value for choice in listed.questions[0].choices] == ["bdg"]
    form.write_text(FORM.replace("Ya?", "Benar?"), encoding="utf-8")
    assert compile_again(form).digest not in (before.digest, listed.digest)


def test_a_list_that_went_away_is_a_fault_although_the_form_was_compiled_before(form: Path) -> None:
    compile_again(form)
    (form.parent / "kota.csv").unlink()
    with pytest.raises(QuestionnaireError):
        compile_again(form)


def test_other_code_compiles_anew(form: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_again(form)
    monkeypatch.setattr(compiled_forms, "digest_code", lambda: b"of another version")
    compile_again(form)
    assert len(list_entries(form)) == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda _kept: b"",
        lambda kept: kept[:-40],
        lambda kept: kept.replace(b"Jakarta", b"Bandung"),
        lambda kept: kept.partition(b"\n")[0] + b"\n<xml/>",
        lambda kept: b"[1]\n" + kept.partition(b"\n")[2],
        lambda _kept: b"\x80\x04K\x01.",
    ],
    ids=["empty", "cut", "changed", "other text", "other head", "a pickle"],
)
def test_what_is_damaged_or_foreign_is_compiled_anew_and_written_anew(form: Path, damage) -> None:
    whole = compile_again(form)
    (entry,) = list_entries(form)
    kept = entry.read_bytes()
    entry.write_bytes(damage(kept))
    assert compile_again(form).digest == whole.digest
    assert entry.read_bytes() == kept
    assert list_entries(form) == [entry]


def test_a_folder_that_cannot_be_written_keeps_nothing_and_hinders_nobody(form: Path) -> None:
    (form.parent / "kept").write_text("a file, no folder", encoding="utf-8")
    assert compile_again(form).digest == CompiledForms(None).compile_file(form).digest


def test_versions_that_nobody_asks_for_any_more_go_away(form: Path) -> None:
    compile_again(form)
    form.write_text(FORM.replace("Ya?", "Benar?"), encoding="utf-8")
    forms = CompiledForms(form.parent / "kept")
    forms.compile_file(form)
    forms.remove_unused()
    (entry,) = list_entries(form)
    assert "Benar?" in entry.read_text(encoding="utf-8")


def test_a_form_with_a_fault_is_not_kept(form: Path) -> None:
    form.write_text(FORM.replace("select_one ya", "select_one tidak"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(QuestionnaireError):
            compile_again(form)
    assert list_entries(form) == []


def test_a_form_that_is_not_there_is_said_as_without_a_folder(tmp_path: Path) -> None:
    with pytest.raises(QuestionnaireError, match="nowhere"):
        CompiledForms(tmp_path).compile_file(tmp_path / "nowhere.md")
