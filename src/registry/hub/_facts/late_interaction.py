"""ColBERT and its kin: the projection of token vectors, and the lengths of queries and documents.

Three layouts: Stanford's (artifact.metadata, linear.weight among the network's weights), PyLate's
and sentence-transformers' (modules.json), and networks with a head of their own (ColPali).
"""

from __future__ import annotations

from registry.hub._fact import Fact, Findings, computed
from registry.hub._facts.architecture import gives_one_vector
from registry.hub._facts.lengths import transformer_config
from registry.hub._facts.modules import modules, network_config
from registry.hub._facts.pipeline import WRITTEN, dense_head
from registry.hub._facts.reading import JsonFile, Reader
from registry.hub._facts.weights import network_files

STANFORD = "artifact.metadata"
# The tensor of the head, by whose code wrote it: Stanford, colpali-engine, transformers.
_HEADS = ("linear.weight", "custom_text_proj.weight", "embedding_proj_layer.weight")


def find(reader: Reader, kind: str | None, found: Findings) -> None:
    """Everything of this group."""
    if kind != "colbert" and (kind != "vision-language" or gives_one_vector(reader)):
        return
    found.put("similarity", computed("maxsim", "type: late interaction compares by MaxSim"))
    found.put("capabilities.multi_vector", computed(True, "type: late interaction"))
    listed = any(module.name == "Dense" for module in modules(reader))
    head = dense_head(reader) if listed else _tensor_head(reader)
    if head is not None:
        found.put("architecture.has_projection", Fact(True, head.origin))
        found.put("architecture.projection_dims", head)
    config = network_config(reader)
    width, why = head, "no file states the width of the last Dense module"
    if not listed:
        width = head or reader.json(STANFORD).whole("dim") or config.whole("embedding_dim", "dim")
        why = "there is no projection that shows it"
    found.put("specs.embedding_dim", width, why)
    if kind == "colbert":
        _find_lengths(reader, found)


def _tensor_head(reader: Reader) -> Fact | None:
    for path in network_files(reader):
        for name, tensor in (reader.tensors(path) or {}).items():
            # Some wrap the network once more: model.linear.weight is not a head, but
            # linear.weight is, also of the last shard.
            if name in _HEADS and len(tensor.shape) == 2 and tensor.shape[0] > 0:
                return Fact(tensor.shape[0], f"{path}: {name}")
    return None


def _find_lengths(reader: Reader, found: Findings) -> None:
    stanford, written = reader.json(STANFORD), reader.json(WRITTEN)
    name = transformer_config(reader)
    backbone = reader.json(name) if name is not None else JsonFile("")
    query = (
        backbone.within("query_expansion").whole("length")
        or backbone.whole("query_length")
        or written.whole("query_length")
        or stanford.whole("query_maxlen")
    )
    document = (
        backbone.whole("document_length")
        or written.whole("document_length")
        or stanford.whole("doc_maxlen")
    )
    found.put("specs.query_length", query, "no configuration states it")
    found.put("specs.document_length", document, "no configuration states it")
