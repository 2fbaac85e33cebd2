"""mteb: an encoder of a dense model.

    mteb.evaluate(MtebEncoder(ALL_MINILM_L6_V2), mteb.get_task("SciFact"))

Queries and documents get their own prompts; if a task does not say which a text is, it counts as a
document. Results are stored under the model's repository and commit, as in mteb.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack, get_args

from registry.errors import MissingExtraError
from registry.integrations._dense import HeldModel
from registry.loading.load import LoadArguments
from registry.models.kinds import DenseLike
from registry.models.revisions import locked_revision

try:
    import numpy as np
    from mteb.models.abs_encoder import AbsEncoder
    from mteb.models.model_meta import ModelMeta, ScoringFunction
    from mteb.types import Array, PromptType
    from mteb.types._metadata import Licenses
except ModuleNotFoundError:
    raise MissingExtraError("mteb", "mteb") from None

_SCORING = {each.value: each for each in ScoringFunction}


class MtebEncoder(AbsEncoder):
    """mteb's `AbsEncoder` of a dense model; the arguments are those of `load`.

    The weights are loaded with the first text.

    >>> from registry import ALL_MINILM_L6_V2
    >>> MtebEncoder(ALL_MINILM_L6_V2).mteb_model_meta.name
    'sentence-transformers/all-MiniLM-L6-v2'
    """

    def __init__(self, model: DenseLike, **arguments: Unpack[LoadArguments]) -> None:
        self._held = HeldModel(model, arguments)
        self.mteb_model_meta = _meta(self._held)

    def encode(
        self,
        inputs: Iterable[Any],  # a DataLoader of batches
        *,
        task_metadata: object,
        hf_split: str,
        hf_subset: str,
        prompt_type: PromptType | None = None,
        **kwargs: Any,
    ) -> Array:
        """Vectors of the texts of all batches: float32 (n, dim)."""
        embed = self._held.queries if prompt_type is PromptType.query else self._held.documents
        size = kwargs.get("batch_size")
        found = [embed(list(batch["text"]), batch_size=size) for batch in inputs]
        return np.concatenate(found) if found else embed([])


def _meta(held: HeldModel) -> ModelMeta:
    # What an entry does not state is unknown to mteb too.
    model: Any = held.model
    license_id = (getattr(model, "license", None) or "").lower()
    written, revision = held.written()["load"], held.made_with.revision
    return ModelMeta(
        loader=None,
        name=model.huggingface_id or f"tessera-registry/{model.id}",
        revision=None if revision == "?" else revision or locked_revision(model),
        release_date=_day(getattr(model, "release_date", None)),
        languages=None,
        n_parameters=getattr(model, "parameter_count", None),
        memory_usage_mb=getattr(model, "memory_mb", None),
        max_tokens=getattr(model, "max_sequence_length", None),
        embed_dim=held.dim,
        license=license_id if license_id in get_args(Licenses) else None,
        open_weights=True if model.huggingface_id else None,
        public_training_code=None,
        public_training_data=None,
        framework=[],
        similarity_fn_name=_SCORING.get(model.similarity or "cosine"),
        use_instructions=model.query_prompt is not None or model.document_prompt is not None,
        training_datasets=None,
        experiment_kwargs=written or None,
    )


def _day(released: str | None) -> str | None:
    """A date that mteb takes: it knows no year and no month without a day."""
    return released if released and released.count("-") == 2 else None
