"""The frameworks themselves embed with the real MiniLM: the same vectors as `load`, to 1e-6.

Each test imports its own framework: together they take seconds, in every process that collects
tests.
"""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkpoints import minilm_folder

from catalogues import ROOT
from registry import ALL_MINILM_L6_V2, COLBERT_V2, QWEN3_8B, DenseModel, fingerprint, load
from registry.encoders.dense import DenseEncoder as LoadedEncoder
from registry.errors import FingerprintMismatchError, InputError
from registry.integrations._dense import HeldModel
from registry.loading.load import LoadArguments
from registry.secret import Secret

pytestmark = pytest.mark.heavy

# With prompts, so that query and document vectors differ.
MODEL: DenseModel = dataclasses.replace(
    ALL_MINILM_L6_V2, query_prompt="query: ", document_prompt="passage: "
)
ID = MODEL.id
TEXTS = ["Refunds take five days.", "We ship on weekdays.", "Owls hunt at night."]
QUERY = "How long do refunds take?"
FOLDER = minilm_folder()


@pytest.fixture(scope="module", autouse=True)
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The catalogue in use has only MODEL."""
    data = json.loads((ROOT / "models.json").read_text())
    (entry,) = (each for each in data["models"] if each["id"] == ID)
    entry["prompts"] = {"query": MODEL.query_prompt, "document": MODEL.document_prompt}
    path = tmp_path_factory.mktemp("catalogue") / "models.json"
    data["selected"] = {"embedding": ID}
    path.write_text(json.dumps({**data, "models": [entry]}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGISTRY_CATALOGUE", str(path))
        yield path


@pytest.fixture(scope="module")
def loaded() -> Iterator[LoadedEncoder]:
    with load(MODEL, local_path=FOLDER) as encoder:
        yield encoder


@pytest.fixture(scope="module")
def documents(loaded: LoadedEncoder) -> Any:
    return loaded.encode_documents(TEXTS)


@pytest.fixture(scope="module")
def query(loaded: LoadedEncoder) -> Any:
    return loaded.encode_queries([QUERY])[0]


def same(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(np.asarray(found), expected, atol=1e-6, rtol=0)


def test_roles_differ(loaded: LoadedEncoder, query: Any) -> None:
    assert np.abs(loaded.encode_documents([QUERY])[0] - query).max() > 1e-3


def test_langchain(documents: Any, query: Any) -> None:
    from langchain_core.embeddings import Embeddings
    from langchain_core.vectorstores import InMemoryVectorStore

    from registry.integrations import langchain

    embeddings = langchain.DenseEmbeddings(MODEL, local_path=FOLDER)
    assert isinstance(embeddings, Embeddings)
    same(embeddings.embed_documents(TEXTS), documents)
    same(asyncio.run(embeddings.aembed_query(QUERY)), query)
    store = InMemoryVectorStore.from_texts(TEXTS, embeddings)
    assert store.similarity_search(QUERY, k=1)[0].page_content == TEXTS[0]

    written = pickle.dumps(embeddings)
    assert len(written) < 10_000
    same(pickle.loads(written).embed_query(QUERY), query)


def test_llama_index(documents: Any, query: Any) -> None:
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from registry.integrations import llama_index

    embedding = llama_index.DenseEmbedding(MODEL, local_path=FOLDER)
    assert isinstance(embedding, BaseEmbedding)
    same(embedding.get_text_embedding_batch(TEXTS), documents)
    same(asyncio.run(embedding.aget_text_embedding_batch(TEXTS)), documents)
    same(embedding.get_query_embedding(QUERY), query)
    index = VectorStoreIndex.from_documents(
        [Document(text=each) for each in TEXTS], embed_model=embedding
    )
    (found,) = index.as_retriever(similarity_top_k=1).retrieve(QUERY)
    assert found.get_content() == TEXTS[0]
    read = llama_index.DenseEmbedding.from_dict(json.loads(json.dumps(embedding.to_dict())))
    assert read.to_dict() == embedding.to_dict()
    for again in (read, pickle.loads(pickle.dumps(embedding))):
        same(again.get_query_embedding(QUERY), query)


def test_a_batch_that_is_too_large_for_llama_index_is_cut() -> None:
    from registry.integrations.llama_index import DenseEmbedding

    large = dataclasses.replace(MODEL, batch_size=4_096)
    assert DenseEmbedding(large).embed_batch_size == 2_048


def test_haystack(documents: Any, query: Any) -> None:
    from haystack import Document, Pipeline
    from haystack.components.retrievers import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    from registry.integrations import haystack

    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    embedder = haystack.DenseDocumentEmbedder(MODEL, local_path=FOLDER)
    embedded = embedder.run(documents=[Document(content=each) for each in TEXTS])["documents"]
    same([each.embedding for each in embedded], documents)
    store.write_documents(embedded)
    pipeline = Pipeline()
    pipeline.add_component("text", haystack.DenseTextEmbedder(MODEL, local_path=FOLDER))
    pipeline.add_component("retriever", InMemoryEmbeddingRetriever(store, top_k=1))
    pipeline.connect("text.embedding", "retriever.query_embedding")
    found = pipeline.run({"text": {"text": QUERY}}, include_outputs_from={"text"})
    same(found["text"]["embedding"], query)
    assert found["retriever"]["documents"][0].content == TEXTS[0]


def test_a_haystack_pipeline_is_written_and_read(
    loaded: LoadedEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from haystack import Document, Pipeline
    from haystack.core.errors import DeserializationError

    from registry.integrations import haystack

    pipeline = Pipeline()
    pipeline.add_component("text", haystack.DenseTextEmbedder(MODEL, local_path=FOLDER))
    pipeline.add_component(
        "documents",
        haystack.DenseDocumentEmbedder(MODEL, meta_fields_to_embed=["title"], local_path=FOLDER),
    )
    written = pipeline.dumps()
    assert len(written) < 2_000
    read = Pipeline.loads(written)
    assert read.dumps() == written
    titled = Document(content="Owls hunt at night.", meta={"title": "Owls"})
    (embedded,) = read.run({"documents": {"documents": [titled]}, "text": {"text": "x"}})[
        "documents"
    ]["documents"]
    same(embedded.embedding, loaded.encode_documents(["Owls\nOwls hunt at night."])[0])
    monkeypatch.delenv("REGISTRY_CATALOGUE")  # the id stands for another entry
    with pytest.raises(DeserializationError) as caught:
        Pipeline.loads(written)
    assert isinstance(caught.value.__cause__, FingerprintMismatchError)


def test_dspy(documents: Any, query: Any) -> None:
    from registry.integrations import dspy

    embed = dspy.DenseEmbedder(MODEL, local_path=FOLDER)
    same(embed(TEXTS), documents)
    same(asyncio.run(embed.acall(TEXTS)), documents)
    ask = dspy.DenseEmbedder(MODEL, role="query", local_path=FOLDER)
    same(ask(QUERY), query)
    same(ask(QUERY, caching=True), query)
    same(embed([QUERY], caching=True)[0] - query != 0, np.ones(384, bool))  # separate caches
    search = dspy.DenseRetriever(MODEL, corpus=TEXTS, k=1, local_path=FOLDER)
    assert search(QUERY).passages == [TEXTS[0]]
    same(search.embedder([QUERY])[0], query)


def test_pydantic_ai(documents: Any, query: Any) -> None:
    from pydantic_ai import Embedder
    from pydantic_ai.embeddings import EmbeddingModel

    from registry.integrations import pydantic_ai

    model = pydantic_ai.DenseEmbeddingModel(MODEL, local_path=FOLDER)
    assert isinstance(model, EmbeddingModel)
    embedder = Embedder(model)
    same(asyncio.run(embedder.embed_documents(TEXTS)).embeddings, documents)
    same(asyncio.run(embedder.embed_query(QUERY)).embeddings[0], query)
    with pytest.raises(InputError):
        asyncio.run(embedder.embed_query(QUERY, settings={"dimensions": 100}))


def test_llm(documents: Any) -> None:
    from llm.models import EmbeddingModel

    from registry.integrations import llm

    model = llm.DenseEmbeddingModel(MODEL)
    assert isinstance(model, EmbeddingModel)
    model._held = HeldModel(MODEL, {"local_path": FOLDER})
    same(list(model.embed_multi(TEXTS)), documents)
    same(model.embed(TEXTS[0]), documents[0])


def test_llm_finds_the_plugin(tmp_path: Path) -> None:
    program = (
        "import llm; m = llm.get_embedding_model('registry/all-minilm-l6-v2'); print(m.model_id)\n"
        "import sys; print('torch' in sys.modules)"
    )
    run = [sys.executable, "-c", program]
    env = {"LLM_USER_PATH": str(tmp_path), "HOME": str(tmp_path), "PATH": ""}
    done = subprocess.run(run, capture_output=True, text=True, env=env, cwd=tmp_path)
    assert done.stdout.split() == ["registry/all-minilm-l6-v2", "False"], done.stderr


@pytest.fixture
def client(tmp_path: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(tmp_path), settings=Settings(anonymized_telemetry=False))


def test_chroma(client: Any, documents: Any, query: Any) -> None:
    from registry.integrations import chroma

    function = chroma.DenseEmbeddingFunction(MODEL, local_path=FOLDER)
    same(function(TEXTS), documents)
    same(function.embed_query([QUERY])[0], query)
    made = client.create_collection("passages", embedding_function=function)
    assert made.configuration_json["hnsw"]["space"] == "cosine"
    made.add(ids=["0", "1", "2"], documents=TEXTS)
    same(made.get(include=["embeddings"])["embeddings"], documents)
    assert made.query(query_texts=[QUERY], n_results=1)["ids"] == [["0"]]


def test_a_chroma_collection_finds_its_function_again(
    client: Any, query: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from registry.integrations import chroma

    function = chroma.DenseEmbeddingFunction(MODEL, local_path=FOLDER)
    client.create_collection("passages", embedding_function=function).add(
        ids=["0"], documents=TEXTS[:1]
    )
    found = client.get_collection("passages").configuration["embedding_function"]
    assert isinstance(found, chroma.DenseEmbeddingFunction)
    same(found.embed_query([QUERY])[0], query)
    assert len(json.dumps(function.get_config())) < 1_000
    monkeypatch.delenv("REGISTRY_CATALOGUE")  # the id stands for another entry
    with pytest.raises(ValueError, match="query prompt: stored") as caught:
        _ = client.get_collection("passages").configuration
    assert isinstance(caught.value.__context__, FingerprintMismatchError)
    with pytest.raises(FingerprintMismatchError):
        function.validate_config_update(function.get_config(), {"fingerprint": "tr1:m@?:8:-.-:-"})


def test_mteb(documents: Any, query: Any) -> None:
    import mteb

    from registry.integrations.mteb import MtebEncoder

    shop = _shop()
    encoder: Any = MtebEncoder(MODEL, local_path=FOLDER)
    protocol: Any = mteb.models.models_protocols.EncoderProtocol
    assert isinstance(encoder, protocol)
    said: Any = {"task_metadata": shop.metadata, "hf_split": "test", "hf_subset": "default"}
    same(encoder.encode([{"text": TEXTS[:2]}, {"text": TEXTS[2:]}], **said), documents)
    queries = encoder.encode([{"text": [QUERY]}], **said, prompt_type=mteb.types.PromptType.query)
    same(queries[0], query)

    (result,) = mteb.evaluate(encoder, shop, cache=None, show_progress_bar=False).task_results
    assert result.get_score() == 1.0


def _shop() -> Any:
    """A task with local data: nothing is fetched."""
    from datasets import Dataset
    from mteb.abstasks.retrieval import AbsTaskRetrieval
    from mteb.abstasks.task_metadata import TaskMetadata

    class Shop(AbsTaskRetrieval):
        metadata = TaskMetadata(
            name="Shop",
            dataset={"path": "tests/shop", "revision": "1"},
            description="Three questions to a shop.",
            type="Retrieval",
            eval_splits=["test"],
            eval_langs=["eng-Latn"],
            main_score="ndcg_at_10",
        )

        def load_data(self, *args: Any, **kwargs: Any) -> None:
            corpus = [{"id": str(place), "text": text} for place, text in enumerate(TEXTS)]
            asked = [QUERY, "Do you deliver on Sunday?", "Which birds are awake when we sleep?"]
            queries = [{"id": f"q{place}", "text": text} for place, text in enumerate(asked)]
            data: Any = {
                "corpus": Dataset.from_list(corpus),
                "queries": Dataset.from_list(queries),
                "relevant_docs": {f"q{place}": {str(place): 1} for place in range(3)},
                "top_ranked": None,
            }
            self.dataset = {"default": {"test": data}}
            self.data_loaded = True

    return Shop()


@pytest.mark.parametrize("wrong", [QWEN3_8B, COLBERT_V2, "all-minilm-l6-v2", None])
def test_another_kind_is_refused_at_once(wrong: Any) -> None:
    from registry.integrations import (
        chroma,
        dspy,
        haystack,
        langchain,
        llama_index,
        llm,
        mteb,
        pydantic_ai,
    )

    for adapter in (
        chroma.DenseEmbeddingFunction,
        dspy.DenseEmbedder,
        mteb.MtebEncoder,
        pydantic_ai.DenseEmbeddingModel,
        haystack.DenseDocumentEmbedder,
        haystack.DenseTextEmbedder,
        langchain.DenseEmbeddings,
        llama_index.DenseEmbedding,
        llm.DenseEmbeddingModel,
    ):
        with pytest.raises(InputError):
            adapter(wrong)


def test_a_misspelled_argument_is_refused_at_once() -> None:
    from registry.integrations import langchain

    misspelled: Any = {"backends": "onnx"}
    with pytest.raises(TypeError, match="backends"):
        langchain.DenseEmbeddings(MODEL, **misspelled)


@pytest.mark.parametrize("given", [{"trust_remote_code": "no"}, {"device": ["cpu"]}])
def test_an_argument_of_another_type_is_refused_at_once(given: dict[str, Any]) -> None:
    from registry.integrations import langchain

    with pytest.raises(InputError):
        langchain.DenseEmbeddings(MODEL, **given)


def test_adapters_share_the_weights() -> None:
    arguments: LoadArguments = {"local_path": FOLDER}
    one, two = HeldModel(MODEL, arguments), HeldModel(MODEL, arguments)
    assert one.encoder is two.encoder
    arguments["threads"] = 1
    assert HeldModel(MODEL, arguments).encoder is not one.encoder


@pytest.mark.parametrize(
    "asked",
    [
        LoadArguments(trust_remote_code=True),
        LoadArguments(allow_pickle=True),
        LoadArguments(base_url="https://example.org"),
        LoadArguments(api_key="sk-123"),
    ],
    ids=lambda asked: next(iter(asked)),
)
def test_a_file_cannot_ask_for_trust(asked: LoadArguments) -> None:
    held = HeldModel(ALL_MINILM_L6_V2, asked)
    assert held.written()["load"] == {}
    with pytest.raises(InputError):
        HeldModel.read({**held.written(), "load": asked})


def test_a_copy_has_the_key_and_a_pickle_has_not() -> None:
    held = HeldModel(ALL_MINILM_L6_V2, {"backend": "openai", "api_key": "sk-123"})
    key = copy.deepcopy(held).arguments["api_key"]
    assert isinstance(key, Secret)
    assert key.reveal() == "sk-123"
    assert "api_key" not in pickle.loads(pickle.dumps(held)).arguments


def test_a_text_is_no_list_of_texts() -> None:
    from registry.integrations import chroma, dspy, haystack

    text: Any = "title"
    function = chroma.DenseEmbeddingFunction(MODEL, local_path=FOLDER)
    for refused in (
        lambda: function(text),
        lambda: function.embed_query(text),
        lambda: haystack.DenseDocumentEmbedder(MODEL, meta_fields_to_embed=text),
        lambda: dspy.DenseRetriever(MODEL, corpus=text, local_path=FOLDER),
        lambda: dspy.DenseRetriever(MODEL, corpus=[], local_path=FOLDER),
    ):
        with pytest.raises(InputError):
            refused()


def test_every_dense_model_can_be_evaluated() -> None:
    from registry.integrations.mteb import MtebEncoder

    for released in (None, "2022", "2022-12", "2022-12-07"):
        encoder: Any = MtebEncoder(dataclasses.replace(MODEL, release_date=released))
        whole = released if released == "2022-12-07" else None
        assert encoder.mteb_model_meta.release_date == whole


def test_keys_are_never_written() -> None:
    held = HeldModel(ALL_MINILM_L6_V2, {"backend": "openai", "api_key": "sk-123"})
    assert b"sk-123" not in pickle.dumps(held)
    assert "sk-123" not in str((held.written(), vars(held)))
    assert ":openai:" in held.fingerprint


def test_what_is_said_before_is_what_load_says(loaded: LoadedEncoder) -> None:
    from registry.integrations import langchain

    assert langchain.DenseEmbeddings(MODEL, local_path=FOLDER).fingerprint == fingerprint(loaded)
    for dtype in ("auto", "bfloat16"):
        embeddings = langchain.DenseEmbeddings(MODEL, local_path=FOLDER, dtype=dtype)
        said = embeddings.fingerprint
        assert said == fingerprint(embeddings._held.encoder), dtype
