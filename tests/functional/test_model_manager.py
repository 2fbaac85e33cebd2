"""ModelManager: which model it picks, how it falls back, and what it frees."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator
from contextlib import aclosing, closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from caches import put_in_cache
from checkpoints import minilm_folder
from huggingface_hub import constants
from llm_fixtures import gemma_gguf, tiny_llama

from registry import (
    ALL_MINILM_L6_V2,
    QWEN3_0_6B,
    QWEN3_1_7B,
    SMOLLM2_135M_INSTRUCT,
    LlmModel,
    Message,
    ModelManager,
)
from registry.errors import (
    BackendError,
    InputError,
    LoadError,
    SelectionError,
    ServerUnavailableError,
    UnknownModelError,
    UnsupportedError,
)
from servers.ollama import OllamaServer
from servers.ollama_store import StoredModel, embedding_model

__all__ = ["gemma_gguf", "tiny_llama"]  # fixtures that pytest finds by name

pytestmark = pytest.mark.filterwarnings(
    # torch itself uses deprecated parts of Python.
    "ignore::DeprecationWarning:torch.*"
)

PROMPT = "Once upon a time"
TEXTS = ["A man is eating food.", "A man eats something.", "The girl plays the violin."]


def tag(model: LlmModel) -> str:
    assert model.ollama_tag is not None
    return model.ollama_tag


@pytest.fixture(autouse=True)
def nobodys_selection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No selection, key or server of the user who runs the tests, and no Hub access."""
    for name in [*os.environ]:
        if name.startswith(("REGISTRY_", "OLLAMA_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("REGISTRY_CACHE_DIR", str(tmp_path / "own"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer() as server:
        server.store.add(tag(QWEN3_1_7B), StoredModel(family="qwen3"))
        server.store.add(tag(SMOLLM2_135M_INSTRUCT), StoredModel(family="llama"))
        server.store.add("all-minilm:l6", embedding_model(384))
        server.delay = 0.002
        yield server


@pytest.fixture
def manager(server: OllamaServer) -> Iterator[ModelManager]:
    manager = ModelManager("ollama", "qwen3_medium", ollama_host=server.url)
    yield manager
    manager.close()


@pytest.fixture(scope="module")
def local() -> Iterator[ModelManager]:
    """A manager that embeds in this process with the real MiniLM."""
    manager = ModelManager(
        embedding_model_id="miniLM", embedding_local_path=minilm_folder(), device="cpu"
    )
    yield manager
    manager.close()


class TestWhichModel:
    """Nothing is loaded or requested before it is needed."""

    def test_the_selected_ones(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert ModelManager().model.id == "qwen3-1.7b"
        assert ModelManager().embedding_model is ALL_MINILM_L6_V2
        monkeypatch.setenv("REGISTRY_LLM_MODEL", "mistral")
        monkeypatch.setenv("REGISTRY_EMBEDDING_MODEL", "mpnet")
        assert ModelManager().model.id.startswith("mistral-7b")
        assert ModelManager().embedding_model.id == "all-mpnet-base-v2"

    @pytest.mark.parametrize(
        ("arguments", "chosen"),
        [
            ({"model_size": "qwen3_medium"}, "qwen3-1.7b"),
            ({"model_id": "qwen3-0.6b"}, "qwen3-0.6b"),
            ({"model_id": "Qwen/Qwen3-0.6B"}, "qwen3-0.6b"),
            # 6,740,512,768 parameters; CodeLlama 7B has 6,738,546,688.
            ({"domain": "code"}, "codellama-7b-instruct"),
        ],
    )
    def test_as_told(self, arguments: dict[str, Any], chosen: str) -> None:
        assert ModelManager("ollama", **arguments).model.id == chosen

    def test_an_embedding_model_by_alias(self) -> None:
        assert ModelManager(embedding_model_id="mpnet").embedding_model.id == "all-mpnet-base-v2"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"model_id": "qwen3-0.7b"}, r"'qwen3-0\.7b'; did you mean .*qwen3-0\.6b"),
            ({"model_size": "qwen_medium"}, "did you mean .*qwen3_medium"),
            ({"fallback_model_id": "smollm"}, "no llm model 'smollm'"),
            ({"embedding_model_id": "minilm-l6"}, "no dense model 'minilm-l6'"),
            # Models of another type are unknown, and the error says why.
            (
                {"model_id": "all-minilm-l6-v2"},
                "is not a model of type llm; it is a name of all-minilm-l6-v2",
            ),
            (
                {"embedding_model_id": "qwen3-0.6b"},
                "is not a model of type dense; it is a name of qwen3-0.6b",
            ),
        ],
    )
    def test_unknown_ids(self, arguments: dict[str, Any], message: str) -> None:
        with pytest.raises(UnknownModelError, match=message):
            ModelManager(**arguments)

    def test_an_unknown_domain(self) -> None:
        with pytest.raises(SelectionError, match="the domain 'law'; there are code"):
            ModelManager(domain="law")

    def test_an_unknown_runtime(self) -> None:
        with pytest.raises(BackendError, match="no backend 'olama'; did you mean 'ollama'"):
            ModelManager("olama", fallback_model_id=None).generate_response(PROMPT)


