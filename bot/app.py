"""The running application, put together from a Config. Read this first.

`open_app` starts what runs, `build_app` shows which part is given which; `App.receive_updates`
takes what people do from Telegram. What a tap then means begins in
`bot.handlers.router.route_update`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

import structlog
from telegram import Bot, BotCommand, BotCommandScopeChat

from bot.clock import Clock
from bot.config import Config
from bot.handlers.apology import apologize
from bot.handlers.commands import CommandMenu, is_own_command, list_menu_entries
from bot.handlers.context import (
    CardSenders,
    FileTransfers,
    HandlerContext,
    HandlerServices,
    ReportingJobs,
)
from bot.handlers.report_requests import ReportRequests
from bot.handlers.router import is_facilitator_action, route_update
from bot.jobs.backup_job import BackupJob
from bot.jobs.card_updater import CardUpdater
from bot.jobs.chat_migration import ChatMigration
from bot.jobs.database_watch import check_pages, watch_database
from bot.jobs.report_process import make_report_in_process, make_summaries_in_process
from bot.jobs.report_sender import ReportSender, load_first_texts
from bot.jobs.result_notifier import ResultNotifier
from bot.jobs.retention_job import RetentionJob
from bot.jobs.scheduled_jobs import (
    DUE_JOB_IDS,
    JOB_IDS,
    JobScheduler,
    ScheduledJobs,
    build_scheduler,
)
from bot.jobs.screen_recovery import show_unseen_screens
from bot.monitoring.health_checks import HealthChecks, LoopPulse
from bot.monitoring.monitoring_pages import MonitoringPages, serve_monitoring
from bot.monitoring.systemd import announce_service
from bot.questionnaire_folder import (
    compile_questionnaires,
    locate_questionnaire,
    read_boundaries,
    read_register_items,
)
from bot.report_defaults import build_report_request
from bot.screens.bot_info import BotInfo
from bot.seeding import seed_store
from bot.telegram.act_limits import ActLimits
from bot.telegram.attachments import AttachmentDownloader
from bot.telegram.calls import (
    CallError,
    FailedCall,
    FailureKind,
    attempt_call,
    choose_pause,
    make_call,
)
from bot.telegram.cards import CardSender
from bot.telegram.client import UNKNOWN_BOT, create_bot, find_telegram_time
from bot.telegram.group_cards import GroupCards
from bot.telegram.intake import UpdateIntake
from bot.telegram.outbox import Outbox
from bot.telegram.polling import Poller
from bot.telegram.question_media import QuestionMedia
from bot.telegram.shown_screens import ShownScreens
from bot.telegram.webhook import Webhook
from bot.translation import Translator, get_translator
from bot.web.health import Health
from bot.web.routes import serve_web
from bot.workers.chat_handover import SenderHandover
from bot.workers.chat_partitions import ChatPartitions
from bot.workers.sole_worker import claim_file
from bot.workers.worker_group import WorkerGroup
from reports.city_file import load_redactor, read_city
from reports.delivery.scheduler import ReportScheduler
from reports.question_names import OPINIONS
from survey.boundaries import Boundaries
from survey.forms.model.questionnaire import Questionnaire
from survey.services.administration import Administration
from survey.services.intake_service import IntakeService
from survey.services.interview_service import InterviewService
from survey.services.quote_service import QuoteService
from survey.services.retention import RetentionService
from survey.services.workshop_service import RoomChange, WorkshopService
from survey.store import report_chats
from survey.store.database import DatabaseFault, Store, find_database_file
from survey.store.erasure_list import ERASURE_LIST_NAME
from survey.store.postgres import is_server_trouble
from survey.store.refused_updates import RefusedUpdate
from survey.store.worker_connection import WorkerConnection

log = structlog.get_logger()
#: Seconds that the last screens may take when we stop.
CARDS_GRACE_SECONDS = 5.0


class TelegramFault(Exception):  # noqa: N818 - it is the operator's word
    """Telegram does not let us in; the message says what to do."""


@dataclass(frozen=True, slots=True)
class App:
    """The parts that run, for whoever polls, tests or shows them."""

    config: Config
    store: Store
    interviews: InterviewService
    bot: Bot
    outbox: Outbox
    report_scheduler: ReportScheduler
    scheduler: JobScheduler
    retention: RetentionJob
    clock: Clock
    context: HandlerContext
    intake: IntakeService
    limits: ActLimits
    health: Health
    partitions: ChatPartitions
    monitoring: MonitoringPages

    async def receive_updates(self, stop: asyncio.Event) -> None:
        """Take updates until ``stop``, or until the database is not the one that was opened.

        Raises IntakeError, DatabaseFault, StoreError, WebFault.
        """
        self.monitoring.is_ready = True
        async with announce_service(self.monitoring.checks.is_alive):
            await self._receive_watching(stop)

    async def _receive_watching(self, stop: asyncio.Event) -> None:
        watching = asyncio.create_task(watch_database(self.store), name="database watch")
        receiving = asyncio.create_task(self._receive(stop), name="updates")
        try:
            ended, _ = await asyncio.wait(
                {watching, receiving}, return_when=asyncio.FIRST_COMPLETED
            )
            for task in ended:
                task.result()
        finally:
            self.monitoring.is_ready = False
            for task in (watching, receiving):
                task.cancel()
            await asyncio.gather(watching, receiving, return_exceptions=True)

    async def _receive(self, stop: asyncio.Event) -> None:
        """Take updates until ``stop``, as config.toml says: brought to us, or fetched."""
        if not self.config.webhook.url:
            await self.poll_updates(stop)
        elif (file := find_database_file(self.config.database.url)) is not None:
            with claim_file(file):
                await self.take_brought_updates(stop)
        else:
            async with join_workers(self):
                await self.take_brought_updates(stop, is_server_trouble)

    async def take_brought_updates(
        self, stop: asyncio.Event, is_passing: Callable[[DatabaseFault], bool] = lambda _: False
    ) -> None:
        """Take what Telegram brings until ``stop``. Raises IntakeError, DatabaseFault, WebFault."""
        webhook = Webhook(
            self.config.webhook,
            self.build_intake(),
            on_reconnect=self.show_again,
            on_answer=self.health.note_answer,
            partitions=self.partitions,
            is_passing=is_passing,
        )
        await webhook.run(stop)
        await self.outbox.wait_until_empty(CARDS_GRACE_SECONDS)

    async def poll_updates(self, stop: asyncio.Event) -> None:
        """Take updates until ``stop``. Raises IntakeError, DatabaseFault."""
        poller = Poller(
            self.build_intake(),
            on_reconnect=self.show_again,
            on_answer=self.health.note_answer,
        )
        await poller.run(stop)
        await self.outbox.wait_until_empty(CARDS_GRACE_SECONDS)

    def show_again(self) -> None:
        """Telegram can be reached again: show what it may have missed."""
        self.outbox.retry_unreachable()
        self.context.senders.card_updater.requeue_sessions()

    def build_intake(self) -> UpdateIntake:
        """What takes each update, whichever way it comes."""
        return UpdateIntake(
            self.bot,
            partial(route_update, self.context),
            record_set_aside=self.record_set_aside,
            is_barrier=partial(is_facilitator_action, self.context),
            apologize=partial(apologize, self.context),
            limits=self.limits,
        )

    async def record_set_aside(self, update_id: int, kind: str, place: str) -> None:
        """Record an update that could not be read or carried out. Raises DatabaseFault."""
        await self.intake.set_aside(
            RefusedUpdate(self.bot.id, update_id, kind, place, self.clock.now())
        )

    def wake_jobs(self) -> None:
        """Let the scheduler look at once what is due, after our clock was set.

        The scheduler itself goes by the machine's.
        """
        self.scheduler.run_now(*DUE_JOB_IDS)


@asynccontextmanager
async def open_app(config: Config, token: str, clock: Clock) -> AsyncIterator[App]:
    """Everything but the polling, running until the block ends.

    First what can be wrong with the files, before anything is touched; then the store and Telegram;
    then the parts, and what they do by themselves. Raises QuestionnaireError, StoreError,
    TelegramFault, WebFault.
    """
    questionnaires = compile_questionnaires(config)
    boundaries = read_boundaries(config)
    database = config.database
    await check_pages(database.url)
    erasure_list = config.backup.folder / ERASURE_LIST_NAME
    async with (
        Store.open(database.url, database.connections, erasure_list) as store,
        connect_bot(config, token) as bot,
    ):
        await seed_store(store, config, questionnaires, clock.now())
        await set_report_menus(store, bot)
        app = build_app(config, store, bot, boundaries, questionnaires, clock)
        context = app.context
        async with (
            run_background_work(app),
            serve_monitoring(config.monitoring.listen, app.monitoring),
            serve_web(config, context.bot_info, context.services.workshops, clock, app.health),
        ):
            yield app


@asynccontextmanager
async def run_background_work(app: App) -> AsyncIterator[None]:
    """The jobs of the clock and the renewing of cards, until the block ends."""
    context = app.context
    app.scheduler.start()
    writing = asyncio.create_task(context.senders.shown_screens.write_regularly(), name="shown")
    await show_unseen_screens(
        app.interviews,
        context.senders.card_sender,
        context.draw_unseen,
        app.clock.now(),
        app.partitions.shows_chat,
    )
    renewing = asyncio.create_task(
        context.senders.card_updater.run_updates(
            context.draw_newest, context.senders.group_cards.renew_card
        ),
        name="card updates",
    )
    try:
        yield
    finally:
        # Whoever still works is broken off, and waited for: nobody may be at the store, nor hand
        # anything to the outbox, once they are closed.
        await app.scheduler.close()
        await context.reporting.report_requests.close()
        for task in (renewing, writing):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        context.senders.group_cards.close()
        await app.outbox.close()
        await context.files.attachments.close()


@asynccontextmanager
async def join_workers(app: App) -> AsyncIterator[WorkerGroup]:
    """Be one of the workers on one PostgreSQL until the block ends."""
    group = WorkerGroup(
        partial(WorkerConnection, app.store.url, app.config.webhook.listen),
        app.partitions,
        SenderHandover(app.context, app.clock),
        app.outbox.share_pace,
        partial(app.scheduler.run_now, *JOB_IDS),
    )
    share_announcements(app, group)
    taking_part = asyncio.create_task(group.run(), name="workers")
    try:
        yield group
    finally:
        taking_part.cancel()
        with suppress(asyncio.CancelledError):
            await taking_part


def share_announcements(app: App, group: WorkerGroup) -> None:
    """What happens in rooms is told to the other workers, and which files are to be fetched."""
    rooms, attachments = app.context.services.workshops, app.context.files.attachments
    rooms.announce = lambda workshop, change: group.announce("room", f"{change} {workshop}")

    def hear_room(word: str) -> None:
        change, _, workshop = word.partition(" ")
        with suppress(ValueError):  # Of a newer version.
            rooms.note_change(workshop, RoomChange(change))

    def hear_files(_: str) -> None:
        if app.partitions.leads:
            attachments.start_work()

    def pass_files_on() -> bool:
        if not app.partitions.leads:
            group.announce("files")
        return not app.partitions.leads

    group.listen("room", hear_room)
    group.listen("files", hear_files)
    attachments.pass_on = pass_files_on


def build_app(
    config: Config,
    store: Store,
    bot: Bot,
    boundaries: Boundaries,
    questionnaires: Mapping[str, Questionnaire],
    clock: Clock,
) -> App:
    """All parts, each given what it works with; none of them runs yet."""
    zone = config.suara.zone
    bot_info = build_bot_info(config, bot)
    report_request = build_report_request(config)
    workshops, intake = WorkshopService(store), IntakeService(store)
    interviews = InterviewService(
        store,
        zone,
        boundaries,
        workshops.find_room,
        config.announced_sources,
        config.database.cache_mb,
    )
    partitions = ChatPartitions()
    if config.webhook.url and find_database_file(config.database.url) is None:
        partitions.stand_back()
    senders = build_senders(config, bot, interviews, workshops, bot_info, clock, partitions)
    outbox = senders.outbox
    chat_migration = ChatMigration(Administration(store), senders.group_cards)
    outbox.on_migration = chat_migration.move_chat
    limits = ActLimits(
        config.telegram.most_acts_a_second, partial(is_own_command, username=bot.username)
    )
    report_scheduler = ReportScheduler(
        store, zone, report_request, make_report_in_process, ReportSender(outbox)
    )
    context = HandlerContext(
        bot=bot,
        clock=clock,
        bot_info=bot_info,
        services=HandlerServices(
            interviews,
            workshops,
            QuoteService(store, OPINIONS, load_redactor(config.questionnaires.city_file)),
            Administration(store),
        ),
        senders=senders,
        files=build_files(config, store, outbox, questionnaires, clock),
        reporting=ReportingJobs(
            ReportRequests(store, report_scheduler, outbox, zone, config.suara.languages),
            ResultNotifier(store, outbox, make_summaries_in_process, report_request, clock),
        ),
        chat_migration=chat_migration,
        members={member.id: member.name for member in config.secretariat.members},
    )
    retention = RetentionJob(
        RetentionService(store, config.retention.periods),
        clock,
        zone,
        find_telegram_time(bot).now,
    )
    jobs = ScheduledJobs(
        report_scheduler,
        context.reporting.result_notifier,
        retention,
        context.files.attachments,
        clock,
        build_backup_job(config, clock),
    )
    scheduler = build_scheduler(jobs, lambda: partitions.leads)
    health = Health(workshops, intake, limits)
    return App(
        config=config,
        store=store,
        interviews=interviews,
        bot=bot,
        outbox=outbox,
        report_scheduler=report_scheduler,
        scheduler=scheduler,
        retention=retention,
        clock=clock,
        context=context,
        intake=intake,
        limits=limits,
        health=health,
        partitions=partitions,
        monitoring=MonitoringPages(
            build_health_checks(store, intake, scheduler, health), outbox.count_waiting
        ),
    )


def build_health_checks(
    store: Store, intake: IntakeService, scheduler: JobScheduler, health: Health
) -> HealthChecks:
    """What is looked at where somebody asks whether all is well."""
    file = find_database_file(store.url)
    return HealthChecks(
        LoopPulse(),
        intake,
        None if file is None else file.parent,
        scheduler.measure_delay,
        health.measure_silence,
    )


def build_backup_job(config: Config, clock: Clock) -> BackupJob | None:
    """What makes backups; None where none are wanted, or the database is no file of ours."""
    times, database = config.backup.times, find_database_file(config.database.url)
    if times is None or database is None:
        return None
    made = config.backup
    return BackupJob(database, made.folder, times, made.copies, clock, config.suara.zone)


def build_senders(
    config: Config,
    bot: Bot,
    interviews: InterviewService,
    workshops: WorkshopService,
    bot_info: BotInfo,
    clock: Clock,
    partitions: ChatPartitions,
) -> CardSenders:
    """What shows people their screens, all of it through one outbox."""
    outbox = Outbox(bot, config.telegram.sending_limits, config.telegram.most_at_once)
    shown_screens = ShownScreens(interviews.remember_shown)
    card_sender = CardSender(outbox, interviews, shown_screens)
    return CardSenders(
        outbox,
        card_sender,
        shown_screens,
        CardUpdater(workshops, card_sender, clock.now, partitions.shows_chat),
        GroupCards(outbox, workshops, bot_info, clock),
    )


def build_files(
    config: Config,
    store: Store,
    outbox: Outbox,
    questionnaires: Mapping[str, Questionnaire],
    clock: Clock,
) -> FileTransfers:
    """What fetches the files that people send, and sends those that go with questions."""
    return FileTransfers(
        attachments=AttachmentDownloader(store, outbox.bot, clock, config.files.folder),
        question_media=QuestionMedia(
            outbox,
            ((questionnaires[w.id], locate_questionnaire(config, w)) for w in config.waves),
        ),
        largest_mb=config.files.largest_mb,
    )


@asynccontextmanager
async def connect_bot(config: Config, token: str) -> AsyncIterator[Bot]:
    """A bot that Telegram knows. Raises TelegramFault."""
    settings = config.telegram
    bot = create_bot(token, settings.api_url, settings.most_at_once, settings.proxy)
    try:
        await initialize_bot(bot, config)
        yield bot
    finally:
        await bot.shutdown()


async def initialize_bot(bot: Bot, config: Config) -> None:
    """Make ourselves known to Telegram, however long it cannot be reached. Raises TelegramFault.

    Only its own word that there is no such token ends the waiting.
    """
    failures = 0
    while isinstance(failed := await attempt_call(bot.initialize), FailedCall):
        if failed.kind is FailureKind.UNKNOWN_TOKEN:
            raise TelegramFault(UNKNOWN_BOT)
        if failures == 0:
            log.warning(
                "telegram cannot be reached",
                reason=failed.reason,
                remedy="we keep trying; look at the network, telegram.api_url and telegram.proxy",
            )
        wait = choose_pause(failures) if failed.retry_after is None else failed.retry_after
        await asyncio.sleep(wait)
        failures += 1
    if failures:
        log.info("telegram is reachable again")
    await set_command_menu(bot, config)


def build_menu(menu: CommandMenu, t: Translator) -> list[BotCommand]:
    """One of the menus as Telegram takes it."""
    return [BotCommand(name, text) for name, text in list_menu_entries(menu, t)]


async def set_command_menu(bot: Bot, config: Config) -> None:
    """Put our commands into Telegram's menu, in every language."""
    for language in reversed(config.suara.languages):
        t = get_translator(language)
        commands = build_menu(CommandMenu.DEFAULT, t)
        first = language == config.suara.languages[0]
        description = t(
            "What do you think: how resilient is {city}? A few minutes of your time help the city "
            "plan. Tap START.",
            city=config.suara.city,
        )
        try:
            code = None if first else language
            await make_call(partial(bot.set_my_commands, commands, language_code=code))
            await make_call(partial(bot.set_my_description, description, language_code=code))
        except CallError as fault:
            log.warning("command menu not set", reason=str(fault))


async def set_report_menus(store: Store, bot: Bot) -> None:
    """Put what the secretariat can ask for into the menu of its chats."""
    async with store.read() as connection:
        chats = (await report_chats.read_report_chats(connection)).values()
    for chat in chats:
        t = load_first_texts(chat.language)
        commands = build_menu(CommandMenu.SECRETARIAT, t)
        try:
            await make_call(partial(bot.set_my_commands, commands, BotCommandScopeChat(chat.id)))
        except CallError as fault:
            log.warning("command menu not set", reason=str(fault))


def build_bot_info(config: Config, bot: Bot) -> BotInfo:
    """What the screens say of this Suara."""
    city = read_city(config.questionnaires.city_file)
    return BotInfo(
        username=bot.username,
        city=config.suara.city,
        secretariat=config.suara.secretariat,
        answers_months=config.retention.answers_months,
        contacts_days=config.retention.contacts_days,
        languages=config.suara.languages,
        zone=config.suara.zone,
        emergency=city.emergency,
        public_url=config.web.public_url,
        sectors=read_register_items(config, city.files.sectors),
        categories=read_register_items(config, city.files.categories),
    )
