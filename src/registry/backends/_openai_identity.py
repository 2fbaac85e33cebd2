"""Check what a server of embeddings or scores says about itself against the entry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from registry.backends._openai_pages import look
from registry.backends._score_scale import Scale
from registry.errors import CheckpointError, LoadError
from registry.files.lock_file import locked
from registry.models.lengths import own_length
from registry.ollama.server_word import ServerWord, contradictions, promised_word
from registry_base.json_shapes import is_list, is_object

if TYPE_CHECKING:
    from registry.backends._openai_connection import OpenAIConnection
    from registry.backends.interface import LoadOptions
    from registry.models.kinds import CrossEncoderLike, DenseLike


_LLAMA_CPP = "llamacpp"
_RAW = ("infinity", _LLAMA_CPP)
# TEI names a model given as a folder by its path.
_REPOSITORY = re.compile(r"[\w-][\w.-]*/[\w.-]+")


@dataclass(frozen=True)
class Served:
    """The model's name there, how many texts it takes at once, and how its usage counts."""

    name: str
    most: int | None = None
    counts_tokens: bool = True  # infinity counts characters
    precision: str | None = None
    scale: Scale | None = None  # of raw scores, if it is known to return them
    dialect: Literal["llama.cpp", "tei"] | None = None  # others may refuse their fields


def identify(
    model: DenseLike | CrossEncoderLike, connection: OpenAIConnection, options: LoadOptions
) -> Served:
    """Request the list of names and /info, if available.

    Raises LoadError for a name that the server does not list, CheckpointError if what it reports
    contradicts the entry, and what the requests raise.
    """
    listed = _rows(look(connection, "models") or look(connection, "models", at_root=True))
    info = look(connection, "info", at_root=True)
    info = info if is_object(info) else {}
    names = list(dict.fromkeys(name for row in listed for name in _names(row)))
    name = connection.server_model
    if names and name not in names:
        given = "server_model=" if options.server_model is not None else "the entry's repository"
        raise LoadError(
            f"{model.id}: {connection.address} has no {name} ({given}); it lists "
            f"{', '.join(names[:5])}: say which of them it is with server_model= (--server-model)"
        )
    unlisted: dict[str, Any] = {}
    row = next((each for each in listed if name in _names(each)), unlisted)
    found = [*_of_place(model, info, name), *_of_model(model, info, row)]
    if found:
        raise CheckpointError(
            f"{model.id}: {name} at {connection.address} {', and '.join(found)}; one of them is "
            "another model"
        )
    return Served(
        name,
        _count(info.get("max_client_batch_size")),
        counts_tokens=row.get("owned_by") != "infinity",
        precision=_precision(info, row),
        # These return logits as raw scores; for others the scores have to show it.
        scale="logit" if "model_type" in info or row.get("owned_by") in _RAW else None,
        dialect=_dialect(info, row),
    )


def _of_place(model: Any, info: dict[str, Any], name: str) -> list[str]:
    """Which repository and commit TEI reports."""
    found: list[str] = []
    said, repository = info.get("model_id"), model.huggingface_id
    is_repository = isinstance(said, str) and _REPOSITORY.fullmatch(said)
    right = repository is None or str(said).lower() in (repository.lower(), name.lower())
    if is_repository and not right:
        found.append(f"is {said}, the registry states {repository}")
    lock = None if repository is None else locked(model.id, repository)
    sha, pin = info.get("model_sha"), model.revision if lock is None else lock.revision
    if isinstance(sha, str) and sha and pin is not None and sha != pin:
        by = "the registry pins" if lock is None else "the lock has"
        found.append(f"is commit {sha[:12]}, {by} {pin[:12]}")
    return found


def _of_model(model: Any, info: dict[str, Any], row: dict[str, Any]) -> list[str]:
    found: list[str] = []
    reads, length = _count(info.get("max_input_length")), own_length(model)
    if reads is not None and length is not None and reads < length:
        found.append(f"reads {reads:,} tokens, but the registry states {length:,}")
    kind = info.get("model_type")
    embedding = kind.get("embedding") if is_object(kind) else None
    pooling = embedding.get("pooling") if is_object(embedding) else None
    promised: str | None = getattr(model, "pooling", None)
    names = {"mean": "mean", "cls": "cls", "last_token": "lasttoken"}
    if (
        isinstance(pooling, str)
        and pooling in names
        and promised in names.values()
        and names[pooling] != promised
    ):
        found.append(f"pools by {pooling}, but the registry states {promised}")
    meta = row.get("meta")
    width = _count(meta.get("n_embd")) if is_object(meta) else None
    count = _count(meta.get("n_params")) if is_object(meta) else None
    if count is not None and model.kind == "dense":
        word = ServerWord(parameters=count)
        found += contradictions(word, promised_word(model), "but the registry")
    hidden: int | None = getattr(model, "hidden_dim", None) or getattr(model, "embedding_dim", None)
    if width is not None and hidden is not None and width != hidden:
        found.append(f"is {width} wide, but the registry states {hidden}")
    capabilities = row.get("capabilities")
    wanted = "embed" if model.kind == "dense" else "rerank"
    if is_list(capabilities) and row.get("owned_by") == "infinity" and wanted not in capabilities:
        found.append(f"can {', '.join(map(str, capabilities))}, not {wanted}")
    return found


def _count(said: object) -> int | None:
    """A number that a server states; true is none, although Python takes it for 1."""
    return said if type(said) is int and said > 0 else None


def _dialect(info: dict[str, Any], row: dict[str, Any]) -> Literal["llama.cpp", "tei"] | None:
    if row.get("owned_by") == _LLAMA_CPP:
        return "llama.cpp"
    return "tei" if "model_type" in info else None


def _precision(info: dict[str, Any], row: dict[str, Any]) -> str | None:
    """As TEI and llama.cpp report it."""
    meta = row.get("meta")
    said = info.get("model_dtype") or (meta.get("ftype") if is_object(meta) else None)
    return said if isinstance(said, str) else None


def _names(row: dict[str, Any]) -> list[str]:
    """The names in a row of the list; llama.cpp has more than one."""
    aliases = row.get("aliases")
    others = aliases if is_list(aliases) else []
    return [str(name) for name in (row.get("id"), *others) if name]


def _rows(answer: object) -> list[dict[str, Any]]:
    data = answer.get("data") if is_object(answer) else None
    return [row for row in data if is_object(row)] if is_list(data) else []