class TestGeneration:
    def test_a_text(self, server: OllamaServer, manager: ModelManager) -> None:
        assert not server.requests, "nothing is loaded before it is needed"
        text = manager.generate_response(PROMPT, temperature=0, max_tokens=5)
        assert len(text.split()) == 5
        (request,) = server.asked("/api/generate")
        assert request.body["model"] == tag(QWEN3_1_7B)
        assert request.body["options"] == {"temperature": 0, "num_predict": 5}

    def test_a_conversation(self, server: OllamaServer, manager: ModelManager) -> None:
        messages: list[Message] = [{"role": "user", "content": "Hello"}]
        assert manager.generate_response(messages)
        (request,) = server.asked("/api/chat")
        assert request.body["messages"] == messages

    def test_a_stream(self, manager: ModelManager) -> None:
        whole = manager.generate_response(PROMPT, temperature=0, max_tokens=8)
        pieces = list(manager.generate_stream(PROMPT, temperature=0, max_tokens=8))
        assert "".join(pieces) == whole
        assert len(pieces) > 1

    def test_it_is_loaded_once(self, server: OllamaServer, manager: ModelManager) -> None:
        threads = [
            threading.Thread(target=manager.generate_response, args=(PROMPT, 0, 2))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert len(server.asked("/api/show")) == 1
        assert len(server.asked("/api/generate")) == 4

    def test_arguments_without_sense_load_nothing(
        self, server: OllamaServer, manager: ModelManager
    ) -> None:
        async def wrong() -> None:
            with pytest.raises(InputError, match=r"temperature.*max_tokens"):
                await manager.agenerate_response(PROMPT, temperature=-1, max_tokens=0)
            with pytest.raises(InputError, match=r"temperature.*max_tokens"):
                await anext(manager.agenerate_stream(PROMPT, temperature=-1, max_tokens=0))

        for call in (manager.generate_response, manager.generate_stream):
            with pytest.raises(InputError, match=r"temperature.*max_tokens"):
                call(PROMPT, temperature=-1, max_tokens=0)
        asyncio.run(wrong())
        assert not server.requests

    def test_closing_a_stream_hangs_up(self, server: OllamaServer, manager: ModelManager) -> None:
        with closing(manager.generate_stream(PROMPT, max_tokens=5_000)) as pieces:
            assert next(pieces)
            assert server.streams == 1
        assert server.wait_until_idle()
        assert server.abandoned == 1

    def test_the_asynchronous_twins_say_the_same(self, manager: ModelManager) -> None:
        async def both() -> tuple[str, str]:
            whole = await manager.agenerate_response(PROMPT, 0, 8)
            return whole, "".join([piece async for piece in manager.agenerate_stream(PROMPT, 0, 8)])

        assert asyncio.run(both()) == (manager.generate_response(PROMPT, 0, 8),) * 2

    @pytest.mark.parametrize("how", ["cancel", "close"])
    def test_cancelling_an_asynchronous_stream_hangs_up(
        self, server: OllamaServer, manager: ModelManager, how: str
    ) -> None:
        async def begin_and_stop() -> None:
            begun = asyncio.Event()

            async def read() -> None:
                async with aclosing(manager.agenerate_stream(PROMPT, max_tokens=5_000)) as pieces:
                    async for _ in pieces:
                        begun.set()
                        if how == "close":
                            return

            task = asyncio.create_task(read())
            await begun.wait()
            if how == "cancel":
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            else:
                await task

        asyncio.run(begin_and_stop())
        assert server.wait_until_idle()
        assert server.abandoned == 1
        assert manager.generate_response(PROMPT, max_tokens=2)

    def test_cancelling_while_it_loads(self, server: OllamaServer, manager: ModelManager) -> None:
        """What is loaded by then is used by the next call."""

        async def begin_and_cancel() -> None:
            with manager._lock:  # as when the model loads slowly
                task = asyncio.create_task(manager.agenerate_response(PROMPT, 0, 2))
                await asyncio.sleep(0.01)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

        asyncio.run(begin_and_cancel())
        assert manager.generate_response(PROMPT, 0, 2)
        assert len(server.asked("/api/show")) == 1


class TestFallback:
    @pytest.fixture
    def fallen(self, server: OllamaServer, manager: ModelManager) -> ModelManager:
        server.store.delete(tag(QWEN3_1_7B))
        return manager

    @pytest.mark.parametrize("call", ["generator", "response", "stream", "aresponse", "astream"])
    def test_it_warns_whoever_asked(
        self, server: OllamaServer, fallen: ModelManager, call: str
    ) -> None:
        async def stream() -> str:
            return "".join([piece async for piece in fallen.agenerate_stream(PROMPT, 0, 3)])

        async def response() -> str:
            return await fallen.agenerate_response(PROMPT, 0, 3)

        calls: dict[str, Callable[[], str]] = {
            "generator": lambda: fallen.generator.generate(PROMPT),
            "response": lambda: fallen.generate_response(PROMPT, 0, 3),
            "stream": lambda: "".join(fallen.generate_stream(PROMPT, 0, 3)),
            "aresponse": lambda: asyncio.run(response()),
            "astream": lambda: asyncio.run(stream()),
        }
        with pytest.warns(UserWarning, match="falling back to smollm2-135m-instruct") as caught:
            assert calls[call]()
        (warning,) = caught
        assert "qwen3-1.7b cannot be loaded" in str(warning.message)
        assert f"ollama pull {tag(QWEN3_1_7B)}" in str(warning.message)
        assert warning.filename == __file__
        assert server.asked("/api/generate")[-1].body["model"] == tag(SMOLLM2_135M_INSTRUCT)

    def test_it_warns_once(self, fallen: ModelManager) -> None:
        with pytest.warns(UserWarning, match="falling back"):
            fallen.generate_response(PROMPT, 0, 1)
        fallen.generate_response(PROMPT, 0, 1)  # a warning would be an error

    def test_a_warning_that_is_an_error_comes_once(self, fallen: ModelManager) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(UserWarning, match="falling back"):
                fallen.generate_response(PROMPT, 0, 1)
            assert fallen.generate_response(PROMPT, 0, 1)

    def test_a_fallback_of_ones_own(self, server: OllamaServer) -> None:
        server.store.add(tag(QWEN3_0_6B), StoredModel())
        manager = ModelManager(
            "ollama",
            model_id="mistral",
            fallback_model_id="qwen3-0.6b",
            ollama_host=server.url,
        )
        with pytest.warns(UserWarning, match=r"falling back to qwen3-0\.6b"):
            assert manager.generate_response(PROMPT, 0, 1)
        manager.close()

    def test_none_is_an_error(self, server: OllamaServer) -> None:
        manager = ModelManager(
            "ollama", model_id="mistral", fallback_model_id=None, ollama_host=server.url
        )
        with pytest.raises(LoadError, match=r"mistral.*ollama pull"):
            manager.generate_response(PROMPT)

    def test_one_that_is_not_there_either(self, server: OllamaServer) -> None:
        server.store.models.clear()
        manager = ModelManager("ollama", ollama_host=server.url)
        with pytest.raises(LoadError, match=r"^qwen3-1\.7b: .*`ollama pull") as caught:
            manager.generate_response(PROMPT)
        (note,) = caught.value.__notes__
        assert note.startswith("Nor can the fallback be loaded: smollm2-135m-instruct: ")
        server.store.add(tag(QWEN3_1_7B), StoredModel())
        assert manager.generate_response(PROMPT, 0, 1)  # without warning about the past failure
        manager.close()

    def test_the_fallback_itself_has_none(self, server: OllamaServer) -> None:
        server.store.models.clear()
        manager = ModelManager("ollama", model_id="smollm2-135m-instruct", ollama_host=server.url)
        with pytest.raises(LoadError, match="smollm2-135m-instruct"):
            manager.generate_response(PROMPT)
        assert len(server.asked("/api/show")) == 1

    @pytest.mark.parametrize("argument", ["local_path", "quantization", "use_flash_attention"])
    def test_a_mistake_is_no_reason_to_fall_back(self, server: OllamaServer, argument: str) -> None:
        given: dict[str, Any] = {argument: "4bit"}
        manager = ModelManager("ollama", ollama_host=server.url, **given)
        with pytest.raises(UnsupportedError, match=r"^qwen3-1\.7b: the backend 'ollama' takes no"):
            manager.generate_response(PROMPT)
        assert not server.requests

    def test_a_path_belongs_to_the_first(self, tmp_path: Path) -> None:
        """The fallback is looked for in the cache only, which is empty."""
        manager = ModelManager(local_path=tmp_path / "nowhere", cache_dir=tmp_path, device="cpu")
        with pytest.raises(LoadError, match="nowhere is neither") as caught:
            manager.generate_response(PROMPT)
        (note,) = caught.value.__notes__
        assert "smollm2-135m-instruct" in note
        assert "nowhere" not in note


class TestEmbeddings:
    def test_one_text(self, local: ModelManager) -> None:
        vector = local.generate_embeddings(TEXTS[0])
        assert vector.shape == (384,)
        assert vector.dtype == np.float32
        assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-5)

    def test_several(self, local: ModelManager) -> None:
        vectors = local.generate_batch_embeddings(TEXTS)
        assert vectors.shape == (3, 384)
        assert vectors[0] == pytest.approx(local.generate_embeddings(TEXTS[0]), abs=1e-5)
        assert vectors[0] @ vectors[1] > 0.7 > 0.3 > vectors[0] @ vectors[2]

    def test_none(self, local: ModelManager) -> None:
        assert local.generate_batch_embeddings([]).shape == (0, 384)

    def test_what_is_no_text(self, local: ModelManager) -> None:
        wrong: Any = 3
        with pytest.raises(InputError, match="text 0 is int"):
            local.generate_embeddings(wrong)
        with pytest.raises(InputError, match="its characters"):
            local.generate_batch_embeddings("one text")

    def test_the_asynchronous_twins_say_the_same(self, local: ModelManager) -> None:
        async def both() -> tuple[Any, Any]:
            return (
                await local.agenerate_embeddings(TEXTS[0]),
                await local.agenerate_batch_embeddings(TEXTS),
            )

        one, several = asyncio.run(both())
        assert np.array_equal(one, local.generate_embeddings(TEXTS[0]))
        assert np.array_equal(several, local.generate_batch_embeddings(TEXTS))

    def test_through_ollama(self, server: OllamaServer, manager: ModelManager) -> None:
        assert manager.generate_batch_embeddings(TEXTS).shape == (3, 384)
        assert server.asked("/api/embed")[-1].body["input"] == TEXTS
        assert not server.asked("/api/show")[1:], "the language model is not needed for it"

    def test_there_is_no_fallback_for_vectors(self, server: OllamaServer) -> None:
        """Another model's vectors would not be comparable with stored ones."""
        manager = ModelManager("ollama", embedding_model_id="mpnet", ollama_host=server.url)
        with pytest.raises(LoadError, match="all-mpnet-base-v2"):
            manager.generate_embeddings(TEXTS[0])


