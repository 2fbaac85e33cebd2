"""What a server of embeddings or scores says of itself, held against the entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from registry.backends._openai_pages import look
from registry.errors import CheckpointError, LoadError
from registry_base.json_shapes import is_list, is_object

if TYPE_CHECKING:
    from registry.backends._openai_connection import OpenAIConnection
    from registry.backends.interface import LoadOptions
    from registry.models.kinds import CrossEncoderLike, DenseLike


@dataclass(frozen=True)
class Served:
    """What to call the model there, how many texts it takes at once, and how its usage counts."""

    name: str
    most: int | None = None
    counts_tokens: bool = True  # infinity counts characters


def identify(
    model: DenseLike | CrossEncoderLike, connection: OpenAIConnection, options: LoadOptions
) -> Served:
    """Ask for the list of names and for /info, as far as there are any.

    Raises LoadError for a name that the server does not list, CheckpointError where what it says
    contradicts the entry, and what asking raises.
    """
    listed = _rows(look(connection, "models") or look(connection, "models", at_root=True))
    info = look(connection, "info", at_root=True)
    info = info if is_object(info) else {}
    names = [str(row["id"]) for row in listed if row.get("id")]
    name = connection.server_model
    if names and name not in names:
        given = "server_model=" if options.server_model is not None else "the entry's repository"
        raise LoadError(
            f"{model.id}: {connection.address} has no {name} ({given}); it lists "
            f"{', '.join(names[:5])}: say with server_model= which of them it is"
        )
    unlisted: dict[str, Any] = {}
    row = next((each for each in listed if each.get("id") == name), unlisted)
    found = list(_contradictions(model, info, row))
    if found:
        raise CheckpointError(
            f"{model.id}: {name} at {connection.address} {', and '.join(found)}; one of them is "
            "another model"
        )
    most = info.get("max_client_batch_size")
    return Served(
        name,
        most if isinstance(most, int) and most > 0 else None,
        counts_tokens=row.get("owned_by") != "infinity",
    )


def _contradictions(model: Any, info: dict[str, Any], row: dict[str, Any]) -> list[str]:
    found: list[str] = []
    sha, pin = info.get("model_sha"), model.revision
    if isinstance(sha, str) and pin is not None and sha != pin:
        found.append(f"is commit {sha[:12]}, the registry pins {pin[:12]}")
    kind = info.get("model_type")
    embedding = kind.get("embedding") if is_object(kind) else None
    pooling = embedding.get("pooling") if is_object(embedding) else None
    promised: str | None = getattr(model, "pooling", None)
    names = {"mean": "mean", "cls": "cls", "last_token": "lasttoken"}
    if pooling in names and promised in names.values() and names[pooling] != promised:
        found.append(f"pools by {pooling}, the registry promises {promised}")
    meta = row.get("meta")
    width = meta.get("n_embd") if is_object(meta) else None
    hidden: int | None = getattr(model, "hidden_dim", None) or getattr(model, "embedding_dim", None)
    if isinstance(width, int) and hidden is not None and width != hidden:
        found.append(f"is {width} wide, the registry promises {hidden}")
    capabilities = row.get("capabilities")
    wanted = "embed" if model.kind == "dense" else "rerank"
    if is_list(capabilities) and row.get("owned_by") == "infinity" and wanted not in capabilities:
        found.append(f"can {', '.join(map(str, capabilities))}, not {wanted}")
    return found


def _rows(answer: object) -> list[dict[str, Any]]:
    data = answer.get("data") if is_object(answer) else None
    return [row for row in data if is_object(row)] if is_list(data) else []
