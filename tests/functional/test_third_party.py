"""Third-party additions: a backend, and models of another registry."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from checkpoints import minilm_folder

from catalogues import ROOT, catalogue, entry
from generating import generate
from generating import load as run_module
from registry.errors import CheckpointError, UnsupportedError
from registry.loading.load import load
from registry_codegen.compile import compile_catalogue
from registry_codegen.options import Options
from registry_codegen.write import write_files
from servers.ollama import OllamaServer
from servers.ollama_store import StoredModel

pytestmark = pytest.mark.filterwarnings(
    # torch itself uses deprecated parts of Python.
    "ignore::DeprecationWarning:torch.*"
)

# The parts of a third-party package that its author has to write.
BACKEND = """
from collections.abc import Generator

from registry.backends.interface import LoadOptions, ModelBackend
from registry.encoders.base import Role
from registry.encoders.dense import DenseEncoder, Vectors
from registry.encoders.generator import Message, Sampling, TextGenerator
from registry.encoders.serving import Serving
from registry.models.kinds import DenseLike, LlmLike


class Echo(TextGenerator):
    def __init__(self, model: LlmLike, options: LoadOptions) -> None:
        super().__init__(model)
        self.options = options

    def _stream(self, prompt: str | list[Message], sampling: Sampling) -> Generator[str]:
        key = self.options.api_key
        yield f"{self.model.id} at {self.options.base_url} "
        yield "without a key" if key is None else f"with {key.reveal()}"
        yield f": {prompt}"


class Troubled(DenseEncoder):
    def __init__(self, model: DenseLike) -> None:
        super().__init__(model, dim=model.embedding_dim, batch_size=1)
        self.serving = Serving(by="acme")

    def _encode(
        self, texts: list[str], role: Role, batch_size: int, progress: bool
    ) -> Vectors:
        raise TROUBLE

    def close(self) -> None:
        print("closed after", repr(TROUBLE))


TROUBLE = BaseException()


class EchoBackend(ModelBackend):
    name = "echo"

    def dense_encoder(self, model: DenseLike, options: LoadOptions) -> DenseEncoder:
        return Troubled(model)

    def text_generator(self, model: LlmLike, options: LoadOptions) -> TextGenerator:
        return Echo(model, options)


not_a_backend = 3
"""
ENTRY_POINTS = """
[registry.backends]
echo = acme_echo:EchoBackend
nowhere = acme_nowhere:Backend
missing = acme_echo:Missing
number = acme_echo:not_a_backend
ollama = acme_echo:EchoBackend
"""


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for sys.path with an installed package in it."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "acme_echo.py").write_text(BACKEND)
    about = folder / "acme_echo-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-echo\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(ENTRY_POINTS)
    return folder


def run(code: str, acme: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(acme)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


class TestBackend:
    def test_it_is_listed_without_being_imported(self, acme: Path) -> None:
        code = """
import sys
from registry.backends import backend_names
print(*backend_names()[-4:], "acme_echo" in sys.modules)
"""
        assert run(code, acme).split() == ["echo", "missing", "nowhere", "number", "False"]

    def test_load_uses_it(self, acme: Path) -> None:
        code = """
import asyncio
from registry import QWEN3_0_6B, ModelManager, load
generator = load(QWEN3_0_6B, backend="echo", base_url="here", api_key="sk-1")
print(generator.generate("Hello"))
print(asyncio.run(generator.agenerate("Hello")))
print(ModelManager("echo", model_id="qwen3-0.6b").generate_response("Hello"))
"""
        assert run(code, acme).splitlines() == [
            "qwen3-0.6b at here with sk-1: Hello",
            "qwen3-0.6b at here with sk-1: Hello",
            "qwen3-0.6b at None without a key: Hello",
        ]

    def test_what_it_does_not_serve(self, acme: Path) -> None:
        code = """
from registry import COLBERT_V2, load
from registry.errors import UnsupportedError
try:
    load(COLBERT_V2, backend="echo")
except UnsupportedError as error:
    print(error)
