"""Labels with markup: the author's is drawn, nobody else's, and Telegram can always read it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.screens.markup import SLOT, FilledText, render_plain_text, render_telegram_html
from bot.screens.screen import escape_html


@pytest.mark.parametrize(
    ("label", "html"),
    [
        ("**tebal** *miring* _miring_", "<b>tebal</b> <i>miring</i> <i>miring</i>"),
        ("kode_wilayah_baru 2*3*4", "kode_wilayah_baru 2<i>3</i>4"),
        ("# Judul\nisi", "<b>Judul</b>\nisi"),
        ("#1 dan # 2", "#1 dan # 2"),
        ('<span style="color:red">merah</span>', "merah"),
        ("<p>satu</p><p>dua</p>", "satu\ndua"),
        ("satu<br/>dua", "satu\ndua"),
        ("<strong>a</strong> <em>b</em> <u>c</u>", "<b>a</b> <i>b</i> <u>c</u>"),
        ("[JAKI](https://jaki.jakarta.go.id)", "JAKI (https://jaki.jakarta.go.id)"),
        ("[di sini](javascript:alert)", "[di sini](javascript:alert)"),
        ("[di sini](tg://user?id=1)", "di sini"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        ("AT&amp;T", "AT&amp;T"),
        ("\\*bukan\\*", "*bukan*"),
        ("* satu\n* dua", "* satu\n* dua"),
        ("<b>buka **dalam** luar", "<b>buka dalam luar</b>"),
        ("<b>a <i>b</b> c</i>", "<b>a <i>b</i></b> c"),
        ("</b>tutup", "tutup"),
    ],
)  # fmt: skip
def test_what_authors_write_becomes_what_telegram_draws(label: str, html: str) -> None:
    assert render_telegram_html([label]) == html


def test_a_button_has_the_words_alone() -> None:
    assert render_plain_text(["**Banjir** <u>rob</u> & <b>"]) == "Banjir rob &"


@given(st.text(max_size=40))
def test_what_is_filled_in_stays_as_it_was_typed(words: str) -> None:
    assert (
        render_telegram_html(["**Halo** ", FilledText(words), "!"])
        == f"<b>Halo</b> {escape_html(words)}!"
    )
    assert render_plain_text(["a ", FilledText(words), " b"]) == f"a {words} b"
    assert "<" not in render_telegram_html(["x", FilledText(words), "x"])


def test_bold_goes_around_what_is_filled_in() -> None:
    assert render_telegram_html(["Halo **", FilledText("*Ani*"), "**!"]) == "Halo <b>*Ani*</b>!"
    assert (
        render_telegram_html(["[peta](https://x.id/", FilledText("a b"), ")"])
        == "peta (https://x.id/a b)"
    )


def test_the_sign_of_a_slot_cannot_be_written() -> None:
    assert render_telegram_html([f"{SLOT}0{SLOT} ", FilledText("a")]) == "0 a"
    assert (
        render_telegram_html([FilledText(f"{SLOT}1{SLOT}"), FilledText("b")]) == f"{SLOT}1{SLOT}b"
    )


PIECES = st.sampled_from(
    ["<b>", "</b>", "<i>", "</i>", "**", "_", "*", "a", " ", "<u>", "</u>", "\n", "# ", "<p>"]
)


@given(st.lists(PIECES, max_size=16))
def test_tags_are_always_closed_in_their_order(pieces: list[str]) -> None:
    open_: list[str] = []
    for end, tag in re.findall(r"<(/?)(\w+)>", render_telegram_html(["".join(pieces)])):
        if end:
            assert open_.pop() == tag
        else:
            open_.append(tag)
    assert open_ == []
