"""The real models.json: what it must contain, and what its entries must not contradict."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import pytest

from catalogues import CATALOGUE, ROOT, TYPES, Json
from registry import MODELS_BY_ID
from registry_codegen.compile import load_catalogue
from registry_codegen.names import constant_name
from registry_codegen.options import Options
from registry_codegen.schema import type_schema
from strategies import leaves

MODELS: list[Json] = CATALOGUE["models"]
BY_ID: dict[str, Json] = {model["id"]: model for model in MODELS}

# Hub repository, type, and the aliases that people type.
REQUIRED = [
    ("sentence-transformers/all-MiniLM-L6-v2", "dense", ["miniLM"]),
    ("sentence-transformers/all-mpnet-base-v2", "dense", ["mpnet"]),
    ("sentence-transformers/distiluse-base-multilingual-cased-v2", "dense", ["distiluse"]),
    ("cross-encoder/ms-marco-MiniLM-L6-v2", "cross-encoder", ["miniLM"]),
    ("cross-encoder/ms-marco-MiniLM-L12-v2", "cross-encoder", ["mpnet"]),
    ("mistralai/Mistral-7B-Instruct-v0.2", "llm", ["mistral"]),
    ("mistralai/Mixtral-8x7B-Instruct-v0.1", "llm", ["mixtral"]),
    ("TinyLlama/TinyLlama-1.1B-Chat-v1.0", "llm", ["tinyllama"]),
    ("Qwen/Qwen2.5-Coder-7B-Instruct", "llm", ["qwen2.5-coder:7b"]),
    ("Qwen/Qwen2.5-Coder-32B-Instruct", "llm", ["qwen2.5-coder:32b"]),
    ("codellama/CodeLlama-7b-Instruct-hf", "llm", ["codellama:7b"]),
    ("codellama/CodeLlama-34b-Instruct-hf", "llm", ["codellama:34b"]),
    ("deepseek-ai/deepseek-coder-6.7b-instruct", "llm", ["deepseek-coder:6.7b"]),
    ("bigcode/starcoder2-7b", "llm", ["starcoder2:7b"]),
    ("Qwen/CodeQwen1.5-7B-Chat", "llm", ["codeqwen:7b"]),
    ("meta-llama/Meta-Llama-3-8B-Instruct", "llm", ["llama3:8b"]),
    ("google/gemma-7b-it", "llm", ["gemma:7b"]),
    ("Intel/neural-chat-7b-v3-1", "llm", ["neural-chat"]),
    ("microsoft/Phi-3-mini-4k-instruct", "llm", ["phi3:mini"]),
    ("Qwen/Qwen3-0.6B", "llm", ["qwen3_small"]),
    ("Qwen/Qwen3-1.7B", "llm", ["qwen3_medium"]),
    ("Qwen/Qwen3-4B", "llm", ["qwen3_large"]),
    ("Qwen/Qwen3-8B", "llm", ["qwen3_xl"]),
    ("Qwen/Qwen3-14B", "llm", ["qwen3_xxl"]),
    ("Qwen/Qwen3-32B", "llm", ["qwen3_xxxl"]),
    ("Qwen/Qwen3-30B-A3B", "llm", ["qwen3_moe_small"]),
    ("Qwen/Qwen3-235B-A22B", "llm", ["qwen3_moe_large"]),
]
CODE = ["qwen2.5-coder", "codellama", "deepseek-coder", "starcoder2", "codeqwen"]


def values(model: Json) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every field that an entry sets, with its path."""
    for path, _ in leaves(type_schema(model["type"])):
        value: Any = model
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None:
            yield path, value


def of(models: list[Json]) -> Any:
    return pytest.mark.parametrize("model", models, ids=lambda model: model["id"])


def test_it_validates() -> None:
    assert len(load_catalogue(Options(ROOT)).data["models"]) == len(MODELS) >= 300


def test_it_names_its_schema_and_version() -> None:
    assert (ROOT / CATALOGUE["$schema"]).is_file()
    assert re.fullmatch(r"\d+\.\d+\.\d+", CATALOGUE["version"])


def test_every_type_is_there() -> None:
    assert {model["type"] for model in MODELS} == set(TYPES)


@pytest.mark.parametrize(("repository", "model_type", "aliases"), REQUIRED)
def test_required_models(repository: str, model_type: str, aliases: list[str]) -> None:
    found = [m for m in MODELS if m["huggingface_id"] == repository and m["type"] == model_type]

    (model,) = found
    assert set(aliases) <= set(model.get("aliases", ()))


