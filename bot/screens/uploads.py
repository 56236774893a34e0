"""What a card says where a file is asked."""

from __future__ import annotations

from bot.translation import Translator

KILOBYTE = 1024


def explain_upload(kind: str, t: Translator) -> str:
    """How the file is sent."""
    match kind:
        case "image":
            return t("📷 Send one photo: 📎 → Gallery or Camera.")
        case "audio":
            return t("🎤 Send a voice message or a recording.")
        case "video":
            return t("🎬 Send one video.")
        case _:
            return t("📄 Send one file: 📎 → File.")


def explain_expected_file(kind: str, t: Translator) -> str:
    """That something else was sent or typed."""
    match kind:
        case "image":
            return t("Please send a photo (📎 → Gallery or Camera).")
        case "audio":
            return t("Please send a voice message or a recording.")
        case "video":
            return t("Please send a video.")
        case _:
            return t("Please send a file (📎 → File).")


def format_upload_label(kind: str, t: Translator) -> str:
    """The answer in the review."""
    return {
        "image": t("📷 1 photo"),
        "audio": t("🎤 1 recording"),
        "video": t("🎬 1 video"),
    }.get(kind, t("📄 1 file"))


def confirm_upload(kind: str, size: int, t: Translator) -> str:
    """That a file has arrived, with its size in bytes as far as that is known (not 0)."""
    said = {
        "image": t("✓ Photo received"),
        "audio": t("✓ Recording received"),
        "video": t("✓ Video received"),
    }.get(kind, t("✓ File received"))
    return f"{said} ({format_file_size(size)})" if size else said


def format_file_size(size: int) -> str:
    """``120 kB`` or ``3.4 MB``."""
    if size < KILOBYTE**2:
        return f"{-(-size // KILOBYTE)} kB"
    return f"{size / KILOBYTE**2:.1f} MB"
