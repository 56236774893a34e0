"""What handlers work with, and the one way in which they answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from telegram import Bot, Message

from bot.clock import Clock
from bot.handlers.callback_reader import CallbackReader
from bot.handlers.introduction_memory import IntroductionMemory
from bot.handlers.view_memory import ViewMemory
from bot.jobs.card_updater import CardUpdater
from bot.jobs.chat_migration import ChatMigration
from bot.jobs.result_notifier import ResultNotifier
from bot.screens.bot_info import BotInfo
from bot.screens.current_screen import draw_current_screen
from bot.screens.no_survey import draw_stranger_screen
from bot.screens.screen import Screen
from bot.screens.view_state import ViewState
from bot.screens.workshop.voting_card import find_active_round
from bot.screens.workshop.workshop_view import WorkshopView
from bot.telegram.attachments import AttachmentDownloader
from bot.telegram.cards import CardSender, DrawnCard, PendingCard, SendAbove
from bot.telegram.group_cards import GroupCards
from bot.telegram.messages import post_message
from bot.telegram.outbox import Outbox
from bot.telegram.question_media import QuestionMedia
from bot.telegram.shown_screens import ShownScreens
from bot.telegram.taps import IncomingUpdate
from bot.translation import Translator, get_translator, match_language
from survey.services.administration import Administration
from survey.services.interview_service import InterviewService, generate_code
from survey.services.quote_service import QuoteService
from survey.services.snapshot import Notice, Request, Snapshot
from survey.services.workshop_service import WorkshopService
from survey.store.contacts import Contact
from survey.store.interviews import Cause
from survey.workshop.plan import Room

if TYPE_CHECKING:
    from bot.handlers.report_requests import ReportRequests


#: Seconds that a message may wait until it is known whether its writer saw the question.
LONGEST_DOUBT = 0.25


def find_topic(update: IncomingUpdate) -> int | None:
    """The topic of a divided group in which an update was sent, if it was."""
    message = update.effective_message
    # Outside of forums Telegram numbers a thread of replies by the same name.
    if not isinstance(message, Message) or not message.is_topic_message:
        return None
    return message.message_thread_id


@dataclass(frozen=True, slots=True)
class HandlerServices:
    """What carries out what people want, and keeps it."""

    interviews: InterviewService
    workshops: WorkshopService
    quotes: QuoteService
    administration: Administration


@dataclass(frozen=True, slots=True)
class CardSenders:
    """What shows people their screens: one card each, a whole room, a group's message.

    All of it goes through the ``outbox``, as do the messages that are no cards.
    """

    outbox: Outbox
    card_sender: CardSender
    shown_screens: ShownScreens
    card_updater: CardUpdater
    group_cards: GroupCards


@dataclass(frozen=True, slots=True)
class FileTransfers:
    """Files that people send, of at most ``largest_mb`` MiB, and those that go with questions."""

    attachments: AttachmentDownloader
    question_media: QuestionMedia
    largest_mb: int


@dataclass(frozen=True, slots=True)
class ReportingJobs:
    """What the secretariat's taps set going: reports, and results for those who asked for them."""

    report_requests: ReportRequests
    result_notifier: ResultNotifier


