"""One object for programs that want text and vectors, and would rather not choose.

`ModelManager` picks registered models by size, domain or selection, loads them on first use, and
falls back to a small model when the first cannot be loaded.
"""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import ExitStack, aclosing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from registry._generated import LlmModel
from registry.catalogue.here import catalogue_here
from registry.catalogue.places import CatalogueLike
from registry.encoders.closing import Closable
from registry.encoders.generator import Prompt, Sampling
from registry.errors import BackendError, LoadError, UnsupportedError
from registry.loading._manager_arguments import (
    RUNTIMES,
    check_sharing,
    refuse_ignored,
    runtime_arguments,
)
from registry.loading.load import load
from registry.ollama.sharing import share_with_ollama as share_weights
from registry.secret import Secret, hidden
from registry.selection.choosing import chosen_embedding, chosen_llm

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from registry.backends.interface import Quantization
    from registry.encoders.dense import DenseEncoder
    from registry.encoders.generator import TextGenerator

FALLBACK = "smollm2-135m-instruct"
"""The small model that is tried by default if the catalogue has it."""


def _fallback(model_id: str | None, catalogue: CatalogueLike | None) -> LlmModel | None:
    if model_id is None:
        return None
    if model_id == FALLBACK and FALLBACK not in catalogue_here(catalogue).module.MODELS_BY_ID:
        return None  # the default one, which was not requested
    return chosen_llm(model_id, catalogue=catalogue)


