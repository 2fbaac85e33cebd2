"""One object for programs that want text and vectors, and would rather not choose.

`ModelManager` picks registered models by size, domain or selection, loads them when they are
first needed, and falls back to a small model when the first cannot be loaded.
"""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import AsyncGenerator, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from registry._generated import DenseModel, LlmModel, ModelType, find_model, models_by_type
from registry.errors import BackendError, LoadError, SelectionError, UnknownModelError
from registry.loading import LoadArguments, load
from registry.selection import selected_embedding_model, selected_llm_model

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from registry.backends.interface import Quantization
    from registry.encoders.dense import DenseEncoder
    from registry.encoders.generator import Prompt, Sampling, TextGenerator

# A kind of runtime -> the backends that generate and embed in it. Any other model_type is the
# name of a backend that does both.
_RUNTIMES = {"huggingface": ("transformers", "sentence-transformers")}


class ModelManager:
    """Generates text and embeddings with registered models.

    model_type: "huggingface" (in this process), "ollama", "openai", or any backend's name.
    model_size: an alias such as "qwen3_medium"; model_id: an id; domain: such as "code", then
    the smallest registered model for it. With none of them the selected model serves.
    embedding_model_id: an id or alias of a dense model, else the selected one.
    fallback_model_id: tried, with a warning, when the first model cannot be loaded.
    Raises SelectionError and UnknownModelError at once; LoadError and BackendError on first use.
    """

    def __init__(
        self,
        model_type: str = "huggingface",
        model_size: str | None = None,
        domain: str | None = None,
        *,
        model_id: str | None = None,
        embedding_model_id: str | None = None,
        fallback_model_id: str | None = "smollm2-135m-instruct",
        cache_dir: str | Path | None = None,
        device: str = "auto",
        quantization: Quantization | None = None,
        use_flash_attention: bool = False,
        ollama_host: str | None = None,
        api_key: str | None = None,
        local_path: str | Path | None = None,
        embedding_local_path: str | Path | None = None,
    ) -> None:
        self.model = _chosen_llm(model_id or model_size, domain)
        self.embedding_model = (
            selected_embedding_model() if embedding_model_id is None else _dense(embedding_model_id)
        )
        self.fallback_model = None if fallback_model_id is None else _llm(fallback_model_id)
        generating, embedding = _RUNTIMES.get(model_type, (model_type, model_type))
        common = LoadArguments(device=device, cache_dir=cache_dir)
        if model_type == "ollama":
            common = LoadArguments(base_url=ollama_host)
        elif api_key is not None:
            common["api_key"] = api_key
        self._generation = common.copy()
        self._generation["backend"] = generating
        if quantization is not None:
            self._generation["quantization"] = quantization
        if use_flash_attention:
            self._generation["attention"] = "flash"
        if local_path is not None:
            self._generation["local_path"] = local_path
        self._embedding = common.copy()
        self._embedding["backend"] = embedding
        if embedding_local_path is not None:
            self._embedding["local_path"] = embedding_local_path
        self._generator: TextGenerator | None = None
        self._encoder: DenseEncoder | None = None
        self._lock = threading.Lock()

    @property
    def generator(self) -> TextGenerator:
        """The language model, loaded on first use."""
        with self._lock:
            if self._generator is None:
                self._generator = self._load_generator()
            return self._generator

    @property
    def encoder(self) -> DenseEncoder:
        """The embedding model, loaded on first use."""
        with self._lock:
            if self._encoder is None:
                self._encoder = load(self.embedding_model, **self._embedding)
            return self._encoder

    def generate_response(
        self, prompt: Prompt, temperature: float = 0.7, max_tokens: int = 512
    ) -> str:
        """The whole answer to a prompt or a conversation."""
        return self.generator.generate(prompt, _sampling(temperature, max_tokens))

    def generate_stream(
        self, prompt: Prompt, temperature: float = 0.7, max_tokens: int = 512
    ) -> Generator[str]:
        """The answer in pieces as they come; closing the generator stops the model."""
        return self.generator.stream(prompt, _sampling(temperature, max_tokens))

    def generate_embeddings(self, text: str) -> NDArray[float32]:
        """The vector of one text: float32 (dim,). It is encoded as a document."""
        vector: NDArray[float32] = self.generate_batch_embeddings([text])[0]
        return vector

    def generate_batch_embeddings(self, texts: Sequence[str]) -> NDArray[float32]:
        """Vectors of texts: float32 (n, dim). They are encoded as documents."""
        return self.encoder.encode_documents(texts)

    async def agenerate_response(
        self, prompt: Prompt, temperature: float = 0.7, max_tokens: int = 512
    ) -> str:
        """`generate_response` without blocking the event loop."""
        generator = await asyncio.to_thread(lambda: self.generator)
        return await generator.agenerate(prompt, _sampling(temperature, max_tokens))

    async def agenerate_stream(
        self, prompt: Prompt, temperature: float = 0.7, max_tokens: int = 512
    ) -> AsyncGenerator[str]:
        """`generate_stream` without blocking the event loop."""
        generator = await asyncio.to_thread(lambda: self.generator)
        pieces = generator.astream(prompt, _sampling(temperature, max_tokens))
        try:
            async for piece in pieces:
                yield piece
        finally:
            await pieces.aclose()

    async def agenerate_embeddings(self, text: str) -> NDArray[float32]:
        """`generate_embeddings` without blocking the event loop."""
        return await asyncio.to_thread(self.generate_embeddings, text)

    async def agenerate_batch_embeddings(self, texts: Sequence[str]) -> NDArray[float32]:
        """`generate_batch_embeddings` without blocking the event loop."""
        return await asyncio.to_thread(self.generate_batch_embeddings, texts)

    def close(self) -> None:
        """Free what the loaded models hold."""
        with self._lock:
            for loaded in (self._generator, self._encoder):
                if loaded is not None:
                    loaded.close()
            self._generator = self._encoder = None

    def _load_generator(self) -> TextGenerator:
        try:
            return load(self.model, **self._generation)
        except (LoadError, BackendError) as error:
            if self.fallback_model is None or self.fallback_model == self.model:
                raise
            warnings.warn(
                f"{self.model.id} cannot be loaded ({error}); falling back to "
                f"{self.fallback_model.id}",
                stacklevel=4,
            )
            # A path belongs to the model that it was given for.
            arguments = self._generation.copy()
            arguments.pop("local_path", None)
            return load(self.fallback_model, **arguments)


def _sampling(temperature: float, max_tokens: int) -> Sampling:
    from registry.encoders.generator import Sampling

    return Sampling(temperature=temperature, max_tokens=max_tokens)


def _chosen_llm(key: str | None, domain: str | None) -> LlmModel:
    if key is not None:
        return _llm(key)
    if domain is None:
        return selected_llm_model()
    models = [model for model in models_by_type(ModelType.Llm) if model.domain == domain]
    if not models:
        domains = {model.domain for model in models_by_type(ModelType.Llm) if model.domain}
        raise SelectionError(
            f"no language model is registered for the domain {domain!r}; there are "
            f"{', '.join(sorted(domains))}"
        )
    return min(models, key=lambda model: model.parameter_count)


def _llm(key: str) -> LlmModel:
    model = find_model(key, model_type=ModelType.Llm)
    if model is None:
        raise UnknownModelError(key)
    return model


def _dense(key: str) -> DenseModel:
    model = find_model(key, model_type=ModelType.Dense)
    if model is None:
        raise UnknownModelError(key)
    return model