@dataclass(frozen=True, slots=True)
class HandlerContext:
    """What handlers work with, and how they answer."""

    bot: Bot
    clock: Clock
    bot_info: BotInfo
    services: HandlerServices
    senders: CardSenders
    files: FileTransfers
    reporting: ReportingJobs
    chat_migration: ChatMigration
    #: Who of the secretariat may release what goes out: Telegram's number -> the name they gave.
    members: Mapping[int, str] = field(default_factory=dict)
    views: ViewMemory = field(default_factory=ViewMemory)
    introductions: IntroductionMemory = field(default_factory=IntroductionMemory)
    callback_reader: CallbackReader = field(default_factory=CallbackReader)

    async def read_request(self, update: IncomingUpdate) -> tuple[Request, Snapshot]:
        """The act that an update is, and how things stand for the person before it.

        Raises ValueError for an update from nobody.
        """
        if update.effective_user is None:
            raise ValueError("an update from nobody")
        person, at = update.effective_user.id, self.clock.now()
        snapshot = await self.services.interviews.read_snapshot(person, at)
        return Request(person, at, Cause(self.bot.id, update.update_id), snapshot), snapshot

    def choose_texts(self, update: IncomingUpdate, snapshot: Snapshot | None = None) -> Translator:
        """The language of a person: theirs as we know it, else that of their Telegram."""
        if snapshot is not None and snapshot.contact is not None:
            return get_translator(snapshot.respondent.language)
        user = update.effective_user
        return get_translator(
            match_language(user.language_code if user else None, self.bot_info.languages)
        )

    def show_current(
        self,
        update: IncomingUpdate,
        snapshot: Snapshot,
        view: ViewState | None = None,
        ahead: SendAbove | None = None,
    ) -> None:
        """Show where the person is, below what ``ahead`` sends."""
        if snapshot.interview is not None and snapshot.interview.questionnaire.uploads:
            self.files.attachments.start_work()
        screen = self.build_screen(
            snapshot, self.choose_texts(update, snapshot), view or ViewState()
        )
        self.put_on_card(update, snapshot, screen, ahead)

    def build_screen(self, snapshot: Snapshot, t: Translator, view: ViewState) -> Screen:
        """The screen for how things stand."""
        if snapshot.contact is None and snapshot.notice is not Notice.DECLINED:
            return draw_stranger_screen(t)
        if snapshot.interview is not None:
            view = replace(
                view,
                media_files=self.files.question_media.list_media(snapshot.interview.questionnaire),
            )
        if snapshot.room is not None:
            here = self.build_workshop_view(snapshot.telegram_id, snapshot.room, t)
            self.views.note_asked_ballot(snapshot.telegram_id, *find_active_round(here))
            view = replace(view, workshop_page=here.page)
        return draw_current_screen(snapshot, view, t, self.bot_info)

    def build_workshop_view(self, person: int, room: Room, t: Translator) -> WorkshopView:
        """What drawing a card of the room needs."""
        sight = replace(self.views.get_page(person), link_word=generate_code(6).lower())
        return WorkshopView(room, sight, t, self.bot_info, self.clock.now())

    async def draw_newest(self, person: int) -> DrawnCard | None:
        """What somebody should see that changed in their room without their doing, if anything."""
        snapshot = await self.services.interviews.read_snapshot(person, self.clock.now())
        interrupted = self.views.is_interrupted(person)
        if snapshot.contact is None or not (snapshot.is_in_room or interrupted):
            return None
        self.remember_interruption(snapshot)
        return self.draw_card(snapshot, snapshot.contact)

    async def draw_unseen(self, person: int) -> DrawnCard | None:
        """What somebody should see who has not seen it yet; None for whoever has."""
        snapshot = await self.services.interviews.read_snapshot(person, self.clock.now())
        if snapshot.contact is None or snapshot.contact.shown == snapshot.screen:
            return None
        return self.draw_card(snapshot, snapshot.contact)

    def draw_card(self, snapshot: Snapshot, contact: Contact) -> DrawnCard:
        """The screen for how things stand, in the language of the person."""
        t = get_translator(contact.respondent.language)
        return DrawnCard(self.build_screen(snapshot, t, ViewState()), snapshot.screen, contact)

    async def has_seen(self, update: IncomingUpdate, snapshot: Snapshot) -> bool:
        """Whether whoever sent a message could see what is asked of them now.

        A screen that is on its way may be there already, though we have not been told: for that we
        wait, but no longer than nobody notices.
        """
        sent, seen = update.message, self.senders.shown_screens.has_seen
        if sent is None or seen(snapshot, sent.date, sent.message_id):
            return True
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_DOUBT):
                await self.senders.outbox.wait_until_shown(snapshot.telegram_id)
        return seen(snapshot, sent.date, sent.message_id)

    def remember_interruption(self, snapshot: Snapshot) -> None:
        """Remember whose questionnaire a ballot stands in front of, to bring it back."""
        me = snapshot.room.me if snapshot.room else None
        interrupted = snapshot.is_in_room and me is not None and me.aside
        self.views.note_interruption(snapshot.telegram_id, interrupted)

    def post_message(self, update: IncomingUpdate, screen: Screen) -> None:
        """Send a message that is no card into the chat an update came from; returns at once."""
        if update.effective_chat is not None:
            post_message(self.senders.outbox, update.effective_chat.id, screen, find_topic(update))

    def put_on_card(
        self,
        update: IncomingUpdate,
        snapshot: Snapshot,
        screen: Screen,
        ahead: SendAbove | None = None,
    ) -> None:
        """Put a screen on the person's card: the one they tapped, or a new one below."""
        chat = update.effective_chat
        if chat is None:
            return
        contact = snapshot.contact
        tapped = update.callback_query.message if update.callback_query else None
        pending = PendingCard(
            self.senders.card_sender,
            chat.id,
            screen,
            card_message=contact.card if contact else None,
            tapped_message=tapped.message_id if tapped else None,
            shown=snapshot.screen if contact else None,
            contact=contact,
            own_messages=frozenset([update.message.message_id] if update.message else []),
        )
        self.senders.card_sender.show_screen(pending, ahead)
        self.senders.card_updater.note_shown(snapshot.telegram_id, snapshot.room)
