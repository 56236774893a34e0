"""What stands on the pages of a PDF, as somebody reads it who opens the file."""

from __future__ import annotations

from pathlib import Path

from pypdfium2 import PdfDocument


def read_page_texts(pdf: bytes | Path) -> list[str]:
    """The words of each page, with one space between them."""
    document = PdfDocument(pdf)
    try:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    finally:
        document.close()


def read_whole_text(pdf: bytes | Path) -> str:
    """The words of all pages, with one space between them."""
    return " ".join(read_page_texts(pdf))
