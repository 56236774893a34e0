"""Withdrawing: what will be deleted, and the receipt for what was."""

from __future__ import annotations

from bot.callbacks.participation_callbacks import ConfirmWithdrawal, ShowCurrent
from bot.screens.screen import Button, Screen, escape_html, format_bold, join_paragraphs
from bot.translation import Translator
from survey.forms.model.questionnaire import Questionnaire
from survey.services.snapshot import Receipt


def draw_withdrawal_screen(
    holdings: dict[str, int],
    files: int,
    votes: int,
    titles: dict[str, Questionnaire],
    t: Translator,
) -> Screen:
    """The answer to /hapus: what would be deleted, and whether it shall be."""
    lines = list_holdings(holdings, files, votes, titles, t)
    return Screen(
        join_paragraphs(
            format_bold(t("Withdraw and delete everything?")),
            t(
                "We would delete the link to your Telegram account, your language, your request "
                "for the results, and:"
            ),
            "\n".join(lines) or t("• no answers: none are kept"),
            t("This cannot be undone. Figures in reports already made stay as they are."),
        ),
        (
            (Button(t("Yes, delete everything"), ConfirmWithdrawal()),),
            (Button(t("No, keep them"), ShowCurrent()),),
        ),
    )


def list_holdings(
    answers: dict[str, int], files: int, votes: int, titles: dict[str, Questionnaire], t: Translator
) -> list[str]:
    """A line for each survey's answers, one for the files and one for the votes."""
    lines = [
        t("• {title}: {n} answers", title=escape_html(name_wave(wave, titles, t)), n=n)
        for wave, n in answers.items()
    ]
    if files:
        lines.append(t("• {n} photos, recordings or files", n=files))
    if votes:
        lines.append(t("• {n} votes in workshops", n=votes))
    return lines


def name_wave(wave: str, titles: dict[str, Questionnaire], t: Translator) -> str:
    """A wave's title, or its id where it is not open any more."""
    return titles[wave].get_title(t.language) if wave in titles else wave


def draw_receipt_screen(
    receipt: Receipt | None, titles: dict[str, Questionnaire], t: Translator
) -> Screen:
    """After a withdrawal."""
    if receipt is None:
        return Screen(t("There is nothing of yours here: nothing had to be deleted."))
    lines = list_holdings(
        receipt.deleted_answers, receipt.file_count, receipt.vote_count, titles, t
    )
    return Screen(
        join_paragraphs(
            format_bold(t("Deleted.")),
            "\n".join(lines),
            t("Your receipt: {code}", code=f"<code>{receipt.code}</code>"),
            t(
                "We no longer know who you are. You can delete the messages in this chat yourself. "
                "Thank you for your time."
            ),
        )
    )
