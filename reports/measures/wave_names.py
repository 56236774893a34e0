"""What readers know a wave by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from reports.localizer import Localizer
from reports.reading.frames import Frames


def name_waves(frames: Frames, words: Localizer) -> Mapping[str, str]:
    """Wave id -> its questionnaire's title, and when it opened where others have the same title."""
    titles = {wave.id: wave.questionnaire.get_title(words.language) for wave in frames.waves}
    times = Counter(titles.values())

    def told(title: str, day: str) -> str:
        return words("{wave} (opened {day})", wave=title, day=day) if times[title] > 1 else title

    return {
        wave.id: told(titles[wave.id], words.format_full_date(wave.opens_at))
        for wave in frames.waves
    }
