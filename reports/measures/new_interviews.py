"""What *new interviews* are: one definition for every sentence and table."""

from __future__ import annotations

import pandas as pd

from reports.reading.disposition import COMPLETE
from reports.reading.frames import Frames
from reports.request import ReportRequest


def mask_new_interviews(frames: Frames, order: ReportRequest) -> pd.Series[bool]:
    """For each interview that was begun, whether it is new.

    New is what was sent by somebody who is asked, and came into the figures in the report's period:
    at a release, or where none was kept yet, when it was sent. Whoever does not belong to those who
    are asked is in no figure, and so in none of new interviews.
    """
    every = frames.interviews
    if frames.released_at is None:
        came = every["sent_at"] >= order.start
    else:
        # What was released at the moment of the last report stood in it.
        came = every["released_at"] > order.start
    return came & (every["disposition"] == COMPLETE)
