"""What *new interviews* are: one definition for every sentence and table."""

from __future__ import annotations

import pandas as pd

from reports.reading.disposition import COMPLETE
from reports.request import ReportRequest


def mask_new_interviews(interviews: pd.DataFrame, order: ReportRequest) -> pd.Series[bool]:
    """For each interview that was begun, whether it is new.

    New is what was sent in the report's period by somebody who is asked: whoever does not belong to
    those is in no figure, and so in none of new interviews.
    """
    return (interviews["sent_at"] >= order.start) & (interviews["disposition"] == COMPLETE)
