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
from bot.handlers.context import Desk
from bot.handlers.report_requests import Reporting
from bot.handlers.router import divides, handle
from bot.jobs.card_updater import Pace, Pushing
from bot.jobs.report_sender import Courier, words_in
from bot.jobs.result_notifier import Telling
from bot.jobs.worker_process import made_apart, summed_up_apart
from bot.screens.bot_info import About
from bot.seeding import seed
from bot.seeds import WaveSeed
from bot.telegram.attachments import Depot
from bot.telegram.cards import Cards
from bot.telegram.group_cards import Groups
from bot.telegram.polling import NOT_KNOWN, Poller, connect
from bot.telegram.question_media import Shelf
from bot.translation import texts
from bot.web.health import Health
from bot.web.routes import served
from reports.delivery.scheduler import Schedule
from reports.question_names import OPINIONS
from reports.request import Kind, Order
from survey.boundaries import Places
from survey.forms.authoring.xlsform import Fault, QuestionnaireError, compile_file
from survey.forms.model.questionnaire import Questionnaire
from survey.services.interview_service import Survey
from survey.services.quote_service import Quotes
from survey.services.workshop_service import Rooms
from survey.store import report_chats
from survey.store.database import Store
from survey.workshop.register import Item
from survey.workshop.register import asset as item

log = structlog.get_logger()
#: Seconds that the last screens may take when we stop.
GOODBYE = 5.0
COMMANDS = ("start", "bantuan", "bahasa", "hapus")


class TelegramFault(Exception):  # noqa: N818 - it is the operator's word
    """Telegram does not let us in; the message says what to do."""


@dataclass(frozen=True, slots=True)
class App:
    """What runs."""

    config: Config
    store: Store
    survey: Survey
    bot: Bot
    cards: Cards
    schedule: Schedule
    scheduler: AsyncIOScheduler
    clock: Clock
    desk: Desk
    health: Health

    async def poll(self, stop: asyncio.Event) -> None:
        """Take updates until ``stop``. Raises PollingError, DatabaseFault."""
        again = self.desk.pushing.again
        handle_one, heard = partial(handle_update, self.desk), self.health.polled
        await Poller(self.bot, handle_one, back=again, heard=heard, divides=divides).run(stop)
        await self.cards.settle(GOODBYE)

    def wake(self) -> None:
        """Let the scheduler look at once what is due, after the clock was set."""
        for job in ("reports", "results"):
            self.scheduler.modify_job(job, next_run_time=datetime.now(UTC))


async def handle_update(desk: Desk, update: Update) -> None:
    """One update."""
    await handle(desk, update)


@asynccontextmanager
async def running(config: Config, token: str, clock: Clock) -> AsyncIterator[App]:
    """Everything but the polling. Raises StoreError, QuestionnaireError, TelegramFault,
    WebFault.
    """
    compiled = compile_all(config)
    places = read_places(config)
    async with Store.open(config.database.url) as store, telegram(config, token) as bot:
        await seed(store, config, compiled, clock.now())
        await offer_reports(store, bot)
        suara = put_together(config, store, bot, places, compiled, clock)
        desk = suara.desk
        suara.scheduler.start()
        renewing = desk.pushing.run(desk.look, desk.groups.renew)
        renewals = asyncio.create_task(renewing, name="pushing")
        try:
            async with served(config, desk.about, desk.rooms, clock, suara.health):
                yield suara
        finally:
            suara.scheduler.shutdown(wait=False)
            renewals.cancel()
            with suppress(asyncio.CancelledError):
                await renewals
            await desk.groups.close()
            await desk.depot.close()


def put_together(
    config: Config,
    store: Store,
    bot: Bot,
    places: Places,
    compiled: Mapping[str, Questionnaire],
    clock: Clock,
) -> App:
    """All parts, none of them running yet."""
    zone, settings = config.suara.zone, order(config)
    said, rooms = about(config, bot), Rooms(store)
    survey = Survey(store, zone, places, rooms.look)
    cards = Cards(bot, survey.show_card)
    pushing = Pushing(rooms, Pace(config.telegram.most_a_second), clock.now)
    schedule = Schedule(store, zone, settings, made_apart, Courier(bot))
    desk = Desk(
        bot=bot,
        survey=survey,
        cards=cards,
        clock=clock,
        about=said,
        reporting=Reporting(store, schedule, bot, zone, config.suara.languages),
        quotes=Quotes(store, OPINIONS),
        telling=Telling(store, bot, summed_up_apart, settings, pushing.pace, clock),
        depot=Depot(store, bot, clock, config.files.folder),
        shelf=Shelf(bot, ((compiled[w.id], source(config, w)) for w in config.waves)),
        largest_mb=config.files.largest_mb,
        rooms=rooms,
        pushing=pushing,
        groups=Groups(bot, rooms, said, clock),
    )
    scheduler = planned(schedule, desk.telling, survey, desk.depot, config, clock)
    return App(config, store, survey, bot, cards, schedule, scheduler, clock, desk, Health(rooms))


