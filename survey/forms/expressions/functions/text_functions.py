"""Functions of texts."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from functools import lru_cache
from typing import Any

# A pattern may try for ages, and re cannot be stopped: regex has a timeout.
import regex as patterns

from survey.forms.expressions.casts import as_string, as_strings, as_whole_number
from survey.forms.expressions.function_registry import Value, raise_if_strict, register_function
from survey.forms.expressions.functions.number_functions import build_random

UUID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#: Seconds after which a pattern that tries too many ways matches nothing.
MATCH_TIMEOUT = 0.05
#: How many characters of a text a pattern is tried on.
LONGEST_MATCHED_TEXT = 10_000


@register_function("concat", 0, None)
def concat(_: Any, *values: Value) -> str:
    return "".join(as_strings(values))


@register_function("join", 1, None)
def join(_: Any, separator: Value, *values: Value) -> str:
    return as_string(separator).join(as_strings(values))


@register_function("regex", 2)
def regex(_: Any, value: Value, pattern: Value) -> bool:
    """Whether a part of the text matches, as in ODK Web Forms; ``^…$`` asks for the whole.

    A pattern that is none, or that has not matched after MATCH_TIMEOUT, matches nothing.
    """
    wanted = compile_pattern(as_string(pattern))
    if wanted is None:
        return False
    try:
        return (
            wanted.search(as_string(value)[:LONGEST_MATCHED_TEXT], timeout=MATCH_TIMEOUT)
            is not None
        )
    except TimeoutError:
        return False


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> patterns.Pattern[str] | None:
    """A pattern ready for use; None if it is none."""
    try:
        # V0 reads patterns as re does; V1 would take brackets inside brackets for sets.
        return patterns.compile(translate_pattern(pattern), flags=patterns.V0)
    except (patterns.error, OverflowError, MemoryError, RecursionError):
        return None


def translate_pattern(pattern: str) -> str:
    """A pattern as Java and JavaScript take it.

    A hyphen after a class such as ``\\w`` stands for itself, and ``$`` ends the text.
    """
    hyphens = re.sub(r"(\\[wds])-(?!\])", r"\1\\-", pattern)
    # In Python ``$`` would also match before a line break at the end.
    return re.sub(r"(?<!\\)((?:\\\\)*)\$$", r"\1\\Z", hyphens)


@register_function("substr", 2, 3)
def substr(_: Any, value: Value, start: Value, end: Value | None = None) -> str:
    last = None if end is None else as_whole_number(end)
    return as_string(value)[as_whole_number(start) : last]


@register_function("contains", 2)
def contains(_: Any, value: Value, part: Value) -> bool:
    return as_string(part) in as_string(value)


@register_function("ends-with", 2)
def ends_with(_: Any, value: Value, part: Value) -> bool:
    return as_string(value).endswith(as_string(part))


@register_function("uuid", 0, 1)
def uuid_(context: Any, length: Value | None = None) -> str:
    generator = build_random(context)
    if length is None:
        return str(uuid.UUID(int=generator.getrandbits(128), version=4))
    wanted = as_whole_number(length)
    if wanted is None:
        return raise_if_strict("uuid() was given no length", "")
    return "".join(generator.choices(UUID_ALPHABET, k=min(max(wanted, 0), 100)))


@register_function("digest", 2, 3)
def digest(_: Any, value: Value, algorithm: Value, encoding: Value = "base64") -> str:
    """A hash of the text (MD5, SHA-1, SHA-256, SHA-384, SHA-512), in base64 or hex."""
    name = as_string(algorithm).upper()
    if name not in ("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"):
        return raise_if_strict(f"{name} is no algorithm of digest()", "")
    # So declared, MD5 and SHA-1 also work where a system forbids them for security.
    known = hashlib.new(name.replace("-", ""), as_string(value).encode(), usedforsecurity=False)
    if as_string(encoding).lower() == "hex":
        return known.hexdigest()
    return base64.b64encode(known.digest()).decode()


@register_function("base64-decode", 1)
def base64_decode(_: Any, value: Value) -> str:
    try:
        return base64.b64decode(as_string(value), validate=True).decode()
    except ValueError:
        return raise_if_strict("base64-decode() was given no base64", "")
