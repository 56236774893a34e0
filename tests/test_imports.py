"""Files import each other in one direction: whoever reads one need not read what imports it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("benchmarks", "bot", "reports", "sandbox", "survey", "tests")


def list_modules() -> dict[str, Path]:
    """Every module of the project by its dotted name, a package by that of its folder."""
    found = (path for package in PACKAGES for path in ROOT.glob(f"{package}/**/*.py"))
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in found
    }


def list_imported(path: Path, modules: Mapping[str, Path]) -> Iterator[str]:
    """What a file imports, wherever in it: inside functions and for type checking as well.

    ``from package import file`` counts as the file, not as the package that it lies in.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_no_files_import_each_other() -> None:
    modules = list_modules()
    graph = {
        name: {other for other in list_imported(path, modules) if other in modules}
        for name, path in modules.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        raise AssertionError(" -> ".join(reversed(circle.args[1]))) from None