def planned(
    schedule: Schedule,
    telling: Telling,
    survey: Survey,
    depot: Depot,
    config: Config,
    clock: Clock,
) -> AsyncIOScheduler:
    """The scheduler: it wakes what is due every minute; what that is, the store knows."""
    scheduler = AsyncIOScheduler(timezone=config.suara.zone)

    async def reports() -> None:
        await schedule.wake(clock.now())

    async def results() -> None:
        await telling.wake()

    async def housekeeping() -> None:
        await survey.forget_causes(clock.now())
        await survey.expire(
            clock.now(),
            timedelta(days=config.retention.contacts_days),
            config.retention.answers_months,
        )
        depot.retry()

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
async def telegram(config: Config, token: str) -> AsyncIterator[Bot]:
    """A bot that Telegram knows. Raises TelegramFault."""
    bot = connect(token, config.telegram.api_url, config.telegram.most_at_once)
    try:
        await greet(bot, config)
        yield bot
    finally:
        await bot.shutdown()


async def greet(bot: Bot, config: Config) -> None:
    """Make ourselves known to Telegram. Raises TelegramFault."""
    try:
        await bot.initialize()
        await introduce(bot, config)
    except InvalidToken:
        raise TelegramFault(NOT_KNOWN) from None
    except NetworkError as fault:
        raise TelegramFault(
            f"{fault}. Check the network and telegram.api_url ({config.telegram.api_url})."
        ) from None


async def introduce(bot: Bot, config: Config) -> None:
    """Put our commands into Telegram's menu, in every language."""
    for language in reversed(config.suara.languages):
        t = texts(language)
        menu = {
            "start": t("Begin or go on"),
            "bantuan": t("Help"),
            "bahasa": t("Choose the language"),
            "hapus": t("Withdraw and delete your answers"),
        }
        commands = [BotCommand(name, menu[name]) for name in COMMANDS]
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


async def offer_reports(store: Store, bot: Bot) -> None:
    """Put what the secretariat can ask for into the menu of its chats."""
    async with store.read() as connection:
        chats = (await report_chats.secretariat(connection)).values()
    for office in chats:
        t = words_in(office.language)
        menu = {
            "laporan": t("A report"),
            "kutipan": t("Release what may be quoted"),
            "bantuan": t("Help"),
            "bahasa": t("Choose the language"),
        }
        commands = [BotCommand(name, said) for name, said in menu.items()]
        try:
            await bot.set_my_commands(commands, BotCommandScopeChat(office.id))
        except TelegramError as fault:
            log.warning("command menu not set", reason=str(fault))


def about(config: Config, bot: Bot) -> About:
    """What the screens say of this Suara."""
    return About(
        username=bot.username,
        city=config.suara.city,
        secretariat=config.suara.secretariat,
        answers_months=config.retention.answers_months,
        contacts_days=config.retention.contacts_days,
        languages=config.suara.languages,
        zone=config.suara.zone,
        public_url=config.web.public_url,
        sectors=items(config, "sektor.csv"),
        categories=items(config, "kategori.csv"),
    )


def items(config: Config, name: str) -> tuple[Item, ...]:
    """A list beside the questionnaires; none if there is no such file."""
    path = config.questionnaires.folder / name
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(map(item, csv.DictReader(file)))


def order(config: Config) -> Order:
    """What is the same in every report."""
    epoch = datetime.fromtimestamp(0, UTC)
    return Order(
        kind=Kind.WEEKLY,
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
        boundaries=beside(config, config.reports.districts),
        candidates=beside(config, config.questionnaires.candidates),
        themes=beside(config, config.questionnaires.themes),
    )


def beside(config: Config, name: str) -> str:
    """The path of a file beside the questionnaires; empty if none is named."""
    return str(config.questionnaires.folder / name) if name else ""


def compile_all(config: Config) -> dict[str, Questionnaire]:
    """Every wave's questionnaire. Raises QuestionnaireError with the faults of all."""
    compiled: dict[str, Questionnaire] = {}
    faults: list[Fault] = []
    for wave in config.waves:
        try:
            compiled[wave.id] = compile_file(source(config, wave))
        except QuestionnaireError as found:
            faults += found.faults
    if faults:
        raise QuestionnaireError(faults)
    return compiled


def source(config: Config, wave: WaveSeed) -> Path:
    """The file of a wave's questionnaire."""
    return config.questionnaires.folder / wave.questionnaire


def read_places(config: Config) -> Places:
    """The boundaries. Raises QuestionnaireError if they cannot be read."""
    path = config.questionnaires.folder / config.questionnaires.boundaries
    try:
        return Places.read(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError) as fault:
        remedy = "See questionnaires.boundaries in config.toml."
        raise QuestionnaireError([Fault(f"{path}: {fault}.", remedy)]) from None
