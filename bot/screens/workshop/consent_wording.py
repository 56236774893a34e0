"""What somebody is told before their first vote, and agrees to by giving it."""

from __future__ import annotations

from bot.translation import Translator
from survey.workshop.plan import ConsentWording


def build_chat_consent(t: Translator, secretariat: str, months: int) -> ConsentWording:
    """The words in a chat, where one agrees by the next choice or vote."""
    return ConsentWording(
        t.language,
        t(
            "{secretariat} asks for your view of the city's assets. Your votes with their reasons "
            "and times, your sector, category and table are kept for at most {months} months; "
            "results show groups only. See it all: /data. Delete it all: /hapus. For ages 18 and "
            "over. By choosing or voting you agree.",
            secretariat=secretariat,
            months=months,
        ),
    )


def build_web_consent(t: Translator, secretariat: str, months: int) -> ConsentWording:
    """The words on the web page's door, where one agrees by coming in."""
    return ConsentWording(
        t.language,
        t(
            "{secretariat} asks for your view of the city's assets. Your votes with their reasons "
            "and times, your sector, category and table are kept for at most {months} months, "
            "without your name; results show groups only. The facilitator can delete your seat "
            "with its votes. For ages 18 and over: if you are younger, thank you, and please close "
            "this page; nothing is kept. By taking part you agree.",
            secretariat=secretariat,
            months=months,
        ),
    )
