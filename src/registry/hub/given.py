"""Fields that the user gives if the files of a repository lack them or are wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NoReturn

from registry.catalogue.codegen import type_schema
from registry.errors import HubError, InputError
from registry.hub._description import AS_ASKED, Description, Fact
from registry_base.json_shapes import is_object

_OTHER_OPTIONS = frozenset({"id", "type", "huggingface_id", "revision", "sources"})


def parse_fields(texts: Iterable[str]) -> dict[str, Any]:
    """Dotted paths with their values: JSON if it is valid JSON, else text.

    Raises InputError with everything that is wrong.

    >>> parse_fields(["specs.parameters=568M", "specs.embedding_dim=1024"])
    {'specs.parameters': '568M', 'specs.embedding_dim': 1024}
    """
    fields: dict[str, Any] = {}
    wrong: list[str] = []
    for text in texts:
        path, equals, value = text.partition("=")
        if not equals or not path:
            wrong.append(f"{text!r} is not of the form PATH=VALUE, such as specs.parameters=568M")
        elif path in _OTHER_OPTIONS:
            wrong.append(f"{path} is not set like that; see --id, --type and --revision")
        elif is_object(read := _value(value)):
            wrong.append(f"{path} is a section; set its fields one by one: {path}.FIELD=VALUE")
        else:
            fields[path] = read
    if wrong:
        raise InputError("\n".join(wrong))
    return fields


def with_fields(
    description: Description, fields: Mapping[str, Any], types: Mapping[str, Any] | None = None
) -> Description:
    """A description with these fields added, if its type is known; `types` are declared ones.

    Raises HubError for fields that its type does not have.
    """
    if description.type is None:
        return description
    schema = type_schema(description.type, types)
    if unknown := [path for path in fields if not _has_field(schema, path)]:
        raise HubError(
            f"{description.huggingface_id}: an entry of type {description.type} has no "
            f"{' and no '.join(unknown)}; `registry schema` shows what there is"
        )
    facts = {path: Fact(value, AS_ASKED) for path, value in fields.items()}
    missing = {path: why for path, why in description.unknown.items() if path not in fields}
    return replace(description, facts={**description.facts, **facts}, unknown=missing)


def _has_field(schema: Mapping[str, Any], path: str) -> bool:
    node: Any = schema
    for part in path.split("."):
        node = node.get("properties", {}).get(part, False) if is_object(node) else False
    return node is not False and "properties" not in node


def _value(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError):
        return text


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
