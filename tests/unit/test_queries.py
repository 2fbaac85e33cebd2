"""Every query function of the real catalogue's module, compared with a loop over the JSON."""

import pickle
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from catalogues import CATALOGUE, ROOT, TYPES, Json, catalogue, entry
from generating import generate, load
from registry_codegen.compile import compile_catalogue
from registry_codegen.options import Options

MODELS: list[Json] = CATALOGUE["models"]


@pytest.fixture(scope="module")
def ours() -> ModuleType:
    return load(compile_catalogue(Options(ROOT)), "generated_ours")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """A catalogue in which two models share an alias and a repository."""
    data = catalogue(
        entry("one", aliases=["Both", "first"]),
        entry("two", "cross-encoder", aliases=["both"]),
        entry("three", huggingface_id="org/Same-Repo", aliases=["org/alias"]),
        entry("four", huggingface_id="org/same-repo"),
        entry("five", "llm", huggingface_id="org/alias"),
    )
    return load(generate(tmp_path_factory.mktemp("shared"), data), "generated_shared")


def ids(models: Iterable[Any]) -> list[str]:
    return [model.id for model in models]


def in_order(ours: ModuleType, wanted: Callable[[Json], object]) -> list[str]:
    """The ids of matching entries, in catalogue order."""
    found = {model["id"] for model in MODELS if wanted(model)}
    return [name for name in ours.MODELS_BY_ID if name in found]


def at(model: Json, *path: str) -> Any:
    value: Any = model
    for key in path:
        value = (value or {}).get(key)
    return value


def test_registry_holds_every_model_in_catalogue_order(ours: ModuleType) -> None:
    assert set(ours.MODELS_BY_ID) == {model["id"] for model in MODELS}
    order = [TYPES.index(model.kind) for model in ours.MODEL_REGISTRY]
    assert order == sorted(order)
    assert CATALOGUE["version"] == ours.CATALOGUE_VERSION
    names = ids(ours.models_by_type(ours.ModelType.Llm))
    assert names.index("qwen3-4b") < names.index("qwen3-14b")  # as numbers, not as text


def test_get_model(ours: ModuleType) -> None:
    for model in MODELS:
        assert ours.get_model(model["id"]).name == model["name"]


@pytest.mark.parametrize("kind", TYPES)
def test_models_by_type(ours: ModuleType, kind: str) -> None:
    found = ours.models_by_type(ours.ModelType(kind))

    assert ids(found) == in_order(ours, lambda m: m["type"] == kind)
    assert ours.models_by_type(ours.ModelType(kind)) is found
    assert all(model.kind == kind for model in found)


@pytest.mark.parametrize(
    ("function", "path"),
    [
        ("models_by_organization", ("organization",)),
        ("models_by_license", ("license",)),
        ("models_by_language", ("capabilities", "languages")),
        ("models_by_modality", ("capabilities", "modalities")),
    ],
)
def test_groups(ours: ModuleType, function: str, path: tuple[str, ...]) -> None:
    query = getattr(ours, function)
    said: set[str] = set()
    for model in MODELS:
        value = at(model, *path)
        said |= set(value) if isinstance(value, list) else {value} if value else set()
    for word in sorted(said):
        folded = word.casefold()

        def wanted(model: Json, folded: str = folded) -> bool:
            value = at(model, *path) or []
            return folded in [v.casefold() for v in (value if isinstance(value, list) else [value])]

        found = query(word)
        assert ids(found) == in_order(ours, wanted)
        assert found
        assert query(word) is found
        if function != "models_by_modality":  # a closed set, which type checkers know
            assert query(word.upper()) is query(word.lower()) is found
    assert query("no-such") == ()
    assert query("") == ()


