"""Files that people send, and media that they ask for."""

from __future__ import annotations

from dataclasses import replace

from telegram import Message

from bot.callbacks.interview_callbacks import ShowMedia
from bot.callbacks.question_keys import decode_question_key
from bot.handlers import private_messages
from bot.handlers.context import HandlerContext
from bot.screens.card import Card
from bot.screens.media import list_media_files
from bot.screens.toast import format_toast
from bot.screens.view_state import ViewState
from bot.telegram.taps import IncomingUpdate
from survey.interview.steps import StepRefusalReason
from survey.interview.uploads import UploadedFile
from survey.services.snapshot import FileTooLarge, Notice

MEBIBYTE = 1 << 20
#: What Telegram sends without saying what it is.
USUAL_MIME_TYPES = {"voice": "audio/ogg", "audio": "audio/mpeg", "video": "video/mp4"}


def extract_file(message: Message, bot: int) -> UploadedFile | None:
    """The file of a message, of a photo its largest size; None if it has none that can be kept."""
    kinds = ("voice", "audio", "video", "video_note", "document")
    kind = next((kind for kind in kinds if getattr(message, kind)), "photo")
    if message.photo:
        # By size, as Telegram does not promise an order of the sizes.
        found, mime = max(message.photo, key=lambda size: size.width * size.height), "image/jpeg"
    elif file := getattr(message, kind):
        found = file
        usual = USUAL_MIME_TYPES.get(kind.removesuffix("_note"), "application/octet-stream")
        # The type is as the sender's app states it, and may hold parameters or anything else.
        mime = (getattr(file, "mime_type", None) or usual).partition(";")[0].lower()[:255]
    else:
        return None
    return UploadedFile(
        mime=mime,
        # Telegram may leave the size out; such a file cannot be refused for it here.
        size=found.file_size or 0,
        bot=bot,
        file_id=found.file_id,
        file_unique_id=found.file_unique_id,
        album=message.media_group_id or "",
    )


async def handle_file(context: HandlerContext, update: IncomingUpdate, message: Message) -> None:
    """A file: the answer where one is asked, else met as anything that is no answer."""
    request, snapshot = await private_messages.welcome_and_read_request(context, update)
    file, interview = extract_file(message, context.bot.id), snapshot.interview
    if (
        interview is None
        or file is None
        or not (interview.questionnaire.uploads and private_messages.accepts_text(snapshot))
    ):
        await private_messages.handle_unexpected(context, update)
    elif not file.album and not await context.has_seen(update, snapshot):
        context.show_current(update, replace(snapshot, notice=Notice.UNSEEN))
    elif (
        file.can_answer(interview.find_question(interview.position).kind)
        and file.size > context.files.largest_mb * MEBIBYTE
    ):
        too_large = FileTooLarge(context.files.largest_mb)
        context.show_current(update, replace(snapshot, notice=too_large))
    else:
        context.show_current(
            update,
            await context.services.interviews.answer_with_file(request, interview.position, file),
        )


async def handle_show_media(
    context: HandlerContext, update: IncomingUpdate, callback: ShowMedia
) -> str:
    """Somebody wants to see or hear what goes with a question: it is sent, the card below it.

    Returns the short word to show at once, often none.
    """
    _request, snapshot = await context.read_request(update)
    interview, chat, t = (
        snapshot.interview,
        update.effective_chat,
        context.choose_texts(update, snapshot),
    )
    at = decode_question_key(interview.questionnaire, callback.question) if interview else None
    mine = snapshot.interview_row is not None and snapshot.interview_row.id == callback.interview
    if (
        interview is None
        or chat is None
        or not mine
        or at != interview.position
        or not interview.is_asked(at)
    ):
        context.show_current(update, replace(snapshot, notice=StepRefusalReason.STALE))
        return format_toast(replace(snapshot, notice=StepRefusalReason.STALE), t)
    form, number = interview.questionnaire, chat.id
    wanted = list_media_files(
        Card(
            snapshot,
            interview,
            ViewState(media_files=context.files.question_media.list_media(form)),
            t,
        ),
        callback.medium,
    )
    context.show_current(
        update,
        snapshot,
        ahead=lambda: context.files.question_media.send_media(number, form, wanted),
    )
    return ""
