"""A judge of calls and updates that somebody else wrote: aiogram's models of methods and types.

`check` goes to `sandbox.serve(check=check)`. pydantic alone is too kind: aiogram's models accept
unknown fields, and a button without text passes as some other kind of markup. So after validation
every model that was made is searched for fields that it does not declare.

aiogram prepares each of its hundreds of models when it is imported, which takes longer than many a
file of tests. Here a model is prepared when the first value of its kind is to be judged.
"""

from __future__ import annotations

import json
import typing
from functools import cache
from typing import Any, get_args
from unittest.mock import patch

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from sandbox.call_params import Upload

with patch.object(BaseModel, "model_rebuild"):
    import aiogram.methods
    import aiogram.types
    from aiogram.client.default import Default
    from aiogram.methods.base import TelegramMethod
    from aiogram.types import BufferedInputFile, InputFile, Update


def find_schema_problems(method: str, params: dict[str, Any]) -> list[str]:
    """What is wrong with a call, in words; [] if it is a call that the Bot API knows."""
    model = list_method_models().get(method.lower())
    if model is None:
        return [f"there is no method {method}"]
    prepare_model(model)
    attached = {
        value.removeprefix("attach://")
        for value in _texts(list(params.values()))
        if value.startswith("attach://")
    }
    given = {
        name: _typed(model.model_fields.get(name), value)
        for name, value in params.items()
        if name not in attached
    }
    try:
        made = model.model_validate(given)
    except ValidationError as error:
        return [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
    return list(_strange(made, method))


def find_update_problems(update: dict[str, Any]) -> list[str]:
    """What is wrong with an update, in words; [] if it is one that the Bot API knows."""
    prepare_model(Update)
    try:
        made = Update.model_validate(update)
    except ValidationError as error:
        return [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
    return list(_strange(made, "update"))


@cache
def list_method_models() -> dict[str, type[TelegramMethod[Any]]]:
    """Every method of the Bot API by its name in lower case."""
    found = (getattr(aiogram.methods, name) for name in aiogram.methods.__all__)
    return {
        model.__name__.lower(): model
        for model in found
        if isinstance(model, type) and issubclass(model, TelegramMethod)
    }


@cache
def prepare_model(model: type[BaseModel]) -> None:
    """Make a model fit to judge, as aiogram does when it is imported."""
    names = {name: getattr(aiogram.types, name) for name in aiogram.types.__all__}
    found = {name: getattr(typing, name) for name in ("List", "Literal", "Optional", "Union")}
    model.model_rebuild(_types_namespace=names | found | {"Default": Default})


def _typed(field: FieldInfo | None, value: Any) -> Any:
    """A form field as JSON would have carried it."""
    if isinstance(value, Upload):
        return BufferedInputFile(value.content, value.name)
    if field is not None and isinstance(value, str) and not _takes_text(field.annotation):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _takes_text(annotation: Any) -> bool:
    return annotation is str or str in get_args(annotation)


def _texts(value: Any) -> list[str]:
    """Every text in a value, also inside JSON that came as text."""
    if isinstance(value, str):
        nested = _loaded(value) if value[:1] in {"{", "["} else None
        return [value] if nested is None else _texts(nested)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for part in inner for text in _texts(part)]


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _strange(value: Any, path: str) -> list[str]:
    if isinstance(value, InputFile):
        return []
    if isinstance(value, list):
        return [found for n, part in enumerate(value) for found in _strange(part, f"{path}.{n}")]
    if not isinstance(value, BaseModel):
        return []
    extra = [f"{path} has no field {name}" for name in value.model_extra or {}]
    for name in value.model_fields_set & set(type(value).model_fields):
        extra += _strange(getattr(value, name), f"{path}.{name}")
    return extra
