"""What is remembered of what people look at."""

from __future__ import annotations

from bot.handlers.view_memory import ViewMemory
from bot.screens.workshop.workshop_page import WorkshopPage

ANI, BUDI = 1001, 1005


def test_whoever_is_not_remembered_sees_what_the_room_brings() -> None:
    views = ViewMemory()
    views.set_page(ANI, WorkshopPage("brief"))
    assert views.get_page(ANI).name == "brief"
    assert views.get_page(BUDI) == WorkshopPage()
    views.close_page(ANI)
    views.close_page(BUDI)
    assert views.get_page(ANI) == WorkshopPage()


def test_only_the_ballot_that_was_asked_last_was_asked() -> None:
    views = ViewMemory()
    assert not views.was_asked(ANI, 0, 1)
    views.note_asked_ballot(ANI, 0, 1)
    views.note_asked_ballot(ANI, 0, 4)
    assert views.was_asked(ANI, 0, 4)
    assert not views.was_asked(ANI, 0, 1)
    assert not views.was_asked(BUDI, 0, 4)


def test_an_interruption_is_remembered_until_it_is_over() -> None:
    views = ViewMemory()
    views.note_interruption(ANI, True)
    assert views.is_interrupted(ANI)
    views.note_interruption(ANI, False)
    assert not views.is_interrupted(ANI)
