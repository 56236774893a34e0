"""How an act is carried out, whatever it is.

Every act goes the same way (``Service._carry_out``): read how things stand, let the core decide,
keep the decision with its cause in one transaction, and say how things stand then. An act decided
on an old state collides with what was kept meanwhile, and is decided anew.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from survey.forms.model.questionnaire import Questionnaire
from survey.interview.interview import Interview
from survey.interview.steps import Step, StepRefusalReason, StepRefused
from survey.people import Role, Wave
from survey.services.snapshot import AnyNotice, Notice, Request, Snapshot
from survey.store import attachments, interviews
from survey.store.database import Store
from survey.store.interviews import CACHE_MB, InterviewCache
from survey.store.person_records import PersonRecord, read_people, read_people_with_steps
from survey.store.reader import GroupQuery
from survey.store.result_requests import ResultRequestStatus
from survey.store.waves import Codebook, QuestionnaireCache
from survey.store.writer import AlreadyCarriedOutError, CollisionError, Statement
from survey.workshop.plan import Room

#: An act that collides this often in a row is given up; it would be a fault of ours.
COLLISION_ATTEMPTS = 5
#: Interviews have random numbers: they stand in callback data and say nothing.
ID_BITS = 40


@dataclass(frozen=True, slots=True)
class Decision:
    """What an act decided: steps of the interview, other statements, something to say."""

    steps: tuple[Step, ...] = ()
    statements: tuple[Statement, ...] = ()
    notice: AnyNotice | None = None


SnapshotDecider = Callable[[Snapshot], Decision]
PeopleQuery = GroupQuery[int, PersonRecord]
#: Looks for the workshop that a respondent is in.
FindRoom = Callable[[int], Awaitable[Room | None]]


class Service:
    """How things stand in a store, and the one way of changing that."""

    def __init__(
        self,
        store: Store,
        zone: tzinfo,
        room: FindRoom | None = None,
        cache_mb: float = CACHE_MB,
    ) -> None:
        self._store = store
        self._zone = zone
        self._room = room
        self._interviews = InterviewCache(zone, cache_mb)
        self._questionnaires = QuestionnaireCache()
        self._blank: dict[str, Interview] = {}
        self._codes: Codebook | None = None

    async def read_snapshot(self, telegram_id: int, at: datetime) -> Snapshot:
        """How things stand for a person. Residents are in no workshop."""
        found = await self._read_without_room(telegram_id, at)
        if found.contact is None or self._room is None or found.respondent.role is Role.RESIDENT:
            return found
        return replace(found, room=await self._room(found.respondent.id))

    # Inside

    async def _read_without_room(
        self, telegram_id: int, at: datetime, read: PeopleQuery = read_people
    ) -> Snapshot:
        """How things stand for a person, without the workshop that they may be in."""
        known = await self._store.read_together(read, telegram_id)
        if known is None:
            return Snapshot(telegram_id, read_at=at)
        role = known.contact.respondent.role
        offered = tuple(w for w in known.waves if w.is_open(at) and w.invites(role))
        wave = choose_current_wave(known, offered)
        row = known.interview_rows.get(wave.id) if wave else None
        forms = {w.id: await self._load_questionnaire(w.digest) for w in offered}
        made = None
        if row:
            form = await self._load_questionnaire(row.digest)
            made = self._interviews.restore(row, form, known.steps.get(row.id))
            if made is None:
                # All is read once more and not only the steps, so that all is of one moment.
                return await self._read_without_room(telegram_id, at, read_people_with_steps)
        elif wave:
            made = self._get_blank(forms[wave.id])
        return Snapshot(
            telegram_id=telegram_id,
            contact=known.contact,
            wave=wave,
            interview=made,
            interview_row=row,
            open_waves=offered,
            sent_waves=frozenset(w for w, r in known.interview_rows.items() if r.sent_at),
            questionnaires=forms,
            read_at=at,
            file_sizes=known.file_sizes.get(row.id, {}) if row else {},
            result_request_status=known.request_statuses.get(wave.id, ResultRequestStatus.NONE)
            if wave
            else ResultRequestStatus.NONE,
        )

    async def _load_questionnaire(self, digest: str) -> Questionnaire:
        """A fielded version. Raises LookupError if it never was."""
        found = self._questionnaires.find(digest) or await self._store.read_together(
            self._questionnaires.load, digest
        )
        if found is None:
            raise LookupError(f"no questionnaire {digest}")
        return found

    def _get_blank(self, form: Questionnaire) -> Interview:
        """An interview before its consent."""
        # Nothing changes one that is kept nowhere: everybody before consent sees the same.
        if form.digest not in self._blank:
            self._blank[form.digest] = Interview(form)
        return self._blank[form.digest]

    async def _latest_snapshot(self, on: Request) -> Snapshot:
        return on.last_seen or await self.read_snapshot(on.telegram_id, on.at)

    async def _take_step(
        self, on: Request, decide: Callable[[Interview], Step | StepRefused]
    ) -> Snapshot:
        """An act that is one step of the interview."""
        return await self._carry_out(on, lambda now: decide_step(now, decide, on.at))

    async def _carry_out(self, on: Request, decide: SnapshotDecider, seed: int = 0) -> Snapshot:
        """Decide, keep, say how things stand; read again if something else was kept meanwhile."""
        seen = on.last_seen
        for _ in range(COLLISION_ATTEMPTS):
            now = seen or await self.read_snapshot(on.telegram_id, on.at)
            # What was last seen serves the first attempt only; after a collision it is what
            # collided.
            seen = None
            if now.contact is None:
                return now
            decision = decide(now)
            if not (decision.steps or decision.statements):
                return replace(now, notice=decision.notice)
            # The mark goes first, so that an act that comes a second time collides with its mark
            # and not with what it kept itself, which would be decided anew.
            mark = interviews.add_cause(on.cause, on.at)
            try:
                async with self._apply_steps(now, decision.steps, seed) as statements:
                    await self._store.keep([mark, *statements, *decision.statements])
            except AlreadyCarriedOutError:
                return await self.read_snapshot(on.telegram_id, on.at)
            except CollisionError:
                continue
            # Other statements change what the steps do not tell, such as the wave or the files;
            # then all is read again.
            after = advance_snapshot(now) if not decision.statements else None
            after = after or await self.read_snapshot(on.telegram_id, on.at)
            return after if decision.notice is None else replace(after, notice=decision.notice)
        raise RuntimeError("An act collided again and again.")

    @asynccontextmanager
    async def _apply_steps(
        self, now: Snapshot, steps: Iterable[Step], seed: int
    ) -> AsyncIterator[list[Statement]]:
        """Apply steps to the interview in memory; the statements that keep them.

        If keeping fails, the interview in memory is ahead of the database and is dropped.
        """
        steps = list(steps)
        if not steps or now.interview is None or now.wave is None:
            yield []
            return
        statements: list[Statement] = []
        made = now.interview
        if now.interview_row is None:
            # Drawn at each attempt: a number that is taken collides, and the next attempt has
            # another.
            row_id = secrets.randbits(ID_BITS)
            # The one before the consent is everybody's and must not be changed.
            begins_at = steps[0].at
            made = Interview(made.questionnaire, seed, (), self._zone, begins_at)
            changed = made.carry_out(steps)
            self._interviews.hold(row_id, made)
            statements.append(
                interviews.add_interview(row_id, now.wave, now.respondent, made, seed, begins_at)
            )
        else:
            row_id = now.interview_row.id
            changed = made.carry_out(steps)
        statements += interviews.record_steps(
            row_id, made, steps, changed, await self._read_codebook(made.questionnaire.digest)
        )
        if made.questionnaire.uploads:
            statements.append(attachments.detach_unused(row_id, list_answer_files(made)))
        try:
            yield statements
        # A cancelled task leaves the same behind as a failed one: an interview in memory with steps
        # of which nobody here knows whether they were kept.
        except BaseException:
            self._interviews.drop(row_id)
            raise

    async def _read_codebook(self, digest: str) -> Codebook:
        """The codes of all that is fielded, that version included."""
        # Another process may have fielded it since.
        if self._codes is None or digest not in self._codes.digests:
            async with self._store.read() as connection:
                self._codes = await Codebook.read(connection)
        return self._codes


def decide_step(
    now: Snapshot, decide: Callable[[Interview], Step | StepRefused], at: datetime
) -> Decision:
    """What one step of the interview comes to, if there may be one."""
    if now.interview is None or now.interview_row is None or now.wave is None:
        return Decision(notice=StepRefusalReason.STALE)
    if not now.wave.is_open(at):
        return Decision(notice=Notice.CLOSED)
    found = decide(now.interview)
    if isinstance(found, StepRefused):
        return Decision(notice=found.reason)
    return Decision((found,))


def list_answer_files(made: Interview) -> list[str]:
    """The names of the files that are answers, whether they count now or not."""
    # An answer that does not count now comes back when the change before it is undone, and with it
    # its file.
    uploads = made.questionnaire.uploads
    return [node.value for path in uploads for node in made.form.list_nodes(path)]


def advance_snapshot(now: Snapshot) -> Snapshot | None:
    """How things stand after a step of an interview that is kept; None before its first."""
    if now.interview_row is None or now.interview is None:
        return None
    row = replace(
        now.interview_row, step_count=now.interview.step_count, sent_at=now.interview.sent_at
    )
    sent = now.sent_waves | {row.wave_id} if row.sent_at else now.sent_waves
    return replace(now, interview_row=row, sent_waves=sent, notice=None)


def choose_current_wave(known: PersonRecord, offered: tuple[Wave, ...]) -> Wave | None:
    """The wave a person is at: the one they turned to, else one begun, else one not handed in."""
    rows = known.interview_rows
    turned = next((w for w in known.waves if w.id == known.contact.wave_id), None)
    if turned and (turned.id in rows or turned in offered):
        return turned
    begun = [w for w in offered if w.id in rows and not rows[w.id].sent_at]
    waiting = [w for w in offered if w.id not in rows]
    return next(iter([*begun, *waiting, *offered]), None)
