"""From any text to a model: names, types, catalogues, unknown names."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalogues import CATALOGUE, catalogue, entry
from generating import generate, load
from registry import (
    ALL_MINILM_L6_V2,
    BGE_M3,
    CROSS_ENCODER_MODELS,
    EMBEDDING_MODELS,
    LLM_MODELS,
    MODEL_REGISTRY,
    MS_MARCO_MINILM_L6_V2,
    QWEN3_1_7B,
    AmbiguousModelError,
    ModelConfig,
    ModelType,
    RegistryError,
    UnknownModelError,
    find_model,
    fingerprint,
    resolve,
    selected_embedding_model,
)
from registry.catalogue.here import Catalogue, catalogue_here
from registry.catalogue.places import CatalogueLike
from registry.errors import InputError
from registry.models.constants import constant_name
from registry.selection.model_config import DenseConfig
from registry_base.model_names import names_of

FORMS = [
    ("bge-m3", BGE_M3),
    ("BGE_M3", BGE_M3),
    (" BAAI/bge-m3\n", BGE_M3),
    ("baai/BGE-M3", BGE_M3),
    ("https://huggingface.co/BAAI/bge-m3", BGE_M3),
    ("https://huggingface.co/BAAI/bge-m3/tree/main", BGE_M3),
    ("hf.co/BAAI/bge-m3/", BGE_M3),
    ("huggingface:BAAI/bge-m3", BGE_M3),
    ("local:BAAI/bge-m3", BGE_M3),
    ("bge-m3:567m", BGE_M3),
    ("bge-m3:latest", BGE_M3),
    ("ollama/bge-m3", BGE_M3),
    ("all-MiniLM-L6-v2", ALL_MINILM_L6_V2),
    ("sentence-transformers/all-MiniLM-L6-v2", ALL_MINILM_L6_V2),
    ("ALL_MINILM_L6_V2", ALL_MINILM_L6_V2),
    ("ollama:qwen3:1.7b", QWEN3_1_7B),
    ("registry.ollama.ai/library/qwen3:1.7b-q8_0", QWEN3_1_7B),
]
FULL = entry(
    "acme-embed",
    huggingface_id="acme/Embed-v2",
    aliases=["ae"],
    former_ids=["acme/embed-two"],
    ollama_tag="acme-embed:2b",
    ollama_names=["acme"],
    provider="openai",
    provider_model="embed-2",
    variants=[
        {"id": "q8_0", "quantization": "q8_0", "file": "gguf/embed-q8_0.gguf"},
        {
            "id": "q4_0",
            "quantization": "q4_0",
            "huggingface_id": "quants/Embed-GGUF",
            "file": "embed-q4_0.gguf",
            "ollama_tag": "acme-embed:2b-q4_0",
        },
    ],
    exports=[
        {
            "runtime": "fastembed",
            "name": "acme/embed-v2-Q",
            "huggingface_id": "quants/embed-onnx",
            "revision": "0" * 40,
            "file": "model.onnx",
        }
    ],
)
NAMES = [
    *("acme-embed", "ACME_EMBED", "acme/embed-v2", "AE", "acme/Embed-Two", "acme-embed:2b"),
    *("acme", "acme:latest", "embed-2", "openai/embed-2", "openai:embed-2", "embed-q8_0.gguf"),
    *("acme/Embed-v2/gguf/embed-q8_0.gguf", "quants/Embed-GGUF", "hf.co/quants/embed-gguf:Q4_0"),
    "https://huggingface.co/quants/Embed-GGUF/resolve/main/embed-q4_0.gguf?download=true",
    *("acme-embed:2b-q4_0", "acme/embed-v2-Q", "fastembed:acme/embed-v2-q", "quants/embed-onnx"),
]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run outside any project, so the installed registry applies."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REGISTRY_CATALOGUE", raising=False)


@pytest.mark.parametrize(("text", "model"), FORMS)
def test_every_form_names_the_model(text: str, model: Any) -> None:
    assert resolve(text) is model
    assert resolve(text, model_type=model.kind) is model
    assert find_model(text) is model
    assert ModelConfig.from_registry(text).id == model.id
    models: Any = LLM_MODELS if model.kind == "llm" else EMBEDDING_MODELS
    assert models[text] is model
    assert text in models


def test_every_name_of_every_entry_resolves() -> None:
    by_id = {model.id: model for model in MODEL_REGISTRY}
    for data in CATALOGUE["models"]:
        wanted = by_id[data["id"]]
        assert resolve(constant_name(wanted.id)) is wanted
        for name in (wanted.id, *names_of(data)):
            for text in (name, name.upper(), name.lower()):
                assert resolve(text, model_type=wanted.kind) is wanted


@pytest.mark.parametrize("name", NAMES)
def test_each_runtimes_name_of_another_catalogue(name: str, tmp_path: Path) -> None:
    module = load(generate(tmp_path, catalogue(FULL, entry("other"))), "generated_names")
    model = module.get_model("acme-embed")
    assert resolve(name, catalogue=module) is model
    assert resolve(name, model_type="dense", catalogue=module) is model
    assert module.find_model(name) is model


class TestTypes:
    def test_the_type_decides(self) -> None:
        assert resolve("miniLM", model_type=ModelType.Dense) is ALL_MINILM_L6_V2
        assert resolve("miniLM", model_type="cross-encoder") is MS_MARCO_MINILM_L6_V2
        assert CROSS_ENCODER_MODELS["miniLM"] is MS_MARCO_MINILM_L6_V2

    def test_without_one_a_shared_name_is_ambiguous(self) -> None:
        with pytest.raises(AmbiguousModelError) as caught:
            resolve("miniLM")
        assert isinstance(caught.value, ValueError)
        assert set(caught.value.candidates) == {"all-minilm-l6-v2", "ms-marco-minilm-l6-v2"}

    def test_a_type_that_there_is_not(self) -> None:
        with pytest.raises(InputError):
            resolve("bge-m3", model_type="dens")

    @pytest.mark.parametrize("text", [None, 7, b"bge-m3", ["bge-m3"], BGE_M3])
    def test_what_is_not_a_text(self, text: Any) -> None:
        resolve("bge-m3")
        with pytest.raises(InputError):
            resolve(text)


class TestUnknown:
    @pytest.mark.parametrize(
        ("text", "near"),
        [
            ("BAAI/bge-m4", "BAAI/bge-m3"),
            ("all-minilm-l6-v3", "all-minilm-l6-v2"),
            ("", None),
            ("x" * 5000, None),
            ("\n\x00" * 900, None),
            ("qwen3:1.8b", "qwen3:1.7b"),
        ],
    )
    @pytest.mark.parametrize("model_type", [None, *ModelType])
    def test_it_is_a_value_error_with_the_nearest_names(
        self, text: str, near: str | None, model_type: ModelType | None
    ) -> None:
        with pytest.raises(UnknownModelError) as caught:
            resolve(text, model_type=model_type)
        error = caught.value
        assert isinstance(error, ValueError)
        assert isinstance(error, LookupError)
        assert isinstance(error, RegistryError)
        assert len(str(error)) <= 300
        assert error.key == text
        for suggestion in error.suggestions:
            assert resolve(suggestion, model_type=model_type).id
        if near is not None and model_type in (None, resolve(near).kind):
            assert near in error.suggestions

    def test_a_factory_makes_what_nobody_registered(self) -> None:
        made = resolve("acme/encoder", model_type=ModelType.Dense, unknown=own_encoder)
        assert isinstance(made, DenseConfig)
        assert (made.id, made.embedding_dim) == ("acme/encoder", 256)
        assert fingerprint(made).startswith("tr")
        assert resolve("BGE", model_type=ModelType.Dense, unknown=own_encoder) is BGE_M3

    def test_a_config_of_which_only_the_repository_is_known(self) -> None:
        made = resolve("acme/encoder", unknown=ModelConfig.unregistered)
        assert isinstance(made, ModelConfig)
        assert (made.huggingface_id, made.embedding_dim, made.context_length) == (
            "acme/encoder",
            None,
            None,
        )
        with pytest.raises(InputError):  # the width of its vectors is unknown
            made.as_dense()

    def test_it_is_not_asked_for_a_model_of_another_type(self) -> None:
        with pytest.raises(UnknownModelError):
            resolve("Qwen/Qwen3-1.7B", model_type=ModelType.Dense, unknown=own_encoder)


def own_encoder(name: str) -> DenseConfig:
    return DenseConfig(name, 256, 512)


class TestTheCatalogueThatCounts:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "own.json"
        path.write_text(json.dumps(catalogue(FULL)))
        return path

    def test_it_is_the_one_of_the_environment(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert resolve("bge-m3") is BGE_M3
        monkeypatch.setenv("REGISTRY_CATALOGUE", str(file))
        assert resolve("acme").id == EMBEDDING_MODELS["acme"].id == "acme-embed"
        assert resolve("acme") is EMBEDDING_MODELS["acme"]
        with pytest.raises(UnknownModelError):
            resolve("bge-m3")
        monkeypatch.setenv("REGISTRY_EMBEDDING_MODEL", "acme/embed-v2-q")
        assert selected_embedding_model() is resolve("acme")

    def test_no_answer_outlives_the_variable_and_the_folder(
        self, file: Path, monkeypatch: pytest.MonkeyPatch, clock_stands_still: None
    ) -> None:
        file.rename(file.with_name("models.json"))
        assert resolve("acme").id == "acme-embed"
        (elsewhere := file.with_name("elsewhere")).mkdir()
        monkeypatch.chdir(elsewhere)
        assert resolve("bge-m3") is BGE_M3
        monkeypatch.chdir(file.parent)
        monkeypatch.setenv("REGISTRY_CATALOGUE", "registry")
        assert resolve("bge-m3") is BGE_M3

    @pytest.fixture
    def clock_stands_still(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("registry.selection._recent.monotonic", lambda: 0.0)

    def test_it_is_looked_for_once_for_many_names(
        self, monkeypatch: pytest.MonkeyPatch, clock_stands_still: None
    ) -> None:
        asked: list[object] = []

        def counted(given: CatalogueLike | None = None) -> Catalogue:
            asked.append(given)
            return catalogue_here(given)

        monkeypatch.setattr("registry.selection.resolving.catalogue_here", counted)
        first = resolve("BAAI/bge-m3", model_type=ModelType.Dense)
        asked.clear()
        assert [resolve("BAAI/bge-m3", model_type="dense") for _ in range(100)] == [first] * 100
        assert asked == []

    def test_or_the_one_given(self, file: Path) -> None:
        assert resolve("acme", catalogue=file).id == "acme-embed"
        with pytest.raises(UnknownModelError):
            resolve("acme")
