"""What a card says where a file is asked."""

from __future__ import annotations

from dataclasses import dataclass

from bot.translation import Translator

KILOBYTE = 1024


@dataclass(frozen=True, slots=True)
class UploadWords:
    """The words for one kind of file, in one language.

    ``request`` says how it is sent, ``refusal`` that something else was sent or typed, ``label``
    is the answer in the review, ``received`` says that the file has arrived.
    """

    request: str
    refusal: str
    label: str
    received: str


def describe_photo(t: Translator) -> UploadWords:
    """The words for one photo."""
    return UploadWords(
        t("📷 Send one photo: 📎 → Gallery or Camera."),
        t("Please send a photo (📎 → Gallery or Camera)."),
        t("📷 1 photo"),
        t("✓ Photo received"),
    )


def describe_recording(t: Translator) -> UploadWords:
    """The words for one sound."""
    return UploadWords(
        t("🎤 Send a voice message or a recording."),
        t("Please send a voice message or a recording."),
        t("🎤 1 recording"),
        t("✓ Recording received"),
    )


def describe_video(t: Translator) -> UploadWords:
    """The words for one video."""
    return UploadWords(
        t("🎬 Send one video."),
        t("Please send a video."),
        t("🎬 1 video"),
        t("✓ Video received"),
    )


def describe_any_file(t: Translator) -> UploadWords:
    """The words for a file of any kind."""
    return UploadWords(
        t("📄 Send one file: 📎 → File."),
        t("Please send a file (📎 → File)."),
        t("📄 1 file"),
        t("✓ File received"),
    )


def format_file_size(size: int) -> str:
    """``120 kB`` or ``3.4 MB``."""
    if size < KILOBYTE**2:
        return f"{-(-size // KILOBYTE)} kB"
    return f"{size / KILOBYTE**2:.1f} MB"
