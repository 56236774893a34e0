"""Accounts of Telegram's own that stand for somebody else: who it is, nobody is told.

The Bot API puts them where a message needs an author (core.telegram.org/bots/api, Message, "from":
"a fake sender user in non-channel chats"), with the chat that speaks as ``sender_chat``. Their
numbers are those of td, UserManager: github.com/tdlib/td/tree/master/td/telegram (commit 022d602).
"""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Message

from bot.telegram.taps import IncomingUpdate
from bot.translation import Translator, get_translator

#: Forwards the posts of a channel into the group that is linked to it.
SERVICE_ACCOUNT = 777000
#: An administrator who is anonymous; the ``sender_chat`` is the group itself.
ANONYMOUS_ADMINISTRATOR = 1087968824
#: Whoever writes in the name of a channel, which is the ``sender_chat``.
CHANNEL_SPEAKER = 136817688
STAND_INS = frozenset({SERVICE_ACCOUNT, ANONYMOUS_ADMINISTRATOR, CHANNEL_SPEAKER})


def is_by_stand_in(update: IncomingUpdate) -> bool:
    """Whether an update names one of these accounts, of whom nothing may be kept."""
    return update.effective_user is not None and update.effective_user.id in STAND_INS


def is_forwarded_by_itself(sent: Message) -> bool:
    """Whether it is a channel's post that came into its group by itself, and asks us nothing."""
    return bool(sent.is_automatic_forward) or (
        sent.from_user is not None and sent.from_user.id == SERVICE_ACCOUNT
    )


def explain_anonymity(languages: Sequence[str]) -> str:
    """Why somebody who is anonymous cannot lead a workshop; in all languages, theirs being unknown.

    It fits beside a button, where Telegram takes 200 characters (answerCallbackQuery).
    """
    said = (ask_for_name(get_translator(language)) for language in languages)
    return "\n".join(said)[:200]


def ask_for_name(t: Translator) -> str:
    """What whoever writes anonymously can do to be known."""
    return t(
        "You write anonymously, so I cannot tell who you are. Turn “Remain anonymous” off and try "
        "again."
    )
