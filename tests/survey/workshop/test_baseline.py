"""From Bappeda's table to ballots, and back with what became of them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.city_file import load_redactor
from survey.forms.authoring.faults import Fault
from survey.workshop.agreement import AgreementRule
from survey.workshop.ballots import Ballot, BallotMode
from survey.workshop.baseline import BaselineError, NumberedRow, build_grid, read_baseline
from survey.workshop.moves import ChangeReason
from survey.workshop.result_table import RESULT_COLUMNS, append_results, build_ballot_rows
from tests.survey.form_helpers import CITY_FILE
from tests.survey.session_helpers import WorkshopSession, load_register

TABLE = """\
Aset,Guncangan,Nilai,Catatan,Sumber
pompa_pluit,banjir,4,"Pompa 2016, tua",BPBD
Pluit  PUMPING station,Tidal flood from the sea,2,,Bappeda
Saluran air baku Tarum Barat,Kekeringan - krisis air,5.0,,

MRT Lebak Bulus-Bundaran HI,rob,"3,0",,
"""
LISTED = "Write it as it stands in the list"
QUOTED = "Put a text that has a comma in it between quotation marks."
FIRST = "ipa_buaran, Instalasi air minum Buaran, Buaran drinking-water plant, ipa_pejompongan"


def rows(text: str) -> list[NumberedRow]:
    """The rows of a CSV text, numbered as a spreadsheet does."""
    return list(enumerate(csv.reader(StringIO(text)), start=1))


def wrong(text: str, mode: BallotMode = BallotMode.BLIND) -> list[str]:
    """All that is wrong with a table."""
    with pytest.raises(BaselineError) as caught:
        read_baseline(rows(text), load_register(), mode)
    return [str(fault) for fault in caught.value.faults]


def test_assets_and_shocks_are_known_by_code_or_name_in_either_language() -> None:
    text = TABLE.replace("Kekeringan - krisis air", '"KEKERINGAN, krisis air"')
    assert read_baseline(rows(text), load_register()) == (
        Ballot(1, "pompa_pluit", "banjir", "banjir", BallotMode.BLIND, 4, "Pompa 2016, tua"),
        Ballot(2, "pompa_pluit", "rob", "banjir", BallotMode.BLIND, 2),
        Ballot(3, "tarum_barat", "kekeringan", "air", BallotMode.BLIND, 5),
        Ballot(4, "mrt", "rob", "transportasi", BallotMode.BLIND, 3),
    )


def test_mode_and_category_are_the_usual_ones_unless_a_row_says_otherwise() -> None:
    text = """\
asset,shock,rating,mode,category
kbt,banjir,4,,
kbt,rob,4,Buta,
kbt,gempa,4,confirm,DARURAT
"""
    found = read_baseline(rows(text), load_register(), BallotMode.CONFIRM)
    assert [ballot.mode for ballot in found] == [
        BallotMode.CONFIRM,
        BallotMode.BLIND,
        BallotMode.CONFIRM,
    ]
    assert [ballot.category for ballot in found] == ["banjir", "banjir", "darurat"]


def test_a_table_without_ratings_lists_what_is_to_be_judged() -> None:
    found = read_baseline(rows("aset,guncangan\nkbt,banjir\nkbt,rob\n"), load_register())
    assert [(ballot.asset, ballot.shock, ballot.baseline) for ballot in found] == [
        ("kbt", "banjir", None),
        ("kbt", "rob", None),
    ]


def test_without_a_table_every_asset_is_judged_under_every_shock() -> None:
    found = build_grid(load_register())
    assert len(found) == len(load_register().assets) * len(load_register().shocks)
    assert found[0] == Ballot(1, "ipa_buaran", "banjir", "air")
    assert [ballot.number for ballot in found] == list(range(1, len(found) + 1))


def test_all_faults_are_told_at_once_each_with_its_row_and_column() -> None:
    text = f"""\
