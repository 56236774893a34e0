"""The table of chat commands: whatever lists, routes or explains commands takes them from here.

The router looks up what to call, ``bot.app`` makes Telegram's menus, the help screen its list;
tests hold the table in docs/operations.md to it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.handlers import group_votes, private_commands, quote_decision
from bot.handlers.context import HandlerContext, find_topic
from bot.handlers.permissions import CommandAudience, find_refusal, find_secretariat_chat
from bot.screens.help import draw_help_screen
from bot.screens.screen import Screen
from bot.telegram.taps import ActingChat, IncomingUpdate
from bot.translation import Translator


class CommandPlace(StrEnum):
    """Where a command can be used."""

    PRIVATE = "private"
    GROUP = "group"


class CommandMenu(StrEnum):
    """A menu of Telegram: that of every chat, or that of the secretariat's chats."""

    DEFAULT = "default"
    SECRETARIAT = "secretariat"


CommandHandler = Callable[[HandlerContext, IncomingUpdate, str], Awaitable[None]]
#: A text of the table in somebody's language: a function, so that the text is found for the
#: catalogue where it stands.
CommandText = Callable[[Translator], str]


@dataclass(frozen=True, slots=True)
class CommandUse:
    """What a command does in one kind of chat, and whom it serves there.

    ``refusal`` is what everybody else is told, if not what ``bot.handlers.permissions`` says.
    """

    handle: CommandHandler
    audience: CommandAudience = CommandAudience.EVERYBODY
    refusal: CommandText | None = None


@dataclass(frozen=True, slots=True)
class ChatCommand:
    """A command; ``uses`` says where it can be used, ``menus`` what stands beside it in a menu.

    ``help_text`` stands beside it in the list of the help screen; without one it is not listed.
    """

    name: str
    aliases: tuple[str, ...]
    uses: Mapping[CommandPlace, CommandUse]
    menus: Mapping[CommandMenu, CommandText] = field(default_factory=dict)
    help_text: CommandText | None = None


@dataclass(frozen=True, slots=True)
class SentCommand:
    """A command as somebody sent it; ``addressee`` is the bot that it names, often none."""

    name: str
    addressee: str
    payload: str


def parse_command(text: str) -> SentCommand | None:
    """What ``/name@bot payload`` asks for; None for a text that is no command.

    The payload may follow after any blank: phones that complete a command put it into a new line.
    """
    found = re.fullmatch(r"/(\S*)\s*(.*)", text, re.DOTALL)
    if found is None:
        return None
    name, _, addressee = found[1].partition("@")
    return SentCommand(name.lower(), addressee.lower(), found[2].strip())


def is_own_command(text: str, username: str) -> bool:
    """Whether a group's message is a command that the bot of this name answers."""
    sent = parse_command(text)
    return (
        sent is not None
        and sent.name in COMMANDS_BY_NAME
        and sent.addressee in ("", username.lower())
    )


async def run_command(
    context: HandlerContext, update: IncomingUpdate, chat: ActingChat, use: CommandUse, payload: str
) -> None:
    """Carry a command out, or say whom it serves."""
    refusal = await find_refusal(context, update, chat, use.audience)
    if refusal is None:
        await use.handle(context, update, payload)
        return
    text = use.refusal(context.choose_texts(update)) if use.refusal else refusal
    context.post_message(update, Screen(text))


async def handle_report_command(context: HandlerContext, update: IncomingUpdate, _: str) -> None:
    """/laporan in a chat of the secretariat."""
    if office := await find_secretariat_chat(context, update.effective_chat):
        await context.reporting.report_requests.show_choices(office, find_topic(update))


async def handle_help(context: HandlerContext, update: IncomingUpdate, _: str) -> None:
    """/bantuan, and whatever is no command of ours."""
    _request, snapshot = await context.read_request(update)
    t = context.choose_texts(update, snapshot)
    context.put_on_card(update, snapshot, draw_help_screen(list_help_lines(t), t, context.bot_info))


#: In the order in which menus and help list them.
CHAT_COMMANDS = (
    ChatCommand(
        "laporan",
        ("report",),
        {
            CommandPlace.PRIVATE: CommandUse(handle_report_command, CommandAudience.SECRETARIAT),
            CommandPlace.GROUP: CommandUse(handle_report_command, CommandAudience.SECRETARIAT),
        },
        {CommandMenu.SECRETARIAT: lambda t: t("A report")},
    ),
    ChatCommand(
        "kutipan",
        ("quotes",),
        {
            CommandPlace.PRIVATE: CommandUse(
                quote_decision.handle_quotes_command,
                CommandAudience.SECRETARIAT,
                lambda t: t("Quotes are for the secretariat."),
            ),
            CommandPlace.GROUP: CommandUse(
                quote_decision.handle_quotes_command, CommandAudience.SECRETARIAT
            ),
        },
        {CommandMenu.SECRETARIAT: lambda t: t("Release what may be quoted")},
    ),
    ChatCommand(
        "start",
        ("mulai",),
        {CommandPlace.PRIVATE: CommandUse(private_commands.handle_start)},
        {CommandMenu.DEFAULT: lambda t: t("Start or continue")},
        lambda t: t("continue the survey"),
    ),
    ChatCommand(
        "lokakarya",
        ("workshop",),
        {
            CommandPlace.PRIVATE: CommandUse(private_commands.handle_workshop),
            CommandPlace.GROUP: CommandUse(
                group_votes.start_group_voting, CommandAudience.FACILITATORS
            ),
        },
        help_text=lambda t: t("to the workshop"),
    ),
    ChatCommand(
        "bantuan",
        ("help",),
        {CommandPlace.PRIVATE: CommandUse(handle_help)},
        {
            CommandMenu.DEFAULT: lambda t: t("Help"),
            CommandMenu.SECRETARIAT: lambda t: t("Help"),
        },
        lambda t: t("this help"),
    ),
    ChatCommand(
        "bahasa",
        ("language",),
        {CommandPlace.PRIVATE: CommandUse(private_commands.handle_language)},
        {
            CommandMenu.DEFAULT: lambda t: t("Choose the language"),
            CommandMenu.SECRETARIAT: lambda t: t("Choose the language"),
        },
        lambda t: t("choose the language"),
    ),
    ChatCommand(
        "data",
        ("dataku",),
        {CommandPlace.PRIVATE: CommandUse(private_commands.handle_data)},
        {CommandMenu.DEFAULT: lambda t: t("See all that is kept about you")},
        lambda t: t("see all that is kept about you"),
    ),
    ChatCommand(
        "hapus",
        ("delete",),
        {CommandPlace.PRIVATE: CommandUse(private_commands.handle_withdraw)},
        {CommandMenu.DEFAULT: lambda t: t("Withdraw and delete your answers")},
        lambda t: t("withdraw and delete your answers"),
    ),
)
COMMANDS_BY_NAME = {
    name: command for command in CHAT_COMMANDS for name in (command.name, *command.aliases)
}


def list_menu_entries(menu: CommandMenu, t: Translator) -> list[tuple[str, str]]:
    """The commands of one of Telegram's menus, each with what stands beside it."""
    return [
        (command.name, command.menus[menu](t)) for command in CHAT_COMMANDS if menu in command.menus
    ]


def list_help_lines(t: Translator) -> list[str]:
    """What the help screen says of the commands, a line for each."""
    return [
        f"/{command.name} – {command.help_text(t)}"
        for command in CHAT_COMMANDS
        if command.help_text
    ]