@pytest.mark.parametrize(
    ("model_id", "constant"),
    [
        ("colbert-v2", "COLBERT_V2"),
        ("colbert-small", "COLBERT_SMALL"),
        ("jina-colbert-v2", "JINA_COLBERT_V2"),
        ("gte-modern-colbert", "GTE_MODERN_COLBERT"),
        ("bge-base-en-v1.5", "BGE_BASE_EN_V1_5"),
        ("splade-v3", "SPLADE_V3"),
        ("all-minilm-l6-v2", "ALL_MINILM_L6_V2"),
        ("qwen3-1.7b", "QWEN3_1_7B"),
        ("mistral-7b-instruct-v0.2", "MISTRAL_7B_INSTRUCT_V0_2"),
    ],
)
def test_ids_people_rely_on(model_id: str, constant: str) -> None:
    assert model_id in BY_ID
    assert constant_name(model_id) == constant


@pytest.mark.parametrize("family", CODE)
def test_code_models_say_so(family: str) -> None:
    models = [m for m in MODELS if m["type"] == "llm" and family in m.get("aliases", [m["id"]])[0]]

    assert models
    assert {m["capabilities"]["domain"] for m in models} == {"code"}


def test_nothing_is_zero_for_unknown() -> None:
    zeros = [
        (model["id"], path)
        for model in MODELS
        for path, value in values(model)
        if path[0] != "metadata" and not isinstance(value, bool) and value in (0, "", "unknown")
    ]
    assert zeros == []


# Identity and our own descriptions: not facts that could have a source.
NO_FACTS = {"id", "type", "name", "description", "huggingface_id", "organization", "aliases"} | {
    "status",
    "superseded_by",
    "sources",
    "overruled",
    "metadata",
}


def facts(model: Json) -> Iterator[str]:
    """Every fact of an entry, as named in `sources`; a list of files is one fact."""

    def walk(section: Json, above: str) -> Iterator[str]:
        for key, value in section.items():
            path = f"{above}{key}"
            if isinstance(value, dict) and path != "files.weights":
                yield from walk(value, f"{path}.")
            elif path not in NO_FACTS:
                yield path

    return walk({key: value for key, value in model.items() if key not in NO_FACTS}, "")


def test_every_fact_names_a_source() -> None:
    without = []
    for model in MODELS:
        named = {path for paths in model["sources"].values() for path in paths}
        without += [
            (model["id"], fact)
            for fact in facts(model)
            if not any(fact == path or fact.startswith(f"{path}.") for path in named)
        ]
    assert without == []


def test_sources_say_how_a_fact_is_known() -> None:
    """A source's name has a prefix such as "computed: ", always spelled the same."""
    names = {name for model in MODELS for name in model["sources"]}
    loose = re.compile(
        r"(known|computed|arithmetic|inferred|unverified|recall|guess)\b(?!: )", re.I
    )
    assert [name for name in names if loose.match(name)] == []


def test_most_entries_are_pinned() -> None:
    public = [model for model in MODELS if model["huggingface_id"]]
    pinned = [model["id"] for model in public if model.get("revision")]
    assert len(pinned) >= 0.95 * len(public)


def test_every_entry_has_a_license_or_says_that_there_is_none() -> None:
    assert [model["id"] for model in MODELS if "license" not in model] == []


def test_file_lists_name_their_commit() -> None:
    """So that the validator notices a list of another commit than the pinned one."""
    loose = []
    for model in MODELS:
        for name, paths in model["sources"].items():
            if "files.weights" in paths and not re.search(r" @ [0-9a-f]{12}$", name):
                loose.append((model["id"], name))
    assert loose == []


def test_sources_name_fields_that_the_entry_has() -> None:
    wrong = []
    for model in MODELS:
        given = {".".join(path) for path, _ in values(model)}
        given |= {key for key, value in model.items() if value is None}  # license: null
        given |= {f"metadata.{key}" for key in model.get("metadata", {})}
        sections = {name.rsplit(".", 1)[0] for name in given if "." in name}
        for source, fields in model["sources"].items():
            wrong += [(model["id"], source, f) for f in fields if f not in given | sections]
    assert wrong == []


def test_descriptions_help_to_choose() -> None:
    """One or two sentences; all different, and more than the name."""
    texts = Counter(model["description"] for model in MODELS)
    assert [text for text, count in texts.items() if count > 1] == []
    for model in MODELS:
        text = model["description"]
        assert 30 <= len(text) <= 400, model["id"]
        assert text.endswith("."), model["id"]
        assert text == " ".join(text.split()), model["id"]
        assert text.rstrip(".") != model["name"]