@pytest.mark.parametrize("limit", [0, 1, 95, 96, 128, 384, 768, 1024, 10**9])
def test_models_by_max_embedding_dim(ours: ModuleType, limit: int) -> None:
    found = ours.models_by_max_embedding_dim(limit)

    assert ids(found) == in_order(
        ours, lambda m: (dim := at(m, "specs", "embedding_dim")) is not None and dim <= limit
    )


def test_models_with_matryoshka(ours: ModuleType) -> None:
    assert ids(ours.models_with_matryoshka()) == in_order(
        ours, lambda m: at(m, "capabilities", "matryoshka")
    )


@pytest.mark.parametrize("dim", [64, 128, 256, 512, 768, 1024, 999])
def test_models_with_one_matryoshka_width(ours: ModuleType, dim: int) -> None:
    assert ids(ours.models_with_matryoshka(dim)) == in_order(
        ours, lambda m: dim in (at(m, "architecture", "matryoshka_dims") or ())
    )


FILTERS: list[dict[str, Any]] = [
    {},
    {"organization": "baai"},
    {"language": "DE"},
    {"license": "mit"},
    {"modality": "image"},
    {"max_embedding_dim": 384},
    {"matryoshka": True},
    {"matryoshka": False},
    {"status": "deprecated"},
    {"status": "active", "license": "Apache-2.0", "language": "en", "max_embedding_dim": 1024},
    {"organization": "nobody"},
    {"organization": None, "status": None, "matryoshka": None},
]


def holds(model: Json, filters: dict[str, Any]) -> bool:
    asked = {key: value for key, value in filters.items() if value is not None}
    languages = [code.casefold() for code in at(model, "capabilities", "languages") or ()]
    truths: dict[str, Callable[[Any], bool]] = {
        "organization": lambda v: model["organization"].casefold() == v.casefold(),
        "language": lambda v: v.casefold() in languages,
        "license": lambda v: (model.get("license") or "").casefold() == v.casefold(),
        "modality": lambda v: v in (at(model, "capabilities", "modalities") or ()),
        "max_embedding_dim": lambda v: (at(model, "specs", "embedding_dim") or v + 1) <= v,
        "matryoshka": lambda v: bool(at(model, "capabilities", "matryoshka")) is v,
        "status": lambda v: model.get("status", "active") == v,
    }
    return all(truths[key](value) for key, value in asked.items())


@pytest.mark.parametrize("filters", FILTERS, ids=repr)
@pytest.mark.parametrize("kind", [None, "dense", "llm"])
def test_find_models(ours: ModuleType, filters: dict[str, Any], kind: str | None) -> None:
    model_type = None if kind is None else ours.ModelType(kind)

    found = ours.find_models(model_type=model_type, **filters)

    assert isinstance(found, tuple)
    assert ids(found) == in_order(
        ours, lambda m: (kind is None or m["type"] == kind) and holds(m, filters)
    )


def test_find_model_by_every_key(ours: ModuleType) -> None:
    for model in MODELS:
        constant = ours.get_model(model["id"])
        for key in (model["id"], model["id"].upper(), *model.get("aliases", ())):
            assert ours.find_model(key, model_type=constant.type) is constant
            assert ours.find_model(key.swapcase(), model_type=constant.type) is constant
    assert ours.find_model("no such model") is None
    assert ours.find_model("") is None
    assert ours.find_model("colbert-v2", model_type=ours.ModelType.Dense) is None


def test_find_model_by_repository(ours: ModuleType) -> None:
    public = [model for model in MODELS if model["huggingface_id"]]
    repositories = [model["huggingface_id"].casefold() for model in public]
    for model in public:
        if repositories.count(model["huggingface_id"].casefold()) == 1:
            assert ours.find_model(model["huggingface_id"]) is ours.get_model(model["id"])


