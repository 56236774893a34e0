"""Compiled questionnaires in a folder, so that a restart does not compile what it compiled before.

What is kept of a questionnaire is its finished XForm: text, which is read as any other. It stands
under the digest of all that it was made of (the bytes of the XLSForm, our code, pyxform), with the
digests of the lists that were put into it and of itself. Whatever does not agree is compiled anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from survey.forms.model.questionnaire import Questionnaire
from survey.forms.model.xform_reader import read_xform
from survey.forms.runtime.instance import build_form_template

#: What the questionnaires there are called.
SUFFIX = ".xform"
#: The endings of the lists that may lie beside an XLSForm.
LIST_SUFFIXES = (".csv", ".xml", ".geojson")
#: The folder of the code that decides what becomes of an XLSForm.
CODE = Path(__file__).parents[1]


class CompiledForms:
    """The questionnaires of a folder, which need not be there; None keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._used: set[Path] = set()

    def compile_file(self, path: Path) -> Questionnaire:
        """The questionnaire at ``path``, compiled now or before. Raises QuestionnaireError."""
        entry = self._find_entry(path)
        found = read_entry(entry, path.parent) if entry else None
        if found is None:
            # Imported here, as pyxform is slow to load and mostly not needed.
            from survey.forms.authoring.xlsform import compile_file

            found = compile_file(path)
            if entry is not None:
                write_entry(entry, found, path.parent)
        return found

    def remove_unused(self) -> None:
        """Delete what was not asked for since this was made: older versions."""
        with suppress(OSError):
            for entry in self._folder.glob(f"*{SUFFIX}") if self._folder else ():
                if entry not in self._used:
                    entry.unlink()

    def _find_entry(self, path: Path) -> Path | None:
        """Where the compiled questionnaire is, or would be; None if nothing can be kept."""
        if self._folder is None:
            return None
        try:
            made_of = [digest_code(), path.name.encode(), path.read_bytes()]
        except OSError:
            return None  # Compiling says what is wrong with the file.
        digest = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in made_of))
        entry = self._folder / f"{digest.hexdigest()}{SUFFIX}"
        self._used.add(entry)
        return entry


@cache
def digest_code() -> bytes:
    """What changes with our code and with pyxform."""
    found = hashlib.sha256(version("pyxform").encode())
    for file in sorted(CODE.rglob("*.py")):
        found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.digest()


def read_entry(entry: Path, lists: Path) -> Questionnaire | None:
    """What is kept, if it is whole and the lists in the folder ``lists`` are those it has."""
    try:
        head, _, text = entry.read_bytes().partition(b"\n")
        kept = json.loads(head)
        if kept["digest"] != hashlib.sha256(text).hexdigest():
            return None
        if any(digest_list(lists / name) != digest for name, digest in kept["lists"].items()):
            return None
        return read_xform(text.decode())
    # Somebody may have put anything there. What is no XForm is a SyntaxError, too, says lxml.
    except (OSError, ValueError, SyntaxError, LookupError, TypeError, AttributeError):
        return None


def write_entry(entry: Path, form: Questionnaire, lists: Path) -> None:
    """Keep a questionnaire; where that cannot be, it is compiled again the next time."""
    text = form.xform.encode()
    kept = {
        "digest": hashlib.sha256(text).hexdigest(),
        "lists": {name: digest_list(lists / name) for name in list_possible_files(form)},
    }
    new = entry.with_name(f"{entry.name}.{os.getpid()}")
    with suppress(OSError):
        entry.parent.mkdir(parents=True, exist_ok=True)
        # Renamed when it is whole, so that nobody reads half of it.
        new.write_bytes(json.dumps(kept).encode() + b"\n" + text)
        new.replace(entry)


def list_possible_files(form: Questionnaire) -> Iterator[str]:
    """The names of the files that the lists of a questionnaire may come from."""
    # An instance of an XForm is called like its file; one whose list stands in the XLSForm is no
    # file's, and there is none of that name.
    for name in build_form_template(form).lists:
        yield from (f"{name}{suffix}" for suffix in LIST_SUFFIXES)


def digest_list(file: Path) -> str:
    """The digest of a list; ``''`` if there is no such file."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""
