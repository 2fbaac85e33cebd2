"""Fields are unambiguous: lengths for chunks, and prompts that are empty, unknown or elsewhere."""

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalogues import catalogue, entry
from generating import generate, load, problems
from registry import ALL_MINILM_L6_V2, COLBERT_V2, E5_BASE_V2, MODEL_REGISTRY, fingerprint
from registry.loading._prompts import UnknownPromptWarning, warn_of_unknown_prompt
from registry.selection.model_config import DenseConfig


def specs(**more: int) -> dict[str, Any]:
    return {"parameters": "110M", "embedding_dim": 768, **more}


def test_chunks_take_the_smallest_length_that_is_known(tmp_path: Path) -> None:
    data = catalogue(
        entry("both", specs=specs(context_length=512, max_sequence_length=256)),
        entry("one", specs=specs(context_length=512)),
        entry("none", specs=specs()),
        entry("late", "colbert", specs=specs(context_length=512, document_length=180)),
    )
    module = load(generate(tmp_path, data), "generated_lengths")
    lengths = {model.id: model.chunk_length for model in module.MODEL_REGISTRY}
    assert lengths == {"both": 256, "one": 512, "none": None, "late": 180}
    assert (ALL_MINILM_L6_V2.chunk_length, ALL_MINILM_L6_V2.context_length) == (256, 512)
    assert COLBERT_V2.chunk_length == COLBERT_V2.document_length


def test_no_entry_repeats_as_its_context_where_the_pipeline_cuts(tmp_path: Path) -> None:
    data = catalogue(
        entry(specs=specs(context_length=256, max_sequence_length=256, max_position_embeddings=512))
    )
    (problem,) = problems(tmp_path, data)
    assert "/specs/context_length" in problem
    for model in MODEL_REGISTRY:
        cut = getattr(model, "max_sequence_length", None)
        assert model.context_length is None or cut is None or cut <= model.context_length


class TestPrompts:
    def test_none_needed_is_not_unknown(self, tmp_path: Path) -> None:
        data = catalogue(
            entry("bare", prompts={"query": "", "document": ""}),
            entry("unknown"),
            entry("elsewhere", prompts={"in_checkpoint": True}),
        )
        module = load(generate(tmp_path, data), "generated_prompts")
        found = {m.id: (m.query_prompt, m.prompts_in_checkpoint) for m in module.MODEL_REGISTRY}
        assert found == {
            "bare": ("", None), "unknown": (None, None), "elsewhere": (None, True)
        }  # fmt: skip
        bare, unknown = module.get_model("bare"), module.get_model("unknown")
        assert fingerprint(bare).split(":")[3] != fingerprint(unknown).split(":")[3]

    @pytest.mark.parametrize(
        "model",
        [
            DenseConfig("intfloat/e5-of-somebody", 384, 512),
            DenseConfig("me/nomic-embed-text-tuned", 768, 8192),
            replace(E5_BASE_V2, huggingface_id="intfloat/e5-other", query_prompt=None),
        ],
        ids=lambda model: str(model.huggingface_id),
    )
    def test_a_family_that_wants_one_is_warned_of_once(self, model: Any) -> None:
        with pytest.warns(UnknownPromptWarning, match=model.huggingface_id):
            warn_of_unknown_prompt(model)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warn_of_unknown_prompt(model)

    @pytest.mark.parametrize(
        "model",
        [
            E5_BASE_V2,
            ALL_MINILM_L6_V2,
            DenseConfig("intfloat/e5-known-to-need-none", 384, 512, query_prompt=""),
            replace(E5_BASE_V2, query_prompt=None, prompts_in_checkpoint=True),
        ],
    )
    def test_nobody_else_is(self, model: Any) -> None:
        warn_of_unknown_prompt(model)  # a warning is an error here
