"""From the store to tidy frames: all that a report reads.

All is "as of" a moment: what came later is left out. An answer that was changed later counts from
the change on, since the store keeps the answer that stands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, func, select

from reports import question_names
from reports.reading.disposition import COMPLETE, PARTIAL, build_disposition
from reports.reading.form_answers import FormAnswers
from reports.reading.form_reader import FormReader, list_waiting
from reports.reading.held_workshops import HeldWorkshop, read_held_workshops
from reports.reading.questionnaire_versions import read_version_names
from reports.reading.released_quotes import ReleasedQuote, read_released_quotes
from reports.reading.releases import RECORDED_GROUPINGS, ReleasedPeople, read_released
from reports.reading.reported_waves import (
    ReportedWave,
    group_by_questionnaire,
    group_simultaneous,
    is_earlier,
    read_waves,
)
from reports.reading.store_snapshot import StoreSnapshot, open_snapshot
from survey.people import OTHER_SOURCE, list_announced_sources
from survey.store.schema import interview, invitation, receipt, refusal, respondent, wave

#: Microseconds, of which the store's times are made.
MICROSECONDS_PER_SECOND = 1e6


@dataclass(frozen=True)
class Frames:
    """All that a report is made of, as of one moment.

    ``interviews``: all that were begun, with wave, version, role, sector, category, language,
    source, disposition, position, started_at and sent_at (UTC; no time if not sent) and spent
    (seconds). ``refusals``: wave and at, one row each. ``joined_by_role``: role -> people who have
    started the bot and not withdrawn. ``invited_places``: places on participants' invitations.
    ``withdrawn_by_wave``: a wave's id -> people who withdrew from it. ``workshops``: those with
    results. ``earlier_forms``: a questionnaire's id -> its answers in the wave before.
    ``released_quotes``: what may be quoted of open answers. ``waiting``: how many interviews count
    from the next release on; ``released_at`` is when the last was made. In ``interviews`` and in
    the forms' it is when the release was made that each came with: no time if none was kept.
    """

    waves: tuple[ReportedWave, ...]
    forms: tuple[FormAnswers, ...]
    interviews: pd.DataFrame
    refusals: pd.DataFrame
    joined_by_role: dict[str, int]
    invited_places: int
    withdrawn_by_wave: dict[str, int]
    workshops: tuple[HeldWorkshop, ...] = ()
    earlier_forms: Mapping[str, FormAnswers] = field(default_factory=dict)
    released_quotes: tuple[ReleasedQuote, ...] = ()
    waiting: int = 0
    released_at: datetime | None = None

    def get_earlier_form(self, form: FormAnswers) -> FormAnswers | None:
        """The answers to a questionnaire in the wave before, if there was one."""
        return self.earlier_forms.get(form.questionnaire.id)

    def find_form(self, name: str) -> FormAnswers | None:
        """The questionnaire in which a group has that name."""
        return next(
            (f for f in self.forms if any(question_names.find_named_groups(f.questionnaire, name))),
            None,
        )

    @property
    def vulnerability_form(self) -> FormAnswers | None:
        """The questionnaire that asks how vulnerable assets are to shocks.

        Others may ask about the same assets: of their condition, for one.
        """
        asked = (
            f for f in self.forms if any(question_names.find_asset_shock_groups(f.questionnaire))
        )
        return next(asked, None)


def read_frames(
    database_url: str,
    as_of: datetime,
    language: str,
    *,
    texts: bool = False,
    wave: str = "",
    links: Collection[str] = (),
    minimum_cell: int = 0,
) -> Frames:
    """Read what a report as of ``as_of`` needs, labels to be in ``language`` where they exist.

    What people wrote is read if ``texts`` are wanted. With ``wave`` it is about that one alone, and
    the earlier ones to compare it with. ``links`` are the words by which people may be said to have
    come. With ``minimum_cell`` it is of who is in the last release by then, in batches of so many;
    without, of everybody.
    """
    with open_snapshot(database_url) as source:
        every = list(read_waves(source.connection, as_of))
        waves = [w for w in every if wave in ("", w.id)]
        related = [w for w in every if any(is_earlier(w, later) for later in waves)]
        announced = list_announced_sources((w.id for w in every), links)
        released = read_released(source.connection, as_of, minimum_cell) if minimum_cell else None
        begun = read_interviews(source, [w.id for w in related], as_of, announced, released)
        groups = [group_simultaneous(same) for same in group_by_questionnaire(related)]
        last = [group[-1] for group in groups]
        before = [group[-2] for group in groups if len(group) > 1]
        found = FormReader(source, as_of, language, texts, begun, released)
        # Both waves at once, since all answers of the store go by in a reading.
        forms = found.read_forms([*last, *before])
        return Frames(
            waves=tuple(waves),
            forms=tuple(forms[: len(last)]),
            interviews=hide_groups(begun, released)[begun["wave"].isin([w.id for w in waves])].drop(
                columns=["id", "digest"]
            ),
            refusals=source.fetch_frame(
                select(refusal.c.wave_id.label("wave"), refusal.c.at).where(refusal.c.at < as_of)
            ),
            joined_by_role=count_joined(source.connection, as_of),
            invited_places=count_invited_places(source.connection, as_of),
            withdrawn_by_wave=count_withdrawn(source.connection, as_of),
            workshops=tuple(read_held_workshops(source.connection, as_of)),
            earlier_forms={form.questionnaire.id: form for form in forms[len(last) :]},
            released_quotes=tuple(read_released_quotes(source.connection, as_of)),
            waiting=len(list_waiting(begun[begun["wave"].isin([w.id for w in waves])], released)),
            released_at=released.at if released else None,
        )


def hide_groups(begun: pd.DataFrame, released: ReleasedPeople | None) -> pd.DataFrame:
    """The interviews without what tells people apart, of those who are not broken down by it."""
    if released is None:
        return begun
    counted, there = begun["disposition"].isin([COMPLETE, PARTIAL]), set(released.since)
    return begun.assign(
        **{
            name: begun[name].mask(
                counted
                & (
                    begun["id"].isin(released.not_broken_down.get(name, ()))
                    | ~begun["id"].isin(there)
                )
            )
            for name in RECORDED_GROUPINGS
        }
    )


def list_opened_waves(database_url: str, as_of: datetime) -> list[str]:
    """The ids of the waves that had opened."""
    with open_snapshot(database_url) as source:
        return [wave.id for wave in read_waves(source.connection, as_of)]


def read_interviews(
    source: StoreSnapshot,
    waves: Sequence[str],
    as_of: datetime,
    announced: Collection[str],
    released: ReleasedPeople | None = None,
) -> pd.DataFrame:
    """All interviews of some waves, by their ids; of ways to come only ``announced`` ones.

    Each has the time of the release that it came with, if there was one.
    """
    query = (
        select(
            interview.c.id,
            interview.c.wave_id.label("wave"),
            interview.c.digest,
            respondent.c.role,
            respondent.c.sector,
            respondent.c.category,
            respondent.c.source,
            interview.c.language,
            build_disposition(as_of).label("disposition"),
            interview.c.position,
            interview.c.started_at,
            interview.c.sent_at,
            (interview.c.spent / MICROSECONDS_PER_SECOND).label("spent"),
        )
        .join(wave, wave.c.id == interview.c.wave_id)
        .join(respondent, respondent.c.id == interview.c.respondent_id)
        .where(interview.c.started_at < as_of, interview.c.wave_id.in_(waves))
        .order_by(interview.c.id)
    )
    found = source.fetch_frame(query)
    found["version"] = found["digest"].map(read_version_names(source.connection)).astype("category")
    # What was kept before only announced words were kept may be anything.
    known = found["source"].isin(["", *announced])
    told = found["source"].astype(object).where(known, OTHER_SOURCE)
    found["source"] = told.astype("category")
    # At ``as_of`` what was handed in later was not yet.
    found["sent_at"] = found["sent_at"].where(found["sent_at"] < as_of)
    since = released.since if released else {}
    found["released_at"] = pd.to_datetime(found["id"].map(since), utc=True)
    return found


def count_invited_places(connection: Connection, as_of: datetime) -> int:
    """The places on participants' invitations, however many were used."""
    query = select(func.coalesce(func.sum(invitation.c.uses), 0)).where(
        invitation.c.created_at < as_of, invitation.c.role == "participant"
    )
    return connection.scalar(query) or 0


def count_joined(connection: Connection, as_of: datetime) -> dict[str, int]:
    """Role -> people who have started the bot and not withdrawn."""
    query = (
        select(respondent.c.role, func.count())
        .where(respondent.c.joined_at < as_of)
        .group_by(respondent.c.role)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def count_withdrawn(connection: Connection, as_of: datetime) -> dict[str, int]:
    """Wave -> people who withdrew from it."""
    counts: dict[str, int] = {}
    for deleted in connection.scalars(select(receipt.c.interviews).where(receipt.c.at < as_of)):
        for wave_id in deleted:
            counts[wave_id] = counts.get(wave_id, 0) + 1
    return counts
