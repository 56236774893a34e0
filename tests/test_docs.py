"""The documents tell the truth: what they name exists, and what exists is named."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import typer.main
from pydantic import BaseModel

from bot.__main__ import app
from bot.config import Config
from bot.handlers.commands import CHAT_COMMANDS, CommandPlace
from bot.handlers.permissions import CommandAudience
from bot.telegram.calls import FailureKind
from reports.city_file import City, CityLevel
from survey.store.workshop_schema import metadata

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
OPERATIONS = ROOT / "docs/operations.md"
OURS = [README, ROOT / "CHANGELOG.md", *sorted(ROOT.glob("docs/*.md"))]
#: The sandbox is a program of its own, with commands of its own.
PAGES = [*OURS, ROOT / "sandbox/README.md"]
PICTURES = sorted(ROOT.glob("docs/pictures/*"))
#: A picture larger than this makes somebody wait.
HEAVIEST = 250_000

FENCE = re.compile(r"^[ ]*```.*?\n(.*?)^[ ]*```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
#: Commands that have commands of their own.
GROUPS = ("workshop", "chats", "schedules", "invite", "waves")
SUARA = re.compile(rf"(?:\.venv/bin/)?suara ((?:{'|'.join(GROUPS)}) [a-z]+|[a-z]+)\b")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
REFERENCE = re.compile(r"([\w/]+\.py):([\w.]+)")


def called(page: Path) -> str:
    return str(page.relative_to(ROOT))


each_page = pytest.mark.parametrize("page", PAGES, ids=called)


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code_by_line(page: Path) -> Iterator[list[str]]:
    """The pieces of code of each line: of prose its spans, of a fenced block the line."""
    for block in FENCE.findall(text(page)):
        yield from ([line.strip()] for line in block.splitlines())
    for line in FENCE.sub("", text(page)).splitlines():
        yield SPAN.findall(line)


@cache
def commands() -> dict[str, set[str]]:
    """Each command of suara with its options; some have commands of their own."""
    group: Any = typer.main.get_command(app)
    every = dict(group.commands)
    for name in GROUPS:
        every |= {f"{name} {n}": command for n, command in every.pop(name).commands.items()}
    return {
        name: {"--help", *(option for given in command.params for option in options(given))}
        for name, command in every.items()
    }


def options(given: Any) -> list[str]:
    """How an option is written; one that can be turned off, both ways."""
    return [*given.opts, *given.secondary_opts]


def anchors(page: Path) -> set[str]:
    """The headings of a page as addresses."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@cache
def defined(path: Path) -> set[str]:
    """The names that a module and its classes define, such as ``Survey.answer``."""
    found: set[str] = set()
    for node in ast.parse(text(path)).body:
        found |= names_of(node)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{name}" for inner in node.body for name in names_of(inner)}
    return found


