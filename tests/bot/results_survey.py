"""A short survey on the city's drivers, a crowd that answers it, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from itertools import count

from PIL import Image

from bot.app import App
from sandbox import GroupChatClient, ShownMessage
from survey.services.snapshot import Request
from survey.store import summaries
from survey.store.interviews import Cause
from survey.store.summaries import Summary
from tests.bot.running_bot import Phone, RunningBot

ASKED = {
    "kebutuhan": "Basic needs",
    "pekerjaan": "Jobs and small business",
    "kesehatan": "Health care",
    "kerukunan": "Neighbourly help",
    "keamanan": "Safety and justice",
    "ekonomi": "Economy and chances",
    "pelindung": "Protection from disasters",
}
DRIVERS = "\n".join(f"| | select_one kuat | {name} | {name}? | {ASKED[name]}? |" for name in ASKED)
QUESTIONS = f"""
| survey | type | name | label::Indonesia (id) | label::English (en) |
|---|---|---|---|---|
| | begin_group | pendorong | Kekuatan | Strengths |
{DRIVERS}
| | end_group |
| | select_one guncangan | guncangan | Apa yang dikhawatirkan? | What worries you? |
| | select_one tekanan | tekanan | Apa yang berat? | What is heavy? |

| choices | list_name | name | label::Indonesia (id) | label::English (en) |
|---|---|---|---|---|
| | kuat | 1 | Lemah sekali | Very weak |
| | kuat | 2 | Lemah | Weak |
| | kuat | 3 | Cukup | Fair |
| | kuat | 4 | Kuat | Strong |
| | kuat | tt | Tidak tahu | Don't know |
| | guncangan | banjir | Banjir <sungai> | River <flood> |
| | guncangan | gempa | Gempa | Earthquake |
| | tekanan | macet | Macet | Traffic |

| settings | form_title | form_id | version | default_language | namespaces |
|---|---|---|---|---|---|
| | Ketahanan <kota> | uji | 1 | Indonesia (id) | suara="https://suara.id/xforms" |
"""
#: Who finds it weak of forty; of the last one only three have an opinion.
WEAK = {"kebutuhan": 36, "pekerjaan": 32, "kesehatan": 28, "kerukunan": 8, "keamanan": 4}
#: What everybody presses from the consent to the end.
TAPS = {
    "id": [*["Cukup"] * 6, "Tidak tahu", "Gempa", "Macet", "Kirim ✓"],
    "en": [*["Fair"] * 6, "Don't know", "Earthquake", "Traffic", "Send ✓"],
}
RESULTS_BUTTON = {"id": "🔔 Kabari saya hasilnya", "en": "🔔 Tell me the results"}
NO_RESULTS_BUTTON = "🔕 Tidak usah kabari hasilnya"
causes = count(1)


async def finish_interview(suara: RunningBot, number: int, language: str = "id") -> Phone:
    """Somebody who has just sent the interview."""
    phone = await suara.add_resident(number, language, "uji")
    await phone.tap(*TAPS[language])
    return phone


async def request_results(suara: RunningBot, number: int, language: str = "id") -> Phone:
    """Somebody who has also asked for the results."""
    phone = await finish_interview(suara, number, language)
    await phone.tap(RESULTS_BUTTON[language])
    return phone


async def answer_as_crowd(app: App, people: int) -> None:
    """Others who answer, by the acts that stand behind every tap."""
    for person in range(people):

        def on(who: int = 50_000 + person) -> Request:
            return Request(who, app.clock.now(), Cause(1, next(causes)))

        await app.interviews.arrive(on(), "id", "uji")
        now = await app.interviews.agree(on())
        while now.interview and now.interview.position:
            key = now.interview.position
            value = choose_crowd_answer(key.rpartition("/")[2], person)
            now = await app.interviews.answer(on(), key, value)
        await app.interviews.send(on())


def choose_crowd_answer(name: str, person: int) -> str:
    """Of forty, ``WEAK`` many find each driver weak; three know anything of the last one."""
    if name in ("guncangan", "tekanan"):
        return {"guncangan": "banjir" if person % 2 else "gempa", "tekanan": "macet"}[name]
    if name == "pelindung":
        return "1" if person < 3 else "tt"
    return "1" if person < WEAK.get(name, 20) else "4"


def close_wave(app: App, hour: int = 10) -> None:
    """Let the wave close, and go on at that hour in Jakarta two days later."""
    day = app.config.waves[0].closes.astimezone(app.config.suara.zone) + timedelta(days=2)
    app.clock.set(day.replace(hour=hour, minute=0))


async def make_summary(app: App, languages: Sequence[str] = ("id", "en")) -> None:
    """A summary as the worker would leave it, without waiting for the worker."""
    found = [Summary(code, f"<b>Hasil {code}</b>", draw_small_picture()) for code in languages]
    await app.store.keep(summaries.replace_summaries("uji", found, app.clock.now()))


def draw_small_picture() -> bytes:
    """A small PNG."""
    drawn = BytesIO()
    Image.new("RGB", (400, 300), "teal").save(drawn, "PNG")
    return drawn.getvalue()


def list_bot_messages(office: GroupChatClient) -> list[ShownMessage]:
    """What the bot has written into the secretariat's chat."""
    return [shown for shown in office.screen.messages if shown.from_bot]


async def decide_on_release(suara: RunningBot, office: GroupChatClient, label: str) -> ShownMessage:
    """Wake, tap what the secretariat says, and see the card that it leaves."""
    await suara.app.context.reporting.result_notifier.notify_due()
    screen = await office.wait_until(
        lambda s: s.last_message is not None and label in s.last_message.labels
    )
    assert screen.last_message is not None
    number = screen.last_message.message_id
    await office.founder.tap(label, number, chat=office)

    def there() -> ShownMessage:
        return next(shown for shown in list_bot_messages(office) if shown.message_id == number)

    await office.wait_until(lambda _: label not in there().labels)
    return there()


def list_sent_results(phone: Phone) -> list[str]:
    """The results that somebody was told; neither their card nor a notice."""
    return [shown.text for shown in phone.cards if shown.file_id]
