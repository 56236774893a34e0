"""How many took part, in AAPOR's terms. Pure.

American Association for Public Opinion Research, *Standard Definitions: Final Dispositions of Case
Codes and Outcome Rates for Surveys*. Of volunteers there is no response rate: nobody knows how many
could have answered. There is a participation rate among those who were invited in person.
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.statistics.row_suppression import compute_share


@dataclass(frozen=True)
class OutcomeCounts:
    """How the interviews of a wave ended, in people; those in progress are in none of them.

    ``complete`` is AAPOR's I, ``partial`` P, ``refused`` and ``break_off`` together R, ``other`` O
    (eligible, reached, not able). ``invited``: personal invitations; None where a link was public.
    """

    complete: int
    partial: int
    break_off: int
    refused: int
    other: int = 0
    invited: int | None = None

    @property
    def usable(self) -> int:
        """I + P: whose answers are counted."""
        return self.complete + self.partial

    @property
    def begun(self) -> int:
        """I + P + BO: who began, those in progress apart."""
        return self.usable + self.break_off

    def compute_cooperation(self, kind: int) -> float:
        """COOP1 to COOP4, 0-1, of all who were reached; NaN of nobody.

        COOP1 = I / (I + P + R + O), COOP2 = (I + P) / (I + P + R + O), COOP3 = I / (I + P + R),
        COOP4 = (I + P) / (I + P + R). Reached is here who opened the bot for this wave and was
        asked for consent. Raises ValueError for another ``kind``.
        """
        if kind not in (1, 2, 3, 4):
            raise ValueError("AAPOR defines cooperation rates 1 to 4.")
        good = self.complete if kind in (1, 3) else self.usable
        # I + P + R: break-offs are part of AAPOR's R, beside the refusals.
        able = self.begun + self.refused
        return compute_share(good, able + self.other if kind in (1, 2) else able)

    @property
    def break_off_rate(self) -> float:
        """BO / (I + P + BO), 0-1 (Callegaro & DiSogra 2008, Public Opin Q 72:1008)."""
        return compute_share(self.break_off, self.begun)

    @property
    def completion_rate(self) -> float:
        """(I + P) / (I + P + BO), 0-1: of those who began, whose answers are counted."""
        return compute_share(self.usable, self.begun)

    @property
    def participation_rate(self) -> float | None:
        """(I + P) over personal invitations, 0-1; None where nobody was invited in person.

        What AAPOR (after ISO 26362) asks of opt-in samples in place of a response rate. It says how
        the invitations worked, and nothing of how well the population is covered.
        """
        return compute_share(self.usable, self.invited) if self.invited else None
