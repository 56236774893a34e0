"""The bot writes to the store through a service; it reads from it in few places, for a reason."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import bot

FOLDER = Path(bot.__file__).parent
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.py"))
#: Files that read from the store, each with the reason why no service does it for them.
READERS = {
    "__main__.py": "moving a survey to another database, in which no service runs",
    "app.py": "which chats get the menu of reports, once at the start",
    "command_line/backups.py": "copies the file as it is, or puts one in its place",
    "command_line/base.py": "faults of the database, and where its file is",
    "config.py": "whether the URL of the database can be used, before it is opened",
    "questionnaire_folder.py": "what is compiled lies beside the database's file",
    "demo/run.py": "waits for its report and counts refusals for its closing words",
    "handlers/report_requests.py": "what a report can be asked of, drawn as choices",
    "telegram/intake.py": "whether the database is at fault, or a value that an update brought",
    "jobs/backup_job.py": "copies the file as it is",
    "jobs/database_watch.py": "whether the file is the one that was opened, and whole",
    "telegram/outbox.py": "whether a job may be done later, or the database cannot do it at all",
    "telegram/webhook.py": "why the database takes no updates, for the log",
    "workers/worker_group.py": "why the database cannot be reached, for the log",
    "jobs/result_notifier.py": "where telling the results stands, looked at every minute",
}
#: What whoever opens the database does with it, besides reading.
WRITING_METHODS = frozenset({"keep", "keep_decided", "write_engine"})


@cache
def parse(file: str) -> ast.Module:
    return ast.parse((FOLDER / file).read_text(encoding="utf-8"))


def functions_of_the_store(file: str) -> Iterator[object]:
    """The functions of survey.store that a file uses, by their name or by their module's."""
    modules: dict[str, ModuleType] = {}
    for node in ast.walk(parse(file)):
        if not isinstance(node, ast.ImportFrom) or not str(node.module).startswith("survey.store"):
            continue
        source = importlib.import_module(str(node.module))
        for alias in node.names:
            if node.module == "survey.store":
                module = importlib.import_module(f"survey.store.{alias.name}")
                modules[alias.asname or alias.name] = module
            elif inspect.isfunction(found := getattr(source, alias.name)):
                yield found
    for node in ast.walk(parse(file)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = getattr(modules.get(node.value.id), node.attr, None)
            if inspect.isfunction(found):
                yield found


def writes(function: object) -> bool:
    """Whether a function makes statements, or carries them out on a store that it is given."""
    signature = inspect.signature(function)  # type: ignore[arg-type]
    takes = {parameter.annotation for parameter in signature.parameters.values()}
    return "Statement" in str(signature.return_annotation) or "Store" in takes


@pytest.mark.parametrize("file", FILES)
def test_nothing_in_the_bot_writes_to_the_store_by_itself(file: str) -> None:
    assert [found for found in functions_of_the_store(file) if writes(found)] == []
    used = {node.attr for node in ast.walk(parse(file)) if isinstance(node, ast.Attribute)}
    assert used & WRITING_METHODS == set()


def test_whoever_reads_from_the_store_has_a_reason() -> None:
    assert {file for file in FILES if any(functions_of_the_store(file))} == set(READERS)


def test_writers_are_told_from_readers() -> None:
    modules = [importlib.import_module(f"survey.store.{n}") for n in ("report_chats", "deliveries")]
    found = {n for m in modules for n, f in inspect.getmembers(m, inspect.isfunction) if writes(f)}
    assert {"delete_report_chat", "seed_schedule", "renumber_chat", "claim_delivery"} <= found
    assert not {"read_report_chats", "read_schedules", "list_unfinished"} & found
