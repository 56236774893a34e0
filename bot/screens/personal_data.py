"""What a person gets who asks for all that is kept about them: a page to read, and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from bot.screens.bot_info import BotInfo
from bot.screens.breadcrumbs import format_instance_path
from bot.screens.card import Card, name_chosen_value
from bot.screens.formatting import MASKED_ANSWER, localize_day, localize_time
from bot.screens.question_controls import format_answer
from bot.screens.uploads import format_file_size
from bot.screens.view_state import ViewState
from bot.translation import Translator
from survey.catalogue import get_babel_locale
from survey.forms.runtime.form import strip_positions
from survey.interview.steps import Step, StepKind
from survey.people import Role
from survey.services.personal_data import PersonalData
from survey.services.snapshot import Snapshot
from survey.workshop.plan import WorkshopPlan

#: No script, nothing from elsewhere: it is read from a phone's folder of downloads.
PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title><style>
body {{ font: 16px/1.5 sans-serif; max-width: 46rem; margin: auto; padding: 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border-top: 1px solid #ccc; padding: .4rem; text-align: left; vertical-align: top; }}
th {{ width: 45%; font-weight: normal; color: #444; }}
td {{ white-space: pre-wrap; overflow-wrap: anywhere; }}
</style></head><body><h1>{title}</h1>
{body}
</body></html>
"""


