"""The short message that comes with the files: what changed and key figures, in Telegram's HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from reports.documents.cell_texts import cut
from reports.report_content import Content

#: Fits beside a document as its caption in two parts, and under Telegram's 1,024.
LONGEST = 900
LABEL, DETAIL, FINDING = 60, 90, 220
#: Findings that stand before the figures.
LEAD = 3


def message(contents: Sequence[Content]) -> str:
    """Under 900 characters, shared by the languages; … stands for what has no room."""
    room = (LONGEST - 2 * len(contents)) // len(contents)
    return "\n\n".join(told(content, room) for content in contents)


def told(content: Content, room: int) -> str:
    """What changed first, then the key figures, as many as there is room for."""
    words = content.words
    head = [f"<b>{short(content.title)}</b>", short(content.period)]
    if content.order.late:
        late = words("This report comes late.")
        head.append(f"<i>{escape(late)}</i>")
    foot = ["", f"<i>{escape(content.caution)}</i>"]
    kept: list[str] = [""]
    waiting = list(lines(content))
    while waiting and len("\n".join([*head, *kept, waiting[0], "…", *foot])) < room:
        kept.append(waiting.pop(0))
    if waiting:
        kept.append("…")
    return "\n".join([*head, *kept, *foot])


def lines(content: Content) -> Iterator[str]:
    if content.nothing:
        yield escape(content.nothing)
    for finding in content.lead[:LEAD]:
        yield f"▸ {short(finding, FINDING)}"
    for figure in content.key_figures:
        detail = f" ({short(figure.detail, DETAIL)})" if figure.detail else ""
        yield f"• {short(figure.label)}: <b>{short(figure.value)}</b>{detail}"


def short(text: str, length: int = LABEL) -> str:
    """One escaped line of at most ``length`` letters."""
    return escape(cut(text, length), quote=False)
