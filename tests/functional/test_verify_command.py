"""`registry verify` against a Hub and against the cache."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hub_project import HubProject, entry, project
from huggingface_hub import snapshot_download

from goldens import Golden
from servers.hub_content import safetensors
from servers.hub_repository import Repository

__all__ = ["project"]  # a fixture that pytest finds by name

CONFIG = {
    "architectures": ["BertModel"],
    "model_type": "bert",
    "hidden_size": 8,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "vocab_size": 100,
    "max_position_embeddings": 64,
}
MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
]
POOLING = {"word_embedding_dimension": 8, "pooling_mode_mean_tokens": True}
FILES: dict[str, Any] = {
    "README.md": "---\nlicense: mit\nlanguage: en\n---\n# One\n",
    "config.json": json.dumps(CONFIG),
    "modules.json": json.dumps(MODULES),
    "1_Pooling/config.json": json.dumps(POOLING),
    "sentence_bert_config.json": json.dumps({"max_seq_length": 32, "do_lower_case": False}),
    "model.safetensors": safetensors({"embeddings.word_embeddings.weight": ("F32", (100, 8))}),
}


@pytest.fixture
def one(project: HubProject) -> Repository:
    """A repository and its entry as written by `registry add`."""
    repository = project.hub.store.add("acme/one", FILES)
    project.catalogue(entry("other", "acme/other"))
    added = project.run("add", "acme/one", "--id", "one")
    assert added.status == 0, added.output
    return repository


def entries(project: HubProject) -> dict[str, dict[str, Any]]:
    data = json.loads((project.folder / "models.json").read_text())
    return {each["id"]: each for each in data["models"]}


def change(project: HubProject, **sections: Any) -> None:
    """Change the entry of the repository."""
    changed = entries(project)
    for name, value in sections.items():
        old = changed["one"].get(name)
        changed["one"][name] = {**old, **value} if isinstance(old, dict) else value
    project.catalogue(*changed.values())


def test_what_was_added_is_clean(project: HubProject, one: Repository, golden: Golden) -> None:
    result = project.run("verify", "one")
    assert (result.status, result.stdout) == (0, "")
    golden(result.stderr)
    (model,) = project.json("verify", "one")["models"]
    assert model["clean"] is True
    checked = {check["path"] for check in model["checks"] if check["status"] == "same"}
    assert {
        "architecture.type",
        "license",
        "pooling",
        "specs.embedding_dim",
        "specs.context_length",
        "specs.parameter_count",
        "specs.vocab_size",
        "type",
    } <= checked


@pytest.mark.parametrize(
    ("sections", "path", "stated", "found"),
    [
        ({"specs": {"embedding_dim": 16}}, "specs.embedding_dim", "16", "8"),
        ({"specs": {"vocab_size": 99}}, "specs.vocab_size", "99", "100"),
        ({"license": "Apache-2.0"}, "license", "Apache-2.0", "MIT"),
        ({"pooling": "cls"}, "pooling", "cls", "mean"),
    ],
)
def test_a_changed_field_is_named(
    sections: Any,
    path: str,
    stated: str,
    found: str,
    project: HubProject,
    one: Repository,
    golden: Golden,
) -> None:
    change(project, **sections)
    result = project.run("verify")
    assert result.status == 1
    (row,) = [line.split("\t") for line in result.stdout.splitlines()]
    assert row[:4] == ["one", path, stated, found]
    golden(result.stderr)


def test_fix_writes_just_that(project: HubProject, one: Repository) -> None:
    before = (project.folder / "models.json").read_text()
    change(project, specs={"embedding_dim": 16})
    wrong = (project.folder / "models.json").read_text()
    result = project.run("verify", "one", "--fix")
    assert result.status == 0, result.output
    after = (project.folder / "models.json").read_text()
    assert json.loads(after) == json.loads(before)
    lines = zip(wrong.splitlines(), after.splitlines(), strict=True)
    assert len([pair for pair in lines if pair[0] != pair[1]]) == 1
    assert project.run("verify", "one").status == 0


def test_parameters_that_are_text_alone(project: HubProject, one: Repository) -> None:
    specs = entries(project)["one"]["specs"]
    del specs["parameter_count"]
    for text, status in (("800", 0), ("0.8K", 0), ("900", 1)):
        changed = entries(project)["one"] | {"specs": {**specs, "parameters": text}}
        project.catalogue(changed)
        assert project.run("verify").status == status, text
    assert project.run("verify").stdout.startswith("one\tspecs.parameters\t900\t800\t")
    assert project.run("verify", "--fix").status == 0
    assert entries(project)["one"]["specs"]["parameters"] == "800"


def test_fix_writes_a_count_together_with_its_text(project: HubProject, one: Repository) -> None:
    before = entries(project)
    wrong = {"parameters": "9M", "parameter_count": 9_000_000, "memory_mb": 34.3}
    change(project, specs=wrong)  # consistent, so that the catalogue is valid
    result = project.run("verify", "one", "--fix")
    assert result.status == 0, result.output
    assert entries(project) == before


def test_fix_says_where_the_value_comes_from(project: HubProject, one: Repository) -> None:
    change(project, license="Apache-2.0", pooling="cls")
    counted = {"Hub: model.safetensors": ["specs.parameter_count"]}
    sources = {"a paper": ["license"], "us": ["name"], **counted}
    changed = entries(project)["one"] | {"sources": sources}
    project.catalogue(changed)
    assert project.run("verify", "--fix").status == 0
    assert entries(project)["one"]["sources"] == {
        "us": ["name"],
        **counted,
        "Hub: README.md": ["license"],
        "Hub: 1_Pooling/config.json": ["pooling"],
    }


def test_an_entry_that_cannot_be_fixed_holds_up_no_other(
    project: HubProject, one: Repository, golden: Golden
) -> None:
    # The repository's width contradicts the one that a person entered.
    two = entries(project)["one"] | {"id": "two", "name": "two"}
    two["specs"] = two["specs"] | {"embedding_dim": 16}
    two["architecture"] = two["architecture"] | {"matryoshka_dims": [16, 8]}
    two["capabilities"] = two["capabilities"] | {"matryoshka": True}
    change(project, specs={"embedding_dim": 16})
    project.catalogue(entries(project)["one"], two)
    result = project.run("verify", "--fix")
    assert result.status == 1
    golden(result.stderr)
    assert entries(project)["one"]["specs"]["embedding_dim"] == 8
    assert entries(project)["two"] == two


LLM: dict[str, Any] = {
    "README.md": "---\nlicense: mit\npipeline_tag: text-generation\n---\n",
    "config.json": json.dumps(
        {
            "architectures": ["GPTJForCausalLM"],
            "model_type": "gptj",
            "n_embd": 64,
            "n_head": 4,
            "n_layer": 1,
            "n_positions": 2048,
            "vocab_size": 100,
        }
    ),
    "tokenizer_config.json": json.dumps({"model_max_length": 1024}),
    "model.safetensors": safetensors({"wte.weight": ("F32", (100, 64))}),
}


def test_what_is_inferred_is_told_and_never_written(project: HubProject, one: Repository) -> None:
    """A guess fills a gap and is marked as such; a value that a person enters instead stays."""
    project.hub.store.add("acme/two", LLM)
    assert project.run("add", "acme/two", "--id", "two").status == 0
    added = entries(project)["two"]
    assert added["specs"]["head_dim"] == 16
    assert "specs.head_dim" in added["sources"]["inferred: Hub: config.json"]
    assert "specs.memory_mb" in added["sources"]["computed: Hub: list of files"]
    assert added["specs"]["context_length"] == 2048
    added["specs"]["head_dim"] = 32
    project.catalogue(added)
    before = (project.folder / "models.json").read_bytes()
    result = project.run("verify", "--fix")
    assert (result.status, result.stdout.split("\t")[1:4]) == (1, ["specs.head_dim", "32", "16"])
    assert "inferred" in result.stdout
    assert (project.folder / "models.json").read_bytes() == before


@pytest.mark.parametrize("code", [True, False])
def test_no_machine_says_what_type_it_is_or_whether_code_runs(
    code: bool, project: HubProject, one: Repository
) -> None:
    config = {**CONFIG, **({} if code else {"auto_map": {"AutoModel": "modeling.Own"}})}
    project.hub.store.add("acme/two", {**FILES, "config.json": json.dumps(config)})
    two = {
        **entries(project)["one"],
        "id": "two",
        "type": "sparse",
        "huggingface_id": "acme/two",
        "dependencies": {"trust_remote_code": code},
    }
    for name in ("revision", "pooling", "normalize", "sources"):
        two.pop(name, None)
    two["specs"] = {**two["specs"], "embedding_dim": 100}
    project.catalogue(two)
    before = (project.folder / "models.json").read_bytes()
    result = project.run("verify", "--fix")
    told = {line.split("\t")[1] for line in result.stdout.splitlines()}
    assert (result.status, told) == (1, {"type", "dependencies.trust_remote_code"})
    assert (project.folder / "models.json").read_bytes() == before


def test_an_entry_is_read_as_its_own_type(project: HubProject) -> None:
    files = {name: content for name, content in FILES.items() if "odules" not in name}
    project.hub.store.add("acme/bare", files)
    project.catalogue()
    assert project.run("add", "acme/bare", "--type", "dense", "--id", "one").status == 0
    assert project.run("verify").status == 0
    change(project, specs={"embedding_dim": 999})
    result = project.run("verify")
    assert result.status == 1
    assert "specs.embedding_dim\t999\t8" in result.stdout


def test_one_repository_may_serve_two_entries(project: HubProject, one: Repository) -> None:
    assert project.run("add", "acme/one", "--id", "two").status == 1
    added = project.run("add", "acme/one", "--id", "two", "--type", "sparse")
    assert added.status == 0, added.output
    assert {each: entries(project)[each]["type"] for each in ("one", "two")} == {
        "one": "dense",
        "two": "sparse",
    }
    assert project.run("validate").status == 0
    assert project.run("verify", "one", "two").status == 0


def test_fix_mends_what_a_rule_refutes(
    project: HubProject, one: Repository, golden: Golden
) -> None:
    before = entries(project)
    change(project, specs={"memory_mb": 400})
    assert project.run("validate").status == 1
    refused = project.run("verify", "one")
    assert (refused.status, refused.stdout.split("\t")[1]) == (1, "specs.memory_mb")
    golden(refused.stderr)
    fixed = project.run("verify", "one", "--fix")
    assert fixed.status == 0, fixed.output
    assert entries(project) == before


def test_the_files_of_an_entry_are_a_persons_choice(project: HubProject) -> None:
    project.catalogue()
    project.hub.store.add("acme/one", {**FILES, "onnx/model.onnx": b"x", "onnx/model_O4.onnx": b""})
    assert project.run("add", "acme/one", "--id", "one").status == 0
    change(project, files={"weights": {"onnx": "onnx/model_O4.onnx"}})
    assert project.run("verify", "one").status == 0
    change(project, files={"weights": {"onnx": "onnx/gone.onnx"}})
    assert project.run("verify", "one").status == 1


def test_fix_leaves_alone_what_another_catalogue_says(
    project: HubProject, one: Repository, golden: Golden
) -> None:
    change(project, specs={"embedding_dim": 16})
    (project.folder / "models.json").rename(project.folder / "public.json")
    project.catalogue(entry("mine", "acme/one", specs={"parameters": "1M", "embedding_dim": 4}))
    (project.folder / "pyproject.toml").write_text(
        '[tool.hatch.build.hooks.model-registry]\noutput = "models.py"\nextends = "public.json"\n'
    )
    result = project.run("verify", "one", "mine", "--fix")
    assert result.status == 1
    golden(result.stderr)
    assert json.loads((project.folder / "public.json").read_text())["models"][0]["id"] == "other"
    assert entries(project)["mine"]["specs"]["embedding_dim"] == 8


def test_says_when_the_head_has_moved_and_what_changed(
    project: HubProject, one: Repository, golden: Golden
) -> None:
    one.push({"config.json": "{}", "new.json": "{}"}, delete=("sentence_bert_config.json",))
    result = project.run("verify", "one")
    assert result.status == 0  # only the pin counts, and it matches the entry
    golden(result.stderr)
    moved = project.json("verify", "one")["models"][0]["moved"]
    assert (moved["changed"], moved["added"]) == (["config.json"], ["new.json"])


def test_few_requests_and_no_weights(project: HubProject, one: Repository) -> None:
    project.hub.requests.clear()
    project.run("verify", "one")
    assert len(project.hub.asked("/api/*")) == 1
    weights = project.hub.asked("*/model.safetensors", method="GET")
    assert all(request.range for request in weights if request.server == "cdn")


def test_local_asks_nobody(project: HubProject, one: Repository, golden: Golden) -> None:
    project.hub.requests.clear()
    result = project.run("verify", "--local")
    golden(result.stderr)
    assert result.status == 0
    assert project.run("verify", "--local", "one").status == 1
    assert project.hub.requests == []
    snapshot_download("acme/one", revision=one.head)
    project.hub.requests.clear()
    assert project.run("verify", "--local", "one").status == 0
    change(project, specs={"embedding_dim": 16})
    result = project.run("verify", "--local", "one", HF_HUB_OFFLINE="1")
    assert result.status == 1
    assert "specs.embedding_dim\t16\t8" in result.stdout
    assert project.hub.requests == []


@pytest.mark.parametrize(
    ("details", "why"), [({"gated": "auto"}, "gated"), ({"private": True}, "private")]
)
def test_what_may_not_be_read(details: Any, why: str, project: HubProject) -> None:
    project.hub.store.add("acme/closed", FILES, **details)
    project.catalogue(entry("closed", "acme/closed"))
    result = project.run("verify")
    assert (result.status, result.stdout) == (1, "")
    assert why in result.stderr
    project.hub.store.authorize("hf_secret", "acme/closed")
    allowed = project.run("verify", HF_TOKEN="hf_secret")
    assert "cannot be checked" not in allowed.stderr
    assert "hf_secret" not in allowed.output


def test_a_hub_that_is_away(project: HubProject, one: Repository) -> None:
    with project.hub.refusing():
        result = project.run("verify")
    assert (result.status, result.stdout) == (1, "")
    assert result.stderr.count("cannot be checked") == 2
    assert "Traceback" not in result.stderr


def test_without_a_catalogue(project: HubProject) -> None:
    result = project.run("verify", "colbert-v2", "--fix")
    assert result.status == 1
    assert "installed package registry, which cannot be edited" in result.stderr
    assert "--catalogue FILE" in result.stderr


def test_a_renamed_repository_is_learned_and_the_former_name_kept(
    project: HubProject, one: Repository
) -> None:
    project.hub.store.rename("acme/one", "acme/renamed")
    differing = project.json("verify", "one", status=1)["models"][0]
    paths = {check["path"]: check for check in differing["checks"] if check["status"] == "differs"}
    assert paths["huggingface_id"]["found"] == "acme/renamed"
    assert paths["former_ids"]["found"] == ["acme/one"]
    assert project.run("verify", "one", "--fix").status == 0
    fixed = entries(project)["one"]
    assert (fixed["huggingface_id"], fixed["former_ids"]) == ("acme/renamed", ["acme/one"])
    assert project.run("verify", "acme/one").status == 0
    assert project.run("show", "acme/one", "--field", "huggingface_id").stdout == "acme/renamed\n"