@dataclass(frozen=True, slots=True)
class PersonalDataSection:
    """A part of the page: rows of what it is and what is kept of it, none of it escaped."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PersonalDataWriter:
    """Puts the data of one person into their language."""

    data: PersonalData
    t: Translator
    about: BotInfo

    def write_page(self) -> str:
        """The page: one file that needs nothing else."""
        return PAGE.format(
            language=escape(self.t.language),
            title=escape(self.t("All that is kept about you")),
            body="\n".join(map(format_section, self.list_sections())),
        )

    def write_json(self) -> str:
        """The same with every field as it is stored, in the records, for other programs."""
        written = {
            "at": self.data.at.isoformat(),
            "held_by": self.about.secretariat,
            "sections": [
                {"title": section.title, "rows": [list(row) for row in section.rows]}
                for section in self.list_sections()
            ],
            "records": self.data.records,
        }
        return json.dumps(written, ensure_ascii=False, indent=1, default=format_stored_value)

    def list_sections(self) -> list[PersonalDataSection]:
        """The parts of the page."""
        return [
            self.explain_file(),
            self.describe_person(),
            *(part for row in self.data.records["interview"] for part in self.list_interview(row)),
            *(part for row in self.data.records["attendance"] for part in self.list_workshop(row)),
        ]

    def explain_file(self) -> PersonalDataSection:
        """Who holds it, as of when, for how long, and what can be done."""
        t, about = self.t, self.about
        return PersonalDataSection(
            t("This file"),
            (
                (t("Kept by"), about.secretariat),
                (t("As of"), self.format_moment(self.data.at)),
                (
                    t("How long"),
                    t(
                        "Answers at most {months} months after the survey closes; the link to your "
                        "Telegram account {days} days.",
                        months=about.answers_months,
                        days=about.contacts_days,
                    ),
                ),
                (
                    t("Your rights"),
                    t(
                        "Change an answer while the survey is open: /start. Delete everything: "
                        "/hapus. Each field as it is stored is in the JSON file."
                    ),
                ),
            ),
        )

    def describe_person(self) -> PersonalDataSection:
        """What is known of who they are."""
        t, row, link = self.t, self.data.records["respondent"][0], self.data.records["contact"][0]
        roles = {
            Role.RESIDENT: t("resident"),
            Role.PARTICIPANT: t("participant"),
            Role.FACILITATOR: t("facilitator"),
        }
        rows = (
            (t("Telegram number"), str(link["telegram_id"])),
            (t("Name in the data"), row["pseudonym"]),
            (t("Language"), row["language"]),
            (t("Takes part as"), roles[Role(row["role"])]),
            (t("Sector"), row["sector"]),
            (t("Category"), row["category"]),
            (t("Invitation"), row["invitation"] or ""),
            (t("Link by which you came"), row["source"]),
            (t("Known since"), self.format_moment(row["joined_at"])),
            (t("You blocked the bot"), self.format_moment(link["blocked_at"])),
            *(
                (
                    t("Results asked for"),
                    f"{wish['wave_id']}, {self.format_moment(wish['asked_at'])}",
                )
                for wish in self.data.records["wish"]
            ),
        )
        return PersonalDataSection(t("Who you are to us"), keep_filled(rows))

    # Interviews

    def list_interview(self, row: Mapping[str, Any]) -> Iterator[PersonalDataSection]:
        """An interview: its consent, its answers, its files, and what was done when."""
        made, t = self.data.restore_interview(row), self.t
        card = Card(Snapshot(0, read_at=self.data.at), made, ViewState(), t)
        title = made.questionnaire.get_title(t.language)
        files = {one["name"] for one in self.own("attachment", row)}
        yield PersonalDataSection(
            join_titles(title, t("consent")), tuple(self.list_consent(row, card))
        )
        answers = (
            (name_place(card, key), format_whole_answer(card, key, files))
            for key in made.list_question_keys()
            if made.form.get_value(key) and not made.is_display_only(key)
        )
        yield PersonalDataSection(join_titles(title, t("answers")), tuple(answers))
        steps = (
            (self.format_moment(step.at), self.describe_step(card, step))
            for step in self.data.list_steps(row["id"])
        )
        yield PersonalDataSection(join_titles(title, t("what you did when")), tuple(steps))
        yield PersonalDataSection(
            join_titles(title, t("what was done with it")), tuple(self.list_uses(row))
        )

    def list_consent(self, row: Mapping[str, Any], card: Card) -> Iterator[tuple[str, str]]:
        """When they agreed to which words."""
        t, form, question = self.t, card.interview.questionnaire, card.interview.consent_question
        yield t("Agreed"), self.format_moment(row["started_at"])
        yield t("Language"), row["language"]
        yield t("Version of the words"), f"{form.version} ({row['digest']})"
        if question is not None:
            words = (
                card.render_plain(text, question.path) for text in (question.label, question.hint)
            )
            yield t("The words"), "\n".join(filter(None, words))

    def describe_step(self, card: Card, step: Step) -> str:
        """What a step was, where, and what it said."""
        said = {
            StepKind.CONSENTED: self.t("agreed"),
            StepKind.GIVEN: self.t("taken from the invitation"),
            StepKind.ANSWERED: self.t("answered"),
            StepKind.TICKED: self.t("ticked"),
            StepKind.SKIPPED: self.t("skipped"),
            StepKind.MOVED: self.t("went to"),
            StepKind.ADDED: self.t("added one more"),
            StepKind.REMOVED: self.t("removed one"),
            StepKind.ENOUGH: self.t("nothing more to add"),
            StepKind.SENT: self.t("sent"),
        }[step.kind]
        place = "" if step.kind is StepKind.CONSENTED else name_place(card, step.key)
        return " · ".join(filter(None, (said, place, name_step_value(card, step))))

    def list_uses(self, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Files that were fetched, figures it is in, and what was decided on its words."""
        t = self.t
        yield t("Sent first"), self.format_moment(row["sent_at"]) or t("not sent")
        for one in self.own("attachment", row):
            where = self.format_moment(one["fetched_at"]) or t("not fetched from Telegram")
            size = format_file_size(one["size"])
            yield t("File"), f"{one['name']} · {one['mime']} · {size} · {where}"
        for one in self.own("released_interview", row):
            yield t("In the figures since release"), str(one["batch"])
        for one in self.own("quote", row):
            decided = one["text"] or t("not to be quoted")
            yield t("May be quoted"), f"{decided} · {self.format_moment(one['at'])}"

    def own(self, table: str, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The rows of a table that belong to an interview."""
        return [one for one in self.data.records[table] if one["interview_id"] == row["id"]]

    # Workshops

    def list_workshop(self, row: Mapping[str, Any]) -> Iterator[PersonalDataSection]:
        """A workshop: how they took part, their own votes, what they did as its facilitator."""
        t, plan = self.t, self.data.plans[row["workshop_id"]]
        title, here = plan.title(t.language), plan.id
        tables = {table.number: table.name for table in plan.workshop.tables}
        yield PersonalDataSection(
            title,
            keep_filled((
                (t("Agreed"), self.format_moment(row["consented_at"])),
                (t("Version of the words"), row["consent"] or ""),
                (t("The words"), row["words"] or ""),
                (t("Came in"), self.format_moment(row["joined_at"])),
                (t("Left"), self.format_moment(row["left_at"])),
                (t("Read the briefing"), self.format_moment(row["briefed_at"])),
                (t("By way of"), row["channel"]),
                (t("Table"), tables.get(row["seat"], "")),
            )),
        )  # fmt: skip
        votes = (
            self.describe_vote(plan, one)
            for one in self.data.records["vote"]
            if one["workshop_id"] == here
        )
        yield PersonalDataSection(join_titles(title, t("your votes")), tuple(votes))
        moves = (
            (self.format_moment(one["at"]), f"{one['kind']} {one['value']}".strip())
            for one in self.data.records["move"]
            if one["workshop_id"] == here
        )
        yield PersonalDataSection(join_titles(title, t("your steps as facilitator")), tuple(moves))

    def describe_vote(self, plan: WorkshopPlan, row: Mapping[str, Any]) -> tuple[str, str]:
        """What was judged, and how, why and when."""
        ballot = next(one for one in plan.ballots if one.number == row["ballot"])
        language, scale = self.t.language, plan.workshop.scale
        value = scale.anchor(row["value"], language) if row["value"] in scale.answers else ""
        said = (row["value"], value, row["reason"], self.format_moment(row["at"]))
        judged = f"{plan.asset(ballot, language)} · {plan.shock(ballot, language)}"
        return judged, " · ".join(dict.fromkeys(filter(None, said)))

    def format_moment(self, at: datetime | None) -> str:
        """A day and a time as people write them; nothing for none."""
        if at is None:
            return ""
        here, locale = at.astimezone(self.about.zone), get_babel_locale(self.t.language)
        return f"{localize_day(here.date(), locale)}, {localize_time(here.time(), locale)}"


def join_titles(whole: str, part: str) -> str:
    """The title of a part of something that has a title itself."""
    return f"{whole}: {part}"


def keep_filled(rows: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The rows that say something."""
    return tuple(row for row in rows if row[1])


def format_section(section: PersonalDataSection) -> str:
    """A part of the page as HTML; nothing where there are no rows."""
    rows = "".join(
        f"<tr><th>{escape(what)}</th><td>{escape(kept)}</td></tr>\n" for what, kept in section.rows
    )
    return f"<h2>{escape(section.title)}</h2>\n<table>{rows}</table>" if rows else ""


def format_stored_value(value: object) -> str:
    """A value that JSON has no word for: a moment, in the standard way."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def name_place(card: Card, key: str) -> str:
    """The question at a place, with the instance of a repeat that it is in; its key if none is."""
    question = card.interview.questionnaire.by_path.get(strip_positions(key))
    # What is filled into a label is gone with the instance that it was read from.
    if question is None or key not in card.interview.form.nodes:
        return key
    above = format_instance_path(card, key) if card.interview.is_place(key) else ""
    return " – ".join(filter(None, (above, card.render_plain(question.label, key) or key)))


def format_whole_answer(card: Card, key: str, files: set[str]) -> str:
    """An answer in words, all of it: what the card masks, and a file's name."""
    value, said = card.get_answer(key), format_answer(card, key)
    if value in files:
        return f"{said} ({value})"
    return value if said == MASKED_ANSWER else said


def name_step_value(card: Card, step: Step) -> str:
    """What a step said; codes as the labels of their choices."""
    question = card.interview.questionnaire.by_path.get(strip_positions(step.key))
    if step.kind is StepKind.CONSENTED:
        return ""
    if question is None or question.itemset is None or step.key not in card.interview.form.nodes:
        return step.value
    values = question.kind.split_choices(step.value)
    return ", ".join(name_chosen_value(card, step.key, value) for value in values)
