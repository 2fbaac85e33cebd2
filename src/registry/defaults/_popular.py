"""What is popular on the Hub, and whether it can be read.

There is always a fallback, so waiting should be short. That is why the listing does not use
HfApi.list_models, which tries six times, waits as long as a busy server asks, and waits forever for
one that accepts a connection and never answers.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeGuard, cast

from registry.errors import MissingExtraError, RepositoryAccessError, RepositoryNotFoundError
from registry.hub.endpoint import check_endpoint

_LONGEST_WAIT = 2.0  # seconds
_EXPAND = (
    *("cardData", "config", "disabled", "downloads", "gated", "library_name", "pipeline_tag"),
    "tags",
)
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", re.ASCII)
# Languages are bare among the tags; "tf" is TensorFlow.
_LANGUAGE_TAG = re.compile(r"(?!tf)[a-z]{2}|multilingual")


@dataclass(frozen=True, kw_only=True)
class PopularModel:
    """A repository as the Hub lists it. Unknown values are None or empty.

    downloads: in the last 30 days. task: the pipeline tag. config_type: `model_type` of
    config.json. languages: ISO 639 codes of the card and the tags.
    """

    huggingface_id: str
    downloads: int
    task: str | None = None
    library: str | None = None
    config_type: str | None = None
    tags: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    gated: bool = False
    disabled: bool = False

    @property
    def owner(self) -> str:
        """The user or organization; empty for the old names without one."""
        return self.huggingface_id.rpartition("/")[0]


def query_huggingface_api(
    model_type: str, limit: int = 5, min_downloads: int = 1000
) -> tuple[PopularModel, ...]:
    """The most downloaded models of a type, most first.

    model_type: as transformers spells it. Of the `limit` most downloaded, those with at least
    `min_downloads` in the last 30 days.
    Raises HubUnavailableError, RepositoryAccessError for a refused token, and
    MissingExtraError.
    """
    with _needs_hub():
        from registry.hub.answers import read_json
        from registry.hub.asking import ask

    parameters = {"filter": model_type, "sort": "downloads", "limit": str(limit), "expand": _EXPAND}

    def question() -> list[Any]:
        listed = read_json("models", parameters)
        if not _is_list(listed):
            raise TypeError("no list of models")
        return listed

    listed = ask(question, model_type, None, longest_wait=_LONGEST_WAIT)
    models = [model for model in map(popular_model, listed) if model is not None]
    models.sort(key=lambda model: -model.downloads)
    return tuple(model for model in models[:limit] if model.downloads >= min_downloads)


def try_model_access(huggingface_id: str) -> bool:
    """Whether the configuration of a model can be read, with the available token.

    False if it is gated, private or not there, or has no config.json. Nothing is downloaded.
    Raises HubUnavailableError if the Hub cannot be asked, and MissingExtraError.
    """
    with _needs_hub():
        from registry.hub.answers import has_file
        from registry.hub.asking import ask

    try:
        return ask(
            lambda: has_file(huggingface_id, "config.json"),
            huggingface_id,
            None,
            longest_wait=_LONGEST_WAIT,
        )
    except (RepositoryAccessError, RepositoryNotFoundError):
        return False


def popular_model(item: Any) -> PopularModel | None:
    """An item of the listing; None if it is not one. Malformed values count as missing."""
    said = _mapping(item)
    name, downloads = _text(said.get("id")), said.get("downloads")
    if name is None or not _REPOSITORY.fullmatch(name):
        return None
    tags = frozenset(_texts(said.get("tags")))
    declared = _texts(_mapping(said.get("cardData")).get("language"))
    return PopularModel(
        huggingface_id=name,
        downloads=downloads if isinstance(downloads, int) else 0,
        task=_text(said.get("pipeline_tag")),
        library=_text(said.get("library_name")),
        config_type=_text(_mapping(said.get("config")).get("model_type")),
        tags=tags,
        languages=frozenset(language.lower().partition("-")[0] for language in declared)
        | frozenset(filter(_LANGUAGE_TAG.fullmatch, tags)),
        gated=bool(said.get("gated")),
        disabled=bool(said.get("disabled")),
    )


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: Any) -> Iterable[str]:
    values = value if _is_list(value) else [value]
    return [each for each in values if isinstance(each, str)]


@contextmanager
def _needs_hub() -> Generator[None]:
    check_endpoint()
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "huggingface_hub", "hub") from None