class TestClose:
    def test_it_frees_and_may_be_repeated(self) -> None:
        manager = ModelManager(embedding_local_path=minilm_folder(), device="cpu")
        manager.generate_embeddings("text")
        encoder = weakref.ref(manager.encoder)
        manager.close()
        manager.close()
        gc.collect()
        assert encoder() is None

    def test_before_anything_was_loaded(self) -> None:
        with ModelManager("ollama"):
            pass

    def test_it_loads_again_when_needed(self, server: OllamaServer, manager: ModelManager) -> None:
        manager.generate_response(PROMPT, 0, 1)
        generator = manager.generator
        manager.close()
        with pytest.raises(BackendError, match="closed"):
            generator.generate(PROMPT)
        assert manager.generate_response(PROMPT, 0, 1)


class TestSharing:
    """share_with_ollama; test_share.py tests what is sent and when."""

    @pytest.fixture
    def weights(self, tmp_path: Path) -> Path:
        path = tmp_path / "weights.gguf"
        path.write_bytes(b"GGUF weights of any model")
        return path

    def test_from_a_file(self, server: OllamaServer, weights: Path) -> None:
        manager = ModelManager(
            model_id="qwen3-0.6b",
            local_path=weights,
            share_with_ollama=True,
            ollama_host=server.url,
            embedding_local_path=minilm_folder(),
            device="cpu",
        )
        assert not server.requests
        assert len(manager.generate_response(PROMPT, 0, 5).split()) == 5
        (request,) = server.asked("/api/generate")
        assert request.body["model"].startswith("tessera/qwen3-0.6b:")
        assert server.store.models[request.body["model"]].layers == (weights.read_bytes(),)
        # Embeddings and the entry are unchanged.
        assert manager.generate_embeddings("text").shape == (384,)
        assert not server.asked("/api/embed")
        assert manager.model is QWEN3_0_6B
        manager.close()

    @pytest.mark.parametrize(
        "model_type", ["huggingface", pytest.param("ollama", marks=pytest.mark.exhaustive)]
    )
    def test_from_the_cache(
        self, server: OllamaServer, tiny_llama: Path, tmp_path: Path, model_type: str
    ) -> None:
        put_in_cache(QWEN3_0_6B, tiny_llama, tmp_path / "cache")

        def ask() -> str:
            manager = ModelManager(
                model_type,
                model_id="qwen3-0.6b",
                cache_dir=tmp_path / "cache",
                share_with_ollama=True,
                ollama_host=server.url,
            )
            with closing(manager):
                return asyncio.run(manager.agenerate_response(PROMPT, 0, 5))

        assert ask() == ask()
        assert len(server.asked("/api/create")) == 1
        files = server.asked("/api/create")[0].body["files"]
        assert {"model.safetensors", "config.json", "tokenizer.json"} <= set(files)

    def test_what_is_not_on_disk_falls_back_to_what_is(
        self, server: OllamaServer, tiny_llama: Path, tmp_path: Path
    ) -> None:
        put_in_cache(SMOLLM2_135M_INSTRUCT, tiny_llama, tmp_path)
        manager = ModelManager(cache_dir=tmp_path, share_with_ollama=True, ollama_host=server.url)
        with pytest.warns(UserWarning, match=r"qwen3-1\.7b.*not in the cache.*falling back"):
            assert manager.generate_response(PROMPT, 0, 1)
        (request,) = server.asked("/api/generate")
        assert request.body["model"].startswith("tessera/smollm2-135m-instruct:")
        manager.close()

    def test_a_server_that_is_away(self, server: OllamaServer, weights: Path) -> None:
        server.stop()
        manager = ModelManager(
            local_path=weights,
            share_with_ollama=True,
            ollama_host=server.url,
            fallback_model_id=None,
        )
        with pytest.raises(ServerUnavailableError, match="ollama serve"):
            manager.generate_response(PROMPT)

    def test_the_key_is_for_ollama(self, server: OllamaServer, weights: Path) -> None:
        manager = ModelManager(
            local_path=weights,
            share_with_ollama=True,
            ollama_host=server.url,
            api_key="sk-123",
            embedding_local_path=minilm_folder(),
            device="cpu",
        )
        manager.generate_response(PROMPT, 0, 1)
        assert {r.headers.get("authorization") for r in server.requests} == {"Bearer sk-123"}
        assert manager.generate_embeddings("text").shape == (384,)
        manager.close()

    def test_what_makes_no_sense_with_it_is_said_at_once(self) -> None:
        wrong: dict[str, Any] = {"quantization": "4bit", "use_flash_attention": True}
        with pytest.raises(InputError) as caught:
            ModelManager("openai", share_with_ollama=True, **wrong)
        for name in ("openai", "quantization", "use_flash_attention"):
            assert name in str(caught.value)


