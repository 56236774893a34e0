"""What a person can do, from coming to withdrawing: one method for each act."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, tzinfo

from survey.boundaries import Boundaries
from survey.forms.runtime.form import strip_positions
from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import Step, StepKind, StepRefusalReason, StepRefused
from survey.interview.uploads import UploadedFile, build_file_name
from survey.people import (
    CODE_ALPHABET,
    Role,
    names_invitation,
    names_wave,
    parse_code,
    parse_source,
)
from survey.services.personal_data import PersonalData
from survey.services.service import Decision, FindRoom, Service, decide_step
from survey.services.snapshot import Notice, Receipt, Request, Snapshot
from survey.store import (
    attachments,
    contacts,
    erasures,
    interviews,
    result_requests,
    votes,
    waves,
    workshop_plans,
)
from survey.store.contacts import ShownScreen
from survey.store.database import Store
from survey.store.interviews import CACHE_MB
from survey.store.personal_records import read_personal_records
from survey.store.result_requests import ResultRequestStatus
from survey.store.writer import AlreadyCarriedOutError, CollisionError


class InterviewService(Service):
    """The acts of a person and their interviews, on one store; each returns how things stand then.

    Of the links by which people come only ``announced_sources`` are kept as they are. Interviews
    of so many megabytes are kept ready in memory.
    Every act may be repeated with the same cause: it is carried out once.
    """

    def __init__(
        self,
        store: Store,
        zone: tzinfo,
        places: Boundaries | None = None,
        room: FindRoom | None = None,
        announced_sources: Collection[str] = (),
        cache_mb: float = CACHE_MB,
    ) -> None:
        super().__init__(store, zone, room, cache_mb)
        self._announced_sources = announced_sources
        self._places = places or Boundaries(())

    # Looking

    @property
    def smallest_level(self) -> str:
        """The administrative level at which a shared location is looked up."""
        return self._places.smallest_level

    async def count_answers(self, telegram_id: int) -> dict[str, int]:
        """How many answers of a person are kept, by wave: what a withdrawal would delete."""
        async with self._store.read() as connection:
            contact = await contacts.find_contact(connection, telegram_id)
            if contact is None:
                return {}
            return await interviews.count_answers_by_wave(connection, contact.respondent)

    async def count_files(self, telegram_id: int) -> int:
        """How many files of a person are kept."""
        async with self._store.read() as connection:
            contact = await contacts.find_contact(connection, telegram_id)
            return (
                await attachments.count_attachments(connection, contact.respondent)
                if contact
                else 0
            )

    async def count_votes(self, telegram_id: int) -> int:
        """On how many ballots a person voted, each round counted: votes that are kept."""
        async with self._store.read() as connection:
            contact = await contacts.find_contact(connection, telegram_id)
            return await votes.count_person_votes(connection, contact.respondent) if contact else 0

    async def read_personal_data(self, telegram_id: int, at: datetime) -> PersonalData | None:
        """All that is kept about a person; None if nothing is, or nobody knows what is theirs."""
        async with self._store.read() as connection:
            contact = await contacts.find_contact(connection, telegram_id)
            if contact is None:
                return None
            records = await read_personal_records(connection, contact.respondent.id)
            plans = {
                row["workshop_id"]: await workshop_plans.find_plan(connection, row["workshop_id"])
                for row in records["attendance"]
            }
        digests = {row["digest"] for row in records["interview"]}
        forms = {digest: await self._load_questionnaire(digest) for digest in digests}
        held = {workshop: plan for workshop, plan in plans.items() if plan is not None}
        return PersonalData(at, records, forms, held, self._zone)

    # Coming and going

    async def arrive(self, on: Request, language: str, payload: str) -> Snapshot:
        """Somebody opens the bot, perhaps by a link that names a wave or an invitation."""
        if (await self._latest_snapshot(on)).contact is None:
            source = (
                "" if names_invitation(payload) else parse_source(payload, self._announced_sources)
            )
            met = contacts.add_person(on.telegram_id, generate_code(10), language, source, on.at)
            with suppress(CollisionError):  # Two messages at once: the first one has met them.
                await self._store.keep(met)
            # What the request saw last is from before they were met, and says that nobody is there.
            on = replace(on, last_seen=None)
        if names_invitation(payload):
            return await self.accept_invitation(on, payload)
        return await self._carry_out(on, lambda now: decide_wave(now, payload))

    async def accept_invitation(self, on: Request, code: str) -> Snapshot:
        """Show an invitation's code and become a participant."""
        async with self._store.read() as connection:
            found = await contacts.find_invitation(connection, parse_code(code) or "")
            every = await waves.list_waves(connection)

        def decide(now: Snapshot) -> Decision:
            if found is None:
                return Decision(notice=Notice.UNKNOWN_CODE)
            invitation, used = found
            if now.respondent.invitation == invitation.code:
                return decide_wave(now, "")
            if not invitation.is_valid(on.at):
                return Decision(notice=Notice.CODE_OVER)
            if used >= invitation.uses:
                return Decision(notice=Notice.CODE_USED_UP)
            first = next(
                (w.id for w in every if w.is_open(on.at) and w.is_reserved_for(invitation.role)),
                None,
            )
            statements = (
                *contacts.assign_invitation(now.respondent, invitation),
                contacts.set_current_wave(on.telegram_id, first),
            )
            return Decision(statements=statements, notice=Notice.JOINED)

        after = await self._carry_out(on, decide)
        if found and after.notice is Notice.JOINED and after.respondent.invitation != found[0].code:
            return replace(after, notice=Notice.CODE_USED_UP)  # Somebody else was faster.
        return after

    async def choose_language(self, on: Request, language: str) -> Snapshot:
        """Choose the language."""
        return await self._carry_out(
            on, lambda now: Decision((), (contacts.update_language(now.respondent, language),))
        )

    async def switch_wave(self, on: Request, wave_id: str) -> Snapshot:
        """Go to another wave."""
        return await self._carry_out(on, lambda now: decide_wave(now, wave_id))

    async def decline_consent(self, on: Request) -> Snapshot:
        """Do not consent. Only the refusal is counted; who has no other interview is forgotten.

        Whoever stays is at the next wave then, if there is one.
        """
        holdings = await self.count_answers(on.telegram_id)

        def decide(now: Snapshot) -> Decision:
            if now.wave is None or now.interview_row is not None:
                return Decision(notice=StepRefusalReason.STALE)
            counted = contacts.add_refusal(now.wave.id, now.respondent.language, on.at)
            stays = bool(holdings) or now.respondent.role is not Role.RESIDENT
            following = now.next_wave.id if now.next_wave else None
            after = (
                [contacts.set_current_wave(on.telegram_id, following)]
                if stays
                else erasures.erase_person(now.respondent, on.at)
            )
            return Decision((), (counted, *after), Notice.DECLINED)

        situation = await self._carry_out(on, decide)
        await self._store.settle_erasures()
        return replace(situation, notice=Notice.DECLINED)

    async def decline_as_minor(self, on: Request, wave_id: str) -> Snapshot:
        """Be under 18: all of theirs is deleted at once; only a refusal of the wave is counted."""

        def decide(now: Snapshot) -> Decision:
            asked = next((wave for wave in now.open_waves if wave.id == wave_id), None)
            counted = (
                [contacts.add_refusal(asked.id, now.respondent.language, on.at)] if asked else []
            )
            gone = erasures.erase_person(now.respondent, on.at)
            return Decision((), (*counted, *gone), Notice.DECLINED)

        before = await self._latest_snapshot(on)
        situation = await self._carry_out(replace(on, last_seen=before), decide)
        if before.interview_row:
            self._interviews.drop(before.interview_row.id)
        await self._store.settle_erasures()
        return replace(situation, notice=Notice.DECLINED)

    async def withdraw(self, on: Request) -> Receipt | None:
        """Delete all that is kept of a person. None if there is nothing, or no longer."""
        holdings = await self.count_answers(on.telegram_id)
        situation = await self._latest_snapshot(on)
        if situation.contact is None:
            return None
        # Counted before they are deleted; afterwards nobody could say what it was.
        files, votes = (
            await self.count_files(on.telegram_id),
            await self.count_votes(on.telegram_id),
        )
        receipt = Receipt(f"{generate_code(4)}-{generate_code(4)}", holdings, files, votes)
        written = contacts.add_receipt(receipt.code, holdings, on.at)
        mark = interviews.add_cause(on.cause, on.at)
        gone = erasures.erase_person(situation.respondent, on.at)
        try:
            await self._store.keep([mark, written, *gone])
        except AlreadyCarriedOutError:
            return None
        if situation.interview_row:
            self._interviews.drop(situation.interview_row.id)
        # The receipt says that it is gone, so it has to be gone from the log too.
        await self._store.settle_erasures()
        return receipt

    async def set_blocked(self, telegram_id: int, blocked: bool, at: datetime) -> None:
        """Remember that a person blocked the bot, or came back."""
        await self._store.keep([contacts.set_blocked_at(telegram_id, at if blocked else None)])

    async def remember_card(self, telegram_id: int, message_id: int) -> None:
        """Remember which message is the person's card; later screens replace it in place."""
        await self._store.keep([contacts.set_card(telegram_id, message_id)])

    async def doubt_card(self, telegram_id: int, message_id: int) -> None:
        """Remember that a card is about to be sent below a message, until it is known which."""
        await self._store.keep([contacts.set_doubt(telegram_id, message_id)])

    async def remember_shown(self, shown: Mapping[int, tuple[ShownScreen, datetime]]) -> None:
        """Remember what people's cards show, by Telegram id, and since when."""
        await self._store.keep(
            [contacts.set_shown(person, what, at) for person, (what, at) in shown.items()]
        )

    async def list_unseen(self, since: datetime) -> list[int]:
        """Who moved since then and has not seen what came of it, the last one first."""
        async with self._store.read() as connection:
            return await contacts.list_unseen(connection, since)

    # The interview

    async def agree(self, on: Request) -> Snapshot:
        """Consent and begin."""
        seed = secrets.randbits(48)

        def decide(now: Snapshot) -> Decision:
            if now.interview is None or now.interview_row is not None:
                return Decision(notice=StepRefusalReason.STALE)
            known = (("sector", now.respondent.sector), ("category", now.respondent.category))
            given = (now.interview.prefill(name, value, on.at) for name, value in known if value)
            steps = filter(None, (require_step(now.interview.agree(on.at)), *given))
            # Each was decided on an interview without steps and calls itself the first.
            return Decision(tuple(replace(step, number=n) for n, step in enumerate(steps, 1)))

        return await self._carry_out(on, decide, seed=seed)

    async def answer(self, on: Request, key: str, value: str) -> Snapshot:
        """Answer the question at ``key``; where a file is asked, words are no answer."""

        def decide(made: Interview) -> Step | StepRefused:
            asked = key == made.position and strip_positions(key) in made.questionnaire.uploads
            if asked and not made.is_display_only(key):
                return StepRefused(StepRefusalReason.KIND, key)
            return made.answer(key, value, on.at)

        return await self._take_step(on, decide)

    async def change_answer(self, on: Request, key: str, value: str) -> Snapshot:
        """Answer once more the question at ``key``, which they have left."""

        def decide(now: Snapshot) -> Decision:
            if now.interview is None or now.interview_row is None or now.wave is None:
                return Decision(notice=StepRefusalReason.STALE)
            if not now.wave.is_open(on.at):
                return Decision(notice=Notice.CLOSED)
            steps = now.interview.change_answer(key, value, on.at)
            if isinstance(steps, StepRefused):
                return Decision(notice=steps.reason)
            return Decision(steps)

        return await self._carry_out(on, decide)

    async def answer_with_file(self, on: Request, key: str, sent: UploadedFile) -> Snapshot:
        """Answer the question at ``key`` with a file; of an album only the first one counts."""
        row, digits = (await self._latest_snapshot(on)).interview_row, secrets.token_hex(8)
        # One person's updates are handled in their order, so an earlier file of the album is kept
        # by now.
        async with self._store.read() as connection:
            again = row and await attachments.has_file_of_album(connection, row.id, sent.album)

        def step(made: Interview) -> Step | StepRefused:
            question = made.find_question(key)
            if not sent.can_answer(question.kind):
                return StepRefused(StepRefusalReason.KIND, key)
            return made.answer(key, build_file_name(question.name, sent.mime, digits), on.at)

        def decide(now: Snapshot) -> Decision:
            decision = Decision(notice=Notice.ALBUM) if again else decide_step(now, step, on.at)
            if now.interview_row is None or not decision.steps:
                return decision
            added = attachments.add_attachment(now.interview_row.id, decision.steps[0].value, sent)
            return replace(decision, statements=(added,))

        return await self._carry_out(on, decide)

    async def tick_choice(self, on: Request, key: str, choice: str, ticked: bool) -> Snapshot:
        """Tick or untick one of several choices."""
        return await self._take_step(on, lambda made: made.tick_choice(key, choice, ticked, on.at))

    async def clear_choices(self, on: Request, key: str) -> Snapshot:
        """Untick all choices."""
        return await self._take_step(on, lambda made: made.clear_choices(key, on.at))

    async def skip(self, on: Request, key: str) -> Snapshot:
        """Leave the question at ``key`` without an answer."""
        return await self._take_step(on, lambda made: made.skip(key, on.at))

    async def add_instance(self, on: Request, key: str) -> Snapshot:
        """Another instance of the repeat whose prompt is ``key``."""
        return await self._take_step(on, lambda made: made.add_instance(key, on.at))

    async def remove_instance(self, on: Request, key: str, seen: int) -> Snapshot:
        """Take an instance of a repeat away, as it was called after step ``seen``."""
        return await self._take_step(on, lambda made: made.remove_instance(key, seen, on.at))

    async def finish_repeat(self, on: Request, key: str) -> Snapshot:
        """Add nothing more at the prompt ``key``."""
        return await self._take_step(on, lambda made: made.finish_repeat(key, on.at))

    async def go_to(self, on: Request, key: str) -> Snapshot:
        """Go to a question, or to the review."""
        return await self._take_step(on, lambda made: made.go_to(key, on.at))

    async def go_back(self, on: Request) -> Snapshot:
        """To the card before this one."""
        return await self._take_step(on, lambda made: made.go_back(on.at))

    async def go_forward(self, on: Request) -> Snapshot:
        """Past this card."""
        return await self._take_step(on, lambda made: made.go_forward(on.at))

    async def send(self, on: Request) -> Snapshot:
        """Hand the interview in."""
        return await self._take_step(on, lambda made: made.send(on.at))

    async def request_results(self, on: Request, wanted: bool) -> Snapshot:
        """Want to be told the results of the wave that was handed in, or no longer."""

        def decide(now: Snapshot) -> Decision:
            if now.interview_row is None or not now.interview_row.sent_at:
                return Decision(notice=StepRefusalReason.STALE)
            person, wave_id = now.telegram_id, now.interview_row.wave_id
            if wanted and now.result_request_status is ResultRequestStatus.NONE:
                return Decision((), (result_requests.add_result_request(person, wave_id, on.at),))
            if not wanted and now.result_request_status is ResultRequestStatus.WAITING:
                return Decision((), (result_requests.delete_result_request(person, wave_id),))
            return Decision()

        return await self._carry_out(on, decide)

    async def answer_by_location(self, on: Request, latitude: float, longitude: float) -> Snapshot:
        """A shared location answers the questions for the place; the coordinates are not kept."""
        return await self._answer_place(on, self._places.find_by_point(latitude, longitude))

    async def answer_by_place(self, on: Request, smallest: str) -> Snapshot:
        """The code of one of the smallest places answers the questions for the larger ones too."""
        return await self._answer_place(on, self._places.find_by_code(smallest))

    async def _answer_place(self, on: Request, place: Mapping[str, str] | None) -> Snapshot:
        def decide(now: Snapshot) -> Decision:
            if (
                now.interview is None
                or now.interview_row is None
                or now.interview.position == REVIEW
            ):
                return Decision(notice=StepRefusalReason.STALE)
            if now.wave is None or not now.wave.is_open(on.at):
                return Decision(notice=Notice.CLOSED)
            if now.interview.position not in list_place_questions(now.interview):
                return Decision(notice=StepRefusalReason.KIND)
            if place is None:
                return Decision(notice=Notice.OUTSIDE)
            return Decision(
                tuple(build_place_steps(now.interview, place, on.at)), notice=Notice.PLACED
            )

        return await self._carry_out(on, decide)


