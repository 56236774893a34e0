"""Files that people send, and media that they ask for."""

from __future__ import annotations

from dataclasses import replace

from telegram import Message, Update

from bot.callbacks import codec
from bot.handlers import respondents
from bot.handlers.context import Desk
from bot.screens.card import Card, View
from bot.screens.media import pieces
from bot.screens.participation import toast
from survey.interview.steps import Reason
from survey.interview.uploads import Sent
from survey.services.snapshot import Told

MEGABYTE = 1 << 20
#: What Telegram sends without saying what it is.
USUAL = {"voice": "audio/ogg", "audio": "audio/mpeg", "video": "video/mp4"}


def file_in(message: Message, bot: int) -> Sent | None:
    """The file of a message, of a photo its largest size; None if it has none that can be kept."""
    kinds = ("voice", "audio", "video", "video_note", "document")
    kind = next((kind for kind in kinds if getattr(message, kind)), "photo")
    if message.photo:
        found, mime = max(message.photo, key=lambda size: size.width * size.height), "image/jpeg"
    elif file := getattr(message, kind):
        found = file
        usual = USUAL.get(kind.removesuffix("_note"), "application/octet-stream")
        mime = (getattr(file, "mime_type", None) or usual).partition(";")[0].lower()[:255]
    else:
        return None
    return Sent(
        mime=mime,
        size=found.file_size or 0,
        bot=bot,
        file_id=found.file_id,
        file_unique_id=found.file_unique_id,
        album=message.media_group_id or "",
    )


async def received(desk: Desk, update: Update, message: Message) -> None:
    """A file: the answer where one is asked, else met as anything that is no answer."""
    on, now = await respondents.known(desk, update)
    file, made = file_in(message, desk.bot.id), now.interview
    if made is None or file is None or not (made.questionnaire.uploads and respondents.asks(now)):
        await respondents.other(desk, update)
    elif file.suits(made.question(made.at).kind) and file.size > desk.largest_mb * MEGABYTE:
        desk.show(update, replace(now, told=Told.TOO_LARGE, about=str(desk.largest_mb)))
    else:
        desk.show(update, await desk.survey.attach(on, made.at, file))


async def watched(desk: Desk, update: Update, tap: codec.Watch) -> str:
    """Somebody wants to see or hear what goes with a question: it is sent, the card below it.

    Returns the short word to show at once, often none.
    """
    _on, now = await desk.occasion(update)
    made, chat, t = now.interview, update.effective_chat, desk.words(update, now)
    at = codec.key_of(made.questionnaire, tap.question) if made else None
    mine = now.row is not None and now.row.id == tap.interview
    if made is None or chat is None or not mine or at not in made.questions() or at != made.at:
        desk.show(update, replace(now, told=Reason.STALE))
        return toast(replace(now, told=Reason.STALE), t)
    form, number = made.questionnaire, chat.id
    wanted = pieces(Card(now, made, View(files=desk.shelf.names(form)), t), tap.what)
    desk.show(update, now, ahead=lambda: desk.shelf.show(number, form, wanted))
    return ""
