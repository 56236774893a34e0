"""The short message that comes with the files: what changed and key figures, in Telegram's HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from reports.documents.cell_texts import shorten_text
from reports.report_content import ReportContent, describe_waiting

#: Fits beside a document as its caption in two parts, and under Telegram's 1,024.
LONGEST_MESSAGE = 900
LABEL_LENGTH, DETAIL_LENGTH, FINDING_LENGTH = 60, 90, 220
#: Findings that stand before the figures.
MOST_LEAD_FINDINGS = 5
#: No warning is cut shorter than this.
LEAST_WARNING_LENGTH = 40


def build_message(contents: Sequence[ReportContent]) -> str:
    """Under 900 characters, shared by the languages; … stands for what has no room."""
    room = (LONGEST_MESSAGE - 2 * len(contents)) // len(contents)
    return "\n\n".join(fit_message(content, room) for content in contents)


def fit_message(content: ReportContent, room: int) -> str:
    """Warnings first, then what changed, then the key figures, as many as there is room for."""
    words = content.words
    head = [f"<b>{escape_short_line(content.title)}</b>", escape_short_line(content.period)]
    if content.request.late:
        late = words("This report comes late.")
        head.append(f"<i>{escape(late)}</i>")
    foot = ["", f"<i>{escape(content.caution)}</i>"]
    warnings = list_warning_lines(content, room - len("\n".join([*head, "", "…", *foot])) - 1)
    # All warnings stay, whatever falls off behind them.
    kept: list[str] = ["", *warnings]
    waiting = list(list_message_lines(content))
    # Telegram counts a text without its tags and entities, so this count is on the safe side. The
    # ellipsis is in it, as it must still fit if the next line does not.
    while waiting and len("\n".join([*head, *kept, waiting[0], "…", *foot])) < room:
        kept.append(waiting.pop(0))
    if waiting:
        kept.append("…")
    return "\n".join([*head, *kept, *foot])


def list_warning_lines(content: ReportContent, room: int) -> list[str]:
    """Every warning in a line of its own, each as long as all of them have room for."""
    texts, lengths = [warning.brief for warning in content.warnings], {}
    # The shortest first, as longer ones may take what these leave.
    for number, text in enumerate(sorted(texts, key=len)):
        share = room // (len(texts) - number) - len("⚠ \n")
        lengths[text] = max(LEAST_WARNING_LENGTH, min(FINDING_LENGTH, share))
        room -= len(escape_short_line(text, lengths[text])) + len("⚠ \n")
    return [f"⚠ {escape_short_line(text, lengths[text])}" for text in texts]


def list_message_lines(content: ReportContent) -> Iterator[str]:
    if content.empty_note:
        yield escape(content.empty_note)
    for finding in content.lead_findings[:MOST_LEAD_FINDINGS]:
        yield f"▸ {escape_short_line(finding, FINDING_LENGTH)}"
    if content.frames.waiting:
        waiting = describe_waiting(content.frames, content.words)
        yield f"▸ {escape_short_line(waiting, FINDING_LENGTH)}"
    for figure in content.key_figures:
        detail = f" ({escape_short_line(figure.detail, DETAIL_LENGTH)})" if figure.detail else ""
        label, value = escape_short_line(figure.label), escape_short_line(figure.value)
        yield f"• {label}: <b>{value}</b>{detail}"


def escape_short_line(text: str, length: int = LABEL_LENGTH) -> str:
    """One escaped line of at most ``length`` letters."""
    # Escaped at the end, as a cut could go through an entity, and Telegram refuses such a text.
    return escape(shorten_text(text, length), quote=False)
