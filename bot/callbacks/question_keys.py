"""How buttons name questions, prompts and instances, whose keys are too long for callback data."""

from __future__ import annotations

from functools import lru_cache

from survey.forms.model.questionnaire import Group, Questionnaire
from survey.forms.runtime.form import POSITION_PATTERN


@lru_cache(maxsize=4096)
def encode_question_key(form: Questionnaire, key: str) -> str:
    """A question's index and the positions in its key: ``12.2`` for the second instance.

    A prompt and an instance have an ``r`` and the place of their repeat among all repeats:
    ``r0`` for the first repeat's prompt, ``r0.2`` for its second instance.
    """
    path, positions = (
        POSITION_PATTERN.sub("", key),
        [found[1:-1] for found in POSITION_PATTERN.findall(key)],
    )
    repeats = list_repeat_paths(form)
    name = f"r{repeats.index(path)}" if path in repeats else str(form.by_path[path].index)
    return ".".join([name, *positions])


@lru_cache(maxsize=4096)
def decode_question_key(form: Questionnaire, written: str) -> str | None:
    """The key behind a reference; None if nothing can be called so."""
    name, *positions = written.split(".")
    path, repeats = list_named_paths(form).get(name), list_repeat_paths(form)
    if path is None:
        return None
    around = [repeat for repeat in repeats if f"{path}/".startswith(f"{repeat}/")]
    if len(positions) != len(around) and (path not in around or len(positions) != len(around) - 1):
        return None
    at = dict(zip(sorted(around, key=len), positions, strict=False))
    key, walked = "", ""
    for part in path.split("/")[1:]:
        walked += f"/{part}"
        key += f"/{part}[{at[walked]}]" if walked in at else f"/{part}"
    return key


@lru_cache(maxsize=32)
def list_named_paths(form: Questionnaire) -> dict[str, str]:
    """The paths of all questions and repeats by what buttons call them."""
    repeats = {f"r{n}": path for n, path in enumerate(list_repeat_paths(form))}
    return repeats | {str(question.index): question.path for question in form.questions}


@lru_cache(maxsize=32)
def list_repeat_paths(form: Questionnaire) -> tuple[str, ...]:
    """The paths of all repeats in the order of the sheet."""
    return tuple(g.path for g in form.body.walk() if isinstance(g, Group) and g.repeat)
