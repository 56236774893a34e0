"""How the tests are shared out between workers, to whom a file of tests goes as a whole."""

from __future__ import annotations

import os
import sys

import pytest

# Workers, and the many processes that tests start, share what Python compiled: without that each
# compiles the whole of Suara anew, which takes longer than most of what they are started for.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

#: What takes half a minute and more is begun first, so that the workers end together. What looks
#: at the same demo as another file comes later, when that demo is there.
FIRST = (
    "test_demo.py",
    "test_verify_folder.py",
    "test_demo_under_load.py",
    "test_result_notices.py",
    "test_demo_questionnaires.py",
    "test_stopping.py",
    "test_report_kinds.py",
    "test_projector.py",
    "test_voting_page.py",
    "test_command_line.py",
    "test_workshop_group.py",
    "test_sandbox_crowd.py",
    "test_interview_cache.py",
    "test_bot_in_browser.py",
    "test_discovery_chapter.py",
    "test_workshop_session.py",
    "test_store.py",
)


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are processors: some always wait, for a browser or a second."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.path.name, len(FIRST)))
