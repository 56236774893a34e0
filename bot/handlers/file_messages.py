"""Files that people send, and media that they ask for."""

from __future__ import annotations

from dataclasses import replace

from telegram import Message, Update

from bot.callbacks import codec
from bot.handlers import respondents
from bot.handlers.context import HandlerContext
from bot.screens.card import Card, ViewState
from bot.screens.media import list_media_files
from bot.screens.participation import format_toast
from survey.interview.steps import StepRefusalReason
from survey.interview.uploads import UploadedFile
from survey.services.snapshot import FileTooLarge

MEBIBYTE = 1 << 20
#: What Telegram sends without saying what it is.
USUAL_MIME_TYPES = {"voice": "audio/ogg", "audio": "audio/mpeg", "video": "video/mp4"}


def extract_file(message: Message, bot: int) -> UploadedFile | None:
    """The file of a message, of a photo its largest size; None if it has none that can be kept."""
    kinds = ("voice", "audio", "video", "video_note", "document")
    kind = next((kind for kind in kinds if getattr(message, kind)), "photo")
    if message.photo:
        found, mime = max(message.photo, key=lambda size: size.width * size.height), "image/jpeg"
    elif file := getattr(message, kind):
        found = file
        usual = USUAL_MIME_TYPES.get(kind.removesuffix("_note"), "application/octet-stream")
        mime = (getattr(file, "mime_type", None) or usual).partition(";")[0].lower()[:255]
    else:
        return None
    return UploadedFile(
        mime=mime,
        size=found.file_size or 0,
        bot=bot,
        file_id=found.file_id,
        file_unique_id=found.file_unique_id,
        album=message.media_group_id or "",
    )


async def handle_file(desk: HandlerContext, update: Update, message: Message) -> None:
    """A file: the answer where one is asked, else met as anything that is no answer."""
    on, now = await respondents.welcome_and_read_request(desk, update)
    file, made = extract_file(message, desk.bot.id), now.interview
    if (
        made is None
        or file is None
        or not (made.questionnaire.uploads and respondents.accepts_text(now))
    ):
        await respondents.handle_unexpected(desk, update)
    elif (
        file.can_answer(made.find_question(made.position).kind)
        and file.size > desk.largest_mb * MEBIBYTE
    ):
        desk.show_current(update, replace(now, notice=FileTooLarge(desk.largest_mb)))
    else:
        desk.show_current(update, await desk.interviews.answer_with_file(on, made.position, file))


async def handle_show_media(desk: HandlerContext, update: Update, tap: codec.ShowMedia) -> str:
    """Somebody wants to see or hear what goes with a question: it is sent, the card below it.

    Returns the short word to show at once, often none.
    """
    _on, now = await desk.read_request(update)
    made, chat, t = now.interview, update.effective_chat, desk.choose_texts(update, now)
    at = codec.decode_question_key(made.questionnaire, tap.question) if made else None
    mine = now.interview_row is not None and now.interview_row.id == tap.interview
    if (
        made is None
        or chat is None
        or not mine
        or at not in made.list_question_keys()
        or at != made.position
    ):
        desk.show_current(update, replace(now, notice=StepRefusalReason.STALE))
        return format_toast(replace(now, notice=StepRefusalReason.STALE), t)
    form, number = made.questionnaire, chat.id
    wanted = list_media_files(
        Card(now, made, ViewState(media_files=desk.question_media.list_media(form)), t), tap.medium
    )
    desk.show_current(
        update, now, ahead=lambda: desk.question_media.send_media(number, form, wanted)
    )
    return ""