class ModelManager(Closable):
    """Generates text and embeddings with registered models.

    model_type: "huggingface" (in this process), "ollama", "openai", or any backend's name.
    model_size: an alias such as "qwen3_medium"; model_id: an id; domain: such as "code", then
    the smallest registered model for it: give one of the three, or none for the selected model.
    embedding_model_id: an id or alias of a dense model, else the selected one.
    fallback_model_id: tried, with a warning, when the first model cannot be loaded; None: no other.
    catalogue: a generated module, its name, or a models.json; else the one in use.
    context_length: tokens for prompt and answer together that the language model has room for.
    ollama_host: the Ollama server; base_url: that of any other backend, such as "openai".
    share_with_ollama: generate through Ollama from the weights that are in the Hugging Face cache
    or at local_path; they are shared on first use if necessary (`registry.ollama.sharing`).
    Raises SelectionError, UnknownModelError, InputError; LoadError and BackendError on first use.
    """

    def __init__(
        self,
        model_type: str = "huggingface",
        model_size: str | None = None,
        domain: str | None = None,
        *,
        model_id: str | None = None,
        embedding_model_id: str | None = None,
        fallback_model_id: str | None = FALLBACK,
        cache_dir: str | Path | None = None,
        device: str = "auto",
        quantization: Quantization | None = None,
        use_flash_attention: bool = False,
        context_length: int | None = None,
        ollama_host: str | None = None,
        base_url: str | None = None,
        api_key: str | Secret | None = None,
        local_path: str | Path | None = None,
        embedding_local_path: str | Path | None = None,
        catalogue: CatalogueLike | None = None,
        share_with_ollama: bool = False,
    ) -> None:
        api_key = hidden(api_key)  # first: this frame is part of every traceback
        generating, embedding = RUNTIMES.get(model_type, (model_type, model_type))
        if share_with_ollama:
            check_sharing(model_type, quantization, use_flash_attention)
            generating = "ollama"
        refuse_ignored(
            {"model_id": model_id, "model_size": model_size, "domain": domain},
            {"ollama_host": ollama_host, "base_url": base_url},
            model_type,
            generating,
        )
        self.model = chosen_llm(model_id or model_size, domain, catalogue)
        self.embedding_model = chosen_embedding(embedding_model_id, catalogue)
        self.fallback_model = _fallback(fallback_model_id, catalogue)
        self._share_with_ollama = share_with_ollama
        self._local_path = local_path
        address = ollama_host if generating == "ollama" else base_url
        # Beside a model of Ollama's, the device is that of the embedding model.
        beside = "auto" if share_with_ollama and embedding != generating else device
        self._generation = runtime_arguments(generating, beside, cache_dir, address, api_key)
        if quantization is not None:
            self._generation["quantization"] = quantization
        if use_flash_attention:
            self._generation["attention"] = "flash"
        if context_length is not None:
            self._generation["context_length"] = context_length
        if share_with_ollama and embedding != generating:
            api_key = None  # for Ollama, which does not embed here
        address = ollama_host if embedding == "ollama" else base_url
        self._embedding = runtime_arguments(embedding, device, cache_dir, address, api_key)
        self._embedding["local_path"] = embedding_local_path
        self._generator: TextGenerator | None = None
        self._encoder: DenseEncoder | None = None
        self._fallen: str | None = None  # a warning that has not been given yet
        self._lock = threading.Lock()

    @property
    def generator(self) -> TextGenerator:
        """The language model, loaded on first use."""
        return self._told(self._loaded())

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
        """The complete answer to a prompt or a conversation."""
        sampling = Sampling(temperature=temperature, max_tokens=max_tokens)
        return self._told(self._loaded()).generate(prompt, sampling)

    def generate_stream(
        self, prompt: Prompt, temperature: float = 0.7, max_tokens: int = 512
    ) -> Generator[str]:
        """The answer in pieces as they come; closing the generator stops the model."""
        sampling = Sampling(temperature=temperature, max_tokens=max_tokens)
        return self._told(self._loaded()).stream(prompt, sampling)

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
        sampling = Sampling(temperature=temperature, max_tokens=max_tokens)
        generator = self._told(await asyncio.to_thread(self._loaded))
        return await generator.agenerate(prompt, sampling)

    async def agenerate_stream(
        self, prompt: Prompt, temperature: float = 0.7, max_tokens: int = 512
    ) -> AsyncGenerator[str]:
        """`generate_stream` without blocking the event loop."""
        sampling = Sampling(temperature=temperature, max_tokens=max_tokens)
        generator = self._told(await asyncio.to_thread(self._loaded))
        async with aclosing(generator.astream(prompt, sampling)) as pieces:
            async for piece in pieces:
                yield piece

    async def agenerate_embeddings(self, text: str) -> NDArray[float32]:
        """`generate_embeddings` without blocking the event loop."""
        return await asyncio.to_thread(self.generate_embeddings, text)

    async def agenerate_batch_embeddings(self, texts: Sequence[str]) -> NDArray[float32]:
        """`generate_batch_embeddings` without blocking the event loop."""
        return await asyncio.to_thread(self.generate_batch_embeddings, texts)

    def close(self) -> None:
        """Free what the loaded models hold. They are loaded again when needed."""
        with self._lock:
            generator, self._generator = self._generator, None
            encoder, self._encoder = self._encoder, None
        with ExitStack() as stack:  # the second also if the first fails
            for loaded in (generator, encoder):
                if loaded is not None:
                    stack.callback(loaded.close)

    def _loaded(self) -> TextGenerator:
        with self._lock:
            if self._generator is None:
                self._generator = self._load_generator()
            return self._generator

    def _told(self, generator: TextGenerator) -> TextGenerator:
        """The generator, once a caller has been warned that it is the fallback.

        Called directly by public methods, so that the warning points at their caller: the model may
        have been loaded in another thread.
        """
        fallen, self._fallen = self._fallen, None
        if fallen is not None:
            warnings.warn(fallen, stacklevel=3)
        return generator

    def _load_generator(self) -> TextGenerator:
        try:
            return self._load(self.model, self._local_path)
        except UnsupportedError:
            raise  # an argument that makes no sense here; another model would hide it
        except (LoadError, BackendError) as error:
            if self.fallback_model is None or self.fallback_model == self.model:
                raise
            try:
                # A path belongs to the model that it was given for.
                generator = self._load(self.fallback_model, None)
            except (LoadError, BackendError) as another:
                error.add_note(f"Nor can the fallback be loaded: {another}")
                raise error from None  # of the model that was asked for
            self._fallen = (
                f"{self.model.id} cannot be loaded ({error}); falling back to "
                f"{self.fallback_model.id}"
            )
            return generator

    def _load(self, model: LlmModel, local_path: str | Path | None) -> TextGenerator:
        arguments = self._generation.copy()
        if not self._share_with_ollama:
            arguments["local_path"] = local_path
            return load(model, **arguments)
        shared = share_weights(
            model,
            path=local_path,
            host=arguments.get("base_url"),
            cache_dir=arguments.get("cache_dir"),
            api_key=arguments.get("api_key"),
        )
        return load(replace(model, ollama_tag=shared.name), **arguments)