"""
        expected = "the backend 'echo' does not support colbert models (colbert-v2)\n"
        assert run(code, acme) == expected

    @pytest.mark.parametrize("trouble", ["BackendError('busy')", "KeyboardInterrupt()"])
    def test_what_is_loaded_is_closed_when_checking_it_fails(
        self, acme: Path, trouble: str
    ) -> None:
        code = f"""
import acme_echo
from registry import ALL_MINILM_L6_V2, load
from registry.errors import BackendError
acme_echo.TROUBLE = {trouble}
try:
    load(ALL_MINILM_L6_V2, backend="echo")
except (BackendError, KeyboardInterrupt) as error:
    assert error is acme_echo.TROUBLE
"""
        assert run(code, acme) == f"closed after {trouble}\n"

    def test_ours_are_not_replaced(self, acme: Path) -> None:
        code = """
from registry.backends import backend_names, get_backend
print(get_backend("ollama").__class__.__module__, backend_names().count("ollama"))
"""
        assert run(code, acme).split() == ["registry.backends.ollama", "1"]

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("nowhere", "'nowhere' cannot be imported from acme_nowhere:Backend: ModuleNotFound"),
            ("missing", "'missing' cannot be imported from acme_echo:Missing: AttributeError"),
            ("number", "'number' is not a subclass of registry.backends.ModelBackend"),
            ("ehco", "there is no backend 'ehco'; did you mean 'echo'?"),
        ],
    )
    def test_one_that_is_broken(self, acme: Path, name: str, message: str) -> None:
        code = f"""
from registry import QWEN3_0_6B, load
from registry.errors import BackendError
try:
    load(QWEN3_0_6B, backend={name!r})
except BackendError as error:
    print(error)
"""
        assert message in run(code, acme)


@pytest.fixture(scope="module")
def acme_models(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The catalogue of the example, compiled."""
    folder = tmp_path_factory.mktemp("acme")
    source = (ROOT / "examples/own_registry/models.json").read_text("utf-8")
    (folder / "models.json").write_text(source, "utf-8")
    return run_module(compile_catalogue(Options(folder)), "acme_models_of_a_test")


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer() as server:
        yield server


class TestModels:
    """From a generated module that does not import `registry` and is unknown to it."""

    def test_a_dense_model(self, tmp_path: Path) -> None:
        specs = {"parameters": "22.7M", "embedding_dim": 384, "context_length": 256}
        source = generate(tmp_path, catalogue(entry("house-minilm", specs=specs)))
        module = run_module(source, "house_of_a_test")
        assert "import registry" not in source
        encoder = load(module.HOUSE_MINILM, local_path=minilm_folder(), device="cpu")
        vectors = encoder.encode_documents(["a cat", "a kitten", "fish soup"])
        assert vectors.shape == (3, 384)
        assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]

    def test_what_it_promises_is_checked_too(self, acme_models: ModuleType) -> None:
        model: Any = acme_models.ACME_EMBED_DOCS_V2
        with pytest.raises(CheckpointError, match=r"acme-embed-docs-v2.*768"):
            load(model, local_path=minilm_folder(), device="cpu")

    def test_a_language_model(self, acme_models: ModuleType, server: OllamaServer) -> None:
        model: Any = acme_models.ACME_ASSISTANT_8B
        server.store.add(model.ollama_tag, StoredModel())
        generator = load(model, backend="ollama", base_url=server.url)
        assert generator.generate("Hello")
        assert server.asked("/api/generate")[0].body["model"] == "acme/assistant:8b-q4_K_M"

    def test_a_type_of_its_own(self, acme_models: ModuleType) -> None:
        model: Any = acme_models.ACME_INTENT_V3
        with pytest.raises(UnsupportedError, match="acme-intent-v3 is of type intent-classifier"):
            load(model)

    def test_another_backend_and_another_registry(self, acme: Path, tmp_path: Path) -> None:
        """They do not know each other, and work together in `load`."""
        files = generate(tmp_path, catalogue(entry("house-llm", "llm")))
        write_files(tmp_path / "house" / "_generated.py", files)
        code = f"""
import sys
sys.path.insert(0, {str(tmp_path)!r})
from house._generated import HOUSE_LLM
from registry import load
print(load(HOUSE_LLM, backend="echo").generate("Hello"))
"""
        assert run(code, acme) == "house-llm at None without a key: Hello\n"
