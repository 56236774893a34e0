"""Public forms filled through the chat, by people who know nothing of them but the screen.

    python -m benchmarks.walked_forms --shared ../shared --people 2 FOLDER …

walks all forms of ``SHARED/conformance/forms`` and of the folders that are named: the demo's bot at
the sandbox, and a walker of the sandbox for each person. Then the answers are exported and compared
with what ``suara fill`` makes of them. Printed are how many forms reached the thanks, and why
others did not; those that are refused are named with the first fault that ``suara check`` gives.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
import warnings
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from bot.app import open_app
from bot.clock import Clock
from bot.config import load_config
from bot.demo import sandbox_process
from bot.demo.brought_forms import BroughtForm, read_brought_forms
from bot.demo.brought_walks import FormWalk, compare_exported, walk_brought_forms
from bot.demo.fill_comparison import FillComparison
from bot.demo.run import DemoOptions, build_demo_config
from survey.forms.authoring.faults import QuestionnaireError
from survey.forms.authoring.xlsform import compile_file

#: A bot with more waves than that starts slowly.
FORMS_AT_ONCE = 40
FORM_ENDINGS = frozenset({".xlsx", ".xls", ".md"})
CONFIG = Path(__file__).parents[1] / "config.toml"


def list_forms(folders: Sequence[Path]) -> list[Path]:
    """The forms in some folders; a file stands for itself."""
    files = [
        file for each in folders for file in (sorted(each.iterdir()) if each.is_dir() else [each])
    ]
    return [file for file in files if file.suffix.lower() in FORM_ENDINGS]


def compile_or_explain(file: Path) -> str:
    """Why a form is refused; '' if it is not."""
    try:
        compile_file(file)
    except QuestionnaireError as error:
        return str(error.faults[0])
    return ""


async def walk_forms(
    files: Sequence[Path], people: int, seed: int, log: Path
) -> Iterator[tuple[FormWalk, FillComparison]]:
    """Field the forms, let people fill them, and compare what is exported."""
    config = load_config(CONFIG)
    guests: list[BroughtForm] = read_brought_forms(files, (wave.id for wave in config.waves))
    options = DemoOptions(0, seed, None, True, False, None)
    with tempfile.TemporaryDirectory(prefix="suara-walks-") as name:
        folder, port = Path(name), sandbox_process.find_free_port()
        players = sandbox_process.list_demo_people()
        async with sandbox_process.run_sandbox(folder, port, players) as sandbox:
            chat_id = await sandbox.create_people()
            settings = build_demo_config(config, folder, sandbox.url, chat_id, guests, options)
            async with open_app(settings, sandbox_process.DEMO_TOKEN, Clock()) as app:
                stop = asyncio.Event()
                polling = asyncio.create_task(app.poll_updates(stop))
                walks = await walk_brought_forms(sandbox, guests, people, seed, log)
                stop.set()
                await polling
                compared = compare_exported(app, guests)
    return ((walk, compared[walk.guest.wave]) for walk in walks)


def print_walks(
    found: Sequence[tuple[FormWalk, FillComparison]], refused: dict[Path, str], taken: timedelta
) -> None:
    """The totals, then what is left."""
    people = sum(walk.people for walk, _ in found)
    finished = sum(walk.finished for walk, _ in found)
    whole = sum(walk.finished == walk.people for walk, _ in found)
    print(f"{len(found) + len(refused)} forms; {len(refused)} are refused before they are asked.")
    print(f"{whole} of {len(found)} reached the thanks with everybody who walked them:")
    print(f"{finished} of {people} people, {sum(walk.acts for walk, _ in found)} acts, {taken}.")
    answers = sum(compared.answers for _, compared in found)
    other = [
        f"{walk.guest.file.name}: {difference}"
        for walk, compared in found
        for difference in compared.differences
    ]
    print(f"{answers} exported answers, {len(other)} other than suara fill gives.\n")
    for walk, _ in found:
        if walk.finished < walk.people:
            print(walk.describe())
    print("\n".join(other))
    print("\n".join(f"refused: {file.name}: {why}" for file, why in refused.items()))


async def run_benchmark(options: Namespace) -> None:
    """Walk all forms, some at a time."""
    began = time.monotonic()
    shared = options.shared / "conformance/forms"
    forms = list_forms([*([shared] if shared.is_dir() else []), *options.folders])
    explained = {file: compile_or_explain(file) for file in forms}
    refused = {file: why for file, why in explained.items() if why}
    found: list[tuple[FormWalk, FillComparison]] = []
    taken = [file for file in forms if file not in refused]
    for start in range(0, len(taken), FORMS_AT_ONCE):
        log = options.log.with_stem(f"{options.log.stem}-{start}")
        some = taken[start : start + FORMS_AT_ONCE]
        found += await walk_forms(some, options.people, options.seed, log)
    print_walks(found, refused, timedelta(seconds=round(time.monotonic() - began)))


def main() -> None:
    """The command line."""
    parser = ArgumentParser(description=__doc__, formatter_class=ArgumentDefaultsHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--people", type=int, default=1, help="who fill each form")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, default=Path(tempfile.gettempdir()) / "walks.jsonl")
    parser.add_argument("folders", type=Path, nargs="*")
    warnings.simplefilter("ignore")
    asyncio.run(run_benchmark(parser.parse_args()))


if __name__ == "__main__":
    main()
