"""How a person looks at their card: the page, what a search left. Nothing of it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.screens.workshop.workshop_page import WorkshopPage


@dataclass(frozen=True, slots=True)
class ViewState:
    """How to look at a card; nothing of it is kept.

    ``page`` is that of a long list, of the review or of a picker. ``matches`` are the numbers of
    the choices that a search left, ``removing`` shows instances of which one shall go,
    ``media_files`` are the media that can be shown, ``workshop_page`` is the page of a workshop.
    """

    page: int | None = None
    matches: tuple[int, ...] | None = None
    removing: bool = False
    media_files: frozenset[str] = frozenset()
    workshop_page: WorkshopPage = field(default_factory=WorkshopPage)
