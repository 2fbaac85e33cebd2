"""The Ollama backend against a server that speaks its protocol, faults included."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import httpx
import numpy as np
import pytest
from generator_suite import PROMPT
from server_suite import (
    SERVER_DECIDES,
    SHORT,
    ServerSuite,
    both_ways,
    failure_without,
    generate,
)

from registry import (
    ALL_MINILM_L6_V2,
    BGE_LARGE_EN_V1_5,
    COLBERT_V2,
    NOMIC_EMBED_TEXT_V1_5,
    QWEN2_5_CODER_7B_INSTRUCT,
    QWEN3_0_6B,
)
from registry.encoders.dense import DenseEncoder, Vectors
from registry.encoders.generator import Sampling, TextGenerator
from registry.errors import (
    AuthenticationError,
    BackendError,
    CheckpointError,
    InputError,
    LoadError,
    ServerUnavailableError,
    UnsupportedError,
)
from registry.loading.load import load
from servers.ollama import OllamaServer
from servers.ollama_store import StoredModel, embedding_model

TAG = "qwen3:0.6b-q4_K_M"
WIDTHS = {"all-minilm:l6": 384, "bge-large:335m": 1024, "nomic-embed-text:v1.5": 768}


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer() as server:
        server.store.add(TAG, StoredModel(family="qwen3", parameter_size="0.6B"))
        for tag, width in WIDTHS.items():
            server.store.add(tag, embedding_model(width))
        server.delay = 0.002
        yield server


@pytest.fixture
def generator(server: OllamaServer) -> Iterator[TextGenerator]:
    generator = load(QWEN3_0_6B, backend="ollama", base_url=server.url, timeout=60)
    yield generator
    generator.close()


@pytest.fixture
def encoder(server: OllamaServer) -> Iterator[DenseEncoder]:
    encoder = load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url)
    server.requests.clear()
    yield encoder
    encoder.close()


class TestPromises(ServerSuite):
    """What every generator behind a server promises."""

    backend, path, words_begin = "ollama", "/api/generate", 0
    reasons: ClassVar = {
        "end": "the last line is missing",
        "garbage": "something that Ollama does not send",
    }

    @pytest.fixture
    def server(self, server: OllamaServer) -> OllamaServer:
        return server

    @pytest.fixture
    def generator(self, generator: TextGenerator) -> TextGenerator:
        return generator

    @pytest.fixture
    def long_prompt(self) -> str:
        """A single word, longer than the context window."""
        return "w" * 100_000


def test_a_text_goes_to_generate_with_its_options(
    server: OllamaServer, generator: TextGenerator
) -> None:
    sampling = Sampling(temperature=0.5, max_tokens=3, top_p=0.9, seed=7, stop=("x", "y"))
    generator.generate(PROMPT, sampling)
    (request,) = server.asked("/api/generate")
    assert request.body["model"] == TAG
    assert request.body["prompt"] == PROMPT
    assert request.body["stream"] is True
    assert request.body["options"] == {
        "temperature": 0.5,
        "num_predict": 3,
        "top_p": 0.9,
        "seed": 7,
        "stop": ["x", "y"],
    }


def test_what_is_not_asked_for_is_left_to_the_server(
    server: OllamaServer, generator: TextGenerator
) -> None:
    generator.generate(PROMPT)
    (request,) = server.asked("/api/generate")
    assert request.body["options"] == {"temperature": 0.7, "num_predict": 512}


def test_a_conversation_goes_to_chat(server: OllamaServer, generator: TextGenerator) -> None:
    generator.generate([{"role": "user", "content": "Hello"}], SHORT)
    (request,) = server.asked("/api/chat")
    assert request.body["messages"] == [{"role": "user", "content": "Hello"}]
    assert not server.asked("/api/generate")


def test_seeds_differ(generator: TextGenerator) -> None:
    one, two = (
        generator.generate(PROMPT, Sampling(temperature=1, max_tokens=8, seed=seed))
        for seed in (1, 2)
    )
    assert one != two


def test_words_are_not_broken_into_bytes(generator: TextGenerator) -> None:
    text = generator.generate(PROMPT, Sampling(temperature=0, max_tokens=100))
    assert "東京" in text
    assert "🦙" in text


def test_the_host_of_the_environment(server: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", server.address)
    assert load(QWEN3_0_6B, backend="ollama").generate(PROMPT, SHORT)


def test_keys(server: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_API_KEY", "from-the-environment")
    load(QWEN3_0_6B, backend="ollama", base_url=server.url)
    load(QWEN3_0_6B, backend="ollama", base_url=server.url, api_key="named")
    keys = [request.headers["authorization"] for request in server.requests]
    assert keys == ["Bearer from-the-environment", "Bearer named"]


def test_a_server_that_is_not_there(server: OllamaServer) -> None:
    server.stop()
    with pytest.raises(ServerUnavailableError, match="ollama serve") as caught:
        load(QWEN3_0_6B, backend="ollama", base_url=f"http://me:password@{server.address}")
    assert server.address in str(caught.value)
    assert "password" not in str(caught.value)
    with pytest.raises(ServerUnavailableError, match="ollama serve"):
        load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url)


@pytest.mark.parametrize("address", ["http://127.0.0.1:port", "http://[::1"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(LoadError, match="is not a server address"):
        load(QWEN3_0_6B, backend="ollama", base_url=address)


def test_a_model_that_is_not_there(server: OllamaServer) -> None:
    server.store.delete(TAG)
    with pytest.raises(LoadError, match=f"`ollama pull {TAG}`"):
        load(QWEN3_0_6B, backend="ollama", base_url=server.url)


def test_a_model_that_is_deleted_meanwhile(server: OllamaServer, generator: TextGenerator) -> None:
    server.store.delete(TAG)
    with pytest.raises(LoadError, match=f"`ollama pull {TAG}`"):
        generator.generate(PROMPT)


def test_another_server_at_that_address(server: OllamaServer) -> None:
    for page in (b"<html>404 Not Found</html>", b"404 page not found"):
        server.fails("status", status=404, message=page, content_type="text/html")
        with pytest.raises(BackendError, match="answers 404") as caught:
            load(QWEN3_0_6B, backend="ollama", base_url=server.url)
        assert "ollama pull" not in str(caught.value)
    server.fails("status", status=200, message=b"[]")
    with pytest.raises(ServerUnavailableError, match="something that Ollama does not send"):
        load(QWEN3_0_6B, backend="ollama", base_url=server.url)


def test_a_model_that_only_embeds(server: OllamaServer) -> None:
    server.store.add(TAG, embedding_model(384))
    with pytest.raises(LoadError, match="can do embedding, not completion"):
        load(QWEN3_0_6B, backend="ollama", base_url=server.url)


def test_what_is_closed(generator: TextGenerator, encoder: DenseEncoder) -> None:
    generator.close()
    encoder.close()
    with pytest.raises(BackendError, match=r"qwen3-0\.6b has been closed; load it again"):
        generator.generate(PROMPT)
    with pytest.raises(BackendError, match="has been closed"):
        asyncio.run(generator.agenerate(PROMPT))
    with pytest.raises(BackendError, match="has been closed"):
        encoder.encode_documents([PROMPT])


def test_a_model_without_a_tag(server: OllamaServer) -> None:
    with pytest.raises(LoadError, match=r"qwen3-0\.6b has no ollama_tag"):
        load(replace(QWEN3_0_6B, ollama_tag=None), backend="ollama", base_url=server.url)
    assert not server.requests


def test_a_kind_that_it_does_not_serve() -> None:
    with pytest.raises(UnsupportedError, match="'ollama' does not support colbert models"):
        load(COLBERT_V2, backend="ollama")


@pytest.mark.parametrize(("option", "value"), SERVER_DECIDES)
def test_options_that_make_no_sense_for_vectors(
    server: OllamaServer, option: str, value: object
) -> None:
    arguments: Any = {option: value}  # the name is not known statically
    with pytest.raises(UnsupportedError, match=f"'ollama' takes no {option}:"):
        load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url, **arguments)


def test_options_that_are_for_every_backend(server: OllamaServer, tmp_path: Path) -> None:
    generator = load(
        QWEN3_0_6B,
        backend="ollama",
        base_url=server.url,
        cache_dir=tmp_path,
        local_files_only=True,
    )
    assert generator.model is QWEN3_0_6B


@both_ways
@pytest.mark.parametrize(
    ("status", "error", "message"),
    [
        (400, BackendError, "answers 400: the server's own words"),
        (500, BackendError, "answers 500: the server's own words"),
        (503, BackendError, "answers 503: the server's own words"),
        (401, AuthenticationError, "the server's own words.*OLLAMA_API_KEY"),
        (403, AuthenticationError, "the server's own words.*OLLAMA_API_KEY"),
    ],
)
def test_a_refusal(
    server: OllamaServer,
    generator: TextGenerator,
    status: int,
    error: type[Exception],
    message: str,
    asynchronous: bool,
) -> None:
    server.fails("status", status=status, message="the server's own words")
    with pytest.raises(error, match=message):
        generate(generator, asynchronous)


def test_a_key_is_not_repeated(server: OllamaServer) -> None:
    server.fails("status", status=401, message="no such key: sk-secret-123")
    with pytest.raises(AuthenticationError, match=r"no such key: \*\*\*.*api_key") as caught:
        load(QWEN3_0_6B, backend="ollama", base_url=server.url, api_key="sk-secret-123")
    assert "sk-secret-123" not in str(caught.value)


def test_vectors(server: OllamaServer, encoder: DenseEncoder) -> None:
    texts = ["a cat sat on the mat", "the cat sat on a mat", "registry of models"]
    vectors = encoder.encode_documents(texts)
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    scores = encoder.similarity(vectors, vectors)
    assert scores[0, 1] > scores[0, 2]


def test_no_texts_ask_nothing(server: OllamaServer, encoder: DenseEncoder) -> None:
    assert encoder.encode_queries([]).shape == (0, 384)
    assert not server.requests


@pytest.mark.parametrize("text", ["", "word " * 20_000], ids=["empty", "100,000 characters"])
def test_texts_of_any_length(encoder: DenseEncoder, text: str) -> None:
    assert encoder.encode_documents([text]).shape == (1, 384)


def test_half_a_surrogate_pair_is_refused(encoder: DenseEncoder) -> None:
    with pytest.raises(InputError, match="text 1 "):
        encoder.encode_documents(["one", "\ud83e"])


def test_batches_keep_the_order(server: OllamaServer, encoder: DenseEncoder) -> None:
    texts = [f"text {index}" for index in range(7)]
    whole = encoder.encode_documents(texts)
    server.requests.clear()
    batched = encoder.encode_documents(texts, batch_size=3, progress=True)
    assert [len(request.body["input"]) for request in server.requests] == [3, 3, 1]
    assert np.array_equal(batched, whole)
    assert np.array_equal(whole[4:5], encoder.encode_documents(["text 4"]))


def test_the_asynchronous_twins_say_the_same(encoder: DenseEncoder) -> None:
    async def encode() -> Vectors:
        return await encoder.aencode_queries(["one", "two"])

    assert np.array_equal(asyncio.run(encode()), encoder.encode_queries(["one", "two"]))


def test_prompts_are_put_before_texts(server: OllamaServer) -> None:
    encoder = load(NOMIC_EMBED_TEXT_V1_5, backend="ollama", base_url=server.url)
    server.requests.clear()
    encoder.encode_queries(["what is a cat"])
    encoder.encode_documents(["a cat"])
    sent = [request.body["input"] for request in server.asked("/api/embed")]
    assert sent == [["search_query: what is a cat"], ["search_document: a cat"]]


def test_without_a_prompt_the_text_is_sent_as_it_is(server: OllamaServer) -> None:
    assert BGE_LARGE_EN_V1_5.document_prompt is None
    encoder = load(BGE_LARGE_EN_V1_5, backend="ollama", base_url=server.url)
    server.requests.clear()
    encoder.encode_documents(["a cat"])
    (request,) = server.asked("/api/embed")
    assert request.body["input"] == ["a cat"]


def test_a_matryoshka_width(server: OllamaServer) -> None:
    whole = load(NOMIC_EMBED_TEXT_V1_5, backend="ollama", base_url=server.url)
    short = load(NOMIC_EMBED_TEXT_V1_5, backend="ollama", base_url=server.url, dim=128)
    texts = ["one", "two"]
    vectors = short.encode_documents(texts)
    expected = whole.encode_documents(texts)[:, :128]
    expected = expected / np.linalg.norm(expected, axis=1, keepdims=True)
    assert short.dim == 128
    assert vectors.dtype == np.float32
    assert vectors == pytest.approx(expected, abs=1e-6)
    assert short.encode_queries([]).shape == (0, 128)


def test_a_width_that_is_not_registered(server: OllamaServer) -> None:
    with pytest.raises(LoadError, match="100 is not a registered Matryoshka width"):
        load(NOMIC_EMBED_TEXT_V1_5, backend="ollama", base_url=server.url, dim=100)


def test_a_width_that_is_not_the_promised(server: OllamaServer) -> None:
    server.store.add("all-minilm:l6", embedding_model(768))
    with pytest.raises(CheckpointError, match="gives 768 dimensions, the registry states 384"):
        load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url)


def test_embeddings_that_are_not_there(server: OllamaServer) -> None:
    server.store.delete("all-minilm:l6")
    with pytest.raises(LoadError, match="`ollama pull all-minilm:l6`"):
        load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b'{"model": "m", "embeddings": []}', BackendError),
        (b'{"model": "m", "embeddings": [[1.0], [2.0]]}', BackendError),
        (b'{"model": "m", "embeddings": [[1e39, 0.5]]}', BackendError),
        (b'{"model": "m", "embeddings": [[1.0], [2.0, 3.0]]}', ServerUnavailableError),
        (b'{"model": "m"}', ServerUnavailableError),
        (b"{", ServerUnavailableError),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
def test_embeddings_that_make_no_sense(
    server: OllamaServer, encoder: DenseEncoder, answer: bytes, error: type[Exception]
) -> None:
    server.fails("status", status=200, message=answer)
    with pytest.raises(error, match="all-minilm-l6-v2"):
        encoder.encode_documents(["one"])


def test_embeddings_that_go_wrong(server: OllamaServer, encoder: DenseEncoder) -> None:
    server.fails("status", status=400, message="the input length exceeds the context length")
    with pytest.raises(BackendError, match="exceeds the context length"):
        encoder.encode_documents(["one"])
    server.stop()
    with pytest.raises(ServerUnavailableError):
        encoder.encode_documents(["one"])


def test_the_same_vectors_as_in_this_process(server: OllamaServer) -> None:
    """The server runs the real MiniLM; prompts, batches and order make no difference."""
    from checkpoints import minilm_folder
    from sentence_transformers import SentenceTransformer

    network = SentenceTransformer(str(minilm_folder()), device="cpu")
    server.embed = lambda text, width: network.encode(text).tolist()
    texts = ["A man is eating food.", "A man eats something.", "The girl plays the violin."]
    encoder = load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url)
    vectors = encoder.encode_documents(texts, batch_size=2)
    assert vectors == pytest.approx(network.encode(texts), abs=1e-5)
    assert encoder.similarity(vectors, vectors)[0, 1] > 0.7


@pytest.mark.parametrize(
    ("model", "package"), [("QWEN3_0_6B", "ollama"), ("ALL_MINILM_L6_V2", "numpy")]
)
def test_without_the_package(model: str, package: str) -> None:
    assert failure_without(package, model, "ollama") == (
        f"{package} is not installed: pip install 'tessera-registry[ollama]'\n"
    )


def test_generation_needs_no_numpy(server: OllamaServer) -> None:
    code = f"""