def test_ollama_gets_the_key(server: OllamaServer) -> None:
    manager = ModelManager("ollama", ollama_host=server.url, api_key="sk-123")
    manager.generate_response(PROMPT, 0, 1)
    manager.generate_embeddings("text")
    assert {r.headers.get("authorization") for r in server.requests} == {"Bearer sk-123"}
    manager.close()


def test_a_key_is_refused_where_nobody_wants_one(tmp_path: Path) -> None:
    manager = ModelManager(cache_dir=tmp_path, api_key="sk-123")
    with pytest.raises(UnsupportedError, match="does not talk to a server"):
        manager.generate_response(PROMPT)


def test_flash_attention_is_asked_for(tmp_path: Path) -> None:
    """If unavailable, the generator warns and goes on; here it then fails on an empty cache."""
    manager = ModelManager(
        cache_dir=tmp_path, use_flash_attention=True, device="cpu", fallback_model_id=None
    )
    with (
        pytest.warns(UserWarning, match="flash attention needs CUDA"),
        pytest.raises(LoadError, match="not in the cache"),
    ):
        manager.generate_response(PROMPT)


@pytest.mark.heavy
@pytest.mark.filterwarnings("ignore:gemma-3-270m-it follows instructions:UserWarning")
class TestGemma:
    """Real weights, loaded in this process and shared with Ollama."""

    @pytest.mark.exhaustive  # test_transformers_backend.py does the same load
    def test_in_this_process(self, gemma_gguf: Path) -> None:
        manager = ModelManager(model_id="gemma-3-270m-it", local_path=gemma_gguf, device="cpu")
        with closing(manager):
            assert manager.generate_response(PROMPT, 0, 6).startswith(", there was a")
            pieces = manager.generate_stream(PROMPT, 0, 6)
            assert "".join(pieces) == manager.generate_response(PROMPT, 0, 6)

    def test_shared(self, server: OllamaServer, gemma_gguf: Path) -> None:
        manager = ModelManager(
            model_id="gemma-3-270m-it",
            local_path=gemma_gguf,
            share_with_ollama=True,
            ollama_host=server.url,
        )
        with closing(manager):
            assert manager.generate_response(PROMPT, 0, 6)
        (request,) = server.asked("/api/generate")
        assert request.body["model"].startswith("tessera/gemma-3-270m-it:")