def names_of(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


@cache
def said_by_the_program() -> str:
    """All texts in the code, with what is filled in left out."""
    said: list[str] = []
    for package in ("bot", "survey", "reports"):
        for path in sorted(ROOT.glob(f"{package}/**/*.py")):
            for node in ast.walk(ast.parse(text(path))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    said.append(node.value)
                elif isinstance(node, ast.JoinedStr):
                    parts = (p.value for p in node.values if isinstance(p, ast.Constant))
                    said.append("".join(map(str, parts)))
    return "\n".join(said)


def settings(model: type[BaseModel] = Config, within: str = "") -> Iterator[str]:
    """The keys of all settings, such as ``suara.city``."""
    for name, field in model.model_fields.items():
        kinds = [field.annotation, *get_args(field.annotation)]
        section = next((k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)), None)
        if section is None:
            yield f"{within}{name}"
        else:
            yield from settings(section, f"{name}.")


@pytest.mark.parametrize("page", OURS, ids=called)
def test_every_command_and_option_that_is_named_exists(page: Path) -> None:
    everything = set().union(*commands().values())
    for pieces in code_by_line(page):
        named = {found[1] for piece in pieces if (found := SUARA.match(piece))}
        assert named <= commands().keys(), pieces
        possible = set().union(*(commands()[name] for name in named)) if named else everything
        for piece in pieces:
            if SUARA.match(piece) or piece.startswith("--"):
                assert set(OPTION.findall(piece)) <= possible, pieces


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_and_its_options_stand_in_the_readme(command: str) -> None:
    readme = text(README)
    assert f"`suara {command}" in readme
    named = set(OPTION.findall(readme))
    long = {option for option in commands()[command] if option.startswith("--")}
    assert long <= named


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    for page in PAGES:
        for pieces in code_by_line(page):
            wanted = {found[1] for piece in pieces if (found := re.match(r"make ([a-z-]+)", piece))}
            assert wanted <= targets, (page, pieces)


def test_the_readme_has_one_test_command_and_it_is_what_every_change_has_to_pass() -> None:
    blocks = [block.strip() for block in FENCE.findall(text(README))]
    assert [block for block in blocks if "test" in block] == ["make test"]
    assert "make test" in text(ROOT / ".ci/run").splitlines()


@pytest.mark.parametrize("key", list(settings()))
def test_every_setting_is_explained(key: str) -> None:
    section, name = key.split(".")
    explained = {piece for pieces in code_by_line(OPERATIONS) for piece in pieces}
    assert {key, name} & explained if section == "invitations" else key in explained


def test_every_key_of_the_city_file_is_explained() -> None:
    chapter = text(OPERATIONS).partition("## The city file")[2].partition("\n## ")[0]
    levels = {f"levels.{name}" for name in CityLevel.model_fields}
    keys = (set(settings(City)) - {"levels"}) | levels
    assert keys <= set(SPAN.findall(chapter))


def test_every_key_of_the_configuration_is_a_setting() -> None:
    raw = tomllib.loads(text(ROOT / "config.toml"))
    for section, content in raw.items():
        for table in content if isinstance(content, list) else [content]:
            assert {f"{section}.{name}" for name in table} <= set(settings())


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(FENCE.sub("", text(page))):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_every_picture_is_light_and_shown(picture: Path) -> None:
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < HEAVIEST
    assert f"pictures/{picture.name})" in "".join(map(text, PAGES))


@each_page
def test_every_name_of_the_code_exists(page: Path) -> None:
    for path, name in REFERENCE.findall(text(page)):
        assert (ROOT / path).is_file(), path
        assert name in defined(ROOT / path), f"{path}:{name}"


def test_the_glossary_has_every_table_and_no_other() -> None:
    glossary = set(re.findall(r"`table:(\w+)`", text(ROOT / "docs/glossary.md")))
    assert glossary == set(metadata.tables)


def test_every_line_that_is_explained_is_one_that_the_program_writes() -> None:
    chapter = text(OPERATIONS).partition("## What each line means")[2]
    rows = re.findall(r"^\| (`.+?) \|", chapter, re.MULTILINE)
    assert len(rows) > 10
    for piece in (piece for row in rows for piece in SPAN.findall(row)):
        for part in piece.split("…"):
            assert part.strip() in said_by_the_program(), piece


def test_each_row_on_telegram_has_a_test_and_each_kind_of_failure_a_row() -> None:
    page = text(ROOT / "docs/telegram.md")
    rows = re.findall(r"^\| (.+) \|$", page, re.MULTILINE)
    shown = [row for row in rows if not row.startswith(("kind ", "---")) and "| test" not in row]
    assert len(shown) > 40
    for row in shown:
        cited = REFERENCE.findall(row.rpartition(" | ")[2])
        assert cited, row
        assert all(name.startswith("test_") for _, name in cited), row
    kinds = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert sorted(kinds) == sorted(FailureKind)


def test_the_chat_commands_that_are_listed_are_those_of_the_table() -> None:
    chapter = text(OPERATIONS).partition("## Commands in the chat")[2].partition("\n## ")[0]
    listed = [
        tuple(cell.strip() for cell in row.strip("|").split("|")[:4])
        for row in re.findall(r"^\| `/.+\|$", chapter, re.MULTILINE)
    ]
    assert listed == [
        (
            f"`/{command.name}`",
            ", ".join(f"`/{alias}`" for alias in command.aliases),
            ", ".join(command.uses),
            say_audiences({place: use.audience for place, use in command.uses.items()}),
        )
        for command in CHAT_COMMANDS
    ]


def say_audiences(audiences: dict[CommandPlace, CommandAudience]) -> str:
    """Whom a command serves, and in a group if that differs."""
    private, group = audiences[CommandPlace.PRIVATE], audiences.get(CommandPlace.GROUP)
    return private if group in (None, private) else f"{private}; in a group {group}"
