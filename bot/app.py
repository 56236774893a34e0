"""The running application, put together from a Config. Read this first."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from telegram import Bot, BotCommand, BotCommandScopeChat, Update
from telegram.error import InvalidToken, NetworkError, TelegramError

from bot.clock import Clock
from bot.config import Config
from bot.handlers.commands import CommandMenu, list_menu_entries
from bot.handlers.context import (
    CardSenders,
    FileTransfers,
    HandlerContext,
    HandlerServices,
    ReportingJobs,
)
from bot.handlers.report_requests import ReportRequests
from bot.handlers.router import is_facilitator_action, route_update
from bot.jobs.card_updater import CardUpdater, OutgoingPace
from bot.jobs.report_sender import ReportSender, load_first_texts
from bot.jobs.result_notifier import ResultNotifier
from bot.jobs.worker_process import make_report_in_process, make_summaries_in_process
from bot.screens.bot_info import BotInfo
from bot.seeding import seed_store
from bot.seeds import WaveSeed
from bot.telegram.attachments import AttachmentDownloader
from bot.telegram.cards import CardSender
from bot.telegram.client import UNKNOWN_BOT, create_bot
from bot.telegram.group_cards import GroupCards
from bot.telegram.polling import Poller
from bot.telegram.question_media import QuestionMedia
from bot.translation import Translator, get_translator
from bot.web.health import Health
from bot.web.routes import serve_web
from reports.delivery.scheduler import ReportScheduler
from reports.question_names import OPINIONS
from reports.request import ReportKind, ReportRequest
from survey.boundaries import Boundaries
from survey.forms.authoring.xlsform import Fault, QuestionnaireError, compile_file
from survey.forms.model.questionnaire import Questionnaire
from survey.services.interview_service import InterviewService
from survey.services.quote_service import QuoteService
from survey.services.workshop_service import WorkshopService
from survey.store import report_chats
from survey.store.database import Store
from survey.workshop.register import RegisterItem
from survey.workshop.register import build_asset as item

log = structlog.get_logger()
#: Seconds that the last screens may take when we stop.
CARDS_GRACE_SECONDS = 5.0


class TelegramFault(Exception):  # noqa: N818 - it is the operator's word
    """Telegram does not let us in; the message says what to do."""


@dataclass(frozen=True, slots=True)
class App:
    """What runs."""

    config: Config
    store: Store
    interviews: InterviewService
    bot: Bot
    card_sender: CardSender
    report_schedule: ReportScheduler
    scheduler: AsyncIOScheduler
    clock: Clock
    context: HandlerContext
    health: Health

    async def poll_updates(self, stop: asyncio.Event) -> None:
        """Take updates until ``stop``. Raises PollingError, DatabaseFault."""
        again = self.context.senders.card_updater.requeue_sessions
        handle_one, heard = partial(handle_update, self.context), self.health.note_answer
        await Poller(
            self.bot,
            handle_one,
            on_reconnect=again,
            on_answer=heard,
            is_barrier=partial(is_facilitator_action, self.context),
        ).run(stop)
        await self.card_sender.wait_until_shown(CARDS_GRACE_SECONDS)

    def wake_jobs(self) -> None:
        """Let the scheduler look at once what is due, after the clock was set."""
        for job in ("reports", "results"):
            self.scheduler.modify_job(job, next_run_time=datetime.now(UTC))


async def handle_update(context: HandlerContext, update: Update) -> None:
    """One update."""
    await route_update(context, update)


@asynccontextmanager
async def open_app(config: Config, token: str, clock: Clock) -> AsyncIterator[App]:
    """Everything but the polling. Raises StoreError, QuestionnaireError, TelegramFault,
    WebFault.
    """
    compiled = compile_questionnaires(config)
    places = read_places(config)
    async with Store.open(config.database.url) as store, connect_bot(config, token) as bot:
        await seed_store(store, config, compiled, clock.now())
        await set_report_menus(store, bot)
        suara = build_app(config, store, bot, places, compiled, clock)
        context = suara.context
        suara.scheduler.start()
        renewing = context.senders.card_updater.run_updates(
            context.prepare_card_update, context.senders.group_cards.renew_card
        )
        renewals = asyncio.create_task(renewing, name="pushing")
        try:
            async with serve_web(
                config, context.bot_info, context.services.workshops, clock, suara.health
            ):
                yield suara
        finally:
            suara.scheduler.shutdown(wait=False)
            renewals.cancel()
            with suppress(asyncio.CancelledError):
                await renewals
            await context.senders.group_cards.close()
            await context.files.attachments.close()


def build_app(
    config: Config,
    store: Store,
    bot: Bot,
    places: Boundaries,
    compiled: Mapping[str, Questionnaire],
    clock: Clock,
) -> App:
    """All parts, none of them running yet."""
    zone, settings = config.suara.zone, build_report_request(config)
    said, rooms = build_bot_info(config, bot), WorkshopService(store)
    survey = InterviewService(store, zone, places, rooms.find_room)
    cards = CardSender(bot, survey.remember_card)
    pushing = CardUpdater(rooms, OutgoingPace(config.telegram.most_a_second), clock.now)
    schedule = ReportScheduler(store, zone, settings, make_report_in_process, ReportSender(bot))
    context = HandlerContext(
        bot=bot,
        clock=clock,
        bot_info=said,
        services=HandlerServices(survey, rooms, QuoteService(store, OPINIONS)),
        senders=CardSenders(cards, pushing, GroupCards(bot, rooms, said, clock)),
        files=FileTransfers(
            attachments=AttachmentDownloader(store, bot, clock, config.files.folder),
            question_media=QuestionMedia(
                bot, ((compiled[w.id], locate_questionnaire(config, w)) for w in config.waves)
            ),
            largest_mb=config.files.largest_mb,
        ),
        reporting=ReportingJobs(
            ReportRequests(store, schedule, bot, zone, config.suara.languages),
            ResultNotifier(store, bot, make_summaries_in_process, settings, pushing.pace, clock),
        ),
    )
    scheduler = build_scheduler(
        schedule,
        context.reporting.result_notifier,
        survey,
        context.files.attachments,
        config,
        clock,
    )
    return App(
        config, store, survey, bot, cards, schedule, scheduler, clock, context, Health(rooms)
    )


def build_scheduler(
    schedule: ReportScheduler,
    telling: ResultNotifier,
    survey: InterviewService,
    depot: AttachmentDownloader,
    config: Config,
    clock: Clock,
) -> AsyncIOScheduler:
    """The scheduler: it wakes what is due every minute; what that is, the store knows."""
    scheduler = AsyncIOScheduler(timezone=config.suara.zone)

    async def reports() -> None:
        await schedule.wake(clock.now())

    async def results() -> None:
        await telling.notify_due()

    async def housekeeping() -> None:
        await survey.delete_old_causes(clock.now())
        await survey.delete_expired(
            clock.now(),
            timedelta(days=config.retention.contacts_days),
            config.retention.answers_months,
        )
        depot.retry_failed()

    options = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    at_once = datetime.now(UTC)
    for each in (reports, results):
        scheduler.add_job(
            each, "interval", minutes=1, id=each.__name__, next_run_time=at_once, **options
        )
    scheduler.add_job(
        housekeeping, "interval", hours=6, id="housekeeping", next_run_time=at_once, **options
    )
    return scheduler


@asynccontextmanager
async def connect_bot(config: Config, token: str) -> AsyncIterator[Bot]:
    """A bot that Telegram knows. Raises TelegramFault."""
    bot = create_bot(token, config.telegram.api_url, config.telegram.most_at_once)
    try:
        await initialize_bot(bot, config)
        yield bot
    finally:
        await bot.shutdown()


async def initialize_bot(bot: Bot, config: Config) -> None:
    """Make ourselves known to Telegram. Raises TelegramFault."""
    try:
        await bot.initialize()
        await set_command_menu(bot, config)
    except InvalidToken:
        raise TelegramFault(UNKNOWN_BOT) from None
    except NetworkError as fault:
        raise TelegramFault(
            f"{fault}. Check the network and telegram.api_url ({config.telegram.api_url})."
        ) from None


def build_menu(menu: CommandMenu, t: Translator) -> list[BotCommand]:
    """One of the menus as Telegram takes it."""
    return [BotCommand(name, text) for name, text in list_menu_entries(menu, t)]


async def set_command_menu(bot: Bot, config: Config) -> None:
    """Put our commands into Telegram's menu, in every language."""
    for language in reversed(config.suara.languages):
        t = get_translator(language)
        commands = build_menu(CommandMenu.DEFAULT, t)
        first = language == config.suara.languages[0]
        said = t(
            "What do you think: how resilient is {city}? A few minutes of your time help the city "
            "plan. Tap START.",
            city=config.suara.city,
        )
        try:
            await bot.set_my_commands(commands, language_code=None if first else language)
            await bot.set_my_description(said, language_code=None if first else language)
        except TelegramError as fault:
            log.warning("command menu not set", reason=str(fault))