import sys
sys.modules["numpy"] = sys.modules["torch"] = sys.modules["huggingface_hub"] = None
from registry import QWEN3_0_6B
from registry.loading.load import load
print(load(QWEN3_0_6B, backend="ollama", base_url="{server.url}").generate("Once"))
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip()


def test_another_model_asks_for_its_own_tag(server: OllamaServer) -> None:
    tag = QWEN2_5_CODER_7B_INSTRUCT.ollama_tag
    assert tag
    server.store.add(tag, StoredModel())
    load(QWEN2_5_CODER_7B_INSTRUCT, backend="ollama", base_url=server.url).generate("x", SHORT)
    (request,) = server.asked("/api/generate")
    assert request.body["model"] == tag


@pytest.mark.parametrize("path", ["/api/embed", "/api/show"])
def test_an_error_with_the_status_of_success(server: OllamaServer, path: str) -> None:
    server.fails("status", status=200, message=b'{"error": "out of memory"}', path=path)
    with pytest.raises(BackendError, match="answers: out of memory"):
        # Loading asks for both pages.
        load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url)


@pytest.mark.parametrize("key", [None, "sk-1"])
def test_whether_there_was_a_key(
    server: OllamaServer, key: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OLLAMA_API_KEY", raising=False)
    server.fails("status", status=401, message="unauthorized")
    told = "there is no key in OLLAMA_API_KEY" if key is None else "the key is the one in api_key"
    with pytest.raises(AuthenticationError, match=told):
        load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url, api_key=key)


def test_closing_while_another_thread_encodes(server: OllamaServer) -> None:
    encoder: Any = load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url)

    def embed(**_: object) -> None:
        encoder.close()
        raise httpx.ReadError("[Errno 9] Bad file descriptor")

    encoder._connection.client.embed = embed
    with pytest.raises(BackendError, match="has been closed"):
        encoder.encode_documents(["one"])
