"""What a person sees, kept up to date from the stream of events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.senders import is_by_bot


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message as it is shown; `raw` is the Bot API Message with a `deleted` flag."""

    raw: dict[str, Any]

    @property
    def message_id(self) -> int:
        """Its number in the chat."""
        number: int = self.raw["message_id"]
        return number

    @property
    def text(self) -> str:
        """Text or caption; "" when it has neither."""
        words: str = self.raw.get("text") or self.raw.get("caption") or ""
        return words

    @property
    def buttons(self) -> list[list[str]]:
        """The rows of labels."""
        rows = self.raw.get("reply_markup", {}).get("inline_keyboard", [])
        return [[button["text"] for button in row] for row in rows]

    @property
    def labels(self) -> list[str]:
        """The labels, row after row."""
        return [label for row in self.buttons for label in row]

    def find_callback_data(self, label: str) -> str:
        """The callback data behind a label. Raises KeyError."""
        for row in self.raw.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                if button["text"] == label:
                    return str(button["callback_data"])
        raise KeyError(label)

    @property
    def from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return bool(self.raw.get("by_bot")) or is_by_bot(self.raw)

    @property
    def deleted(self) -> bool:
        """Whether it is gone."""
        return bool(self.raw.get("deleted"))

    @property
    def edited(self) -> bool:
        """Whether it was changed after it was sent."""
        return "edit_date" in self.raw

    @property
    def file_name(self) -> str:
        """The name of its file; "" when it has none."""
        return str(self._file.get("file_name", ""))

    @property
    def file_id(self) -> str:
        """The id of its file, of a photo that of the largest size; "" when it has none."""
        return str(self._file.get("file_id", ""))

    @property
    def _file(self) -> dict[str, Any]:
        found: Any = next((self.raw[kind] for kind in FILE_FIELDS if kind in self.raw), {})
        file: dict[str, Any] = found[-1] if isinstance(found, list) else found
        return file


@dataclass(slots=True)
class PhoneScreen:
    """One chat: its messages, deleted ones too, and the toasts that taps brought."""

    chat_id: int
    about: dict[str, Any] = field(default_factory=dict)
    toasts: list[dict[str, Any]] = field(default_factory=list)
    _messages: dict[int, tuple[int, ShownMessage]] = field(default_factory=dict)

    @property
    def history(self) -> list[ShownMessage]:
        """Every message there ever was."""
        return [self._messages[number][1] for number in sorted(self._messages)]

    @property
    def messages(self) -> list[ShownMessage]:
        """The messages that are there."""
        return [shown for shown in self.history if not shown.deleted]

    @property
    def last_message(self) -> ShownMessage | None:
        """The newest message."""
        return next(reversed(self.messages), None)

    @property
    def card(self) -> ShownMessage | None:
        """The bot's newest message with buttons."""
        cards = (shown for shown in reversed(self.messages) if shown.from_bot and shown.buttons)
        return next(cards, None)

    def put_message(self, number: int, raw: dict[str, Any]) -> None:
        """Take a message as of event `number`, unless a later state is known."""
        known, _ = self._messages.get(raw["message_id"], (-1, None))
        if number >= known:
            self._messages[raw["message_id"]] = (number, ShownMessage(raw))

    def apply_event(self, event: dict[str, Any]) -> None:
        """Take an event."""
        kind, number = event["kind"], event["number"]
        if kind in {"message", "edited"}:
            self.put_message(number, event["message"])
        elif kind == "deleted" and event["message_id"] in self._messages:
            _, shown = self._messages[event["message_id"]]
            self.put_message(number, shown.raw | {"deleted": True})
        elif kind == "cleared":
            for shown in [shown for shown in self.messages if shown.message_id <= event["up_to"]]:
                self.put_message(number, shown.raw | {"deleted": True})
        elif kind == "chat":
            self.about = event["about"]
        elif kind == "toast" and event["text"]:
            self.toasts.append(event)

    def format_transcript(self) -> str:
        """All of it as text, for people who look into a failed test."""
        lines = []
        for shown in self.history:
            sender = shown.raw.get("sender_chat") or shown.raw["from"]
            who = "bot" if shown.from_bot else str(sender["id"])
            gone = " (deleted)" if shown.deleted else ""
            buttons = "".join(f"\n      {row}" for row in shown.buttons)
            what = shown.text or next((k for k in shown.raw if k not in HEAD_FIELDS), "")
            lines.append(f"{shown.message_id:>4} {who}{gone}: {what}{buttons}")
        return "\n".join(lines)


FILE_FIELDS = ("document", "photo", "audio", "voice", "video", "video_note")
HEAD_FIELDS = frozenset({"message_id", "from", "chat", "date", "edit_date", "reply_markup"})
