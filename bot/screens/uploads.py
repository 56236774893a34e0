"""What a card says where a file is asked."""

from __future__ import annotations

from bot.translation import Texts

KILOBYTE = 1024


def how_to_send(kind: str, t: Texts) -> str:
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


def file_expected(kind: str, t: Texts) -> str:
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


def counted(kind: str, t: Texts) -> str:
    """The answer in the review."""
    return {
        "image": t("📷 1 photo"),
        "audio": t("🎤 1 recording"),
        "video": t("🎬 1 video"),
    }.get(kind, t("📄 1 file"))


def received(kind: str, size: int, t: Texts) -> str:
    """That a file has arrived, with its size in bytes as far as that is known (not 0)."""
    said = {
        "image": t("✓ Photo received"),
        "audio": t("✓ Recording received"),
        "video": t("✓ Video received"),
    }.get(kind, t("✓ File received"))
    return f"{said} ({weight(size)})" if size else said


def weight(size: int) -> str:
    """``120 kB`` or ``3.4 MB``."""
    if size < KILOBYTE**2:
        return f"{-(-size // KILOBYTE)} kB"
    return f"{size / KILOBYTE**2:.1f} MB"