def require_step(found: Step | StepRefused) -> Step:
    """The step of an act that cannot be refused. Raises ValueError if it was."""
    if isinstance(found, StepRefused):
        raise ValueError(f"refused: {found.reason}")
    return found


def generate_code(length: int) -> str:
    """A random word that says nothing about anybody."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def decide_wave(now: Snapshot, payload: str) -> Decision:
    """Go to the wave that a link names (``persepsi`` or ``persepsi-poster``), else stay."""
    named = (w for w in now.open_waves if names_wave(payload, w.id))
    wave = max(named, key=lambda w: len(w.id), default=None)  # One id may begin like another.
    return Decision((), (contacts.set_current_wave(now.telegram_id, wave.id),) if wave else ())


def build_place_steps(made: Interview, place: Mapping[str, str], at: datetime) -> list[Step]:
    """Steps that answer every question for a place, the largest first."""
    # These steps are made without ``Interview.answer``, which takes only the question where the
    # person stands.
    return [
        Step(
            number,
            StepKind.ANSWERED,
            key,
            place[made.find_question(key).suara_attributes["place"]],
            at,
        )
        for number, key in enumerate(list_place_questions(made), made.step_count + 1)
    ]


def list_place_questions(made: Interview) -> list[str]:
    """The questions for a place that belong together: of the instance where the person stands."""
    here = made.position.rpartition("]")[0]
    return [
        key
        for key in made.list_question_keys()
        if "place" in made.find_question(key).suara_attributes
        and key.rpartition("]")[0] == here
        and not made.is_display_only(key)
    ]
