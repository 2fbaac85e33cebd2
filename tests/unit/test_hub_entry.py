"""From a description to an entry: its id, its fields, its sources."""

import json
from typing import Any, ClassVar

import pytest

from catalogues import CATALOGUE
from memory_repository import BERT, COMMIT, WEIGHTS, MemoryRepository, pipeline
from registry.errors import HubError
from registry.hub._description import describe
from registry.hub._ids import LONGEST, propose_id
from registry.hub.given import with_fields
from registry.hub.new_entry import left_out, make_entry
from registry_base.json_shapes import look_up
from registry_base.quantity import format_count
from registry_codegen.schema import type_schema

DENSE: dict[str, Any] = {
    "config.json": BERT,
    "modules.json": pipeline("Transformer", "Pooling", "Normalize"),
    "1_Pooling/config.json": {"embedding_dimension": 384, "pooling_mode": "mean"},
}


def made(files: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    source = MemoryRepository(DENSE if files is None else files, WEIGHTS, **more)
    return make_entry(describe(source))


class TestIds:
    @pytest.mark.parametrize(
        ("repository", "expected"),
        [
            ("Qwen/Qwen3-1.7B", "qwen3-1.7b"),
            ("BAAI/bge-base-en-v1.5", "bge-base-en-v1.5"),
            ("NovaSearch/stella_en_1.5B_v5", "stella-en-1.5b-v5"),
            ("colbert-ir/colbertv2.0", "colbertv2.0"),
            ("maidalun1020/bce-reranker-base_v1", "bce-reranker-base-v1"),
            ("a/b_._c-_d", "b-c-d"),
            ("acme/3b", "acme-3b"),
            ("a/model-registry", "a-model-registry"),
            ("3/4", None),
        ],
    )
    def test_proposals(self, repository: str, expected: str | None) -> None:
        assert propose_id(repository, []) == expected

    @pytest.mark.parametrize(
        "entry",
        [{"id": "bge.m3"}, {"id": "bge-m3"}, {"id": "other", "aliases": ["x", "BGE-M3"]}],
    )
    def test_what_is_taken(self, entry: dict[str, Any]) -> None:
        assert propose_id("acme/bge-m3", [entry]) == "acme-bge-m3"
        assert propose_id("acme/bge-m3", [entry, {"id": "acme-bge-m3"}]) is None

    def test_a_long_name_is_cut_between_its_parts(self) -> None:
        name = propose_id("a/" + "-".join(["twelve-bytes"] * 7), [])
        assert name == "-".join(["twelve-bytes"] * 3) + "-twelve"
        assert propose_id("a/" + "x" * 90, []) == "x" * LONGEST

    def test_the_catalogue_has_no_entry_that_would_be_refused_its_id(self) -> None:
        proposed = {
            entry["huggingface_id"]: propose_id(entry["huggingface_id"], [])
            for entry in CATALOGUE["models"]
            if entry["huggingface_id"]
        }
        same = sum(proposed.get(e["huggingface_id"]) == e["id"] for e in CATALOGUE["models"])
        assert None not in proposed.values()
        assert same > 0.9 * len(proposed)


class TestEntry:
    def test_everything_in_its_place(self) -> None:
        card = {"license": "mit", "language": ["eng", "xx-none"], "base_model": "a/base"}
        entry = made(card=card, created="2025-02-03", gated=True)
        assert entry == {
            "id": "tiny",
            "type": "dense",
            "name": "tiny",
            "description": "Dense encoder with 22.7M parameters, 384 dimensions and a context of "
            "512 tokens, tuned from a/base.",
            "huggingface_id": "acme/tiny",
            "revision": COMMIT,
            "organization": "acme",
            "release_date": "2025-02-03",
            "license": "MIT",
            "architecture": {"type": "bert", "base_model": "a/base"},
            "specs": {
                "parameters": "22.7M",
                "parameter_count": 22_713_216,
                "embedding_dim": 384,
                "hidden_dim": 384,
                "context_length": 512,
                "max_position_embeddings": 512,
                "vocab_size": 30522,
                "num_layers": 6,
                "num_attention_heads": 12,
                "memory_mb": 87,
            },
            "pooling": "mean",
            "normalize": True,
            "files": {"config": "config.json", "weights": {"safetensors": "model.safetensors"}},
            "capabilities": {"languages": ["en"], "modalities": ["text"]},
            "dependencies": {"gated": True},
            "sources": entry["sources"],
        }
        assert list(entry) == [key for key in type_schema("dense")["properties"] if key in entry]

    def test_sources_name_every_field_once(self) -> None:
        entry = made(card={"license": "mit"})
        named = [path for paths in entry["sources"].values() for path in paths]
        assert len(named) == len(set(named))
        assert set(named) == {"revision", "license", *paths_below(entry)}
        assert entry["sources"]["Hub: 1_Pooling/config.json"] == ["specs.embedding_dim", "pooling"]

    def test_false_is_silence_but_for_normalize(self) -> None:
        modules = pipeline("Transformer", "Pooling")
        entry = made({**DENSE, "modules.json": modules}, gated=False)
        assert entry["normalize"] is False
        assert "dependencies" not in entry

    def test_a_folder_has_no_revision(self) -> None:
        entry = made(revision=None)
        assert "revision" not in entry
        assert "Hub" not in entry["sources"]

    def test_an_open_type(self) -> None:
        with pytest.raises(HubError) as caught:
            made({})
        assert str(caught.value) == (
            "acme/tiny: its type is not certain: there is neither modules.json nor config.json; "
            "give it with --type"
        )

    def test_what_the_type_needs(self) -> None:
        source = MemoryRepository({"modules.json": DENSE["modules.json"], "pytorch_model.bin": 9})
        with pytest.raises(HubError) as caught:
            make_entry(describe(source))
        assert str(caught.value) == (
            "acme/tiny: an entry of type dense lacks required fields: specs.embedding_dim (no "
            "module in modules.json says it); give them with --set, as in --set "
            "specs.embedding_dim=1024"
        )

    def test_only_what_the_type_has_is_told_as_left_out(self) -> None:
        description = describe(MemoryRepository(DENSE, WEIGHTS))
        assert left_out(description) == {
            "similarity": "config_sentence_transformers.json does not say",
            "license": "README.md: no license",
            "capabilities.languages": "README.md names none",
        }

    @pytest.mark.parametrize(
        ("relation", "tags", "said"),
        [
            (None, (), "tuned from a/base"),
            ("finetune", (), "tuned from a/base"),
            ("quantized", (), "quantized from a/base"),
            ("adapter", (), "an adapter of a/base"),
            ("merge", ("base_model:quantized:a/base",), "merged from a/base"),
            (None, ("base_model:a/base", "base_model:quantized:a/base"), "quantized from a/base"),
            (["quantized"], ("base_model:finetune:a/base",), "tuned from a/base"),
        ],
    )
    def test_how_it_was_made_from_its_base(
        self, relation: object, tags: tuple[str, ...], said: str
    ) -> None:
        card = {"base_model": "a/base", "base_model_relation": relation}
        assert f", {said}." in made(card=card, tags=tags)["description"]

    @pytest.mark.parametrize("code", ["und", "mis", "qab", "x-own", "jp"])
    def test_codes_that_name_no_language(self, code: str) -> None:
        source = MemoryRepository(DENSE, WEIGHTS, card={"language": ["de", "fr", code]})
        description = describe(source)
        assert make_entry(description)["capabilities"]["languages"] == ["de", "fr"]
        assert code in left_out(description)["capabilities.languages"]

    def test_a_type_of_ones_own(self) -> None:
        entry = make_entry(describe(MemoryRepository({"config.json": BERT}, WEIGHTS), "speech"))
        assert entry["type"] == "speech"
        assert entry["description"].startswith("Model of type speech with 22.7M parameters")


def paths_below(entry: dict[str, Any]) -> set[str]:
    """The paths in an entry's sections, without those that every entry has."""
    found: set[str] = set()
    for key in ("architecture", "specs", "files", "capabilities"):
        for name, value in entry[key].items():
            inner = [f".{kind}" for kind in value] if isinstance(value, dict) else [""]
            found.update(f"{key}.{name}{rest}" for rest in inner)
    return {*found, "pooling", "normalize"}


def test_counts_are_written_as_the_catalogue_writes_them() -> None:
    specs = [entry["specs"] for entry in CATALOGUE["models"] if "specs" in entry]
    counted = [s for s in specs if "parameter_count" in s]
    assert len(counted) > 300
    for each in counted:
        assert format_count(each["parameter_count"]) == each["parameters"]


@pytest.mark.parametrize(
    ("count", "text"),
    [(1, "1"), (999, "999"), (1000, "1K"), (999_999, "1M"), (1_500_000_000_000, "1.5T")],
)
def test_counts_at_the_edges(count: int, text: str) -> None:
    assert format_count(count) == text


def test_an_entry_is_json() -> None:
    assert json.loads(json.dumps(made(), allow_nan=False)) == made()


class TestObjections:
    """Values that break a rule of catalogues are left out and reported; it is not a failure."""

    # The rule only knows the usual padding index, hence 514 - 2.
    FILES: ClassVar[dict[str, Any]] = {
        **DENSE,
        "config.json": {
            **BERT,
            "model_type": "roberta",
            "max_position_embeddings": 514,
            "pad_token_id": 0,
        },
    }

    def test_a_field_that_a_rule_refuses(self) -> None:
        description = describe(MemoryRepository(self.FILES, WEIGHTS))
        assert description.facts["specs.context_length"].value == 513
        entry = make_entry(description)
        assert "context_length" not in entry["specs"]
        assert not any("context_length" in each for each in map(str, entry["sources"].values()))
        assert "exceeds the usable positions" in left_out(description)["specs.context_length"]

    def test_what_a_person_gives_is_not_left_out(self) -> None:
        description = describe(MemoryRepository(self.FILES, WEIGHTS))
        given = with_fields(description, {"specs.context_length": 513})
        assert make_entry(given)["specs"]["context_length"] == 513

    BASE: ClassVar[dict[str, Any]] = {
        "id": "base",
        "huggingface_id": "acme/base",
        "release_date": "2025-02-01",
        "specs": {"num_layers": 12},
    }

    @pytest.mark.parametrize(
        ("name", "metadata", "path", "rule"),
        [
            (
                "acme/tiny-multilingual",
                {"card": {"language": "en"}},
                "capabilities.languages",
                "multilingual",
            ),
            ("acme/tiny", {"card": {"base_model": "acme/base"}}, "specs.num_layers", "base-shape"),
            (
                "acme/tiny",
                {"card": {"base_model": "Acme/Base"}, "created": "2025-01-31"},
                "release_date",
                "date-order",
            ),
        ],
    )
    def test_rules_see_the_name_and_the_base_model(
        self, name: str, metadata: dict[str, Any], path: str, rule: str
    ) -> None:
        source = MemoryRepository(DENSE, WEIGHTS, huggingface_id=name, **metadata)
        description, entries = describe(source), [self.BASE]
        refused = make_entry(description, entries)
        assert look_up(refused, *path.split(".")) is None
        assert f"--set overruled.{rule}=" in left_out(description, entries)[path]
        given = with_fields(description, {f"overruled.{rule}": "it is"})
        entry = make_entry(given, entries)
        assert look_up(entry, *path.split(".")) == description.facts[path].value
        assert path not in left_out(given, entries)
