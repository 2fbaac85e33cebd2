"""`registry lock` against a Hub: what it writes, when it makes requests, and `--check`."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hub_project import HubProject, entry, project

from goldens import Golden
from servers.hub_faults import Kind
from servers.hub_repository import Repository
from servers.ollama_store import StoredModel

__all__ = ["project"]  # a fixture that pytest finds by name

WEIGHTS = b"w" * 5_000
FILES: dict[str, bytes | str] = {
    "model.safetensors": WEIGHTS,
    "pytorch_model.bin": WEIGHTS,
    "config.json": '{"a": 1}',
    "README.md": "# One",
    "1_Pooling/config.json": "{}",
}


@pytest.fixture
def one(project: HubProject) -> Repository:
    repository = project.hub.store.add("acme/one", FILES)
    project.catalogue(entry("one", "acme/one", revision=repository.head))
    return repository


def test_where_nothing_can_be_locked_no_file_is_begun(project: HubProject, one: Repository) -> None:
    result = project.run("lock", HF_HUB_OFFLINE="1")
    assert result.status == 1
    assert result.stdout == "models.lock.json: 0 models locked, nothing was written\n"
    assert not (project.folder / "models.lock.json").exists()


def test_an_output_that_is_a_folder(project: HubProject, one: Repository) -> None:
    result = project.run("lock", "--output", ".")
    assert (result.status, result.stderr) == (
        1,
        "Error: .: this is a folder; name the file in it\n",
    )


@pytest.mark.parametrize(
    "address", ["http://[hub", "http://hub:port", "http://me:secret", "hub.example", "ftp://hub"]
)
def test_an_address_of_the_hub_that_is_none(
    address: str, project: HubProject, one: Repository
) -> None:
    message = (
        "Error: HF_ENDPOINT is not an address; write it as https://huggingface.co, or unset it\n"
    )
    for command in (["lock"], ["verify"], ["add", "acme/two"]):
        result = project.run(*command, HF_ENDPOINT=address)
        assert (result.status, result.stdout, result.stderr) == (1, "", message)
    result = project.run("default", "bert", HF_ENDPOINT=address)
    assert (result.status, result.stderr) == (0, message.replace("Error:", "registry:"))


def lock(project: HubProject) -> Any:
    return json.loads((project.folder / "models.lock.json").read_text())


def test_commit_sizes_and_hashes_of_what_loading_needs(
    project: HubProject, one: Repository
) -> None:
    result = project.run("lock")
    assert (result.status, result.stderr) == (0, "")
    assert result.stdout == "models.lock.json: 1 model locked, written\n"
    expected = {
        path: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in (
            ("1_Pooling/config.json", b"{}"),
            ("config.json", b'{"a": 1}'),
            ("model.safetensors", WEIGHTS),
        )
    }
    model = {"huggingface_id": "acme/one", "revision": one.head, "files": expected}
    assert lock(project) == {"version": 1, "models": {"one": model}}
    # The Hub lists the hash of the weights, so they are not fetched.
    assert project.hub.asked("*/model.safetensors") == []


def test_the_same_bytes_and_no_request_the_second_time(
    project: HubProject, one: Repository
) -> None:
    project.run("lock")
    before = (project.folder / "models.lock.json").read_bytes()
    project.hub.requests.clear()
    assert project.run("lock").stdout == "models.lock.json: 1 model locked, up to date\n"
    assert project.hub.requests == []
    (project.folder / "models.lock.json").unlink()
    project.run("lock")
    assert (project.folder / "models.lock.json").read_bytes() == before


def test_check_asks_nobody_and_names_what_is_behind(
    project: HubProject, one: Repository, golden: Golden
) -> None:
    assert project.run("lock", "--check").status == 1
    project.run("lock")
    assert project.run("lock", "--check").status == 0
    project.catalogue(
        entry("one", "acme/one", revision=one.push({"config.json": "{}"})),
        entry("two", "acme/two"),
    )
    project.hub.requests.clear()
    result = project.run("lock", "--check", "one", "two")
    assert result.status == 1
    golden(result.stderr)
    assert project.hub.requests == []
    data = project.json("lock", "--check", "one", "two", status=1)
    assert data["up_to_date"] is False
    assert len(data["differences"]) == 2
    # Without ids, only locked models are checked, not `two`.
    assert project.run("lock", "--check").stderr.count(" is ") == 1


def test_what_has_no_pin_stays_where_it_is_locked(project: HubProject, one: Repository) -> None:
    project.catalogue(entry("one", "acme/one"))
    first = one.head
    project.run("lock")
    second = one.push({"config.json": '{"a": 2}'})
    project.run("lock")
    assert lock(project)["models"]["one"]["revision"] == first
    project.run("lock", "--update")
    assert lock(project)["models"]["one"]["revision"] == second


def test_what_fails_keeps_what_was_locked_and_the_others_are_locked(
    project: HubProject, one: Repository
) -> None:
    project.run("lock")
    project.hub.store.add("acme/two", {"model.safetensors": WEIGHTS})
    project.hub.store.add("acme/gated", FILES, gated="auto")
    project.catalogue(
        entry("one", "acme/one", revision="f" * 40),
        entry("two", "acme/two"),
        entry("gated", "acme/gated"),
        entry("absent", "acme/absent"),
    )
    result = project.run("lock", "one", "two", "gated", "absent")
    assert result.status == 1
    assert "Traceback" not in result.stderr
    for model_id, why in (("one", "is not at"), ("gated", "gated"), ("absent", "no such")):
        (line,) = [
            line for line in result.stderr.splitlines() if line.startswith(f"Error: {model_id} ")
        ]
        assert why in line
    models = lock(project)["models"]
    assert set(models) == {"one", "two"}
    assert models["one"]["revision"] == one.head


def test_what_left_the_catalogue_leaves_the_lock(
    project: HubProject, one: Repository, golden: Golden
) -> None:
    project.run("lock")
    project.hub.store.add("acme/two", {"model.safetensors": WEIGHTS})
    project.catalogue(entry("two", "acme/two"))
    golden(project.run("lock", "--check").stderr)
    project.run("lock", "two")
    assert set(lock(project)["models"]) == {"one", "two"}
    project.run("lock")
    assert set(lock(project)["models"]) == {"two"}


def test_ollama_is_asked_for_its_digests_and_may_be_away(
    project: HubProject, one: Repository
) -> None:
    model = StoredModel()
    project.ollama.store.add("one:latest", model)
    project.catalogue(entry("one", "acme/one", ollama_tag="one:latest", revision=one.head))
    project.run("lock")
    locked = lock(project)["models"]["one"]["ollama"]
    assert locked == {"tag": "one:latest", "digest": f"sha256:{model.digest}"}
    project.ollama.stop()
    assert "up to date" in project.run("lock").stdout
    assert lock(project)["models"]["one"]["ollama"] == locked


def test_a_damaged_lock_is_left_alone(project: HubProject, one: Repository) -> None:
    path = project.folder / "models.lock.json"
    path.write_text('{"version": 1, "models": {')
    result = project.run("lock")
    assert (result.status, result.stdout) == (1, "")
    assert result.stderr.startswith("models.lock.json:1:")
    assert path.read_text() == '{"version": 1, "models": {'


@pytest.mark.parametrize("fault", ["drop", "cut", "reset"])
def test_a_hub_that_breaks_off_leaves_the_lock(
    fault: Kind, project: HubProject, one: Repository
) -> None:
    project.run("lock")
    before = (project.folder / "models.lock.json").read_bytes()
    project.catalogue(entry("one", "acme/one", revision=one.push({"config.json": "{}"})))
    project.hub.fails(fault, times=None)
    result = project.run("lock", "one", "two", "gated", "absent")
    assert result.status == 1
    assert "Traceback" not in result.stderr
    assert (project.folder / "models.lock.json").read_bytes() == before


def test_of_the_installed_registry_where_there_is_no_catalogue(
    project: HubProject, golden: Golden
) -> None:
    project.hub.store.add("sentence-transformers/all-MiniLM-L6-v2", FILES)
    result = project.run("lock", "all-minilm-l6-v2")
    # The test Hub does not have the real one's commits, and the error says so.
    assert result.status == 1
    assert "8b3219a92973" in result.stderr
    golden(project.run("lock", "all-minilm-l6-v").stderr)


class TestWhatIsLocked:
    """What is locked for an entry if its repository holds more, or other things."""

    @staticmethod
    def locked(project: HubProject, model_id: str) -> set[str]:
        result = project.run("lock", model_id)
        assert result.status == 0, result.output
        return set(lock(project)["models"][model_id]["files"])

    def test_the_variants_of_a_repository_with_nothing_but_gguf(self, project: HubProject) -> None:
        files = {"tiny-Q4_0.gguf": b"4", "tiny-Q8_0.gguf": b"8", "mmproj-F16.gguf": b"m"}
        project.hub.store.add("acme/gguf", files)
        variant = {"id": "q4_0", "quantization": "Q4_0", "file": "tiny-Q4_0.gguf"}
        project.catalogue(entry("tiny", "acme/gguf", variants=[variant]))
        assert self.locked(project, "tiny") == {"tiny-Q4_0.gguf"}
        assert project.run("pull", "tiny").status == 0
        assert project.run("check", "tiny").status == 0

    def test_all_parts_of_a_variant(self, project: HubProject) -> None:
        parts = [f"BF16/tiny-BF16-0000{number}-of-00002.gguf" for number in (1, 2)]
        files: dict[str, bytes | str] = {
            **dict.fromkeys(parts, b"4"),
            "BF16/tiny-F16-00001-of-00002.gguf": b"f",
        }
        project.hub.store.add("acme/gguf", files)
        variant = {"id": "bf16", "quantization": "BF16", "file": parts[0]}
        project.catalogue(entry("tiny", "acme/gguf", variants=[variant]))
        assert self.locked(project, "tiny") == set(parts)

    @pytest.mark.parametrize("path", ["tiny-Q4_0.gguf", "onnx/model.onnx"])
    def test_nothing_is_locked_where_no_weights_are_named(
        self, path: str, project: HubProject, golden: Golden
    ) -> None:
        project.hub.store.add("acme/gguf", {path: b"4", "config.json": "{}"})
        project.catalogue(entry("tiny", "acme/gguf"))
        result = project.run("lock")
        assert result.status == 1
        golden(result.stderr)
        assert not (project.folder / "models.lock.json").exists()

    def test_an_export_with_its_data(self, project: HubProject) -> None:
        files = {
            "config.json": b"{}",
            "onnx/model.onnx": b"g",
            "onnx/model.onnx_data": b"w",
            "onnx/model_O4.onnx": b"o",
        }
        project.hub.store.add("acme/onnx", files)
        weights = {"weights": {"onnx": "onnx/model.onnx"}}
        project.catalogue(entry("tiny", "acme/onnx", files=weights))
        expected = {"config.json", "onnx/model.onnx", "onnx/model.onnx_data"}
        assert self.locked(project, "tiny") == expected

    def test_the_folders_that_modules_json_names(self, project: HubProject) -> None:
        modules = [{"type": "sentence_transformers.models.Transformer", "path": ""}]
        modules += [{"type": "sentence_transformers.models.Dense", "path": "2_Dense_1024"}]
        files: dict[str, bytes | str] = {
            "modules.json": json.dumps(modules),
            "model.safetensors": b"w",
            "config.json": "{}",
        }
        for width in (256, 512, 768, 1024, 2048, 4096, 6144, 8192):
            files[f"2_Dense_{width}/config.json"] = "{}"
            files[f"2_Dense_{width}/model.safetensors"] = "d"
        project.hub.store.add("acme/stella", files)
        project.catalogue(entry("stella", "acme/stella"))
        assert self.locked(project, "stella") == {
            "config.json",
            "model.safetensors",
            "modules.json",
            "2_Dense_1024/config.json",
            "2_Dense_1024/model.safetensors",
        }

    def test_the_code_of_a_tokenizer(self, project: HubProject) -> None:
        tokenizer = {"auto_map": {"AutoTokenizer": ["tokenization_own.Own", None]}}
        project.hub.store.add(
            "acme/own",
            {
                "config.json": json.dumps({"architectures": ["BertModel"], "model_type": "bert"}),
                "tokenizer_config.json": json.dumps(tokenizer),
                "tokenization_own.py": "class Own: ...",
                "model.safetensors": WEIGHTS,
            },
        )
        project.catalogue()
        given = ("--set", "specs.embedding_dim=8", "--set", "specs.parameters=1M")
        added = project.run("add", "acme/own", "--type", "dense", "--id", "own", *given)
        assert added.status == 0, added.output
        (own,) = json.loads((project.folder / "models.json").read_text())["models"]
        assert own["dependencies"] == {"trust_remote_code": True}
        assert "tokenization_own.py" in self.locked(project, "own")

    def test_what_was_once_locked_without_weights_is_locked_anew(
        self, project: HubProject, one: Repository
    ) -> None:
        project.run("lock")
        state = lock(project)
        files = state["models"]["one"]["files"]
        state["models"]["one"]["files"] = {"config.json": files["config.json"]}
        (project.folder / "models.lock.json").write_text(json.dumps(state))
        assert "model.safetensors" in self.locked(project, "one")
