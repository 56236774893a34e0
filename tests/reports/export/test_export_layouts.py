"""Answers as ODK Central and KoBoToolbox lay them out, from people who went through a survey."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from reports.export.data_export import export_data
from reports.request import ExportLayout
from survey.interview.uploads import UploadedFile
from survey.store.attachments import mark_fetched
from tests.reports.household_survey import HOUSEHOLD_ANSWERS, HOUSEHOLD_FORM, NOW, HouseholdSurvey

#: Everything in these stories has happened by then.
LATER = NOW + timedelta(days=1)
CONTEXT_FILES = ["waves.csv", "codebook.csv", "lists.csv", "left_out.csv", "quotes.csv"]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CENTRAL = {
    "rumah tangga.csv": """\
SubmissionDate,setuju,salam,rt-nama,rt-titik-Latitude,rt-titik-Longitude,rt-titik-Altitude,\
rt-titik-Accuracy,rt-bahaya,rt-bahaya/banjir,rt-bahaya/api,rt-bahaya/other,rt-bahaya_other,\
rt-urutan,foto,banyak,meta-instanceID,KEY,SubmitterID,SubmitterName,AttachmentsPresent,\
AttachmentsExpected,Status,ReviewState,DeviceID,Edits,FormVersion
2026-11-20T12:20:00.000Z,OK,,Melati; 05,-6.175,106.827,,,banjir other,1,0,1,puting beliung,\
dekat teduh,,2,uuid:1,uuid:1,WHO,,0,0,,,,0,1
""",
    "rumah tangga-rumah.csv": """\
nomor,isi-luas,isi-mutu,isi-mutu/teduh,isi-mutu/dekat,penghuni,PARENT_KEY,KEY
1,36.5,,0,0,0,uuid:1,uuid:1/rumah[1]
2,,teduh,1,0,2,uuid:1,uuid:1/rumah[2]
""",
    "rumah tangga-anak.csv": """\
lahir,PARENT_KEY,KEY
2019-02-03,uuid:1/rumah[2],uuid:1/rumah[2]/anak[1]
2021-12-31,uuid:1/rumah[2],uuid:1/rumah[2]/anak[2]
""",
}
FROM_SUBMISSION = (
    '"_submission__id";"_submission__uuid";"_submission__submission_time";'
    '"_submission__validation_status";"_submission__notes";"_submission__status";'
    '"_submission__submitted_by";"_submission___version__";"_submission__tags"'
)
ABOUT = '"ID";"1";"2026-11-20T12:20:00";"";"";"submitted_via_web";"WHO";"1";""'
KOBO = {
    "rumah tangga.csv": f"""\
"setuju";"salam";"rt/nama";"rt/titik";"rt/_titik_latitude";"rt/_titik_longitude";\
"rt/_titik_altitude";"rt/_titik_precision";"rt/bahaya";"rt/bahaya/banjir";"rt/bahaya/api";\
"rt/bahaya/other";"rt/bahaya_other";"rt/urutan";"foto";"banyak";"_id";"_uuid";"_submission_time";\
"_validation_status";"_notes";"_status";"_submitted_by";"__version__";"_tags";"_index"
"OK";"";"Melati; 05";"-6.175 106.827";"-6.175";"106.827";"";"";"banjir other";"1";"0";"1";\
"puting beliung";"dekat teduh";"";"2";{ABOUT};"1"
""",
    "rumah tangga-rumah.csv": f"""\
"rumah/nomor";"rumah/isi/luas";"rumah/isi/mutu";"rumah/isi/mutu/teduh";"rumah/isi/mutu/dekat";\
"rumah/penghuni";"_index";"_parent_table_name";"_parent_index";{FROM_SUBMISSION}
"1";"36.5";"";"";"";"0";"1";"rumah tangga";"1";{ABOUT}
"2";"";"teduh";"1";"0";"2";"2";"rumah tangga";"1";{ABOUT}
""",
    "rumah tangga-anak.csv": f"""\
