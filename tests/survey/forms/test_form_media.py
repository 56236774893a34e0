"""What goes with labels and hints: media, guidance, titles; where media lie; points on the map."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.forms.answers.map_points import (
    format_readable_point,
    format_stored_point,
    parse_typed_point,
)
from survey.forms.authoring.media_files import find_media_file, list_media_names
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.model.xform_reader import read_xform
from tests.survey.form_helpers import SETTINGS, compile_form, start_form

HEADINGS = """
| survey | type | name | label::Indonesia (id) | label::English (en) | guidance_hint::Indonesia (id) | guidance_hint::English (en) | image::Indonesia (id) | image::English (en) | big-image | audio | video |
"""  # noqa: E501 - a table
BOTH = (
    HEADINGS
    + """
| | text | nama | Nama | Name | | | | | | |
| | text | gang | Gang | Lane | Gang tempat ${nama} | Where ${nama} lives | kecil.png | small.png | | a.mp3 | f.mp4 |
| | note | peta | Peta | Map | | | kecil.png | small.png | besar.png | | |
| | select_one rumah | rumah | Rumah | House | | | | | | | |
| choices | list_name | name | label::Indonesia (id) | label::English (en) | image |
| | rumah | batu | Batu | Brick | batu.png |
| | rumah | kayu | Kayu | Wood | |
"""  # noqa: E501 - a table
    + SETTINGS
)
ID, EN = "Indonesia (id)", "English (en)"


@pytest.fixture(params=["compiled", "restored"])
def questionnaire(request: pytest.FixtureRequest) -> Questionnaire:
    """As it is compiled, and as the database gives it back."""
    found = compile_form(BOTH)
    return found if request.param == "compiled" else read_xform(found.xform)


def test_media_have_a_language_and_the_big_image_wins(questionnaire: Questionnaire) -> None:
    of = {question.name: question.media for question in questionnaire.questions}
    assert of["gang"].get_files(ID) == {"image": "kecil.png", "audio": "a.mp3", "video": "f.mp4"}
    assert of["gang"].get_files(EN)["image"] == "small.png"
    assert of["gang"].get_files("Basa Sunda (su)") == of["gang"].get_files(ID)
    assert of["peta"].get_files(EN) == {"image": "besar.png"}
    assert of["nama"].get_files(ID) == {}


def test_choices_have_pictures(questionnaire: Questionnaire) -> None:
    pictures = {
        c.value: c.media.get_files(ID) for c in questionnaire.by_path["/data/rumah"].choices
    }
    assert pictures == {"batu": {"image": "batu.png"}, "kayu": {}}


def test_a_hint_has_guidance_that_follows_the_answers(questionnaire: Questionnaire) -> None:
    gang = questionnaire.by_path["/data/gang"]
    assert not gang.hint
    filled = start_form(BOTH)
    filled.set_value("/data/nama", "Ani")
    assert filled.render_text(gang.guidance, "/data/gang", ID) == "Gang tempat Ani"
    assert filled.render_text(gang.guidance, "/data/gang", EN) == "Where Ani lives"


def test_all_names_of_files_are_known(questionnaire: Questionnaire) -> None:
    assert set(list_media_names(questionnaire)) == {
        "kecil.png", "small.png", "besar.png", "a.mp3", "f.mp4", "batu.png",
    }  # fmt: skip


def test_media_lie_in_the_forms_own_folder_or_beside_it(tmp_path: Path) -> None:
    home = tmp_path / "kuesioner"
    for folder in ("uji-media", "media", "."):
        (home / folder).mkdir(parents=True, exist_ok=True)
        (home / folder / f"{folder}.png").write_bytes(b"x")
        (home / folder / "peta.png").write_bytes(folder.encode())
    form_file = home / "uji.md"
    found = find_media_file(form_file, "peta.png")
    assert found is not None
    assert found.read_bytes() == b"uji-media"
    for folder in ("uji-media", "media", "."):
        assert find_media_file(form_file, f"{folder}.png")
    assert find_media_file(form_file, "tiada.png") is None
    assert find_media_file(form_file, "uji-media") is None


def test_a_medium_is_never_outside_the_questionnaires_folder(tmp_path: Path) -> None:
    home = tmp_path / "kuesioner"
    (home / "media").mkdir(parents=True)
    secret = tmp_path / "rahasia.png"
    secret.write_bytes(b"secret")
    (home / "media" / "link.png").symlink_to(secret)
    for name in ("../rahasia.png", "../../rahasia.png", str(secret), "link.png", "", ".", ".."):
        assert find_media_file(home / "uji.md", name) is None, name


@pytest.mark.parametrize(
    ("words", "stored"),
    [
        ("-6.2, 106.8", "-6.2 106.8 0.0 0.0"),
        ("\N{MINUS SIGN}6,1754  106,8272", "-6.1754 106.8272 0.0 0.0"),
        ("https://maps.google.com/?q=-6.1,106.0", "-6.1 106.0 0.0 0.0"),
        ("0.00001 0.0000001", "0.00001 0.0000001 0.0 0.0"),
        ("-6 106", None),
        ("RT 3.5", None),
    ],
)
def test_points_are_typed_in_many_ways(words: str, stored: str | None) -> None:
    assert parse_typed_point(words) == stored


def test_a_point_is_stored_as_odk_does_and_shown_to_the_metre() -> None:
    assert format_stored_point(-6.123456789, 106.0, 4.25) == "-6.1234568 106.0 0.0 4.2"
    assert format_readable_point("-6.1234568 106.0 0.0 4.2") == "-6.12346, 106.00000"


def test_a_questionnaire_is_called_by_its_title_in_the_readers_language_if_it_has_one() -> None:
    named = BOTH.replace("| form_title |", "| form_title | attribute::suara:title_en |")
    made = compile_form(named.replace("| Uji |", "| Uji | A trial |"))
    assert [made.get_title(code) for code in ("en", "en-GB", "id", "de")] == [
        "A trial",
        "A trial",
        "Uji",
        "Uji",
    ]
