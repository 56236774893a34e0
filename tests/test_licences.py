"""Suara's licence and those of everything it installs fit together, and are written down."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LISTED = re.compile(r"^\| ([a-z0-9.-]+) \| (.+) \|$", re.MULTILINE)
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==", re.MULTILINE)
#: What a program under the Apache License may install, by how the licence begins.
COMPATIBLE = (
    "0BSD", "Apache-2.0", "BSD", "CC0", "CNRI", "ISC", "LGPL", "MIT", "MIT-CMU", "MPL-2.0",
    "OFL-1.1", "PSF", "Zlib",
)  # fmt: skip


def pinned(lock: str) -> set[str]:
    return {name.lower() for name in PINNED.findall((ROOT / lock).read_text(encoding="utf-8"))}


def listed() -> dict[str, str]:
    return dict(LISTED.findall((ROOT / "docs/licences.md").read_text(encoding="utf-8")))


def test_suara_is_under_the_apache_license() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_licence_of_everything_that_is_installed_is_listed() -> None:
    installed = pinned("requirements.lock") | pinned("requirements-dev.lock")
    assert set(listed()) - {"package"} == installed


@pytest.mark.parametrize("package", sorted(set(listed()) - {"package"}))
def test_a_program_under_the_apache_license_may_use_it(package: str) -> None:
    parts = re.split(r" (?:AND|OR) ", listed()[package])
    assert all(part.strip("()").startswith(COMPATIBLE) for part in parts), listed()[package]