def test_repositories_are_listed_once() -> None:
    public = [model for model in MODELS if model["huggingface_id"]]
    listed = Counter((model["type"], model["huggingface_id"].casefold()) for model in public)
    assert [key for key, count in listed.items() if count > 1] == []


def test_aliases_are_no_other_models_repository() -> None:
    repositories = {(model["huggingface_id"] or "").casefold() for model in MODELS}
    assert [a for m in MODELS for a in m.get("aliases", ()) if a.casefold() in repositories] == []


def test_ollama_tags_find_their_model() -> None:
    """A name for `ollama pull` also resolves here."""
    owners: dict[str, str] = {}
    for model in MODELS:
        if tag := model.get("ollama_tag"):
            assert tag not in owners, (tag, owners.get(tag))
            owners[tag] = model["id"]
            assert tag in model.get("aliases", ()), model["id"]


def test_remote_code_is_pinned() -> None:
    unpinned = [
        model["id"]
        for model in MODELS
        if model.get("dependencies", {}).get("trust_remote_code") and not model.get("revision")
    ]
    assert unpinned == []


def test_late_interaction_models_have_what_loading_needs() -> None:
    for model in MODELS:
        if model["type"] == "colbert":
            specs, architecture = model["specs"], model.get("architecture", {})
            assert specs["embedding_dim"] <= 4096, model["id"]
            if (hidden := specs.get("hidden_dim")) and hidden != specs["embedding_dim"]:
                assert architecture.get("has_projection"), model["id"]


def test_sizes_are_plausible() -> None:
    for model in MODELS:
        specs = model.get("specs", {})
        count = specs.get("parameter_count")
        if count is None:
            continue
        assert 10**5 <= count < 2 * 10**12, model["id"]
        if specs.get("vocab_size") and specs.get("hidden_dim"):
            # A lower bound for the embedding matrix, which some models factorize.
            assert count * 2 >= specs["vocab_size"] * 8, model["id"]
        if specs.get("memory_mb"):
            # Between four bits and eight bytes per weight.
            bytes_each = specs["memory_mb"] * 2**20 / count
            assert 0.4 <= bytes_each <= 8.2, (model["id"], bytes_each)


def test_heads_divide_the_width() -> None:
    for model in MODELS:
        specs = model.get("specs", {})
        heads, groups = specs.get("num_attention_heads"), specs.get("num_key_value_heads")
        if heads and groups:
            assert heads % groups == 0, model["id"]
        if heads and specs.get("hidden_dim") and not specs.get("head_dim"):
            assert specs["hidden_dim"] % heads == 0, model["id"]
        if specs.get("num_experts"):
            assert specs["num_experts_per_token"] <= specs["num_experts"], model["id"]
            assert specs.get("active_parameters"), model["id"]


def test_figures_come_with_what_they_are_over() -> None:
    for model in MODELS:
        performance = model.get("performance", {})
        if "beir_avg" in performance:
            assert performance.get("beir_avg_datasets") in (12, 13, 14, 15, 18), model["id"]
        for name, sets in (("beir13_avg", 13), ("beir15_avg", 15)):
            if name in performance and performance.get("beir_avg_datasets") == sets:
                assert performance[name] == performance["beir_avg"], model["id"]


def test_dates_lie_in_the_past_of_the_field() -> None:
    for model in MODELS:
        if date := model.get("release_date"):
            assert "2018" <= date[:4] <= "2026", model["id"]


def test_weights_lie_in_the_repository() -> None:
    for model in MODELS:
        for given in model.get("files", {}).get("weights", {}).values():
            for name in given if isinstance(given, list) else [given]:
                assert not PurePosixPath(name).is_absolute(), model["id"]


def test_file_is_laid_out_for_people() -> None:
    """As an editor would save it: no tabs, no trailing blanks, a final newline."""
    text = (ROOT / "models.json").read_text("utf-8")
    assert text.endswith("}\n")
    assert "\t" not in text
    assert not re.search(r" +$", text, re.MULTILINE)
    assert json.loads(text) == CATALOGUE


def test_unknown_remote_code_stays_unknown() -> None:
    """Absent means unknown, not False."""
    for model in MODELS:
        stated = model.get("dependencies", {}).get("trust_remote_code")
        assert MODELS_BY_ID[model["id"]].trust_remote_code is stated, model["id"]
