"""The short message that comes with the files: key figures in Telegram's HTML."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from reports.brief import Brief
from reports.charts.style import fit

#: Fits beside a document as its caption in two parts, and under Telegram's 1,024.
LONGEST = 900
LABEL = 60


def message(brief: Brief) -> str:
    """Under 900 characters; where labels are long, the last figures give way."""
    head = [f"<b>{short(brief.title)}</b>", short(brief.period)]
    if brief.order.late:
        late = brief.words("This report comes late.")
        head.append(f"<i>{escape(late)}</i>")
    caution = brief.words(
        "Respondents are volunteers, not drawn by lot; the data are not weighted."
    )
    foot = ["", f"<i>{escape(caution)}</i>"]
    kept: list[str] = [""]
    for line in lines(brief):
        if len("\n".join([*head, *kept, line, *foot])) < LONGEST:
            kept.append(line)
    return "\n".join([*head, *kept, *foot])


def lines(brief: Brief) -> Iterator[str]:
    if not any(figure.number for figure in brief.key_figures):
        yield escape(brief.words("Nobody has completed an interview yet."))
    for figure in brief.key_figures:
        detail = f" ({short(figure.detail, 90)})" if figure.detail else ""
        yield f"• {short(figure.label)}: <b>{short(figure.value)}</b>{detail}"


def short(text: str, length: int = LABEL) -> str:
    """One escaped line of at most ``length`` letters."""
    return escape(fit(text, length, 1), quote=False)