"rumah/anak/lahir";"_index";"_parent_table_name";"_parent_index";{FROM_SUBMISSION}
"2019-02-03";"1";"rumah tangga-rumah";"2";{ABOUT}
"2021-12-31";"2";"rumah tangga-rumah";"2";{ABOUT}
""",
}


@pytest.fixture
async def village(tmp_path: Path) -> AsyncIterator[HouseholdSurvey]:
    async with HouseholdSurvey(tmp_path / "suara.db") as opened:
        await opened.field_form()
        yield opened


def exported(village: HouseholdSurvey, folder: Path, layout: str) -> dict[str, Path]:
    """The files by their names."""
    paths = export_data(
        village.url, folder / layout, "Asia/Jakarta", LATER, layout=ExportLayout(layout)
    )
    return {path.name: path for path in paths}


def anonymous(text: str) -> str:
    """With what is drawn by lot put plainly."""
    text = text.replace("\r\n", "\n")
    text = re.sub(r'"\d{10,16}";"1"', '"ID";"1"', UUID.sub("1", text))
    return re.sub(r"\b[A-Z0-9]{10}\b", "WHO", text)


@pytest.mark.parametrize(("layout", "expected"), [("central", CENTRAL), ("kobo", KOBO)])
async def test_a_whole_interview_lies_in_the_columns_that_scripts_expect(
    village: HouseholdSurvey, tmp_path: Path, layout: str, expected: dict[str, str]
) -> None:
    await village.complete_interview(1, HOUSEHOLD_ANSWERS)
    found = exported(village, tmp_path, layout)
    assert list(found) == [*expected, *CONTEXT_FILES, "interviews.csv"]
    for name, text in expected.items():
        assert anonymous(found[name].read_text(encoding="utf-8")) == text


async def test_repeats_find_what_is_around_them_as_in_central(
    village: HouseholdSurvey, tmp_path: Path
) -> None:
    for person in range(1, 6):
        await village.complete_interview(
            person, HOUSEHOLD_ANSWERS | {"banyak": str(person), "rt/nama": f"RT {person}"}
        )
    found = exported(village, tmp_path, "central")
    root, houses, children = (pd.read_csv(found[name]) for name in CENTRAL)
    joined = houses.merge(root, left_on="PARENT_KEY", right_on="KEY", validate="many_to_one")
    assert joined.groupby("rt-nama").size().to_dict() == {f"RT {n}": n for n in range(1, 6)}
    inner = children.merge(houses, left_on="PARENT_KEY", right_on="KEY", validate="many_to_one")
    assert len(inner) == len(children) == 2 * 4
    assert set(inner["nomor"]) == {2}
    about = pd.read_csv(found["interviews.csv"])
    assert set(root.merge(about, left_on="KEY", right_on="key")["wave"]) == {"desa"}


async def test_repeats_find_what_is_around_them_as_in_kobo(
    village: HouseholdSurvey, tmp_path: Path
) -> None:
    for person in range(1, 6):
        await village.complete_interview(
            person, HOUSEHOLD_ANSWERS | {"banyak": str(person), "rt/nama": f"RT {person}"}
        )
    found = exported(village, tmp_path, "kobo")
    root, houses, children = (pd.read_csv(found[name], sep=";") for name in KOBO)
    joined = houses.merge(root, left_on="_parent_index", right_on="_index")
    assert joined.groupby("rt/nama").size().to_dict() == {f"RT {n}": n for n in range(1, 6)}
    assert (joined["_submission__uuid"] == joined["_uuid"]).all()
    assert (joined["_submission__id"] == joined["_id"]).all()
    inner = children.merge(houses, left_on="_parent_index", right_on="_index")
    assert set(inner["rumah/nomor"]) == {2}
    assert len(inner) == 2 * 4
    assert root["_index"].to_list() == [1, 2, 3, 4, 5]


async def test_a_round_in_which_nothing_was_said_is_there_when_there_is_one_after_it(
    village: HouseholdSurvey, tmp_path: Path
) -> None:
    later = {"banyak": "1", "rumah[1]/penghuni": "3", "rumah[1]/anak[3]/lahir": "2020-01-01"}
    await village.complete_interview(1, later)
    children = pd.read_csv(exported(village, tmp_path, "central")["rumah tangga-anak.csv"])
    assert children["lahir"].fillna("").to_list() == ["", "", "2020-01-01"]
    assert [key.rpartition("/")[2] for key in children["KEY"]] == ["anak[1]", "anak[2]", "anak[3]"]


async def test_rounds_that_people_added_and_took_away_are_numbered_as_they_stand(
    village: HouseholdSurvey, tmp_path: Path
) -> None:
    await village.field_form(HOUSEHOLD_FORM.replace("| ${banyak} |", "| |"))
    now = await village.begin_interview(1, {})
    first = now.interview.list_instances("/data/rumah") if now.interview else []
    await village.survey.go_to(village.next_request(1), "/data/rumah")
    for number in (len(first) + 1, len(first) + 2):
        await village.survey.add_instance(village.next_request(1), "/data/rumah")
        key = f"/data/rumah[{number}]/isi/luas"
        await village.survey.answer(village.next_request(1), key, f"{number}.5")
        now = await village.survey.go_to(village.next_request(1), "/data/rumah")
    assert now.interview is not None
    key = f"/data/rumah[{len(first) + 1}]"
    now = await village.survey.remove_instance(
        village.next_request(1), key, now.interview.step_count
    )
    assert now.notice is None
    await village.answer_until_review(1, {}, now)
    await village.survey.send(village.next_request(1))
    houses = pd.read_csv(exported(village, tmp_path, "central")["rumah tangga-rumah.csv"])
    assert houses["isi-luas"].dropna().to_list() == [len(first) + 2.5]
    assert houses["nomor"].to_list() == list(range(1, len(first) + 2))
    assert houses["KEY"].iloc[-1].endswith(f"/rumah[{len(first) + 1}]")


async def test_only_what_was_handed_in_is_there_and_how_often(
    village: HouseholdSurvey, tmp_path: Path
) -> None:
    await village.begin_interview(1, HOUSEHOLD_ANSWERS)
    await village.complete_interview(2, {})
    await village.complete_interview(3, HOUSEHOLD_ANSWERS)
    await village.survey.go_to(village.next_request(3), "/data/banyak")
    await village.survey.answer(village.next_request(3), "/data/banyak", "1")
    await village.survey.send(village.next_request(3))
    found = exported(village, tmp_path, "central")
    root = pd.read_csv(found["rumah tangga.csv"])
    assert root["Edits"].to_list() == [0, 1]
    assert root["setuju"].to_list() == ["OK", "OK"]
    assert len(pd.read_csv(found["rumah tangga-rumah.csv"])) == 1
    assert pd.read_csv(found["rumah tangga-anak.csv"]).empty
    about = pd.read_csv(found["interviews.csv"])
    assert len(about) == 3
    assert set(root["KEY"]) == set(about[about["sent_at"].notna()]["key"])


async def test_files_are_named_and_counted(village: HouseholdSurvey, tmp_path: Path) -> None:
    await village.complete_interview(1, HOUSEHOLD_ANSWERS)
    await village.survey.go_to(village.next_request(1), "/data/foto")
    sent = UploadedFile("image/jpeg", 1000, 9, "telegram's", "unique")
    await village.survey.answer_with_file(village.next_request(1), "/data/foto", sent)
    waiting = pd.read_csv(exported(village, tmp_path, "central")["rumah tangga.csv"])
    name = waiting["foto"][0]
    await village.store.keep([mark_fetched(name, NOW)])
    there = pd.read_csv(exported(village, tmp_path, "central")["rumah tangga.csv"])
    counts = ["AttachmentsPresent", "AttachmentsExpected"]
    assert waiting[counts].to_numpy().tolist() == [[0, 1]]
    assert there[counts].to_numpy().tolist() == [[1, 1]]
    assert re.fullmatch(r"foto-[0-9a-f]{16}\.jpg", name)


async def test_a_key_is_the_same_in_every_export_and_layout(
    village: HouseholdSurvey, tmp_path: Path
) -> None:
    await village.complete_interview(1, HOUSEHOLD_ANSWERS)
    central = pd.read_csv(exported(village, tmp_path, "central")["rumah tangga.csv"])
    kobo = pd.read_csv(exported(village, tmp_path, "kobo")["rumah tangga.csv"], sep=";")
    rows = pd.read_csv(exported(village, tmp_path, "rows")["interviews.csv"])
    assert central["KEY"][0] == rows["key"][0] == f"uuid:{kobo['_uuid'][0]}"
    assert central["SubmitterID"][0] == rows["respondent"][0] == kobo["_submitted_by"][0]


async def test_columns_of_all_versions_stand_beside_each_other_those_gone_at_the_end(
    village: HouseholdSurvey, tmp_path: Path
) -> None:
    await village.complete_interview(1, HOUSEHOLD_ANSWERS)
    newer = (
        HOUSEHOLD_FORM.replace("| | text | nama | Nama RT |", "| | text | lurah | Nama lurah |")
        .replace("| | geopoint | titik | Di mana? |", "| | text | titik | Di mana? |")
        .replace("| | bahaya | api | Api |", "| | bahaya | angin | Angin |")
    )
    await village.field_form(newer)
    await village.complete_interview(
        2, {"rt/lurah": "Bu Ani", "rt/titik": "dekat pasar", "rt/bahaya": "angin"}
    )
    root = pd.read_csv(exported(village, tmp_path, "central")["rumah tangga.csv"], dtype=str)
    assert list(root)[3:12] == [
        "rt-lurah",
        "rt-titik",
        "rt-bahaya",
        "rt-bahaya/banjir",
        "rt-bahaya/angin",
        "rt-bahaya/other",
        "rt-bahaya/api",
        "rt-bahaya_other",
        "rt-urutan",
    ]
    assert list(root)[15] == "rt-nama"
    assert root["rt-titik"].to_list() == ["-6.175 106.827", "dekat pasar"]
    assert root["rt-bahaya/angin"].fillna("").to_list() == ["", "1"]
    first, second = root["FormVersion"]
    assert re.fullmatch(r"1 \([0-9a-f]{4}\)", first)
    assert first != second
    about = pd.read_csv(exported(village, tmp_path, "rows")["interviews.csv"])
    assert set(about["version"]) == {first, second}
    answers = pd.read_csv(exported(village, tmp_path, "rows")["answers.csv"])
    assert set(answers["version"]) == {first, second}


async def test_files_that_would_have_the_same_name_are_numbered(
    village: HouseholdSurvey, tmp_path: Path
) -> None:
    for other in ("interviews", "Rumah tangga-anak"):
        await village.field_form(
            HOUSEHOLD_FORM.replace("| rumah tangga |", f"| {other} |"), other[:5]
        )
    assert list(exported(village, tmp_path, "central")) == [
        "Rumah tangga-anak~1.csv",
        "Rumah tangga-anak-rumah.csv",
        "Rumah tangga-anak-anak.csv",
        "interviews~1.csv",
        "interviews-rumah.csv",
        "interviews-anak.csv",
        "rumah tangga.csv",
        "rumah tangga-rumah.csv",
        "rumah tangga-anak~2.csv",
        *CONTEXT_FILES,
        "interviews.csv",
    ]


async def test_a_disk_that_fills_up_leaves_no_half_of_a_questionnaire(
    village: HouseholdSurvey, tmp_path: Path
) -> None:
    await village.complete_interview(1, HOUSEHOLD_ANSWERS)

    def full_disk(*_: int) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        export_data(village.url, tmp_path / "out", "UTC", LATER, full_disk, ExportLayout.CENTRAL)
    assert not list((tmp_path / "out").iterdir())
