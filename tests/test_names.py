"""Names say what a thing is, and mean one thing in the whole project."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "survey", "reports", "sandbox")
#: Files that are the same kind of thing in sibling folders.
OF_A_KIND = frozenset({"__init__.py", "__main__.py", "chapter.py", "tables.py", "pictures.py"})


@cache
def modules() -> dict[Path, ast.Module]:
    """Every file of the product and the sandbox; migrations are named by number."""
    found = (path for package in PACKAGES for path in sorted(ROOT.glob(f"{package}/**/*.py")))
    return {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for path in found
        if "migrations" not in path.parts
    }


def public_classes() -> Iterator[tuple[str, str]]:
    for path, module in modules().items():
        for node in module.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name, str(path.relative_to(ROOT))


def test_a_class_name_means_one_thing() -> None:
    places = defaultdict(list)
    for name, path in public_classes():
        places[name].append(path)
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_file_name_stands_once_in_a_package(package: str) -> None:
    places = defaultdict(list)
    for path in modules():
        where = path.relative_to(ROOT)
        if where.parts[0] == package and path.name not in OF_A_KIND:
            places[path.name].append(str(where))
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}