async def set_report_menus(store: Store, bot: Bot) -> None:
    """Put what the secretariat can ask for into the menu of its chats."""
    async with store.read() as connection:
        chats = (await report_chats.read_report_chats(connection)).values()
    for office in chats:
        t = load_first_texts(office.language)
        commands = build_menu(CommandMenu.SECRETARIAT, t)
        try:
            await bot.set_my_commands(commands, BotCommandScopeChat(office.id))
        except TelegramError as fault:
            log.warning("command menu not set", reason=str(fault))


def build_bot_info(config: Config, bot: Bot) -> BotInfo:
    """What the screens say of this Suara."""
    return BotInfo(
        username=bot.username,
        city=config.suara.city,
        secretariat=config.suara.secretariat,
        answers_months=config.retention.answers_months,
        contacts_days=config.retention.contacts_days,
        languages=config.suara.languages,
        zone=config.suara.zone,
        public_url=config.web.public_url,
        sectors=read_items(config, "sektor.csv"),
        categories=read_items(config, "kategori.csv"),
    )


def read_items(config: Config, name: str) -> tuple[RegisterItem, ...]:
    """A list beside the questionnaires; none if there is no such file."""
    path = config.questionnaires.folder / name
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(map(item, csv.DictReader(file)))


def build_report_request(config: Config) -> ReportRequest:
    """What is the same in every report."""
    epoch = datetime.fromtimestamp(0, UTC)
    return ReportRequest(
        kind=ReportKind.WEEKLY,
        start=epoch,
        end=epoch,
        language=config.suara.languages[0],
        made_at=epoch,
        late=False,
        timezone=config.suara.timezone,
        database_url=config.database.url,
        city=config.suara.city,
        secretariat=config.suara.secretariat,
        minimum_cell=config.reports.minimum_cell,
        population=str(config.reports.population or ""),
        boundaries=resolve_input_path(config, config.reports.districts),
        candidates=resolve_input_path(config, config.questionnaires.candidates),
        themes=resolve_input_path(config, config.questionnaires.themes),
    )


def resolve_input_path(config: Config, name: str) -> str:
    """The path of a file beside the questionnaires; empty if none is named."""
    return str(config.questionnaires.folder / name) if name else ""


def compile_questionnaires(config: Config) -> dict[str, Questionnaire]:
    """Every wave's questionnaire. Raises QuestionnaireError with the faults of all."""
    compiled: dict[str, Questionnaire] = {}
    faults: list[Fault] = []
    for wave in config.waves:
        try:
            compiled[wave.id] = compile_file(locate_questionnaire(config, wave))
        except QuestionnaireError as found:
            faults += found.faults
    if faults:
        raise QuestionnaireError(faults)
    return compiled


def locate_questionnaire(config: Config, wave: WaveSeed) -> Path:
    """The file of a wave's questionnaire."""
    return config.questionnaires.folder / wave.questionnaire


def read_places(config: Config) -> Boundaries:
    """The boundaries. Raises QuestionnaireError if they cannot be read."""
    path = config.questionnaires.folder / config.questionnaires.boundaries
    try:
        return Boundaries.from_geojson(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError) as fault:
        remedy = "See questionnaires.boundaries in config.toml."
        raise QuestionnaireError([Fault(f"{path}: {fault}.", remedy)]) from None