def test_ambiguous_keys(shared: ModuleType) -> None:
    for key, candidates in [
        ("both", ("one", "two")),
        ("BOTH", ("one", "two")),
        ("org/same-repo", ("four", "three")),
        ("org/alias", ("three", "five")),
    ]:
        with pytest.raises(shared.AmbiguousModelError, match="model_type") as caught:
            shared.find_model(key)
        assert (caught.value.key, caught.value.candidates) == (key, candidates)
        back = pickle.loads(pickle.dumps(caught.value))
        assert (str(back), back.candidates) == (str(caught.value), candidates)
    assert shared.find_model("both", model_type=shared.ModelType.Dense) is shared.ONE
    assert shared.find_model("both", model_type=shared.ModelType.CrossEncoder) is shared.TWO
    assert shared.find_model("both", model_type=shared.ModelType.Llm) is None
    assert shared.find_model("First") is shared.ONE
    with pytest.raises(shared.AmbiguousModelError):
        shared.find_model("org/same-repo", model_type=shared.ModelType.Dense)


@pytest.mark.parametrize(
    ("key", "suggested", "message"),
    [
        ("colbert-v22", "colbert-v2", "did you mean"),
        ("COLBERT-V2", "colbert-v2", "is not an id; it is another name of colbert-v2"),
        ("miniLM", "all-minilm-l6-v2", "is not an id; it is another name of"),
        ("colbert-ir/colbertv2.0", "colbert-v2", "is not an id; it is another name of"),
        # Prefixes of ids count, ignoring punctuation: difflib alone would suggest bge-m3.
        ("gemma3-270", "gemma-3-270m-it", "did you mean gemma-3-270m-it?"),
        ("Llama-3-8B", "llama-3-8b-instruct", "did you mean llama-3-8b-instruct?"),
    ],
)
def test_unknown_model(ours: ModuleType, key: str, suggested: str, message: str) -> None:
    with pytest.raises(ours.UnknownModelError, match=message) as caught:
        ours.get_model(key)
    error = caught.value
    assert isinstance(error, LookupError)
    assert isinstance(error, ours.RegistryError)
    assert error.key == key
    assert suggested in error.suggestions
    assert suggested in str(error)
    back = pickle.loads(pickle.dumps(error))
    assert (str(back), back.key, back.suggestions) == (str(error), key, error.suggestions)


def test_unknown_model_like_no_other(ours: ModuleType) -> None:
    with pytest.raises(ours.UnknownModelError, match="MODEL_REGISTRY lists them all") as caught:
        ours.get_model("§" * 30)
    assert caught.value.suggestions == ()


def test_catalogue_without_vectors_or_languages(tmp_path: Path) -> None:
    """A query for fields that no model has finds nothing, without failing."""
    module = load(generate(tmp_path, catalogue(entry("a", "speech", specs=None))), "generated_odd")

    assert module.models_by_max_embedding_dim(10**6) == ()
    assert module.models_with_matryoshka() == ()
    assert module.models_by_language("en") == ()
    assert module.find_models(language="en", max_embedding_dim=8) == ()
    assert module.find_models(matryoshka=False) == (module.A,)
    assert module.find_models() == (module.A,)


def test_vectors_of_unknown_width(tmp_path: Path) -> None:
    models = [entry("a", "speech", specs={"embedding_dim": 8}), entry("b", "speech", specs=None)]
    module = load(generate(tmp_path, catalogue(*models)), "generated_odd")

    assert module.models_by_max_embedding_dim(8) == (module.A,)


def test_more_models_than_overloads_are_good_for(tmp_path: Path) -> None:
    models = [entry(f"m-{number}") for number in range(1000)]
    few = generate(tmp_path, catalogue(*models))
    assert "def get_dense_model" not in few["_generated_parts/lookup.py"]

    many = generate(tmp_path, catalogue(*models, entry("reranker", "cross-encoder")))
    module = load(many, "generated_many")
    assert module.get_dense_model("m-7") is module.M_7
    assert module.get_cross_encoder_model("reranker") is module.get_model("reranker")
    with pytest.raises(module.UnknownModelError):
        module.get_dense_model("reranker")
    assert "get_dense_model" in module.__all__
