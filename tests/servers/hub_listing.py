"""/api/models: which repositories match a query, in which order, with which fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .hub_commit import HubRefusedError
from .hub_info import describe
from .hub_repository import Repository

Query = Mapping[str, list[str]]

_ALWAYS = ("_id", "id")
_BASIC = (
    *_ALWAYS,
    *("modelId", "likes", "trendingScore", "private", "downloads", "tags", "pipeline_tag"),
    *("library_name", "createdAt"),
)
_FULL = (*_BASIC, "author", "sha", "lastModified", "gated", "disabled", "siblings")
_ORDERS = ("createdAt", "downloads", "lastModified", "likes", "trendingScore")
_FILTERS: dict[str, Callable[[dict[str, Any], str], bool]] = {
    "filter": lambda info, wanted: wanted in info["tags"],
    "author": lambda info, wanted: info.get("author") == wanted,
    "search": lambda info, wanted: wanted.lower() in info["id"].lower(),
    "pipeline_tag": lambda info, wanted: info.get("pipeline_tag") == wanted,
    "gated": lambda info, wanted: bool(info["gated"]) == (wanted == "true"),
}
_OTHERS = ("sort", "direction", "limit", "cursor", "full", "config", "cardData", "expand")


def list_models(repositories: Iterable[Repository], query: Query) -> list[dict[str, Any]]:
    """All matches of a query, before paging. Unsupported filters are refused."""
    for name in query:
        if name not in _FILTERS and name not in _OTHERS:
            raise HubRefusedError(400, f"This Hub knows no parameter {name!r} of /api/models")
    found = [describe(repository, repository.resolve("main")) for repository in repositories]
    for name, matches in _FILTERS.items():
        for wanted in query.get(name, []):
            found = [info for info in found if matches(info, wanted)]
    order = query.get("sort", ["trendingScore"])[0]
    if order not in _ORDERS:
        raise HubRefusedError(400, f"Invalid sort parameter: {order}")
    found.sort(key=lambda info: info[order], reverse=query.get("direction") != ["1"])
    keys = _keys(query)
    return [{key: info[key] for key in keys if key in info} for info in found]


def expanded(info: dict[str, Any], query: Query) -> dict[str, Any]:
    """The fields of a model's description that `expand` asks for, by default all."""
    keys = query.get("expand")
    if keys is None:
        return info
    return {key: value for key, value in info.items() if key in (*_ALWAYS, *keys)}


def _keys(query: Query) -> tuple[str, ...]:
    if "expand" in query:
        return (*_ALWAYS, *query["expand"])
    keys = _FULL if _asked("full", query) else _BASIC
    return keys + tuple(key for key in ("config", "cardData") if _asked(key, query))


def _asked(name: str, query: Query) -> bool:
    return query.get(name) == ["true"]
