"""The screen after sending: what happens next, the results, a link to pass on."""

from __future__ import annotations

from urllib.parse import quote

from bot.callbacks.interview_callbacks import GoToQuestion
from bot.callbacks.participation_callbacks import GoToWave, RequestResults
from bot.screens.bot_info import BotInfo
from bot.screens.instructions import explain_code_result
from bot.screens.screen import Button, Screen, escape_html, join_paragraphs
from bot.translation import Translator
from survey.people import FORWARDED_WORD, Wave
from survey.services.snapshot import Snapshot
from survey.store.result_requests import ResultRequestStatus


def draw_thanks_screen(snapshot: Snapshot, t: Translator, about: BotInfo) -> Screen:
    """After sending: what happens next, what else there is, a link to pass on."""
    wave = snapshot.wave.id if snapshot.wave else ""
    passed_on = (w for w in snapshot.open_waves if "resident" in w.audience)
    public = min(passed_on, key=lambda w: w.id != wave, default=None)  # This one if it may be.
    link = about.build_start_link(f"{public.id}-{FORWARDED_WORD}") if public else ""
    row_id = snapshot.interview_row.id if snapshot.interview_row else 0
    can_change = wave in {w.id for w in snapshot.open_waves}
    body = join_paragraphs(
        t("🙏 Thank you! Your answers have arrived."),
        explain_code_result(snapshot, t),
        t(
            "What happens next: {secretariat} reads the results as totals, without names, and "
            "prepares the city's resilience plan from them.",
            secretariat=escape_html(about.secretariat),
        ),
        t("You can change your answers until the survey closes.") if can_change else "",
        explain_results_request(snapshot, t, about),
        t("Pass it on: {link}", link=link) if link else "",
    )
    rows: list[tuple[Button, ...]] = []
    if snapshot.result_request_status is ResultRequestStatus.NONE:
        rows.append((Button(t("🔔 Tell me the results"), RequestResults(wave, 1)),))
    elif snapshot.result_request_status is ResultRequestStatus.WAITING:
        rows.append((Button(t("🔕 Do not tell me the results"), RequestResults(wave, 0)),))
    if snapshot.next_wave:
        rows.append(build_wave_row(snapshot, snapshot.next_wave, t))
    if can_change:
        rows.append((Button(t("✏️ See or change answers"), GoToQuestion(row_id, "review")),))
    if public:
        words = quote(snapshot.questionnaires[public.id].get_title(t.language))
        share = f"https://t.me/share/url?url={quote(link)}&text={words}"
        rows.append((Button(t("Share the link"), url=share),))
    return Screen(body, tuple(rows))


def explain_results_request(snapshot: Snapshot, t: Translator, about: BotInfo) -> str:
    """Whether they will be told the results, and what is kept for that."""
    return {
        ResultRequestStatus.NONE: t(
            "Shall we tell you the results here? We keep only this request, apart from your "
            "answers."
        ),
        ResultRequestStatus.WAITING: t(
            "🔔 You will be told the results here after the survey has closed, once {secretariat} "
            "releases them. /hapus deletes this request too.",
            secretariat=escape_html(about.secretariat),
        ),
        ResultRequestStatus.TOLD: "",
    }[snapshot.result_request_status]


def build_wave_row(snapshot: Snapshot, wave: Wave, t: Translator) -> tuple[Button, ...]:
    """A row that leads to another questionnaire."""
    return (
        Button(f"▶ {snapshot.questionnaires[wave.id].get_title(t.language)}", GoToWave(wave.id)),
    )