asset,shock,rating,note,mode,category
kbt,banjir,6,,,
kbt,banjir,2,,,
pompa_pluitt,rob,3,,,
kbt,banjir rob,3.5,,,
,rob,3,,,
kbb,,,,,
kbb,gempa,tp,{"x" * 301},besok,airr
kbb,wabah,3,,,,lebih
kbb,siber,-1,,,
zzz,siber,1,,,
"""
    ask_whole = "Write a whole number from 1 to 5, or take the row out."
    with pytest.raises(BaselineError) as caught:
        read_baseline(rows(text), load_register())
    found = [(f.row, f.column, f.message, f.remedy) for f in caught.value.faults]
    assert found == [
        (2, "rating", "“6” is no point of the scale.", ask_whole),
        (3, "asset", "Row 2 has this asset under this shock already.", "Keep one of the two."),
        (4, "asset", "There is no asset “pompa_pluitt”.", "Did you mean “pompa_pluit”?"),
        (5, "shock", "There is no shock “banjir rob”.", "Did you mean “Banjir rob (air laut)”?"),
        (5, "rating", "“3.5” is no point of the scale.", ask_whole),
        (6, "asset", "The cell is empty.", "Write which asset it is."),
        (7, "shock", "The cell is empty.", "Write which shock it is."),
        (7, "rating", "The cell is empty.", ask_whole),
        (8, "note", "The note has 301 letters.", "Shorten it to 300."),
        (8, "rating", "“tp” is no point of the scale.", ask_whole),
        (8, "mode", "There is no mode “besok”.", f"{LISTED}: blind, buta, confirm, konfirmasi."),
        (8, "category", "There is no category “airr”.", "Did you mean “air”?"),
        (9, "", "The row has more cells than the header.", QUOTED),
        (10, "rating", "“-1” is no point of the scale.", ask_whole),
        (11, "asset", "There is no asset “zzz”.", f"{LISTED}: {FIRST} …."),
    ]
    assert "row 4, column asset: There is no asset “pompa_pluitt”. Did you" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["column asset", "column shock", "no rows"]),
        ("aset,guncangan\n", ["no rows"]),
        ("aset,bahaya\nkbt,banjir\n", ["column shock: This column is missing."]),
        ("aset,asset,guncangan\nkbt,kbt,rob\n", ["column asset: Two columns mean the same."]),
    ],
)
def test_a_table_without_what_it_needs_is_not_looked_into(text: str, said: list[str]) -> None:
    found = wrong(text)
    assert len(found) == len(said)
    assert all(words in fault for words, fault in zip(said, found, strict=True))


def test_nothing_can_be_confirmed_without_a_rating() -> None:
    assert "nothing to confirm" in wrong("aset,guncangan\nkbt,rob\n", BallotMode.CONFIRM)[0]
    assert "no rating to confirm" in wrong("aset,guncangan,cara\nkbt,rob,konfirmasi\n")[0]


def test_a_name_that_two_assets_bear_is_asked_for_its_code() -> None:
    known = load_register()
    twin = known.assets[0].__class__("buaran_2", known.assets[0].labels, "air")
    register = known.__class__((*known.assets, twin), known.shocks, known.scale)
    with pytest.raises(BaselineError, match="can mean several. Write its code"):
        read_baseline(rows("aset,guncangan\nBuaran drinking-water plant,rob\n"), register)


@given(st.lists(st.lists(st.sampled_from(["", "kbt", "rob", "3", "x", "Aset", "Guncangan"]))))
@settings(deadline=None)
def test_any_table_gives_ballots_or_says_what_is_wrong(cells: list[list[str]]) -> None:
    numbered = list(enumerate([["aset", "guncangan", "nilai"], *cells], start=1))
    faults: tuple[Fault, ...] = ()
    found: tuple[Ballot, ...] = ()
    try:
        found = read_baseline(numbered, load_register())
    except BaselineError as error:
        faults = error.faults
    assert bool(found) != bool(faults)
    assert all(fault.remedy and fault.row for fault in faults)


# And back


def column(table: Sequence[Sequence[object]], name: str) -> list[object]:
    """What stands in a column below the header."""
    return [row[table[0].index(name)] for row in table[1:]]


def test_the_table_comes_back_with_what_became_of_each_ballot() -> None:
    original = rows(TABLE.replace("Kekeringan - krisis air", "kekeringan"))
    room = WorkshopSession(
        read_baseline(original, load_register(), BallotMode.CONFIRM), rule=AgreementRule()
    )
    room.open(1)
    room.cast_votes(1, "4 4 4 4 5 tt")
    room.close(1)
    room.reveal(1)
    room.run_round(2, "1 1 5 5 5")
    room.open_again(2)
    room.cast_votes(2, "4 4 4 4 3")
    room.cast_vote(101, 2, "4", ChangeReason.CHANGED)
    room.cast_vote(102, 2, "4", ChangeReason.CHANGED)
    room.cast_vote(103, 2, "4", "Rob 2020")
    room.close(2)
    room.reveal(2)
    room.apply_decision(room.session.add_note([2], "Tanggul turun", room.tap()))
    room.run_round(3, "5 1")
    table = append_results(original, room.results(), load_register(), str)
    assert table[0] == ("Aset", "Guncangan", "Nilai", "Catatan", "Sumber", *RESULT_COLUMNS)
    assert table[1][:5] == ("pompa_pluit", "banjir", "4", "Pompa 2016, tua", "BPBD")
    assert column(table, "outcome") == ["confirmed", "changed", "too_few", "", "pending"]
    assert column(table, "agreed_value") == [4, 4, "", "", ""]
    assert column(table, "median") == [4.0, 4.0, "", "", ""]
    assert column(table, "n") == [5, 5, 2, "", ""]
    assert column(table, "within_one") == [1.0, 1.0, "", "", ""]
    assert column(table, "r_wg") == [0.9, 0.9, "", "", ""]
    assert column(table, "dissenters") == [1, 5, "", "", ""]
    assert column(table, "rounds") == [1, 2, 1, "", 0]
    assert column(table, "reasons") == ["", "changed (2); Rob 2020 (1)", "", "", ""]
    assert column(table, "session_notes") == ["", "Tanggul turun", "", "", ""]
    assert len({len(row) for row in table}) == 1


def test_reasons_and_notes_come_out_without_personal_data() -> None:
    listed = rows(TABLE.replace("Kekeringan - krisis air", "kekeringan"))
    room = WorkshopSession(
        read_baseline(listed, load_register(), BallotMode.CONFIRM), rule=AgreementRule()
    )
    room.open(2)
    room.cast_votes(2, "4 4 4 4 3")
    room.cast_vote(101, 2, "4", ChangeReason.NEW_DATA)
    room.cast_vote(102, 2, "4", "kata Pak Budi")
    room.cast_vote(103, 2, "4", "kata Pak Joko")
    room.close(2)
    room.reveal(2)
    room.apply_decision(room.session.add_note([2], "Budi Santoso tahu", room.tap()))
    redactor = load_redactor(CITY_FILE)
    table = append_results(
        build_ballot_rows(room.results()),
        room.results(),
        load_register(),
        lambda text: redactor.redact(text).text,
    )
    # What two gave with another name is one reason, given twice.
    assert column(table, "reasons")[1] == "kata Pak […] (2); new_data (1)"
    assert column(table, "session_notes")[1] == "[…] tahu"


def test_a_workshop_without_a_file_comes_out_as_a_table_that_can_be_read_again() -> None:
    room = WorkshopSession()
    room.run_round(3, "2 2 2 3 3")
    table = build_ballot_rows(room.results())
    assert read_baseline(rows_without_unrated(table), load_register()) == tuple(
        Ballot(n, b.asset, b.shock, b.category, b.mode, b.baseline, b.note)
        for n, b in enumerate((b for b in room.ballots if b.baseline), start=1)
    )
    returned = append_results(table, room.results(), load_register(), str)
    assert column(returned, "outcome")[2] == "confirmed"


def rows_without_unrated(table: list[NumberedRow]) -> list[NumberedRow]:
    """A column of ratings has one in every row."""
    return [(number, cells) for number, cells in table if cells[4]]
