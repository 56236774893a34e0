"""Brought questionnaires are filled by people who know nothing of them but what they see."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.app import App
from bot.demo import sandbox_process
from bot.demo.brought_forms import BroughtForm
from bot.demo.fill_comparison import FillComparison, compare_with_fill, read_exported_answers
from bot.demo.sandbox_process import DemoError, DemoSandbox
from bot.progress import Progress, print_text
from survey.forms.authoring.xlsform import compile_file


@dataclass(frozen=True, slots=True)
class FormWalk:
    """What came of the people who filled one questionnaire."""

    guest: BroughtForm
    people: int
    finished: int
    acts: int
    why: tuple[str, ...]

    def describe(self) -> str:
        """How many reached the thanks, and why the others did not."""
        others = f" Others: {'; '.join(self.why)}" if self.why else ""
        return (
            f"{self.guest.file.name}: {self.finished} of {self.people} people reached the thanks, "
            f"in {self.acts} acts.{others}"
        )


async def walk_brought_forms(
    sandbox: DemoSandbox, guests: Sequence[BroughtForm], people: int, seed: int, log: Path
) -> list[FormWalk]:
    """Let people fill each questionnaire to its end, and say of each how many did.

    Raises DemoError if they cannot go on at all.
    """
    links, summary = [guest.wave for guest in guests], dict[str, Any]()
    with Progress("People who filled brought questionnaires", people * len(links)) as bar:
        async for line in sandbox_process.run_walker_process(
            sandbox.url, links, people, seed, sandbox_process.clear_log(log)
        ):
            summary = line.get("summary", summary)
            bar.set_done(line.get("ended", people * len(links)))
    walks = [read_walk(guest, summary[guest.wave]) for guest in guests]
    for walk in walks:
        print_text(walk.describe())
    return walks


def read_walk(guest: BroughtForm, told: dict[str, Any]) -> FormWalk:
    """What the walkers told of one link."""
    ended: dict[str, int] = told["ended"]
    return FormWalk(
        guest, sum(ended.values()), ended.get("finished", 0), told["acts"], tuple(told["why"])
    )


def check_walks(walks: Sequence[FormWalk], log: Path) -> None:
    """Raise DemoError if there are questionnaires that nobody could fill."""
    left = [walk.guest.file.name for walk in walks if not walk.finished]
    if left:
        raise DemoError(f"Nobody could fill {', '.join(left)}; {log} says where they stopped.")


async def compare_walks(app: App, walks: Sequence[FormWalk]) -> None:
    """Say whether the answers are those that ``suara fill`` gives. Raises DemoError if not."""
    found = await asyncio.to_thread(compare_exported, app, [walk.guest for walk in walks])
    every = [difference for each in found.values() for difference in each.differences]
    answers = sum(each.answers for each in found.values())
    if every:
        raise DemoError(f"{len(every)} of {answers} answers are other ones: {'; '.join(every[:5])}")
    print_text(f"All {answers} exported answers are those that suara fill gives.")


def compare_exported(app: App, guests: Sequence[BroughtForm]) -> dict[str, FillComparison]:
    """Each wave's comparison, from an export of its own."""
    from reports.export.data_export import export_data

    about = app.config.suara
    with tempfile.TemporaryDirectory(prefix="suara-walks-") as name:
        folder = Path(name)
        export_data(app.config.database.url, folder, about.timezone, app.clock.now())
        return {
            guest.wave: compare_with_fill(
                compile_file(guest.file),
                read_exported_answers(folder / "answers.csv", guest.wave),
                about.zone,
            )
            for guest in guests
        }
